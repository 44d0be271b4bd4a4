/** A fact that happened: plain data, complete, past tense. `at` is milliseconds since the Unix epoch. */
export interface Event {
  readonly type: string;
  readonly at: number;
}

/** Whom a piece of an event concerns. `users` lists are captured when decided and only used on rare events. */
export type Audience = {
  /** Sessions of this user get nothing. */
  readonly exceptUser?: string;
  /** This session gets nothing. */
  readonly exceptSession?: string;
} & (
  | { readonly to: 'everyone' }
  | { readonly to: 'channel'; readonly channel: string }
  | { readonly to: 'user'; readonly user: string }
  | { readonly to: 'users'; readonly users: readonly string[] }
  | { readonly to: 'session'; readonly session: string }
);

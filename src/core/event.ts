/** A fact that happened: plain data, complete, past tense. `at` is milliseconds since the Unix epoch. */
export interface Event {
  readonly type: string;
  readonly at: number;
  readonly origin?: Origin;
}

/** The connection whose wish caused an event, and the word by which it knows the wish again. */
export interface Origin {
  readonly session: string;
  readonly tag?: string;
}

/** Whom a piece of an event concerns. `users` lists are captured when decided and only used on rare events. */
export type Audience = {
  /** Sessions of this user get nothing. */
  readonly exceptUser?: string;
  /** Nor do sessions of these. */
  readonly exceptUsers?: readonly string[];
  /** This session gets nothing. */
  readonly exceptSession?: string;
  /** This session is told as well, whether or not it belongs to them. */
  readonly plus?: string;
} & (
  | { readonly to: 'everyone' }
  | { readonly to: 'channel'; readonly channel: string }
  /** Everybody who follows a channel; with `of`, as far as they may read the one that these facts are of. */
  | { readonly to: 'subscribers'; readonly channel: string; readonly of?: object }
  /** Everybody who does not sit in a channel and may see the one that these facts are of. */
  | { readonly to: 'viewers'; readonly of: object }
  | { readonly to: 'user'; readonly user: string }
  | { readonly to: 'users'; readonly users: readonly string[] }
  | { readonly to: 'session'; readonly session: string }
);

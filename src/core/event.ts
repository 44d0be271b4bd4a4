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

/** A change of who hears what. Which event brings which is said by the domain. */
export type AudienceStep =
  /** `kind`: what it may see, for a session that does not sit in a channel. */
  | { readonly do: 'bind'; readonly session: string; readonly user: string; readonly kind?: string }
  /** What a user's sessions may see has changed. */
  | { readonly do: 'kind'; readonly user: string; readonly kind: string }
  /** A user's sessions are to hear nothing but what is for themselves, or everything again. */
  | { readonly do: 'deafen'; readonly user: string }
  | { readonly do: 'hear'; readonly user: string }
  | { readonly do: 'unbind'; readonly session: string }
  /** A session starts to sit in one channel at a time. */
  | { readonly do: 'place'; readonly session: string; readonly channel: string }
  /** All sessions of a user that sit in a channel move to another. */
  | { readonly do: 'move'; readonly user: string; readonly channel: string }
  /** A session follows a channel, besides any others, or no longer. */
  | { readonly do: 'subscribe'; readonly session: string; readonly channel: string }
  | { readonly do: 'unsubscribe'; readonly session: string; readonly channel: string }
  /** Nobody follows a channel any more: it is gone. */
  | { readonly do: 'end'; readonly channel: string };

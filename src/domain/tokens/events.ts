import type { SessionId, UserId } from '../ids.js';
import type { Person } from '../users/person.js';

/** What happens about tokens, and about users who come out of privacy. Part of `EventMap`. */
export interface TokenEvents {
  /** Somebody who was private has come among the others: they have a handle now. */
  user_appear: { readonly person: Person };
  /** Tokens of a user are good no longer. `tokens`: their hashes; `streams`: the connections that rested on them. */
  token_end: {
    readonly user: UserId;
    readonly tokens: readonly string[];
    readonly streams: readonly SessionId[];
  };
  /** A connection hears what happens to somebody who showed a token. Nobody is present by it. */
  stream_open: { readonly session: SessionId; readonly user: UserId; readonly token: string };
  /** Such a connection is gone. Not told of those that end with their token. */
  stream_close: { readonly session: SessionId; readonly user: UserId };
}

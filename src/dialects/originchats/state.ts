import type { UserId } from '../../domain/ids.js';

/** What is remembered of a connection. */
export interface OriginChatsState {
  /** What the client hands to the identity service (section 3.1); fresh per connection. */
  readonly validatorKey: string;
  /** Logged in as. Cleared when the session ends and the connection stays (section 8). */
  user: UserId | undefined;
  /** The list of channels it was last sent, and the change up to which that is known to be current; see `ChannelLists`. */
  outline: string | undefined;
  listedAt: number;
  /** When `ping` was last sent, in milliseconds that have gone by. */
  pingAt: number;
}

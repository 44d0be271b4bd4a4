import type { UserId } from '../../domain/ids.js';

/** What the dialect remembers of a connection. Set once the login is decided. */
export interface SockChatState {
  user: UserId | undefined;
  /** The user's id on this wire. */
  id: string;
  /** When the last ping came; the login counts as the first (section 6.5). In milliseconds that have gone by. */
  pingAt: number;
  /** Its login was refused and it is about to be closed: nothing it sends counts any more. */
  refused: boolean;
  /** Packet 1 or the 2025 draft's packet 3 has come: it is too late for the latter. */
  begun: boolean;
}

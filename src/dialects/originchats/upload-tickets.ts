import type { View } from '../../core/table.js';
import type { SessionId, UserId } from '../../domain/ids.js';
import { sessions } from '../../domain/sessions/online.js';
import type { DialectHost } from '../dialect.js';

/**
 * What `ready` gave a session to upload with: the pair of the handshake's key and its `validator`. So local accounts can upload too, whom no
 * identity service knows (section 9). Only hashes are kept, and only as long as the session lives.
 */
export class UploadTickets {
  readonly #sessions = new Map<string, SessionId>();
  readonly #hashes = new Map<SessionId, string>();

  constructor(private readonly sha256: DialectHost['sha256']) {}

  give(session: SessionId, key: string, validator: string): void {
    this.forget(session);
    const hash = this.#hashOf(key, validator);
    this.#sessions.set(hash, session);
    this.#hashes.set(session, hash);
  }

  forget(session: SessionId): void {
    const hash = this.#hashes.get(session);
    if (hash !== undefined) this.#sessions.delete(hash);
    this.#hashes.delete(session);
  }

  userOf(view: View, key: string, validator: string): UserId | undefined {
    const session = this.#sessions.get(this.#hashOf(key, validator));
    return session === undefined ? undefined : view.get(sessions, session)?.user;
  }

  #hashOf(key: string, validator: string): string {
    const digest = this.sha256();
    digest.update(new TextEncoder().encode(JSON.stringify([key, validator])));
    return digest.hex();
  }
}

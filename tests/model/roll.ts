import type { ServerPacket } from '../../src/dialects/sockchat/codec.js';

/** Whom a client of Sock Chat has in its list, by id, and by which names. */
export class Roll {
  readonly #names = new Map<string, string>();
  #own = '';

  nameOf(id: string): string | undefined {
    return this.#names.get(id);
  }

  read(packet: ServerPacket): void {
    switch (packet.kind) {
      case 'auth_ok':
        this.#own = packet.user.id;
        this.#names.set(packet.user.id, packet.user.name);
        return;
      case 'user_add':
      case 'channel_user_add':
      case 'user_update':
        this.#names.set(packet.user.id, packet.user.name);
        return;
      case 'context_users':
        for (const { id, name } of packet.users) this.#names.set(id, name);
        return;
      case 'user_remove':
      case 'channel_user_remove':
        if (packet.userId !== this.#own) this.#names.delete(packet.userId);
        return;
      case 'context_clear':
        // Everybody else, or all there is.
        if (packet.mode !== 1 && packet.mode < 3) return;
        for (const id of this.#names.keys()) if (id !== this.#own) this.#names.delete(id);
    }
  }
}

import type { UserId } from '../../domain/ids.js';
import { online } from '../../domain/sessions/online.js';
import type { DialectHost, Turn } from '../dialect.js';
import { noticePacket } from './entries.js';
import { FloodGate } from './flood-gate.js';
import type { SockChatSettings } from './options.js';
import type { ServerPacket } from './packets.js';
import type { SockChatState } from './state.js';

/** Flood control (section 9): every frame of a user counts, over all their connections, before it is looked at. */
export class FloodControl {
  readonly #gates = new Map<UserId, FloodGate>();

  constructor(
    private readonly settings: SockChatSettings,
    private readonly host: DialectHost,
    private readonly dialect: string,
  ) {}

  received(turn: Turn<ServerPacket, SockChatState>): 'process' | 'drop' {
    const { banMs, exemptRank } = this.settings.flood;
    const { user } = turn.connection.state;
    if (banMs === 0 || user === undefined) return 'process';
    const row = turn.read((view) => view.get(online, user));
    if (row === undefined) {
      this.#gates.delete(user);
      return 'process';
    }
    if (exemptRank > 0 && row.person.rank >= exemptRank) return 'process';
    let gate = this.#gates.get(user);
    if (gate === undefined) {
      gate = new FloodGate(this.settings.flood);
      this.#gates.set(user, gate);
    }
    switch (gate.note(turn.elapsed)) {
      case 'warn':
        turn.reply(noticePacket('flwarn', [], turn.nextId(), turn.now));
        return 'process';
      case 'drop':
        this.host.metrics.count('sockchat.flooded');
        // One ban for one flood, however much is still on its way.
        this.#gates.delete(user);
        void turn.submit('user.ban', {
          by: 'chat',
          user,
          until: turn.now + banMs,
          reason: 'flood',
          ...(this.settings.penalties === 'here' ? { dialect: this.dialect } : {}),
        });
        return 'drop';
      default:
        return 'process';
    }
  }

  /** Forgets a user whose last connection is gone. */
  forget(user: UserId): void {
    this.#gates.delete(user);
  }
}

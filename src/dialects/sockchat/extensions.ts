import { Rejection } from '../../core/rejection.js';
import { channelByName } from '../../domain/channels/channels.js';
import type { UserId } from '../../domain/ids.js';
import { online } from '../../domain/sessions/online.js';
import type { Decision, HandlerRow, Turn } from '../dialect.js';
import type { SockChatSettings } from './options.js';
import {
  type CapabilitiesPacket,
  type ClientPacket,
  type ClientTypingPacket,
  type ServerPacket,
  TYPING,
  TYPING_MS,
} from './packets.js';
import type { SockChatState } from './state.js';

type Row = HandlerRow<ServerPacket, never, SockChatState>;

/** What the server calls itself (2025 draft). */
const SERVER = 'polylect';

/** What the drafts are handled with. */
interface Extending {
  readonly extensions: SockChatSettings['extensions'];
  /** Tells the host's metrics that a packet was dropped in silence. */
  ignored(
    kind: ClientPacket['kind'],
    reason: 'wrong-user' | 'not-agreed' | 'no-channel' | 'already' | 'over',
  ): void;
}

/** The drafts for extensions (section 12), as far as the host wants them. */
export class Extensions {
  /** Packets of clients that are listened to besides those of version 1. */
  readonly handlers: { readonly [kind: string]: Row };
  /** Where somebody is shown typing, and until when. */
  readonly #typing = new Map<UserId, { readonly channel: string; readonly until: number }>();

  constructor(private readonly extending: Extending) {
    this.handlers = this.#rows();
  }

  /** Forgets a user whose last connection is gone. */
  forget(user: UserId): void {
    this.#typing.delete(user);
  }

  #rows(): Extensions['handlers'] {
    switch (this.extending.extensions) {
      case undefined:
        return {};
      case 'v2-2021':
        return {
          // Any time, while a login is verified too.
          capabilities: { when: 'always', whileBusy: 'bypass', run: agree },
          typing: { when: 'after-login', run: (turn, packet) => this.#type(turn, packet) },
        };
      case 'info-2025':
        return {
          client_info: { when: 'before-login', whileBusy: 'drop', run: (turn) => this.#introduce(turn) },
        };
    }
  }

  /** Packet 4 of the 2021 draft. Who may not send is not shown typing, without a word, as their messages are dropped. */
  #type(turn: Turn<ServerPacket, SockChatState>, packet: ClientTypingPacket): void | Promise<void> {
    const { connection, now } = turn;
    const { user, id } = connection.state;
    const ignored = (reason: Parameters<Extending['ignored']>[1]) => this.extending.ignored('typing', reason);
    if (user === undefined || packet.userId !== id) return ignored('wrong-user');
    if (!connection.features.includes(TYPING)) return ignored('not-agreed');
    const channel = turn.read((view) => {
      const here = view.get(online, user)?.channel;
      return channelByName(view, packet.channel)?.id === here ? here : undefined;
    });
    if (channel === undefined) return ignored('no-channel');
    const shown = this.#typing.get(user);
    if (shown !== undefined && shown.channel === channel && now < shown.until) return ignored('already');
    const after = (decision: Decision<'typing.start'>) => {
      if (!(decision instanceof Rejection)) this.#typing.set(user, { channel, until: now + TYPING_MS });
    };
    const decision = turn.submit('typing.start', { by: user, channel, inside: true });
    return decision instanceof Promise ? decision.then(after) : after(decision);
  }

  /** Packet 3 of the 2025 draft: once, before packet 1. It names no capabilities, so none are in common. */
  #introduce(turn: Turn<ServerPacket, SockChatState>): void {
    const { state } = turn.connection;
    if (state.begun) return this.extending.ignored('client_info', 'over');
    state.begun = true;
    turn.replyNow({ kind: 'server_info', server: SERVER, capabilities: [] });
  }
}

/**
 * Packet 3 of the 2021 draft. The last one holds. Answered ahead of everything that comes of it. `MCHAN`, several channels at once, is
 * declined: here a user is in one.
 */
function agree(turn: Turn<ServerPacket, SockChatState>, packet: CapabilitiesPacket): void {
  const capabilities = packet.capabilities.includes(TYPING) ? agreed : none;
  turn.connection.features = capabilities;
  turn.replyNow({ kind: 'capabilities', capabilities });
}

// One list for all connections.
const agreed: readonly string[] = [TYPING];
const none: readonly string[] = [];

import type {
  ClearMode,
  ContextMessagePacket,
  ListedChannel,
  MessagePacket,
  Permissions,
  RemoveReason,
  ServerPacket,
  UserFields,
} from './packets.js';
import { BOT_ID, TYPING_MS } from './packets.js';
import { type PlainNotice, plainAction, plainName, plainNotice, plainText } from './plain.js';
import type { ChatLine, ChatUser, Tell } from './view-types.js';

const REASONS: readonly string[] = ['leave', 'kick', 'flood', 'timeout'];

/** People that were seen and are gone are remembered up to this number, for whispers from other channels. */
const KNOWN_LIMIT = 1_000;

/** What a client knows, built up from packets. No socket, no timer. */
export class SockChatView {
  self: ChatUser | null = null;
  channel: string | null = null;
  maxLength: number | null = null;
  /** Everybody in the channel, oneself included, by id. */
  readonly users = new Map<string, ChatUser>();
  readonly channels = new Map<string, ListedChannel>();
  /** Oldest first. */
  readonly lines: ChatLine[] = [];
  readonly #known = new Map<string, ChatUser>();
  readonly #maxLines: number;
  readonly #tell: Tell;
  readonly #now: () => number;
  #key = 0;
  #mark = 0;

  /** @param now - milliseconds since the Unix epoch, for packets that do not say when. */
  constructor(maxLines: number, tell: Tell, now: () => number) {
    this.#maxLines = maxLines;
    this.#tell = tell;
    this.#now = now;
  }

  /** A new connection begins: what it brings is told from what was there before. */
  opened(): void {
    this.#mark = this.#key;
  }

  /** Takes in one packet. */
  apply(packet: ServerPacket): void {
    switch (packet.kind) {
      case 'auth_ok':
        return this.#login(packet.user, packet.channel, packet.maxLength ?? null);
      case 'user_add':
      case 'channel_user_add': {
        const inChannel = packet.kind === 'channel_user_add';
        const user = this.#put(packet.user);
        this.#tell('user_add', { user, inChannel });
        const at = packet.kind === 'user_add' ? packet.atSeconds * 1000 : this.#now();
        return this.#event(inChannel ? 'jchan' : 'join', user.name, packet.messageId, at);
      }
      case 'user_remove': {
        const user = this.#drop(packet.userId) ?? this.#someone(packet.userId, packet.name);
        const reason = (REASONS.includes(packet.reason) ? packet.reason : 'leave') as RemoveReason;
        this.#tell('user_remove', { user, reason });
        return this.#event(reason, user.name, packet.messageId, packet.atSeconds * 1000);
      }
      case 'channel_user_remove': {
        // One's own departure comes too, just before the new channel.
        if (packet.userId === this.self?.id) return;
        const user = this.#drop(packet.userId);
        if (user === undefined) return;
        this.#tell('user_remove', { user, reason: 'channel' });
        return this.#event('lchan', user.name, packet.messageId, this.#now());
      }
      case 'user_update': {
        const before = this.users.get(packet.user.id) ?? null;
        // About somebody elsewhere: remembered, but not put into this channel's list.
        const user = before === null ? this.#remember(userOf(packet.user)) : this.#put(packet.user);
        return this.#tell('user_update', { user, before });
      }
      case 'message':
      case 'context_message':
        return this.#line(packet);
      case 'typing': {
        const user = this.users.get(packet.userId);
        // One's own comes too; and what is said of another channel may have crossed a switch.
        if (user === undefined || user.id === this.self?.id || packet.channel !== this.channel) return;
        return this.#tell('typing', { user, until: this.#now() + TYPING_MS });
      }
      case 'message_delete':
        return this.#forget(packet.messageId);
      case 'channel_add':
      case 'channel_update':
      case 'channel_remove':
      case 'context_channels':
        return this.#channels(packet);
      case 'channel_switch': {
        const previous = this.channel ?? packet.channel;
        this.channel = packet.channel;
        return this.#tell('channel_switch', { channel: packet.channel, previous });
      }
      case 'context_users': {
        this.#emptyUsers();
        for (const user of packet.users) {
          // Some servers list the receiver too.
          if (user.id !== this.self?.id) this.#put(user, user.visible);
        }
        return this.#tell('users', [...this.users.values()]);
      }
      case 'context_clear':
        return this.#clear(packet.mode);
      default:
        return;
    }
  }

  #login(fields: UserFields, channel: string, maxLength: number | null): void {
    const moved = this.channel !== null && this.channel !== channel;
    this.self = userOf(fields);
    this.channel = channel;
    this.maxLength = maxLength;
    this.#known.clear();
    this.#emptyUsers();
    this.channels.clear();
    if (!moved) return;
    // Lines of another channel; those that this connection brought (welcome) stay.
    const kept = this.lines.filter((line) => line.key > this.#mark);
    this.lines.splice(0, this.lines.length, ...kept);
    this.#tell('clear', { lines: true, users: true, channels: true });
  }

  #clear(mode: ClearMode): void {
    const [lines, users, channels] = [
      mode === 0 || mode > 2,
      mode === 1 || mode > 2,
      mode === 2 || mode === 4,
    ];
    if (lines) this.lines.length = 0;
    if (users) this.#emptyUsers();
    if (channels) this.channels.clear();
    this.#tell('clear', { lines, users, channels });
  }

  #channels(
    packet: Extract<
      ServerPacket,
      { kind: 'channel_add' | 'channel_update' | 'channel_remove' | 'context_channels' }
    >,
  ): void {
    const put = ({ name, hasPassword, isTemporary }: ListedChannel) =>
      this.channels.set(name, { name, hasPassword, isTemporary });
    if (packet.kind === 'context_channels') {
      this.channels.clear();
      packet.channels.forEach(put);
    } else if (packet.kind === 'channel_remove') this.channels.delete(packet.name);
    else {
      if (packet.kind === 'channel_update' && packet.oldName !== packet.name) {
        this.channels.delete(packet.oldName);
        if (this.channel === packet.oldName) this.channel = packet.name;
      }
      put(packet);
    }
    this.#tell('channels', [...this.channels.values()]);
  }

  #line(packet: MessagePacket | ContextMessagePacket): void {
    const isContext = packet.kind === 'context_message';
    const userId = isContext ? packet.user.id : packet.userId;
    const base = {
      key: this.#key + 1,
      id: packet.messageId,
      at: packet.atSeconds * 1000,
      past: isContext && !packet.notify,
    };
    if (userId === BOT_ID) {
      return this.#add({ ...base, kind: 'notice', notice: plainNotice(packet.text) }, isContext);
    }
    const { flags } = packet;
    const isOwn = userId === this.self?.id;
    const isAction = flags.italic && !flags.colon;
    let html = packet.text;
    let to: string | null = null;
    if (flags.private && isOwn) {
      const end = html.indexOf(' ');
      to = plainName(end === -1 ? html : html.slice(0, end)).name;
      html = end === -1 ? '' : html.slice(end + 1);
    }
    this.#add(
      {
        ...base,
        kind: 'message',
        user: isContext ? userOf(packet.user) : this.#find(userId),
        text: isAction ? plainAction(html) : plainText(html),
        isOwn,
        isAction,
        isPrivate: flags.private,
        to,
        flags,
      },
      isContext,
    );
  }

  /** A live packet as the notice that stands for it in backlogs. */
  #event(id: string, name: string, messageId: string, at: number): void {
    const notice: PlainNotice = { type: 'information', id, args: [name], names: [] };
    this.#add({ kind: 'notice', key: this.#key + 1, id: messageId, at, past: false, notice }, false);
  }

  #add(line: ChatLine, isContext: boolean): void {
    // After a reconnect the backlog repeats what is known.
    if (isContext && this.lines.some((known) => isSame(known, line))) return;
    this.#key = line.key;
    let index = this.lines.length;
    if (line.past) while (index > 0 && (this.lines[index - 1]?.at ?? 0) > line.at) index -= 1;
    this.lines.splice(index, 0, line);
    if (this.lines.length > this.#maxLines) this.lines.splice(0, this.lines.length - this.#maxLines);
    if (line.kind === 'message') this.#tell('message', line);
    else this.#tell('notice', line);
  }

  #forget(id: string): void {
    const index = this.lines.findLastIndex((line) => line.id === id);
    const line = index === -1 ? null : (this.lines.splice(index, 1)[0] ?? null);
    this.#tell('message_delete', { id, line });
  }

  #put(fields: UserFields, visible = true): ChatUser {
    // The short form of 5.0 has no permissions; what is known of them still holds.
    const known = this.users.get(fields.id) ?? this.#known.get(fields.id);
    const user = userOf(fields, visible, known?.permissions ?? null);
    this.users.set(user.id, user);
    if (user.id === this.self?.id) this.self = user;
    return user;
  }

  #drop(id: string): ChatUser | undefined {
    const user = this.users.get(id);
    if (user === undefined) return undefined;
    this.users.delete(id);
    return this.#remember(user);
  }

  #remember(user: ChatUser): ChatUser {
    this.#known.delete(user.id);
    this.#known.set(user.id, user);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= KNOWN_LIMIT) break;
      this.#known.delete(oldest);
    }
    return user;
  }

  #emptyUsers(): void {
    for (const user of this.users.values()) this.#remember(user);
    this.users.clear();
    if (this.self !== null) this.users.set(this.self.id, this.self);
  }

  #find(id: string): ChatUser {
    return this.users.get(id) ?? this.#known.get(id) ?? this.#someone(id, `#${id}`);
  }

  #someone(id: string, name: string): ChatUser {
    return userOf({ id, name, colour: 'inherit', permissions: null });
  }
}

function userOf(fields: UserFields, visible = true, known: Permissions | null = null): ChatUser {
  return {
    id: fields.id,
    ...plainName(fields.name),
    colour: fields.colour === 'inherit' || fields.colour === '' ? null : fields.colour,
    permissions: fields.permissions ?? known,
    visible,
  };
}

/** Whether a line of a backlog is one that is known already. Ids alone do not tell: some servers count from 0 again. */
function isSame(a: ChatLine, b: ChatLine): boolean {
  if (a.id !== b.id) return false;
  if (a.kind === 'message') return b.kind === 'message' && a.at === b.at && a.text === b.text;
  if (b.kind !== 'notice' || a.notice.id !== b.notice.id) return false;
  // Times differ where a live packet had none, and in welcome lines; names differ between backlog and live packets.
  return a.at === b.at || a.notice.args.join('\f') === b.notice.args.join('\f');
}

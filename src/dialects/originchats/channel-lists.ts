import type { View } from '../../core/table.js';
import { type Channel, channels, factsOf } from '../../domain/channels/channels.js';
import type { DomainConfig } from '../../domain/config.js';
import type { ChatEvent } from '../../domain/events.js';
import { latest } from '../../domain/messages/messages.js';
import { banOf } from '../../domain/moderation/bans.js';
import { online, sessions } from '../../domain/sessions/online.js';
import { threadFacts, threadsOf } from '../../domain/threads/threads.js';
import { claimsOf, type User, users } from '../../domain/users/users.js';
import { kindOf } from '../../domain/viewers.js';
import { voiceMembers } from '../../domain/voice/voice.js';
import type { DialectHost, Turn } from '../dialect.js';
import { channelsFor } from './context.js';
import type { Frame } from './packets.js';
import { permissionsToWire } from './permissions.js';
import { newestShape, threadShape } from './shapes.js';
import type { OriginChatsState } from './state.js';

/** A channel as lists show it (section 4). */
export function channelShape(view: View, config: DomainConfig, channel: Channel): Record<string, unknown> {
  return { ...storedShape(view, channel), ...contentsShape(view, config, channel) };
}

/** The same without what is in it: the channel as the original stores it. */
export function storedShape(view: View, channel: Channel): Record<string, unknown> {
  const { displayName, description, icon, wallpaper, size } = channel.look ?? {};
  return {
    type: channel.kind,
    name: channel.name,
    ...(displayName === undefined ? {} : { display_name: displayName }),
    ...(description === undefined ? {} : { description }),
    ...(icon === undefined ? {} : { icon }),
    ...(wallpaper === undefined ? {} : { wallpaper }),
    ...(size === undefined ? {} : { size }),
    permissions: permissionsToWire(factsOf(view, channel).access),
  };
}

/** What there is in a channel. */
function contentsShape(view: View, config: DomainConfig, channel: Channel): object {
  if (channel.kind === 'text') return newestShape(view.get(latest, channel.id));
  if (channel.kind === 'voice') {
    const members = voiceMembers(view, config, channel.id);
    return { voice_state: members.map(({ person, muted }) => ({ username: person.handle, muted })) };
  }
  if (channel.kind !== 'forum') return {};
  const threads = threadsOf(view, channel).flatMap((one) =>
    one.thread === undefined ? [] : [threadShape(threadFacts(view, one, one.thread))],
  );
  return { threads };
}

/** The list that `channels_get` answers with. */
export function channelList(view: View, config: DomainConfig, user: User): object[] {
  return channelsFor(view, config, user).map((channel) => channelShape(view, config, channel));
}

/** Parts of lists that clients keep up to date from other frames: a change of these alone sends no list. */
const keptByClients: ReadonlySet<string> = new Set(['last_message', 'last_message_id', 'voice_state']);

/** What everybody of one kind is shown. */
interface Shown {
  readonly changes: number;
  readonly events: number;
  /** The list but for {@link keptByClients}, as text; the same object until it is another one, since connections keep it. */
  readonly outline: string;
  readonly frame: Frame;
}

/** Lists of so many kinds of people are kept to be sent again; those of others are made anew for each connection. */
const mostKinds = 64;

/**
 * Sends lists of channels anew to those whose list is another one than before (section 15). Lists are made and encoded once for all who may see
 * the same, and sent by the sweeper: at most once a second, whatever happened meanwhile.
 */
export class ChannelLists {
  /** Events that may have changed a list. */
  #changes = 0;
  #events = 0;
  readonly #kinds = new Map<string, Shown>();
  readonly #texts = new WeakMap<Frame, string>();

  constructor(
    private readonly host: Pick<DialectHost, 'read' | 'config'>,
    private readonly dialect: string,
  ) {}

  heard(event: ChatEvent): void {
    this.#events++;
    if (mayChangeLists(event)) this.#changes++;
  }

  /** Remembers that a connection has, or asks for, the list as it is now. */
  mark(state: OriginChatsState): void {
    const id = state.user;
    const user = id && this.host.read((view) => view.get(users, id));
    if (user === undefined) return;
    state.listedAt = this.#changes;
    state.outline = this.#shown(user, false).outline;
  }

  /** Sends a connection its list if that is another one than it has. */
  refresh(turn: Turn<Frame, OriginChatsState>): void {
    const { state } = turn.connection;
    const id = state.user;
    if (id === undefined || state.listedAt === this.#changes) return;
    const user = this.host.read((view) => {
      const banned = banOf(view, 'user', id, this.dialect, turn.now) !== undefined;
      return banned || view.get(sessions, turn.session) === undefined ? undefined : view.get(users, id);
    });
    if (user === undefined) return;
    const before = state.outline;
    state.listedAt = this.#changes;
    state.outline = this.#shown(user, false).outline;
    if (state.outline !== before) turn.reply(this.#shown(user, true).frame);
  }

  /** A frame as text, once for all who get it. `undefined`: it is none of a list that was sent anew. */
  encoded(frame: Frame): string | undefined {
    return this.#texts.get(frame);
  }

  /** `whole`: newest messages and who is in voice are to be current too. */
  #shown(user: User, whole: boolean): Shown {
    return this.host.read((view) => {
      const kind = this.#kindOf(view, user);
      const known = this.#kinds.get(kind);
      if (known?.changes === this.#changes && (!whole || known.events === this.#events)) return known;
      const val = channelList(view, this.host.config, user);
      const text = JSON.stringify(val, (key, value) => (keptByClients.has(key) ? undefined : value));
      const shown: Shown = {
        changes: this.#changes,
        events: this.#events,
        outline: known?.outline === text ? known.outline : text,
        frame: { cmd: 'channels_get', val },
      };
      this.#texts.set(shown.frame, JSON.stringify(shown.frame));
      this.#kinds.delete(kind);
      this.#kinds.set(kind, shown);
      for (const [oldest] of this.#kinds) {
        if (this.#kinds.size <= mostKinds) break;
        this.#kinds.delete(oldest);
      }
      return shown;
    });
  }

  /** The same for all who may see the same channels: their claims, and the channels that they pass the rank of. */
  #kindOf(view: View, user: User): string {
    const inside = view.get(online, user.id)?.channel;
    const passed = view.by(channels, 'owner', user.id).filter(({ access }) => access.rank !== undefined);
    return JSON.stringify([claimsOf(view, this.host.config, user), inside, passed.map(({ id }) => id)]);
  }
}

/** Whether somebody may see the same as before, and is called the same. */
function looksAlike({ before, person }: ChatEvent<'user_update'>): boolean {
  return before.handle === person.handle && kindOf(before) === kindOf(person);
}

function mayChangeLists(event: ChatEvent): boolean {
  switch (event.type) {
    case 'channel_create':
    case 'channel_update':
    case 'channel_move':
    case 'channel_delete':
    case 'thread_create':
    case 'thread_update':
    case 'thread_delete':
    case 'thread_join':
    case 'thread_leave':
    // Threads name who made them and takes part.
    case 'user_leave':
      return true;
    case 'user_update':
      // A profile of their own changes nothing of that, and anybody may set it as often as they like.
      return event.cause === 'roles' || (event.cause === 'profile' && !looksAlike(event));
    case 'message':
      return event.revived === true;
    default:
      return false;
  }
}

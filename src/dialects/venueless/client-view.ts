import type {
  VenuelessAnswers,
  VenuelessChannel,
  VenuelessEvent,
  VenuelessLogin,
  VenuelessPeople,
  VenuelessPushes,
  VenuelessRoom,
  VenuelessUser,
  VenuelessWorld,
} from './client-frames.js';

/** A part of what a client knows. */
export type VenuelessPart = 'self' | 'world' | 'channels' | 'unread' | 'messages' | 'members' | 'users';

type Numbers = Readonly<Record<string, number>>;

/** What a client knows, built up from pushes and answers. No socket, no timer. */
export class VenuelessView {
  self: VenuelessUser | null = null;
  world: VenuelessWorld | null = null;
  channels: readonly VenuelessChannel[] = [];
  readPointers: Numbers = {};
  notificationCounts: Numbers = {};
  readonly users = new Map<string, VenuelessUser>();
  readonly #messages = new Map<string, readonly VenuelessEvent[]>();
  readonly #members = new Map<string, Map<string, VenuelessUser>>();

  constructor(
    private readonly maxMessages: number,
    private readonly changed: (part: VenuelessPart) => void,
  ) {}

  messages(channel: string): readonly VenuelessEvent[] {
    return this.#messages.get(channel) ?? [];
  }

  members(channel: string): readonly VenuelessUser[] {
    return [...(this.#members.get(channel)?.values() ?? [])];
  }

  /** What was missed while away is not known: messages and members have to be asked for again. */
  loggedIn(login: VenuelessLogin): void {
    this.self = login['user.config'];
    this.world = login['world.config'];
    this.channels = login['chat.channels'];
    this.readPointers = login['chat.read_pointers'];
    this.notificationCounts = login['chat.notification_counts'];
    this.#messages.clear();
    this.#members.clear();
    for (const { members = [] } of this.channels) this.#know(members);
    for (const part of ['self', 'world', 'channels', 'unread', 'messages', 'members'] as const)
      this.changed(part);
  }

  /** Takes in one push. */
  apply(name: string, payload: unknown): void {
    const take = Object.hasOwn(table, name) ? table[name] : undefined;
    const part = take?.(this, payload as never);
    if (part !== undefined) this.changed(part);
  }

  followed(channel: string, members: readonly VenuelessUser[]): void {
    this.#know(members);
    this.#members.set(channel, new Map(members.map((one) => [one.id, one])));
    this.changed('members');
  }

  /** One belongs to a channel by a request of one's own, if not before. */
  belongs(channel: VenuelessChannel): void {
    if (this.channels.some(({ id }) => id === channel.id)) return;
    this.channels = [...this.channels, channel];
    this.changed('channels');
  }

  left(channel: string): void {
    this.channels = this.channels.filter(({ id }) => id !== channel);
    this.changed('channels');
  }

  forget(channel: string): void {
    this.#messages.delete(channel);
    this.#members.delete(channel);
  }

  fetched(channel: string, { results, users }: VenuelessAnswers['chat.fetch']): void {
    this.#know(Object.values(users));
    this.#merge(channel, results);
    this.changed('messages');
  }

  /** One event of a channel, as it came. */
  happened(event: VenuelessEvent, users: VenuelessPeople): VenuelessPart {
    this.#know(Object.values(users));
    if (event.event_type === 'channel.member') {
      const { membership, user } = event.content;
      const members = this.#members.get(event.channel);
      if (membership === 'join') members?.set(user.id, user);
      else members?.delete(user.id);
      this.changed('members');
    }
    const { replaces } = event;
    if (replaces === null) this.#merge(event.channel, [event]);
    else this.#alter(event, replaces, { content: event.content, edited: event.timestamp });
    return 'messages';
  }

  reacted(event: VenuelessEvent, users: VenuelessPeople): VenuelessPart {
    this.#know(Object.values(users));
    this.#alter(event, event.event_id, { reactions: event.reactions });
    return 'messages';
  }

  room(id: string, change: (room: VenuelessRoom) => Partial<VenuelessRoom>): VenuelessPart | undefined {
    return this.rooms((rooms) => rooms.map((one) => (one.id === id ? { ...one, ...change(one) } : one)));
  }

  rooms(change: (rooms: readonly VenuelessRoom[]) => readonly VenuelessRoom[]): VenuelessPart | undefined {
    if (this.world === null) return undefined;
    this.world = { ...this.world, rooms: change(this.world.rooms) };
    return 'world';
  }

  #know(people: readonly VenuelessUser[]): void {
    for (const one of people) this.users.set(one.id, one);
    if (people.length > 0) this.changed('users');
  }

  /** Changes a message, if it is known: what is shown in its place stands there and nowhere else, as in the web app (section 8.5). */
  #alter({ channel }: VenuelessEvent, id: number, change: object): void {
    const known = this.messages(channel);
    this.#set(
      channel,
      known.map((one) => (one.event_id === id ? ({ ...one, ...change } as VenuelessEvent) : one)),
    );
  }

  #merge(channel: string, more: readonly VenuelessEvent[]): void {
    const all = new Map(this.messages(channel).map((one) => [one.event_id, one]));
    for (const { ...one } of more) {
      // Of pushes and results only the event itself is kept.
      for (const extra of ['users', 'type'] as const) delete (one as Record<string, unknown>)[extra];
      all.set(one.event_id, one);
    }
    this.#set(channel, [...all.values()]);
  }

  #set(channel: string, events: readonly VenuelessEvent[]): void {
    const shown = events.filter((one) => one.replaces === null && !isDeleted(one));
    this.#messages.set(channel, shown.sort((a, b) => a.event_id - b.event_id).slice(-this.maxMessages));
  }
}

function isDeleted(event: VenuelessEvent): boolean {
  return event.event_type === 'channel.message' && event.content.type === 'deleted';
}

type Take<P> = (view: VenuelessView, payload: P) => VenuelessPart | undefined;

/** What pushes change of what is known. */
const takes = {
  'chat.event': (view, event) => view.happened(event, event.users),
  'chat.event.reaction': (view, event) => view.reacted(event, event.users),
  'chat.channels'(view, { channels }) {
    view.channels = channels;
    return 'channels';
  },
  'chat.read_pointers'(view, pointers) {
    view.readPointers = pointers;
    return 'unread';
  },
  // Counted here, as the web app does: the server tells the numbers only when something was read (section 9).
  'chat.notification'(view, { event: { channel }, sender }) {
    view.users.set(sender.id, sender);
    const counts = view.notificationCounts;
    view.notificationCounts = { ...counts, [channel]: (counts[channel] ?? 0) + 1 };
    return 'unread';
  },
  'chat.notification_counts'(view, counts) {
    view.notificationCounts = counts;
    return 'unread';
  },
  'chat.unread_pointers'(view, pointers) {
    view.channels = view.channels.map((one) => ({
      ...one,
      unread_pointer: Object.hasOwn(pointers, one.id) ? (pointers[one.id] as number) : one.unread_pointer,
    }));
    return 'unread';
  },
  'user.updated'(view, user) {
    if (user.id === view.self?.id) view.self = { ...view.self, ...user };
    view.users.set(user.id, user);
    return 'self';
  },
  'world.updated'(view, world) {
    view.world = world;
    return 'world';
  },
  'world.user_count_change': (view, { room, users }) => view.room(room, () => ({ users })),
  'room.schedule': (view, { room, schedule_data }) => view.room(room, () => ({ schedule_data })),
  'room.create': (view, room) => view.rooms((rooms) => [...rooms.filter((one) => one.id !== room.id), room]),
  'room.delete': (view, { id }) => view.rooms((rooms) => rooms.filter((one) => one.id !== id)),
} satisfies { [Name in keyof VenuelessPushes]?: Take<VenuelessPushes[Name]> };

const table: Readonly<Record<string, Take<never>>> = takes;

import type {
  ChannelShape,
  HandshakeFacts,
  MessagePage,
  OriginChatsPushes,
  ReadyUser,
} from './client-frames.js';
import type { Frame, ListedUser, MessageShape } from './packets.js';

/** A part of what a client knows. */
export type ViewPart = 'channels' | 'users' | 'messages' | 'typing';

/** A channel by its name, or a thread by its id. */
export type Place = string | { readonly thread: string };

/** A place as requests name it. */
export function placeFields(place: Place): { readonly channel: string } | { readonly thread_id: string } {
  return typeof place === 'string' ? { channel: place } : { thread_id: place.thread };
}

/** The one name of a place in maps: that of a channel, or `thread/<id>` (section 6.4). */
export function placeKey(place: Place): string {
  return typeof place === 'string' ? place : `thread/${place.thread}`;
}

/** For how long a typing note holds: nothing tells of its end (section 6.1). */
export const typingMs = 10_000;

const offline = { status: 'offline', text: '' } as const;

/** What a client knows, built up from frames. No socket, no timer. */
export class OriginChatsView {
  self: ReadyUser | null = null;
  server: HandshakeFacts | null = null;
  /** In the order of the list. */
  channels: readonly ChannelShape[] = [];
  /** Everybody with an account, by name; who is not there is `offline`. */
  readonly users = new Map<string, ListedUser>();
  readonly #messages = new Map<string, readonly MessageShape[]>();
  readonly #typing = new Map<string, Map<string, number>>();
  /** Names that somebody has now who had another before: lists have no ids, so whose they are shows in the next one. */
  readonly #newNames = new Set<string>();

  constructor(
    private readonly maxMessages: number,
    private readonly changed: (part: ViewPart) => void,
    /** Milliseconds since the Unix epoch. */
    private readonly now: () => number,
  ) {}

  messages(place: Place): readonly MessageShape[] {
    return this.#messages.get(placeKey(place)) ?? [];
  }

  /** Who else is typing there now. */
  typing(place: Place): readonly string[] {
    const now = this.now();
    return [...(this.#typing.get(placeKey(place)) ?? [])].flatMap(([name, until]) =>
      until > now ? [name] : [],
    );
  }

  /** Takes in one frame, pushed or answered. */
  apply(frame: Frame): void {
    const take = Object.hasOwn(table, frame.cmd) ? table[frame.cmd] : undefined;
    const part = take?.(this, frame as never);
    if (part !== undefined) this.changed(part);
  }

  /** What was missed while away is not known: history has to be asked for again. */
  loggedIn(user: ReadyUser): void {
    this.self = user;
    this.#messages.clear();
    this.#typing.clear();
    this.changed('messages');
  }

  /** Merges messages of one place by id. */
  merge(key: string, more: readonly MessageShape[]): ViewPart {
    const known = new Map((this.#messages.get(key) ?? []).map((one) => [one.id, one]));
    for (const one of more) known.set(one.id, one);
    const all = [...known.values()].sort(inOrder);
    this.#messages.set(key, all.slice(-this.maxMessages));
    return 'messages';
  }

  /** Changes one message; `undefined` takes it away. */
  alter(
    key: string,
    id: string,
    change: (message: MessageShape) => MessageShape | undefined,
  ): ViewPart | undefined {
    const known = this.#messages.get(key);
    if (!known?.some((one) => one.id === id)) return undefined;
    this.#messages.set(
      key,
      known.flatMap((one) => (one.id === id ? (change(one) ?? []) : [one])),
    );
    return 'messages';
  }

  /** Somebody types there, or (until now) does so no longer. */
  types(key: string, name: string, forMs: number): ViewPart | undefined {
    const there = this.#typing.get(key) ?? new Map<string, number>();
    this.#typing.set(key, there);
    if (forMs > 0 && name !== this.self?.username) there.set(name, this.now() + forMs);
    else if (!there.delete(name)) return undefined;
    return 'typing';
  }

  /** Whether somebody has a name that no list has had yet. */
  get isStale(): boolean {
    return this.#newNames.size > 0;
  }

  /** Somebody is called that now, and perhaps was before. */
  called(name: string, nickname: string | null): ViewPart | undefined {
    if (this.users.has(name)) return this.user(name, { nickname });
    this.#newNames.add(name);
    return undefined;
  }

  /** Takes in the whole list. Whoever is missing there, if it is one, is who has the one new name; oneself is never missing. */
  list(all: readonly ListedUser[]): ViewPart {
    const names = new Set(all.map(({ username }) => username));
    const missing = [...this.users.keys()].filter((name) => !names.has(name));
    const found = [...this.#newNames].filter((name) => names.has(name));
    this.#newNames.clear();
    this.users.clear();
    for (const one of all) this.users.set(one.username, one);
    const { self } = this;
    const before = self !== null && missing.includes(self.username) ? [self.username] : missing;
    const [from, to] = [before[0], found[0]];
    if (from !== undefined && to !== undefined && before.length === 1 && found.length === 1)
      this.#renamed(from, to);
    return 'users';
  }

  /** Messages, reactions and typing notes go by names. */
  #renamed(from: string, to: string): void {
    const now = (name: string) => (name === from ? to : name);
    if (this.self?.username === from) this.self = { ...this.self, username: to };
    for (const [key, messages] of this.#messages)
      this.#messages.set(
        key,
        messages.map((one) => signedAnew(one, now)),
      );
    for (const names of this.#typing.values()) {
      const until = names.get(from);
      if (until !== undefined) names.set(to, until);
      names.delete(from);
    }
    this.changed('messages');
  }

  user(name: string, change: Partial<ListedUser>): ViewPart {
    const unknown = { username: name, nickname: null, roles: [], color: null, status: offline };
    this.users.set(name, { ...(this.users.get(name) ?? unknown), ...change });
    return 'users';
  }
}

type Take<F> = (view: OriginChatsView, frame: F) => ViewPart | undefined;

/** What frames change of what is known. */
const takes = {
  channels_get(view, { val }) {
    view.channels = val;
    return 'channels';
  },
  users_list: (view, { users }: Frame & { readonly users: readonly ListedUser[] }) => view.list(users),
  messages_get: (view, frame: PageFrame) => view.merge(keyOf(frame), frame.messages),
  messages_around: (view, frame: PageFrame) => view.merge(keyOf(frame), frame.messages),
  user_join: (view, { user }) => view.user(user.username, { roles: user.roles, color: user.color }),
  user_connect: (view, { user }) =>
    view.user(user.username, {
      roles: user.roles,
      color: user.color,
      status: { status: 'online', text: view.users.get(user.username)?.status.text ?? '' },
    }),
  user_disconnect: (view, { username }) =>
    view.user(username, { status: { ...offline, text: view.users.get(username)?.status.text ?? '' } }),
  user_leave(view, { username }) {
    return view.users.delete(username) ? 'users' : undefined;
  },
  status_get: (view, { username, status }) => view.user(username, { status }),
  nickname_update: (view, { username, nickname }) => view.user(username, { nickname }),
  nickname_remove: (view, { username }) => view.user(username, { nickname: null }),
  user_updated: (view, { username, nickname }) => view.called(username, nickname),
  user_roles_get: (view, { user, roles, color }) => view.user(user, { roles, color }),
  message_new(view, frame) {
    view.types(keyOf(frame), frame.message.user, 0);
    return view.merge(keyOf(frame), [frame.message]);
  },
  message_edit: (view, frame) =>
    view.alter(keyOf(frame), frame.id, (before) => ({
      ...before,
      ...frame.message,
      content: frame.content,
      edited: true,
    })),
  message_delete: (view, frame) => view.alter(keyOf(frame), frame.id, () => undefined),
  message_react_add: (view, frame) =>
    view.alter(keyOf(frame), frame.id, (before) => reacted(before, frame.emoji, frame.from, true)),
  message_react_remove: (view, frame) =>
    view.alter(keyOf(frame), frame.id, (before) => reacted(before, frame.emoji, frame.from, false)),
  message_pin: (view, frame) =>
    view.alter(keyOf(frame), frame.id, (before) => ({ ...before, pinned: frame.pinned })),
  message_unpin: (view, frame) =>
    view.alter(keyOf(frame), frame.id, (before) => ({ ...before, pinned: frame.pinned })),
  typing: (view, frame) => view.types(keyOf(frame), frame.user, typingMs),
} satisfies { [Name in keyof OriginChatsPushes]?: Take<OriginChatsPushes[Name]> } & Record<
  string,
  Take<never>
>;

const table: Readonly<Record<string, Take<never>>> = takes;

type PageFrame = Frame & MessagePage & { readonly channel: string; readonly thread_id?: string | null };

function keyOf({
  channel,
  thread_id,
}: {
  readonly channel: string;
  readonly thread_id?: string | null;
}): string {
  return thread_id == null ? channel : placeKey({ thread: thread_id });
}

/** By time; ids of messages of one moment are compared as the numbers that they are here. */
function inOrder(a: MessageShape, b: MessageShape): number {
  return a.timestamp - b.timestamp || a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}

/** A message of which the same people have other names; the same object where none of them has. */
function signedAnew(message: MessageShape, now: (name: string) => string): MessageShape {
  const { user, reactions = {}, reply_to } = message;
  const by = Object.entries(reactions);
  const names = [user, ...by.flatMap(([, all]) => all), ...(reply_to === undefined ? [] : [reply_to.user])];
  if (names.every((name) => now(name) === name)) return message;
  return {
    ...message,
    user: now(user),
    ...(by.length === 0
      ? {}
      : {
          reactions: Object.assign(
            Object.create(null),
            Object.fromEntries(by.map(([emoji, all]) => [emoji, all.map(now)])),
          ),
        }),
    ...(reply_to === undefined ? {} : { reply_to: { ...reply_to, user: now(reply_to.user) } }),
  };
}

function reacted(message: MessageShape, emoji: string, from: string, on: boolean): MessageShape {
  const { reactions: before = {}, ...rest } = message;
  const by = Object.hasOwn(before, emoji) ? (before[emoji] ?? []) : [];
  const names = on ? [...by.filter((one) => one !== from), from] : by.filter((one) => one !== from);
  // A map of emoji that people chose: without a prototype that one of them could name.
  const reactions: Record<string, readonly string[]> = Object.assign(Object.create(null), before);
  if (names.length > 0) reactions[emoji] = names;
  else delete reactions[emoji];
  return Object.keys(reactions).length > 0 ? { ...rest, reactions } : rest;
}

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
  users_list(view, { users }: Frame & { readonly users: readonly ListedUser[] }) {
    view.users.clear();
    for (const one of users) view.users.set(one.username, one);
    return 'users';
  },
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

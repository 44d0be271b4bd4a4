import type { Chat, ChatEvents, UserId } from 'polylect';

/** Somebody whom the host can do something about. */
export interface KnownPerson {
  readonly user: UserId;
  readonly handle: string;
  /** The protocols they are connected by; empty if they are away. */
  readonly dialects: readonly string[];
  readonly isBanned: boolean;
  readonly isSilenced: boolean;
}

/** A channel that the host can end. */
export interface KnownChannel {
  readonly channel: string;
  readonly name: string;
}

/** Whom and what there is. */
export interface Community {
  readonly people: readonly KnownPerson[];
  readonly channels: readonly KnownChannel[];
}

/** Events after which it may be another. */
const names = [
  'user_join',
  'session_open',
  'session_close',
  'user_disconnect',
  'user_update',
  'user_ban',
  'user_unban',
  'user_silence',
  'user_unsilence',
  'user_leave',
  'stream_open',
  'stream_close',
  'channel_create',
  'channel_update',
  'channel_delete',
] as const satisfies readonly (keyof ChatEvents)[];

/** Keeps in mind who has been here since the start, from events, as any host may. Who is banned or silenced the chat knows. */
export class KnownCommunity {
  readonly #chat: Chat;
  readonly #changed: (now: Community) => void;
  readonly #seen = new Set<UserId>();
  /** Event streams of people who have no session: their session id → whose. */
  readonly #streams = new Map<string, UserId>();
  #isDue = false;

  constructor(chat: Chat, changed: (now: Community) => void) {
    this.#chat = chat;
    this.#changed = changed;
    chat.on('user_join', ({ person }) => this.#seen.add(person.user));
    chat.on('session_open', ({ person }) => this.#seen.add(person.user));
    chat.on('stream_open', ({ session, user }) => {
      this.#seen.add(user);
      this.#streams.set(session, user);
    });
    chat.on('stream_close', ({ session }) => this.#streams.delete(session));
    chat.on('token_end', ({ streams }) => {
      for (const session of streams) this.#streams.delete(session);
    });
    for (const name of names) chat.on(name, () => this.#tellSoon());
  }

  now(): Community {
    const chat = this.#chat;
    const streaming = new Set(this.#streams.values());
    const banned = new Set(chat.users.bans().flatMap((ban) => (ban.kind === 'user' ? ban.user : [])));
    const silenced = new Set(chat.users.silences().map(({ user }) => user));
    const people = [...new Set([...this.#seen, ...banned, ...silenced])].flatMap((id) => {
      const user = chat.users.get(id);
      if (user === undefined) return [];
      const dialects = new Set(chat.sessions.of(id).map(({ dialect }) => dialect));
      if (streaming.has(id)) dialects.add('conclave');
      return {
        user: id,
        handle: user.handle,
        dialects: [...dialects],
        isBanned: banned.has(id),
        isSilenced: silenced.has(id),
      };
    });
    people.sort((a, b) => a.handle.localeCompare(b.handle));
    return { people, channels: chat.channels.all().map(({ id, name }) => ({ channel: id, name })) };
  }

  #tellSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#changed(this.now());
    });
  }
}

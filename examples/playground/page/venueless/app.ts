import { ClientError, type VenuelessClient, type VenuelessRoom, type VenuelessUser } from 'polylect/client';
import type { Frame } from '../frame/frame.js';
import { nameOf, withMentions } from './names.js';

/** A place to talk: a room, or a channel of direct messages. */
export interface Place {
  /** The channel's id. */
  readonly id: string;
  readonly name: string;
  readonly room: VenuelessRoom | undefined;
}

/** Messages that are asked for of a place. */
const pageSize = 100;

/** What the parts of the page share: the client of the moment, where one is, and things to do. */
export class App {
  readonly frame: Frame;
  client: VenuelessClient | null = null;
  /** Id of the open channel; empty before there is one. */
  open = '';
  /** Ids of people whom one has blocked. */
  readonly blocked = new Set<string>();
  /** Ids of people → whether they are there, of those on show. */
  online: Readonly<Record<string, boolean>> = {};
  /** Puts words where one writes. */
  write: (text: string) => void = () => {};
  /** Something of what is shown is another. */
  changed: () => void = () => {};
  #entering: Promise<void> | undefined;
  /** Channel → up to where the server was told that it is read, on this connection. */
  #marked: Readonly<Record<string, number>> = {};

  constructor(frame: Frame) {
    this.frame = frame;
    // Who is there is not pushed.
    frame.every(20_000, () => {
      if (!document.hidden) void this.lookWhoIsThere();
    });
    document.addEventListener('visibilitychange', () => this.markRead(), { signal: frame.ending });
  }

  use(client: VenuelessClient, name: string): void {
    this.client = client;
    client.on('chat.mention_warning', ({ missed_users: missed }) =>
      this.frame.showNote(`Not told, since they are not in here: ${missed.map(nameOf).join(', ')}.`),
    );
    client.on('announcement.created_or_updated', ({ text }) => this.frame.showNote(text));
    client.on('login', () => {
      if (client === this.client) this.#entering = this.#arrived(name);
    });
    client.on('change', (part) => {
      if (client !== this.client) return;
      if (part === 'messages') this.markRead();
      if (part === 'members') void this.lookWhoIsThere();
      if (part === 'world' && this.place === undefined && client.state === 'online') void this.enterFirst();
      this.changed();
    });
  }

  get rooms(): readonly Place[] {
    return (this.client?.world?.rooms ?? []).flatMap((room) => {
      const id = room.modules.find(({ type }) => type === 'chat.native')?.channel_id;
      return id === undefined ? [] : [{ id, name: room.name, room }];
    });
  }

  get directs(): readonly Place[] {
    return (this.client?.channels ?? []).flatMap(({ id, members }) => {
      if (members === undefined) return [];
      const others = members.filter((one) => one.id !== this.client?.self?.id);
      const name = others.map((one) => nameOf(this.client?.users.get(one.id) ?? one)).join(', ');
      return [{ id, name, room: undefined }];
    });
  }

  get place(): Place | undefined {
    return [...this.rooms, ...this.directs].find(({ id }) => id === this.open);
  }

  get members(): readonly VenuelessUser[] {
    return this.client?.members(this.open) ?? [];
  }

  /** What is unread in a place: how many notifications, and whether there is anything new at all. */
  unread(channel: string): { readonly count: number; readonly isNew: boolean } {
    const { channels = [], readPointers = {}, notificationCounts = {} } = this.client ?? {};
    const newest = channels.find(({ id }) => id === channel)?.unread_pointer ?? 0;
    const isNew = channel !== this.open && newest > (readPointers[channel] ?? 0);
    return { count: notificationCounts[channel] ?? 0, isNew };
  }

  /** Whether one may do something in the open room. */
  mayHere(permission: string): boolean {
    return this.place?.room?.permissions.includes(permission) === true;
  }

  /** Whether one may do something in the world. */
  may(permission: string): boolean {
    return this.client?.world?.permissions.includes(permission) === true;
  }

  /** Does something with the client; a failure is shown. Answers whether it was done. */
  async act(what: (client: VenuelessClient) => Promise<unknown>): Promise<boolean> {
    const { client } = this;
    const isDone = client !== null && (await this.frame.attempt(() => what(client)));
    this.changed();
    return isDone;
  }

  /** Asks for something that nobody waits for: when it fails, the state of the connection says enough. */
  async #aside(what: (client: VenuelessClient) => Promise<unknown>): Promise<void> {
    const { client } = this;
    if (client?.state !== 'online') return;
    try {
      await what(client);
    } catch (thrown) {
      if (!(thrown instanceof ClientError)) throw thrown;
    }
    this.changed();
  }

  /** Goes to a place: joins a room, or follows what one may not join, and asks for its past. */
  enter(channel: string): Promise<void> {
    this.#entering = this.#enter(channel);
    return this.#entering;
  }

  /** Says something where one is, or is about to be. */
  async send(text: string): Promise<boolean> {
    await this.#entering;
    return this.act((client) => client.send(this.open, withMentions(text, this.members)));
  }

  async #enter(channel: string): Promise<void> {
    const before = this.open;
    this.open = channel;
    this.changed();
    await this.act(async (client) => {
      if (before !== '' && before !== channel && client.followed.includes(before)) {
        await client.unsubscribe(before);
      }
      if (this.mayHere('room:chat.join')) await client.join(channel);
      else await client.subscribe(channel);
      await client.history(channel, { count: pageSize });
    });
    this.markRead();
    await this.lookWhoIsThere();
  }

  async enterFirst(): Promise<void> {
    const [first] = this.rooms;
    if (first !== undefined) await this.enter(first.id);
  }

  /** Opens the direct channel with somebody. */
  async writeTo(user: string): Promise<void> {
    await this.act(async (client) => {
      const { id } = await client.direct([user]);
      await this.enter(id);
    });
  }

  async block(user: string, isOn: boolean): Promise<void> {
    await this.act(async (client) => {
      await client.request(isOn ? 'user.block' : 'user.unblock', { id: user });
      if (isOn) this.blocked.add(user);
      else this.blocked.delete(user);
    });
  }

  async rename(name: string): Promise<void> {
    await this.act((client) =>
      client.update({ profile: { ...client.self?.profile, display_name: name, greeted: true } }),
    );
  }

  /** Tells the server that what is open has been read, if somebody looks at it. */
  markRead(): void {
    const { client, open } = this;
    const newest = client?.messages(open).at(-1)?.event_id ?? 0;
    if (client === null || document.hidden || client.state !== 'online') return;
    if (newest > (this.#marked[open] ?? 0)) {
      this.#marked = { ...this.#marked, [open]: newest };
      void this.#aside(() => client.markRead(open, newest));
    }
  }

  /** Asks who of those on show is there. */
  async lookWhoIsThere(): Promise<void> {
    const ids = this.members.map(({ id }) => id);
    if (ids.length === 0) return;
    await this.#aside(async (client) => {
      this.online = await client.request('user.online_status', { ids });
    });
  }

  async #arrived(name: string): Promise<void> {
    this.#marked = {};
    if (this.client?.self?.profile.display_name === undefined) await this.rename(name);
    await this.#aside(async (client) => {
      const { users } = await client.request('user.list.blocked');
      this.blocked.clear();
      for (const { id } of users) this.blocked.add(id);
    });
    const place = this.place ?? this.rooms[0];
    if (place !== undefined) await this.#enter(place.id);
  }
}

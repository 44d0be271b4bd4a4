import { foreignSettings } from '../../../src/dialects/sockchat/options.js';
import type { ServerPacket } from '../../../src/dialects/sockchat/packets.js';
import { nameOf } from '../../../src/dialects/sockchat/people.js';
import { plainName } from '../../../src/dialects/sockchat/plain.js';
import { SockChatView } from '../../../src/dialects/sockchat/view.js';
import { roleBits } from '../../../src/domain/access/grants.js';
import { mayNot } from '../../../src/domain/access/may.js';
import { type Channel, channels, factsOf, isOpen } from '../../../src/domain/channels/channels.js';
import type { ChatEvent, EventName } from '../../../src/domain/events.js';
import type { UserId } from '../../../src/domain/ids.js';
import { type Online, online } from '../../../src/domain/sessions/online.js';
import { isVisible } from '../../../src/domain/status/status.js';
import type { SockClient } from './clients.js';
import { type Rig, rigWorld } from './rig.js';

/** How long nothing may have changed before all have the same lists: some rounds of the sweeper more than the chat waits. Milliseconds. */
const quietMs = foreignSettings.settleMs + 4_000;

/** Events that change nobody's list. */
const still: ReadonlySet<EventName> = new Set([
  'message',
  'message_edit',
  'message_delete',
  'message_pin',
  'reaction_add',
  'reaction_remove',
  'whisper',
  'typing',
  'read',
  'member_add',
  'member_remove',
  'subscription_open',
  'subscription_close',
]);

/** Packets that would break clients if they were about somebody who is in no list. */
const about: Readonly<Partial<Record<ServerPacket['kind'], true>>> = {
  message: true,
  user_remove: true,
  channel_user_remove: true,
  user_update: true,
};

/** Whom each client of Sock Chat has in its list: once nothing has changed for a while, those who sit there and those of other protocols who may see the channel. */
export class ListsWatch {
  readonly #rig: Rig;
  readonly #flaw: (text: string) => void;
  readonly #views = new Map<SockClient, SockChatView>();
  /** Those who stay connected while they are banned, with the end of that. */
  readonly #deaf = new Map<UserId, number | null>();
  #changedAt = 0;
  #looked = false;

  constructor(rig: Rig, flaw: (text: string) => void) {
    this.#rig = rig;
    this.#flaw = flaw;
  }

  frame(client: SockClient, packet: ServerPacket): void {
    let view = this.#views.get(client);
    if (view === undefined) {
      view = new SockChatView(
        1,
        () => {},
        () => 0,
      );
      this.#views.set(client, view);
    }
    const id = 'userId' in packet ? packet.userId : packet.kind === 'user_update' ? packet.user.id : '';
    if (about[packet.kind] && id !== '-1' && !view.users.has(id))
      this.#flaw(`${client.name} on sockchat was sent ${packet.kind} about ${id}, who is in no list`);
    view.apply(packet);
  }

  told(event: ChatEvent): void {
    if (still.has(event.type)) return;
    this.#moved();
    if (event.type === 'user_ban' && event.stayed !== undefined)
      this.#deaf.set(event.person.user, event.until);
    else if (event.type === 'user_unban') this.#deaf.delete(event.user);
    else if (event.type === 'user_ban' || event.type === 'session_open' || event.type === 'user_disconnect')
      this.#deaf.delete(event.person.user);
  }

  /** After every step. */
  check(): void {
    const { chat, time } = this.#rig;
    for (const [user, until] of this.#deaf) {
      if (until === null || until > time.now()) continue;
      this.#deaf.delete(user);
      this.#moved();
    }
    if (this.#looked || time.elapsed - this.#changedAt < quietMs || chat.health().waiting > 0) return;
    this.#looked = true;
    for (const [client, view] of this.#views) {
      if (!client.isOpen) this.#views.delete(client);
      else if (client.link.isReading && view.self !== null) this.#checkOne(client, view);
    }
  }

  reborn(): void {
    this.#views.clear();
    this.#deaf.clear();
    this.#moved();
  }

  #moved(): void {
    this.#changedAt = this.#rig.time.elapsed;
    this.#looked = false;
  }

  #checkOne(client: SockClient, view: SockChatView): void {
    const user = this.#rig.chat.users.byIdentity('people', client.name)?.id as UserId | undefined;
    const wanted = user === undefined ? undefined : this.#listFor(user);
    if (wanted === undefined) return;
    const list = [...view.users.values()]
      .filter(({ id }) => id !== view.self?.id)
      .map(({ id, name, colour }) => `${id} ${name} ${colour}`);
    const has = list.sort().join('; ');
    const wants = wanted.sort().join('; ');
    if (has !== wants)
      this.#flaw(`${client.name} in ${view.channel} has the list\n${has}\ninstead of\n${wants}`);
  }

  /** Whom somebody who sits in a channel is to have in the list. */
  #listFor(user: UserId): string[] | undefined {
    return this.#rig.chat.read((view) => {
      const here = view.get(online, user)?.channel;
      const channel = here === undefined ? undefined : view.get(channels, here);
      if (channel === undefined) return undefined;
      const facts = factsOf(view, channel);
      const shown = [...view.all(online)].filter(
        (row) =>
          row.user !== user &&
          isVisible(view, row.user) &&
          (row.channel === channel.id || (isOpen(facts) && this.#isForeign(row, channel))),
      );
      return shown.map(({ person }) => {
        const colour = person.colour?.trim() || null;
        return `${person.number} ${plainName(nameOf(person)).name} ${colour}`;
      });
    });
  }

  #isForeign({ user, channel: place, person }: Online, channel: Channel): boolean {
    if (place !== undefined || this.#deaf.has(user)) return false;
    const circumstances = { owner: channel.owner === user, inside: false };
    return mayNot(person, channel.access, 'see', circumstances, roleBits(rigWorld)) === undefined;
  }
}

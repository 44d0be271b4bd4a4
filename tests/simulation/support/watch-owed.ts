import { roleBits } from '../../../src/domain/access/grants.js';
import { mayNot } from '../../../src/domain/access/may.js';
import { isOpen } from '../../../src/domain/channels/channels.js';
import type { ChatEvent } from '../../../src/domain/events.js';
import type { Person } from '../../../src/domain/users/person.js';
import { sightOf } from '../../../src/domain/viewers.js';
import type { Json } from '../../support/json-probe.js';
import type { SocketClient } from './clients.js';
import { type Rig, rigWorld } from './rig.js';

/** An OriginChats client that is logged in, and what it has still to be shown. */
interface Viewer {
  readonly client: SocketClient;
  person: Person;
  /** Banned and still connected: it is shown nothing. */
  deaf: boolean;
  readonly owed: Map<number, string>;
}

/** Messages that somebody may be owed before it is looked whether they have seen them. */
const most = 400;

/** Whoever is there by OriginChats is shown every message of every channel and thread that they may see when it is told. */
export class OwedWatch {
  readonly #rig: Rig;
  readonly #flaw: (text: string) => void;
  readonly #viewers = new Map<string, Viewer>();
  /** Since the last look: the host is told of it only later in the turn. */
  #shown: { readonly session: string; readonly id: number }[] = [];

  constructor(rig: Rig, flaw: (text: string) => void) {
    this.#rig = rig;
    this.#flaw = flaw;
  }

  frame(client: SocketClient, packet: Json): void {
    if (client.dialect !== 'originchats' || packet.cmd !== 'message_new') return;
    this.#shown.push({ session: client.session ?? '', id: Number(packet.message?.id) });
  }

  told(event: ChatEvent): void {
    switch (event.type) {
      case 'session_open': {
        this.#change(event.person, false);
        if (event.dialect !== 'originchats') return;
        const client = [...this.#rig.clients].find(({ session }) => session === event.session);
        if (client !== undefined)
          this.#viewers.set(event.session, {
            client,
            person: event.person,
            deaf: false,
            owed: new Map(),
          });
        return;
      }
      case 'session_close':
        this.#viewers.delete(event.session);
        return;
      case 'user_update':
      case 'user_roles':
        return this.#change(event.person);
      case 'user_ban':
        return this.#change(event.person, event.stayed !== undefined);
      case 'user_unban':
        if (event.person !== undefined) this.#change(event.person, false);
        return;
      case 'message':
        return this.#owe(event);
    }
  }

  /** After every step. */
  check(): void {
    for (const { session, id } of this.#shown.splice(0)) this.#viewers.get(session)?.owed.delete(id);
  }

  /** Nothing waits: whoever reads has been shown all. */
  checkSeen(): void {
    this.check();
    for (const { client, owed } of this.#viewers.values()) {
      if (!client.isOpen || !client.link.isReading) continue;
      for (const [id, channel] of owed)
        this.#flaw(`${client.name} on originchats was not shown message ${id} of ${channel}`);
      owed.clear();
    }
  }

  reborn(): void {
    this.#viewers.clear();
  }

  #owe({ message, channel, person, whisper }: ChatEvent<'message'>): void {
    const sight = sightOf(channel);
    if (person === undefined || whisper || !isOpen(sight) || message.webhook !== undefined) return;
    const bits = roleBits(rigWorld);
    const outside = { owner: false, inside: false };
    for (const viewer of this.#viewers.values()) {
      if (viewer.deaf || mayNot(viewer.person, sight.access, 'see', outside, bits) !== undefined) continue;
      viewer.owed.set(message.id, channel.name);
      for (const oldest of viewer.owed.keys()) {
        if (viewer.owed.size <= most) break;
        viewer.owed.delete(oldest);
      }
    }
  }

  #change(person: Person, deaf?: boolean): void {
    for (const viewer of this.#viewers.values()) {
      if (viewer.person.user !== person.user) continue;
      viewer.person = person;
      viewer.deaf = deaf ?? viewer.deaf;
    }
  }
}

import * as wire from '../../src/dialects/conclave/codec.js';
import { uuidOf } from '../../src/dialects/uuid.js';
import type { UserId } from '../../src/domain/ids.js';
import { type Asked, type ConclaveClient, hex } from '../simulation/support/conclave-client.js';
import type { Rig } from '../simulation/support/rig.js';
import type { Device, Fault, Group, Recluse } from './groups.js';
import { Groups, hidden, recluses } from './groups.js';
import type { AnyClient } from './sights.js';

/** Some of the people have a second client. */
const places = recluses.length + 2;
const nobody = '0'.repeat(32);

type Reply<A> = readonly [schema: wire.MessageSchema<A>, see: (answer: A) => readonly string[]];

/** The clients of Conclave in a world, and what they must be answered and told. */
export class Hermitage {
  /** Where messages of groups are stored. */
  static readonly table = 'group_messages';
  readonly groups = new Groups();
  readonly clients = new Map<number, ConclaveClient>();
  /** Ids of groups and invitations, in hexadecimal, by group and by the key of the invitation. */
  readonly ids = new Map<Group | string, string>();
  /** Who and what ids on the wire mean, ever since. */
  readonly #names = new Map<string, string>();
  /** What no other client may read. */
  readonly #secrets = new Set([hidden, btoa(hidden)]);
  #waiting: (() => string | undefined)[] = [];
  #wrong: string[] = [];

  constructor(readonly rig: Rig) {}

  device(at: number): Device | undefined {
    return this.groups.devices.get(at % places);
  }

  client({ place }: Device): ConclaveClient {
    return this.clients.get(place) as ConclaveClient;
  }

  /** The id of somebody on the wire: of nobody, while they have no account. */
  idOf({ name, life }: Recluse): string {
    return [...this.#names].find(([, who]) => who === `${name}.${life}`)?.[0] ?? nobody;
  }

  /** The chat's own id of somebody who has an account. */
  userOf(person: Recluse): UserId | undefined {
    const id = this.idOf(person).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return this.rig.chat.users.byIdentity('conclave', id)?.id;
  }

  /** A request, that must be refused as told or granted; what its answer has must be `must`. */
  ask<Q, A>(
    device: Device,
    method: 'GET' | 'POST',
    path: string,
    no: Fault,
    body?: readonly [schema: wire.MessageSchema<Q>, request: wire.Sparse<Q>],
    reply?: Reply<A>,
    must: readonly string[] = [],
  ): Asked {
    let seen: readonly string[] | undefined;
    const read =
      reply === undefined
        ? undefined
        : ([
            reply[0],
            (answer: A) => {
              seen = reply[1](answer);
            },
          ] as const);
    return this.expect(this.client(device).ask(method, path, body, read), no, () => {
      const [wanted, got] = [must.join(', '), seen?.join(', ')];
      return reply === undefined || wanted === got ? undefined : `must show ${wanted}, and shows ${got}`;
    });
  }

  expect(asked: Asked, no: Fault, look: () => string | undefined = () => undefined): Asked {
    this.#waiting.push(() => {
      const { path, answer, failed } = asked;
      if (failed !== undefined || answer === undefined) return `${path} is not answered: ${failed}`;
      const isGranted = answer.status < 300;
      const read = isGranted ? undefined : wire.decode(wire.ErrorResponse, answer.bytes);
      const code = read?.ok ? read.message.errorCode : undefined;
      if (isGranted !== (no === undefined) || code !== no)
        return `${path} must be answered ${no ?? 'well'}, and is ${answer.status} ${code ?? ''}`;
      const flaw = isGranted ? look() : undefined;
      return flaw === undefined ? undefined : `${path} ${flaw}`;
    });
    return asked;
  }

  of(id: Uint8Array): string {
    return this.#names.get(hex(id)) ?? `nobody of ${hex(id)}`;
  }

  /** Ids mean somebody or something, for good. */
  learn(id: Uint8Array, name: string): void {
    const digits = hex(id);
    const before = this.#names.get(digits);
    if (before !== undefined) this.#wrong.push(`the id of ${before} is that of ${name}`);
    this.#names.set(digits, name);
    this.#secrets.add(digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
  }

  /** Somebody sits down at a place: registers if they have no account, logs in, and hears. */
  async come(at: number): Promise<Device> {
    const { devices } = this.groups;
    const place = at % places;
    const person = this.groups.person(recluses[place % recluses.length] as string);
    const { name } = person;
    const device = devices.get(place) ?? { place, person, good: false, hears: false };
    devices.set(place, device);
    const client = this.clients.get(place) ?? this.rig.conclave(name);
    this.clients.set(place, client);
    // Whoever was never let in shows one that is no good.
    if (client.token === '') client.token = 'none';
    if (!person.known) {
      const asked = this.expect(client.register(name), undefined);
      await this.rig.turn();
      person.known = true;
      const read = wire.decode(wire.RegisterResponse, asked.answer?.bytes ?? new Uint8Array());
      if (read.ok) this.learn(read.message.userId, this.groups.who(name));
      const user = this.userOf(person);
      if (user !== undefined) this.#secrets.add(user).add(uuidOf('user', user));
    }
    if (!device.good) {
      this.expect(client.login(name), person.banned ? 302 : undefined);
      await this.rig.turn();
      device.good = !person.banned;
    }
    if (device.good && !device.hears) {
      device.hears = true;
      client.listen().catch((thrown: unknown) => this.#wrong.push(`${name} cannot listen: ${thrown}`));
      await this.rig.turn();
    }
    return device;
  }

  /** What is not as it must be. */
  compare(others: Iterable<AnyClient>): string[] {
    const wrong = [...this.#wrong, ...this.#waiting.map((look) => look())].filter((one) => one !== undefined);
    this.#wrong = [];
    this.#waiting = [];
    const told = this.groups.take();
    for (const [place, device] of this.groups.devices) {
      const client = this.client(device);
      const who = `${device.person.name} on conclave (place ${place})`;
      const [must, seen] = [told.get(place) ?? [], client.events.splice(0).map((item) => this.#sight(item))];
      if (must.join('\n') !== seen.join('\n'))
        wrong.push(`${who} must hear: ${must.join('; ')}, and hears: ${seen.join('; ')}`);
      if (client.streaming !== device.hears)
        wrong.push(`the stream of ${who} must be ${device.hears ? 'open' : 'over'}`);
    }
    const [kept, stored] = [this.groups.kept(), this.rig.stored.table(Hermitage.table).size];
    if (kept !== stored) wrong.push(`${kept} messages of groups must be stored, and there are ${stored}`);
    for (const client of others)
      client.texts.forEach((text, i) => {
        if (![...this.#secrets].some((one) => text.includes(one))) return;
        const frame = client.frames[i] as { kind?: string; userId?: string; text?: string };
        // An error names what was asked for.
        if (frame.kind === 'message' && frame.userId === '-1' && frame.text?.startsWith('1\f')) return;
        wrong.push(`${client.dialect} shows somebody or something of Conclave:\n${text}`);
      });
    return wrong;
  }

  #sight(item: wire.StreamItem): string {
    if (item.kind !== 'event') return JSON.stringify(item);
    const { event } = item;
    const group = this.of(event.value.groupId);
    switch (event.case) {
      case 'newMessage':
        return `${group} has message ${event.value.sequenceNum} of ${this.of(event.value.senderId)}`;
      case 'groupUpdate':
        return `${group} has ${['', 'a commit', 'settings', 'other roles'][event.value.updateType]}`;
      case 'welcome':
        return `welcome to a group: ${group}`;
      case 'memberRemoved':
        return `${this.of(event.value.removedUserId)} is out of ${group}`;
      case 'inviteReceived':
        if (event.value.groupName !== group)
          return `invites into ${group} by the name ${event.value.groupName}`;
        return `${this.of(event.value.inviterId)} invites into ${group}`;
      case 'inviteDeclined':
        return `${this.of(event.value.declinedUserId)} declines ${group}`;
      case 'inviteCancelled':
        return `no invitation into ${group} any more`;
      case 'groupDeleted':
        return `${group} is gone`;
      default:
        return event.case;
    }
  }
}

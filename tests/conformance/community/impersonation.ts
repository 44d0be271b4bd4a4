import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { conclaveIdOf, userOfConclaveId } from '../../../src/dialects/conclave/index.js';
import { venuelessIdOf } from '../../../src/dialects/venueless/index.js';
import type { MessageId, UserId } from '../../../src/domain/ids.js';
import { notifications } from '../../../src/domain/notifications/notifications.js';
import { marksOf } from '../../../src/domain/reads/reads.js';
import { looksLike } from '../../../src/domain/users/names.js';
import type { User } from '../../../src/domain/users/users.js';
import type { Json } from '../../support/json-probe.js';
import type { SockProbe } from '../../support/sock-probe.js';
import { hex, type Person } from '../conclave/support/server.js';
import type { Member as Originator } from '../originchats/support/server.js';
import { turn } from '../sockchat/support/clock.js';
import type { Member as Venturer } from '../venueless/support/server.js';
import { gone, say, text } from '../venueless/support/talk.js';
import { Town } from './support/town.js';

/** Somebody whom others would like to be. */
interface Victim {
  readonly id: UserId;
  /** What a login takes, and others see. */
  readonly name: string;
  /** How they are called where names are no keys. */
  readonly display: string;
  /** Something they said, in a channel where all are. */
  readonly said?: MessageId;
  /** Everything they were sent so far, where whispers can reach them. */
  readonly heard?: () => readonly string[];
}

const kinds = [
  'an account of the host',
  'a local account of OriginChats',
  'an account of Conclave',
  'somebody with a token of Venueless',
  'another guest',
] as const;

/** What an attacker chooses: an id for their client, a name, and how they wish to be called. */
interface Disguise {
  readonly id: string;
  readonly name: string;
  readonly display: string;
}

const cyrillic: Readonly<Record<string, string>> = { a: 'а', e: 'е', i: 'і', o: 'о', c: 'с' };
const fullWidth = (name: string) =>
  name.replace(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0));
const otherCase = (name: string) =>
  name.replace(/[a-z]/gi, (one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()));

const disguises: Readonly<Record<string, (victim: Victim, user: User) => Disguise>> = {
  'the id of their identity': (_, { identity }) => ({ id: identity, name: identity, display: identity }),
  'the id inside the chat': (_, { id }) => ({ id, name: id, display: id }),
  'the number that Sock Chat shows': (_, { number }) => posing(String(number), String(number)),
  'the id that Venueless shows': (_, user) => posing(venuelessIdOf(user), venuelessIdOf(user)),
  'the id that Conclave shows': (_, user) => posing(conclaveIdOf(user), conclaveIdOf(user)),
  'their name': ({ name }) => posing(name, name),
  'their name in other case': ({ name }) => posing(otherCase(name), otherCase(name)),
  'a name that looks like theirs': ({ name }) =>
    posing(
      'mallory',
      name.replace(/[aeioc]/g, (one) => cyrillic[one] ?? one),
    ),
  'their name in full width': ({ name }) => posing('mallory', fullWidth(name)),
  'their name with something that cannot be seen': ({ name }) =>
    posing('mallory', `${name.slice(0, 2)}\u200b${name.slice(2)}\ufe0f`),
  'their name behind a mark of direction': ({ name }) => posing('mallory', `\u202e${name}\u202c`),
  'their display name': ({ display }) => ({ id: 'mallory', name: 'mallory', display }),
};

function posing(id: string, name: string): Disguise {
  return { id, name, display: name };
}

/** An attacker who got in: who they are for the chat, and all that they were sent. */
interface Attacker {
  readonly by: string;
  readonly user: UserId;
  readonly heard: () => readonly string[];
  /** Tries to take a message of somebody else's back, and to change it. */
  readonly meddle?: (message: MessageId) => Promise<void>;
  readonly leave: () => unknown;
}

/** Whoever takes on somebody's id, name or looks gains nothing of theirs, whatever the dialect. */
export function impersonation(): void {
  let town: Town;
  let bob: SockProbe;
  let vera: Venturer;
  let olive: Originator;
  let carl: Person;
  let gina: SockProbe;
  const victims = new Map<string, Victim>();
  /** Who opened the newest session; the newest message and whom it mentions; how many messages were changed or taken back. */
  let newest: UserId | undefined;
  let last = { id: 0 as MessageId, mentions: [] as (UserId | undefined)[] };
  let changes = 0;
  let attackers: readonly Attacker[] = [];
  let count = 0;

  const recordOf = (id: UserId): User => {
    const user = town.chat.users.get(id);
    if (user === undefined) throw new Error(`${id} is nobody`);
    return user;
  };
  const idOf = (name: string) => town.chat.users.byHandle(name)?.id ?? ('' as UserId);

  beforeAll(async () => {
    town = await Town.open({ originchats: { authMode: 'cracked', owners: ['USR:local_localina'] } });
    const { chat } = town;
    chat.on('session_open', ({ person }) => {
      newest = person.user;
    });
    chat.on('message', ({ mentions, message }) => {
      last = { id: message.id, mentions: mentions.users.map(({ user }) => user) };
    });
    for (const change of ['message_edit', 'message_delete'] as const)
      chat.on(change, () => {
        changes++;
      });
    bob = await town.sock(town.person('bob'));
    vera = await town.world(town.person('vera'), 'lounge');
    olive = await town.origin(town.person('olive'));
    carl = await town.sealed('carl');
    const said = async (way: () => unknown) => {
      await way();
      await town.settle();
      return last.id;
    };

    const alice = { ...town.staff('alice'), name: 'alice', profile: { display_name: 'Alice the Great' } };
    const sock = await town.sock(alice);
    await town.origin(alice);
    victims.set(kinds[0], {
      id: idOf('alice'),
      name: 'alice',
      display: 'Alice the Great',
      said: await said(() => sock.say('by alice')),
      heard: () => sock.frames,
    });

    const local = await town.originServer.connect('localina');
    local.send({ cmd: 'register', username: 'localina', password: 'correct horse' });
    await local.until(({ cmd }) => cmd === 'ready');
    await chat.users.update(idOf('localina'), { profile: { display_name: 'Local Ina' } });
    victims.set(kinds[1], {
      id: idOf('localina'),
      name: 'localina',
      display: 'Local Ina',
      said: await said(() => local.send({ cmd: 'message_new', channel: 'lounge', content: 'by localina' })),
    });

    const uuid = await town.sealedServer.register('sealia', { alias: 'Sealed Lia' });
    victims.set(kinds[2], {
      id: userOfConclaveId(chat.users, uuid)?.id ?? ('' as UserId),
      name: 'sealia',
      display: 'Sealed Lia',
    });

    const venice = await town.world({ ...town.staff('venice'), name: 'venice' }, 'lounge');
    victims.set(kinds[3], {
      id: idOf('venice'),
      name: 'venice',
      display: 'venice',
      said: await said(() => say(venice, town.channelUuid('lounge'), 'by venice')),
      heard: () => venice.probe.texts,
    });

    gina = await town.sockServer.connect('gina');
    await gina.login('client-of-gina', 'gina');
    victims.set(kinds[4], {
      id: idOf('gina'),
      name: 'gina',
      display: 'gina',
      said: await said(() => gina.say('by gina')),
      heard: () => gina.frames,
    });
    expect(new Set([...victims.values()].map(({ id }) => id)).size).toBe(5);
  });
  afterAll(() => town.stop());
  // Nobody floods, and nobody is silent for too long.
  beforeEach(async () => {
    await town.pass(3_000);
    await gina.ping();
  });
  afterEach(async () => {
    for (const { user, leave } of attackers) {
      if (town.chat.users.get(user) !== undefined) await town.chat.users.remove(user);
      await leave();
    }
    attackers = [];
    expect(town.errors).toEqual([]);
  });

  /** Runs a login and says who it made them; `undefined` if they were not let in. */
  async function enter(login: () => Promise<boolean>): Promise<UserId | undefined> {
    newest = undefined;
    const isIn = await login();
    await turn();
    if (isIn !== (newest !== undefined))
      throw new Error('who was let in has no session, or the other way round');
    return newest;
  }

  async function sock(by: string, display: string, ...words: string[]): Promise<Attacker[]> {
    const probe = await town.sockServer.connect(by);
    probe.knock(...words);
    const user = await enter(async () => {
      await probe.until(() => probe.packets.length > 0, 'an answer');
      return probe.packets.some(({ kind }) => kind === 'auth_ok' || kind === 'message');
    });
    const leave = () => probe.terminate();
    if (user === undefined) {
      await leave();
      return [];
    }
    probe.say(`/nick ${display}`);
    await probe.ping();
    const meddle = async (message: MessageId) => {
      probe.say(`/delmsg ${message}`);
      await probe.ping();
    };
    return [{ by, user, heard: () => probe.frames, meddle, leave }];
  }

  async function world(by: string, payload: object, display: string): Promise<Attacker[]> {
    const probe = await town.worldServer.connect(by);
    probe.send(['authenticate', payload]);
    const user = await enter(async () => (await probe.next())[0] === 'authenticated');
    if (user === undefined) return [];
    const ask = (...frame: unknown[]) => {
      probe.send(frame);
      return probe.until(([kind]: Json) => kind === 'success' || kind === 'error');
    };
    await ask('user.update', 1, { profile: { display_name: display } });
    const channel = town.channelUuid('lounge');
    await ask('chat.join', 2, { channel });
    const meddle = async (message: MessageId) => {
      await ask('chat.send', 3, gone(channel, message));
      await ask('chat.send', 4, text(channel, 'changed', { replaces: message }));
    };
    return [{ by, user, heard: () => probe.texts, meddle, leave: () => probe.terminate() }];
  }

  async function origin(by: string, first: object, display: string): Promise<Attacker[]> {
    const probe = await town.originServer.connect(by);
    probe.send(first);
    const user = await enter(async () => {
      const { cmd } = await probe.until((frame) => /^(auth_error|ready|error)$/.test(frame.cmd));
      return cmd === 'ready';
    });
    if (user === undefined) return [];
    const ask = (frame: object) => {
      const listener = `try-${++count}`;
      probe.send({ ...frame, listener });
      return probe.until((answer) => answer.listener === listener);
    };
    await ask({ cmd: 'slash_call', channel: 'lounge', command: 'nick', args: { nickname: display } });
    const meddle = async (message: MessageId) => {
      const where = { channel: 'lounge', id: String(message) };
      await ask({ cmd: 'message_delete', ...where });
      await ask({ cmd: 'message_edit', ...where, content: 'changed' });
    };
    return [{ by, user, heard: () => probe.texts, meddle, leave: () => probe.terminate() }];
  }

  async function sealed(by: string, username: string, alias: string): Promise<Attacker[]> {
    const body = wire.encode(wire.RegisterRequest, { username, alias, password: 'password123' });
    const made = await town.sealedServer.ask('/register', { method: 'POST', body });
    if (made.status !== 201) return [];
    const person = await town.sealedServer.login(username);
    const stream = await person.listen();
    const user = userOfConclaveId(town.chat.users, person.id);
    if (user === undefined) throw new Error(`${by} is nobody`);
    const all: string[] = [];
    const heard = () => {
      all.push(...stream.rest());
      return all;
    };
    return [{ by, user: user.id, heard, leave: () => stream.abort() }];
  }

  /** Everybody who tries it, in every dialect and by every way of logging in that does not take the victim's own secret. */
  async function attack({ id, name, display }: Disguise): Promise<Attacker[]> {
    const strange = (provider: string) =>
      JSON.stringify({ provider, id, name, profile: { display_name: display } });
    const local = { username: name, password: 'another horse' };
    const auth = { cmd: 'auth', validator: strange('originals') };
    return [
      ...(await sock('a guest on Sock Chat', display, id, name)),
      ...(await sock('an account of others on Sock Chat', display, strange('socks'))),
      ...(await world('a guest on Venueless', { client_id: `${id}!` }, display)),
      ...(await world('a token of others on Venueless', { token: strange('worlds') }, display)),
      ...(await origin('an account of others on OriginChats', auth, display)),
      ...(await origin('a new account of OriginChats', { cmd: 'register', ...local }, display)),
      ...(await origin('a login of OriginChats', { cmd: 'login', ...local }, display)),
      ...(await sealed('an account of Conclave', name, display)),
    ];
  }

  /** Whom OriginChats means by a text: a name, or nobody. */
  const meant = async (user: string): Promise<string | undefined> =>
    (await olive.ask({ cmd: 'status_get', user }, 'status')).username;

  describe.each(kinds)('%s is nobody else for it', (kind) => {
    test.each(Object.keys(disguises))('who takes on %s', async (what) => {
      const victim = victims.get(kind) as Victim;
      const user = recordOf(victim.id);
      attackers = await attack((disguises[what] as (typeof disguises)[string])(victim, user));
      const tried = attackers.map(({ by }) => by).join(', ');
      expect(attackers.length, tried).toBeGreaterThanOrEqual(3);

      for (const { by, user: id } of attackers) {
        const own = recordOf(id);
        expect(id, by).not.toBe(victim.id);
        expect(own.number, by).not.toBe(user.number);
        expect([venuelessIdOf(own), conclaveIdOf(own)], by).not.toContain(venuelessIdOf(user));
        expect(conclaveIdOf(own), by).not.toBe(conclaveIdOf(user));
        for (const claim of ['rank', 'roles', 'assigned', 'traits', 'permissions', 'colour'])
          expect(own, by).not.toHaveProperty(claim);
        if (user.private || own.private) continue;
        expect(looksLike(own.handle, user.handle), `${by}: ${own.handle}`).toBe(false);
        const shown = town.chat.users.online().find((one) => one.user === id);
        expect(looksLike(shown?.nick ?? own.handle, user.handle), `${by}: ${shown?.nick}`).toBe(false);
      }
      expect(recordOf(victim.id)).toEqual(user);

      const secret = `secret-${++count}`;
      const info = await carl.get('/users/sealia', wire.UserInfoResponse);
      expect(hex(info.userId)).toBe(
        conclaveIdOf(recordOf((victims.get(kinds[2]) as Victim).id)).replaceAll('-', ''),
      );
      if (!user.private) {
        bob.say(`/msg ${victim.name} ${secret}`);
        await bob.ping();
        const { id: direct } = await vera.done('chat.direct.create', {
          users: [venuelessIdOf(user)],
          hide: false,
        });
        await say(vera, direct, secret);
        bob.say(`hello @${victim.name}`);
        await town.settle();
        expect(last.mentions).toEqual([victim.id]);
        expect(await meant(victim.name)).toBe(user.handle);
        for (const text of [user.identity, user.id])
          expect([user.handle, undefined]).toContain(await meant(text));
      }
      if (victim.said !== undefined) for (const { meddle } of attackers) await meddle?.(victim.said);
      await town.settle();
      expect(changes).toBe(0);
      if (victim.heard !== undefined)
        expect(victim.heard().filter((one) => one.includes(secret))).not.toEqual([]);
      for (const { by, user: id, heard } of attackers) {
        expect(
          heard().filter((one) => one.includes(secret)),
          by,
        ).toEqual([]);
        const kept = town.chat.read((view) => [view.by(notifications, 'user', id), marksOf(view, id)]);
        expect(kept, by).toEqual([[], {}]);
      }
    });
  });
}

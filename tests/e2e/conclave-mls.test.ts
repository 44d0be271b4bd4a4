import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { epochOf, membersOf, take } from '../../examples/encrypted/mls.js';
import { type Line, Person, type PersonOptions } from '../../examples/encrypted/person.js';
import { type ConclaveServer, serve } from '../conformance/conclave/support/server.js';

const password = 'password123';

let server: ConclaveServer;
let people: Listener[];

/** Somebody, with all they have heard. */
interface Listener {
  readonly person: Person;
  readonly failures: unknown[];
  /** Waits until they have heard a text, from whom. */
  hears(text: string): Promise<string>;
}

beforeEach(async () => {
  server = await serve();
  people = [];
});

afterEach(async () => {
  for (const { person } of people) await person.close();
  await server.stop();
  expect(people.flatMap(({ failures }) => failures)).toEqual([]);
  expect(server.errors).toEqual([]);
});

async function arrive(username: string, options: PersonOptions = {}): Promise<Listener> {
  const lines: Line[] = [];
  const failures: unknown[] = [];
  let wake = () => {};
  const ears = {
    hear(line: Line) {
      lines.push(line);
      wake();
    },
    failed(error: unknown) {
      failures.push(error);
      wake();
    },
  };
  const person = await Person.arrive(server.url, { username, password }, ears, { retryMs: 50, ...options });
  const hears = async (text: string) => {
    for (;;) {
      const found = lines.find((line) => line.text === text);
      if (found !== undefined) return found.from;
      await new Promise<void>((resolve, reject) => {
        const about = () => `${username} heard ${JSON.stringify(lines)} and ${failures.map(String)}`;
        if (failures.length > 0) return reject(new Error(about()));
        const timer = setTimeout(() => reject(new Error(about())), 10_000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const listener = { person, failures, hears };
  people.push(listener);
  return listener;
}

/** Waits until this holds. */
async function until(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 10_000, interval: 5 }).toBe(true);
}

/** Has somebody say something that all others hear. */
async function talk(groupId: string, from: Listener, to: readonly Listener[], text: string): Promise<void> {
  await from.person.say(groupId, text);
  for (const one of to) expect(await one.hears(text)).toBe(from.person.userId);
}

async function bring(
  groupId: string,
  by: Listener,
  who: Listener,
  others: readonly Listener[] = [],
): Promise<void> {
  await by.person.invite(groupId, who.person.username);
  await until(() => who.person.rooms.has(groupId));
  await allAt(groupId, by, who, ...others);
}

/** Waits until all are in the same epoch, and know of the same members. */
async function allAt(groupId: string, ...of: readonly Listener[]): Promise<void> {
  const [first, ...rest] = of.map(({ person }) => () => {
    const { state } = person.room(groupId);
    return `${epochOf(state)} ${membersOf(state)}`;
  });
  await until(() => rest.every((one) => one() === first?.()));
}

it('two people talk, and a third whom they invite reads what is said from then on', async () => {
  const [alice, bob] = [await arrive('alice'), await arrive('bob')];
  const group = await alice.person.begin('team');
  await bring(group, alice, bob);
  await talk(group, alice, [bob], 'Hello, Bob');
  await talk(group, bob, [alice], 'Grüße, Alice 👋');

  await bob.person.renew(group);
  await allAt(group, alice, bob);
  await talk(group, alice, [bob], 'said with new keys');

  const carol = await arrive('carol');
  await bring(group, alice, carol, [bob]);
  await talk(group, carol, [alice, bob], 'I am here too');
  await talk(group, bob, [alice, carol], 'so you are');
  expect(membersOf(carol.person.room(group).state)).toEqual(people.map(({ person }) => person.userId));

  const { messages } = await carol.person.client.messages(group);
  const kept = Buffer.concat(messages.map(({ mlsMessage }) => Buffer.from(mlsMessage))).toString('latin1');
  expect([messages.length, kept.includes('Hello'), kept.includes('here')]).toEqual([9, false, false]);
});

it('whoever is removed reads no more, and the others go on', async () => {
  const [alice, bob, carol] = [await arrive('alice'), await arrive('bob'), await arrive('carol')];
  const group = await alice.person.begin('team');
  await bring(group, alice, bob);
  await bring(group, alice, carol, [bob]);
  const { state: before, since } = bob.person.room(group);
  await alice.person.remove(group, bob.person.userId);
  await until(() => !bob.person.rooms.has(group));
  await allAt(group, alice, carol);
  await talk(group, carol, [alice], 'without Bob');
  await expect(bob.person.client.messages(group)).rejects.toMatchObject({ status: 401, code: 400 });
  // Nor if somebody gave him the bytes.
  const { messages } = await alice.person.client.messages(group);
  expect(messages.at(-1)?.senderId).toBe(carol.person.userId);
  await expect(take(before, messages.at(-1)?.mlsMessage ?? new Uint8Array(), since)).rejects.toThrow();
  expect(epochOf(carol.person.room(group).state)).toBe(epochOf(before) + 1n);
  expect(membersOf(carol.person.room(group).state)).toEqual([alice.person.userId, carol.person.userId]);
});

it('somebody who has lost their keys comes back by an external commit, in their old place', async () => {
  const [alice, bob, carol] = [await arrive('alice'), await arrive('bob'), await arrive('carol')];
  const group = await alice.person.begin('team');
  await bring(group, alice, bob);
  await bring(group, alice, carol, [bob]);
  const { signingKeyFingerprint } = await alice.person.client.user('bob');
  await bob.person.reset();
  await allAt(group, bob, alice, carol);
  expect((await alice.person.client.user('bob')).signingKeyFingerprint).not.toBe(signingKeyFingerprint);
  await talk(group, bob, [alice, carol], 'back again');
  await talk(group, alice, [bob, carol], 'welcome back');
  expect(membersOf(alice.person.room(group).state)).toHaveLength(3);

  // The group info that Bob left is good for the next one.
  await carol.person.reset();
  await allAt(group, carol, alice, bob);
  await talk(group, carol, [alice, bob], 'me too');
});

it('of two who make the keys new at once both get there, one after the other', async () => {
  const [alice, bob, carol] = [await arrive('alice'), await arrive('bob'), await arrive('carol')];
  const group = await alice.person.begin('team');
  await bring(group, alice, bob);
  await bring(group, alice, carol, [bob]);
  const before = epochOf(alice.person.room(group).state);
  await Promise.all([alice.person.renew(group), bob.person.renew(group)]);
  await allAt(group, alice, bob, carol);
  expect(epochOf(carol.person.room(group).state)).toBe(before + 2n);
  await talk(group, bob, [alice, carol], 'both counted');
});

it('an invitation takes effect when it is accepted, and is given anew when the keys are', async () => {
  const [alice, bob] = [await arrive('alice'), await arrive('bob')];
  const carol = await arrive('carol', { acceptsAll: false });
  const group = await alice.person.begin('team');
  await bring(group, alice, bob);
  await alice.person.invite(group, 'carol');
  await talk(group, alice, [bob], 'she thinks about it');
  const [first] = (await carol.person.client.invites()).invites;
  await bob.person.renew(group);
  const waiting = async () => (await carol.person.client.invites()).invites[0];
  await expect.poll(async () => (await waiting())?.inviteId ?? first?.inviteId).not.toBe(first?.inviteId);
  await carol.person.accept((await waiting())?.inviteId ?? '');
  await allAt(group, alice, bob, carol);
  await talk(group, carol, [alice, bob], 'I have thought about it');

  const { client } = (await arrive('dave', { acceptsAll: false })).person;
  await alice.person.invite(group, 'dave');
  await client.declineInvite((await client.invites()).invites[0]?.inviteId ?? '');
  await until(() => alice.person.room(group).own.length === 0);
  await talk(group, alice, [bob, carol], 'then not');
});

it('somebody who is alone and has lost their keys comes back, and puts their old place out', async () => {
  const [alice, bob] = [await arrive('alice'), await arrive('bob')];
  const group = await alice.person.begin('team');
  await alice.person.reset();
  expect(membersOf(alice.person.room(group).state)).toHaveLength(2);
  await bring(group, alice, bob);
  await alice.person.renew(group);
  await allAt(group, alice, bob);
  expect([...alice.person.readersOf(group)].sort()).toEqual([alice.person.userId, bob.person.userId].sort());
  await talk(group, bob, [alice], 'not alone');
});

it('whoever was away reads what was said, after the commits that came before it', async () => {
  const sockets: Socket[] = [];
  server.http.on('connection', (socket) => sockets.push(socket));
  const [alice, bob, carol] = [await arrive('alice'), await arrive('bob'), await arrive('carol')];
  const group = await alice.person.begin('team');
  await bring(group, alice, bob);
  await bring(group, alice, carol, [bob]);
  for (const { person } of people) await person.settled();
  const before = [...sockets];
  server.http.closeAllConnections();
  await until(() => before.every((socket) => socket.closed));
  await alice.person.say(group, 'one');
  await alice.person.renew(group);
  await alice.person.say(group, 'two');
  for (const text of ['one', 'two'])
    for (const one of [bob, carol]) expect(await one.hears(text)).toBe(alice.person.userId);
  await talk(group, carol, [alice, bob], 'three');
});

it('anybody comes into a public group by themselves', async () => {
  const [alice, bob] = [await arrive('alice'), await arrive('bob')];
  const group = await alice.person.begin('open');
  await alice.person.client.updateGroup(group, { visibility: 2 });
  const { groups } = await bob.person.client.publicGroups('open');
  await bob.person.join(groups[0]?.groupId ?? '', 'open');
  await allAt(group, alice, bob);
  await talk(group, bob, [alice], 'nobody asked me');
  await talk(group, alice, [bob], 'but all may come');
});

it('the others go on when somebody deletes their account, and can put their leaf out of the tree', async () => {
  const [alice, bob, carol] = [await arrive('alice'), await arrive('bob'), await arrive('carol')];
  const group = await alice.person.begin('team');
  await bring(group, alice, bob);
  await bring(group, alice, carol, [bob]);
  await talk(group, carol, [alice, bob], 'farewell');
  const { userId } = carol.person;
  await carol.person.client.deleteAccount({ password });
  const here = async (one: Listener) => {
    const { groups } = await one.person.client.groups();
    return groups[0]?.members.map(({ username }) => username);
  };
  expect(await here(bob)).toEqual(['alice', 'bob']);
  await talk(group, bob, [alice], 'she is gone');
  expect(membersOf(bob.person.room(group).state)).toContain(userId);

  // An empty commit leaves her leaf where it is.
  await alice.person.renew(group);
  await allAt(group, alice, bob);
  expect(membersOf(bob.person.room(group).state)).toContain(userId);
  await alice.person.renew(group, userId);
  await allAt(group, alice, bob);
  expect(membersOf(bob.person.room(group).state)).toEqual([alice.person.userId, bob.person.userId]);
  await talk(group, alice, [bob], 'life goes on');
  const { messages } = await bob.person.client.messages(group);
  expect(messages.map(({ senderId }) => senderId)).not.toContain(userId);
});

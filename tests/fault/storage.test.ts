import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChat } from '../../src/chat.js';
import { ChatError } from '../../src/core/errors.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import type { SessionId } from '../../src/domain/ids.js';
import { type Fate, seededPlan } from '../../src/testing/faulty-storage.js';
import { FaultyChat, SocketClock } from '../support/faulty-chat.js';
import { letIn } from '../support/let-in.js';
import { isNotice, type SockProbe } from '../support/sock-probe.js';

let world: FaultyChat;

beforeEach(() => {
  world = new FaultyChat();
});

afterEach(async () => {
  await world.stop();
  expect(world.early).toEqual([]);
});

/** A chat with these people in it. */
async function startWith<const Ids extends readonly string[]>(
  ...ids: Ids
): Promise<{ [K in keyof Ids]: SockProbe }> {
  await world.start();
  const people: SockProbe[] = [];
  for (const id of ids) people.push(await world.visit(id));
  return people as { [K in keyof Ids]: SockProbe };
}

/** From now on every commit, and every question about commits, has this fate. */
function storageIs(commit: Fate, lastCommitted: Fate = 'ok'): void {
  world.storage.plan = (call) =>
    call === 'commit' ? commit : call === 'lastCommitted' ? lastCommitted : 'ok';
}

/** The next batch hangs, then fails, and is taken back after thirty seconds; all goes well after that. */
function storageLosesTheNextBatch(): void {
  const { storage } = world;
  let tries = 0;
  storage.plan = (call, batch) => {
    if (call !== 'commit' || batch?.changes.length === 0) return 'ok';
    if (storage.stored.some((one) => one.changes.length === 0)) return 'ok';
    return tries++ === 0 ? 'hangs' : 'throws';
  };
}

/** Says something whose batch is on its way to storage when this resolves. */
async function sayInto(client: SockProbe, text: string): Promise<void> {
  const { commit } = world.storage.calls;
  client.say(text);
  await world.settled(`a commit of ${text}`, () => world.storage.calls.commit > commit);
}

/** Asks to be let in; the new account is on its way to storage when this resolves. */
async function knockInto(id: string): Promise<SockProbe> {
  const client = await world.connect();
  const { commit } = world.storage.calls;
  client.knock(id);
  await world.settled(`a commit of ${id}`, () => world.storage.calls.commit > commit);
  return client;
}

/** No id stands for two things that somebody was shown. */
function expectIdsOnce(client: SockProbe): void {
  const ids = client.fields.filter((packet) => packet[0] === '2').map((packet) => packet[4]);
  expect(new Set(ids).size).toBe(ids.length);
}

const names = async (client: SockProbe): Promise<string> => {
  client.say('/who');
  const packet = await client.next('the list', isNotice('who'));
  return (packet[3] ?? '').replace(/<[^>]*>/g, '');
};

describe('while a commit is on its way', () => {
  it('shows nobody what is said, answers pings and reads, and shows it once to all when it is stored', async () => {
    const [ann, bob] = await startWith('1', '2');
    storageIs('hangs');
    await sayInto(ann, 'slow');
    await world.calm(ann, bob);
    expect([...ann.heard, ...bob.heard]).toEqual([]);
    storageIs('ok');
    world.storage.release();
    await ann.next('the echo', (packet) => packet[3] === 'slow');
    await bob.next('the message', (packet) => packet[3] === 'slow');
    await world.calm(ann, bob);
    expect([ann.heard, bob.heard]).toEqual([['slow'], ['slow']]);
    expect(world.states).toEqual([]);
  });

  it('lets no answer leave sooner because another frame came right behind the wish', async () => {
    await world.start({}, { flood: { exemptRank: 0 } });
    const ann = await world.visit('1');
    ann.say('/create own');
    await ann.next('her channel', isNotice('crchan'));
    const made = ann.notices.length;
    storageIs('hangs');
    const { commit } = world.storage.calls;
    ann.together(() => {
      ann.say('/password secret');
      ann.send(`0→${ann.id}`);
    });
    await world.settled('a commit', () => world.storage.calls.commit > commit);
    await world.clock.advance(6_000);
    await world.settled('the state', () => world.states.includes('unavailable'));
    await world.calm(ann);
    expect(ann.notices.slice(made)).toEqual([]);
    storageIs('ok');
    world.storage.release();
    await ann.next('the answer', isNotice('cpwdchan'));
  });

  it('keeps a dead connection in the lists until what came before is stored, and shows its end after that', async () => {
    const [ann, bob] = await startWith('1', '2');
    storageIs('hangs');
    await sayInto(bob, 'last words');
    await bob.terminate();
    await world.settled('the session to end', () => world.chat.health().connections === 1);
    await ann.ping();
    expect(ann.fields.filter((packet) => packet[0] === '3')).toEqual([]);
    world.storage.release();
    await ann.next('the message', (packet) => packet[3] === 'last words');
    await ann.next('the end', (packet) => packet[0] === '3' && packet[1] === '2');
  });
});

describe('storage that takes ten seconds', () => {
  it('refuses writes after five, tells senders and host, answers reads, and shows the late success once and in order', async () => {
    const [ann, bob] = await startWith('1', '2');
    storageTakes(10_000);
    await sayInto(ann, 'one');
    await sayWaiting(ann, 'two');
    await world.clock.advance(5_000);
    await world.settled('the state', () => world.states.includes('unavailable'));
    expect(world.chat.health().storage).toBe('unavailable');
    expect(world.errors.map((error) => error.code)).toContain('storage-failed');

    ann.say('refused');
    await ann.next('the refusal', isNotice('generr'));
    bob.say('/nick bobby');
    await bob.next('the refusal', isNotice('generr'));
    expect(await names(bob)).toContain('user1');
    await world.calm(ann, bob);
    expect([...ann.heard, ...bob.heard]).toEqual([]);

    await world.clock.advance(5_000);
    await bob.next('the second', (packet) => packet[3] === 'two');
    await world.clock.advance(10_000);
    await world.calm(ann, bob);
    expect([ann.heard, bob.heard]).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
    expect(world.states).toEqual(['unavailable', 'open']);
    expect(world.chat.health()).toMatchObject({ storage: 'open', waiting: 0 });
    bob.say('again');
    await ann.next('what is said after', (packet) => packet[3] === 'again');
  });

  it('answers after five seconds what was asked before and rests on stored rows only', async () => {
    const [ann, bob] = await startWith('1', '2');
    storageTakes(10_000);
    await sayInto(ann, 'slow');
    bob.say('/who');
    bob.say('/kick user1');
    await bob.ping();
    expect(bob.notices).toEqual([]);
    await world.clock.advance(5_000);
    await bob.next('the list', isNotice('who'));
    await bob.next('the refusal', isNotice('kickna'));
    expect(bob.heard).toEqual([]);
    await world.clock.advance(5_000);
    await bob.next('the message', (packet) => packet[3] === 'slow');
  });

  it('lets nobody in meanwhile and closes those who come at once, to try again later', async () => {
    const [ann] = await startWith('1');
    storageIs(10_000);
    await sayInto(ann, 'one');
    await world.clock.advance(5_000);
    const bob = await world.connect();
    bob.knock('2');
    // Not refused: a client told 1.n would not try again.
    expect(await bob.closed).toBe(1013);
    expect(bob.fields).toEqual([]);
  });
});

describe('storage that fails', () => {
  it.each<[string, () => void]>([
    ['by throwing', () => storageIs('throws')],
    ['like a full disk', () => (world.storage.plan = (call) => (call === 'commit' ? fullDisk() : 'ok'))],
    ['by storing and then throwing', () => storageIs('unknown')],
    ['by throwing, unable to say what it has', () => storageIs('throws', 'throws')],
  ])('%s for ten seconds loses nothing and shows nothing twice', async (_, fail) => {
    const [ann, bob] = await startWith('1', '2');
    fail();
    await sayInto(ann, 'one');
    await sayWaiting(ann, 'two');
    await world.clock.advance(10_000);
    storageIs('ok');
    await world.clock.advance(10_000);
    await bob.next('the first', (packet) => packet[3] === 'one');
    await ann.next('an answer', (packet) => packet[3] === 'two' || isNotice('generr')(packet));
    bob.say('three');
    await ann.next('what is said after', (packet) => packet[3] === 'three');
    await world.calm(ann, bob);
    expect(bob.heard).toEqual(world.stored);
    expect(ann.heard).toEqual(world.stored);
    expect(world.stored.length + ann.notices.filter((id) => id === 'generr').length).toBe(3);
  });

  it('finds out after thirty seconds that the batch was stored after all, and shows it', async () => {
    const [ann] = await startWith('1');
    storageIs('unknown');
    await sayInto(ann, 'there');
    world.storage.plan = (call) => (call === 'commit' ? 'throws' : 'ok');
    await world.clock.advance(40_000);
    await ann.next('the echo', (packet) => packet[3] === 'there');
    expect(world.states.slice(0, 2)).toEqual(['unavailable', 'open']);
  });

  it('takes back after thirty seconds what is not stored, tells the sender, and goes on', async () => {
    const [ann, bob] = await startWith('1', '2');
    storageIs('throws');
    await sayInto(ann, 'lost');
    await world.clock.advance(29_000);
    await world.calm(ann, bob);
    expect(ann.notices).toEqual([]);
    await world.clock.advance(2_000);
    await ann.next('the bad news', isNotice('generr'));
    await world.settled('writing again', () => world.chat.health().storage === 'open');
    storageIs('ok');
    ann.say('found');
    await bob.next('what is said after', (packet) => packet[3] === 'found');
    await world.calm(ann, bob);
    expect([ann.heard, bob.heard, world.stored]).toEqual([['found'], ['found'], ['found']]);
    expect(bob.notices).toEqual([]);
    expect(world.states).toEqual(['unavailable', 'open']);
    expect(world.errors.map((error) => error.code)).toContain('unavailable');
    expectIdsOnce(ann);
  });

  it('answers what did not rest on the batch that is taken back', async () => {
    const [ann, bob] = await startWith('1', '2');
    storageLosesTheNextBatch();
    await sayInto(ann, 'lost');
    bob.say('/who');
    bob.say('/kick user1');
    bob.say('/nick bobby');
    await bob.ping();
    expect(bob.notices).toEqual([]);
    await world.clock.advance(31_000);
    await bob.next('the list', isNotice('who'));
    await bob.next('the refusal', isNotice('kickna'));
    await bob.next('the nick', isNotice('nick'));
    await ann.next('the bad news', isNotice('generr'));
  });

  it('lists nobody of another protocol whose account is not stored, at a login or later', async () => {
    const [ann] = await startWith('1');
    const come = (id: string) =>
      world.chat.run('session.open', {
        ...{
          session: `elsewhere-${id}` as SessionId,
          dialect: 'originchats',
          place: false,
          wornName: 'number',
        },
        identity: { provider: 'test', id, name: `user${id}` },
      });
    await come('8');
    storageLosesTheNextBatch();
    const { commit } = world.storage.calls;
    const lost = come('9').catch((thrown: unknown) => thrown);
    await world.settled('a commit of user9', () => world.storage.calls.commit > commit);
    const again = await world.connect();
    again.knock('1');
    await world.clock.advance(31_000);
    expect(await lost).toMatchObject({ code: 'unavailable' });
    await again.until(() => again.frames.some((one) => one.startsWith('7\t0')), 'the list');
    for (let second = 0; second < 10; second++) await world.clock.advance(1_000);
    await world.calm(ann, again);
    for (const client of [ann, again]) {
      const last = client.frames.filter((one) => one.startsWith('7\t0')).at(-1);
      expect(last?.split('\t').slice(2, 5)).toEqual(['1', '8', 'user8']);
    }
  });

  it('is told to the host, whose own calls fail as retryable', async () => {
    await world.start();
    storageIs('throws');
    const early = world.chat.channels.create({ name: 'one' }).catch((thrown: unknown) => thrown);
    await world.clock.advance(6_000);
    const late = await world.chat.channels.create({ name: 'two' }).catch((thrown: unknown) => thrown);
    expect(late).toMatchObject({ code: 'rejected', retryable: true, cause: { code: 'unavailable' } });
    await world.clock.advance(30_000);
    expect(await early).toMatchObject({ code: 'unavailable', retryable: true });
    expect(world.chat.channels.byName('one')).toBeUndefined();
  });
});

describe('storage that hangs for good', () => {
  it('is told by a fence that the batch cannot land any more', async () => {
    const [ann, bob] = await startWith('1', '2');
    world.storage.next.commit.push('hangs');
    storageIs('throws');
    await sayInto(ann, 'lost');
    await world.clock.advance(35_000);
    storageIs('ok');
    await world.clock.advance(20_000);
    await ann.next('an answer', (packet) => packet[3] === 'lost' || isNotice('generr')(packet));
    ann.say('found');
    await bob.next('what is said after', (packet) => packet[3] === 'found');
    world.storage.release();
    await world.clock.advance(10_000);
    await world.calm(ann, bob);
    expect(bob.heard).toEqual(world.stored);
    expect(ann.heard).toEqual(world.stored);
  });

  it('leaves the chat read-only while it cannot say what it has, and shows what landed when it can', async () => {
    const [ann, bob] = await startWith('1', '2');
    storageIs('hangs', 'hangs');
    await sayInto(ann, 'landed');
    await world.clock.advance(60_000);
    expect(world.chat.health().storage).toBe('read-only');
    expect(await names(bob)).toContain('user1');
    bob.say('refused');
    await bob.next('the refusal', isNotice('generr'));
    await world.clock.advance(100_000);
    await world.calm(ann, bob);
    expect([...ann.heard, ...bob.heard]).toEqual([]);
    storageIs('ok');
    world.storage.release(1);
    await bob.next('the message', (packet) => packet[3] === 'landed');
    await world.settled('writing again', () => world.states.at(-1) === 'open');
    expect(world.states).toEqual(['unavailable', 'read-only', 'open']);
    await ann.ping();
    expect([ann.heard, bob.heard, world.stored]).toEqual([['landed'], ['landed'], ['landed']]);
  });
});

describe('storage that somebody else has written to', () => {
  it('is written to no more, reads go on, and the chat can still be drained', async () => {
    const [ann] = await startWith('1');
    await world.clock.advance(3_000);
    const { committed } = world.storage;
    await world.storage.commit({ n: committed + 100, after: committed, changes: [] });
    await sayInto(ann, 'lost');
    await world.settled('the state', () => world.states.includes('diverged'));
    ann.say('refused');
    await ann.next('the refusal', isNotice('generr'));
    expect(await names(ann)).toContain('user1');
    expect(world.errors.map((error) => error.code)).toContain('storage-diverged');
    let unstored = 0;
    void world.chat.drain({ timeoutMs: 2_000 }).then((drained) => {
      unstored = drained.unstored;
    });
    for (let i = 0; i < 20; i++) await world.clock.advance(1_000);
    expect(unstored).toBeGreaterThan(0);
    await ann.closed;
    expect(world.storage.committed).toBe(committed + 100);
  });
});

describe('a refused login whose connection is closed later', () => {
  it('is answered first, also when storage goes away in between', async () => {
    await world.start({}, { authFailCloseDelay: 6_000 });
    const ann = await world.visit('1');
    storageIs('hangs');
    await sayInto(ann, 'slow');
    const bob = await world.connect();
    bob.knock('nobody');
    await ann.ping();
    await world.clock.advance(7_000);
    storageIs('ok');
    world.storage.release();
    await world.clock.advance(7_000);
    expect(await bob.closed).toBe(1000);
    expect(bob.fields).toEqual([['1', 'n', 'authfail']]);
  });
});

describe('what rested on a batch that is taken back', () => {
  it('is the login of a new account: its connection is closed, no list names it, and it may come again', async () => {
    const [ann] = await startWith('1');
    storageLosesTheNextBatch();
    const bob = await knockInto('2');
    await world.clock.advance(31_000);
    expect(await bob.closed).toBe(1000);
    expect(bob.fields).toEqual([]);
    expect(await names(ann)).not.toContain('user2');
    expect(world.chat.users.online()).toHaveLength(1);
    expect(ann.fields.filter((packet) => packet[0] === '1' && packet[2] === '2')).toEqual([]);
    const again = await world.visit('2');
    await ann.next('the newcomer', (packet) => packet[0] === '1' && packet[2] === '2');
    again.say('here');
    await ann.next('the message', (packet) => packet[3] === 'here');
  });

  it('is nothing of a new account whose connection is gone already', async () => {
    const [ann] = await startWith('1');
    storageLosesTheNextBatch();
    const bob = await knockInto('2');
    await bob.terminate();
    await world.settled('the end', () => world.chat.health().connections === 1);
    await world.clock.advance(31_000);
    await world.settled('writing again', () => world.chat.health().storage === 'open');
    expect(await names(ann)).not.toContain('user2');
    expect(ann.fields.filter((packet) => packet[0] === '3' || packet[2] === '2')).toEqual([]);
    expect(world.chat.health()).toMatchObject({ sessions: 1, waiting: 0 });
  });

  it('is not the login of a known account: it is shown and stays', async () => {
    const [ann] = await startWith('1');
    const known = await world.visit('2');
    await known.close();
    await ann.next('the end', (packet) => packet[0] === '3' && packet[1] === '2');
    storageLosesTheNextBatch();
    await sayInto(ann, 'lost');
    const bob = await world.connect();
    bob.knock('2');
    await world.settled('the session', () => world.chat.users.online().length === 2);
    expect(bob.fields).toEqual([]);
    await world.clock.advance(31_000);
    await ann.next('the bad news', isNotice('generr'));
    await bob.next('the channel list', (packet) => packet[0] === '7' && packet[1] === '2');
    bob.say('here');
    await ann.next('the message', (packet) => packet[3] === 'here');
    expect(ann.fields.filter((packet) => packet[0] === '1' && packet[2] === '2')).toHaveLength(2);
  });

  it('is a new channel: it is gone, and maker and followers are where the others see them', async () => {
    const [ann, bob, eve] = await startWith('1', '2', '3');
    storageLosesTheNextBatch();
    await sayInto(ann, '/create den');
    bob.say('/join den');
    ann.say('in the den');
    await world.calm(ann, bob);
    await world.clock.advance(31_000);
    await ann.next('the bad news', isNotice('generr'));
    await bob.next('the bad news', isNotice('generr'));
    await world.settled('writing again', () => world.chat.health().storage === 'open');
    expect(world.chat.channels.byName('den')).toBeUndefined();
    for (const one of [ann, bob]) {
      one.say(`back ${one.id}`);
      await eve.next('the message', (packet) => packet[3] === `back ${one.id}`);
    }
    eve.say('both there?');
    for (const one of [ann, bob]) await one.next('the message', (packet) => packet[3] === 'both there?');
    const late = await world.visit('4');
    const list = late.fields.find((packet) => packet[0] === '7' && packet[1] === '0') ?? [];
    expect(list[2]).toBe('3');
    const channels = late.fields.find((packet) => packet[0] === '7' && packet[1] === '2') ?? [];
    expect(channels).not.toContain('den');
    for (const one of [ann, bob, eve]) {
      expect(one.fields.filter((packet) => ['4', '5', '8'].includes(packet[0] ?? ''))).toEqual([]);
      expect(one.notices).not.toContain('crchan den');
    }
  });

  it('is a ban: the banned one stays and hears of nothing', async () => {
    const [ann] = await startWith('1');
    const bob = await world.visit('2', 'guest');
    storageLosesTheNextBatch();
    await sayInto(ann, '/ban user2 60');
    await world.clock.advance(31_000);
    await ann.next('the bad news', isNotice('generr'));
    bob.say('still here');
    await ann.next('the message', (packet) => packet[3] === 'still here');
    expect(bob.fields.some((packet) => packet[0] === '9')).toBe(false);
    expect(world.chat.health().sessions).toBe(2);
  });

  it('is a ban of somebody whose connection ends meanwhile: they have gone all the same', async () => {
    const [ann] = await startWith('1');
    const bob = await world.visit('2', 'guest');
    storageLosesTheNextBatch();
    await sayInto(ann, '/ban user2 60');
    await bob.terminate();
    await world.settled('the end', () => world.chat.health().connections === 1);
    await world.clock.advance(31_000);
    await ann.next('the bad news', isNotice('generr'));
    await ann.next('the end', (packet) => packet[0] === '3' && packet[1] === '2');
    expect(world.chat.users.online()).toHaveLength(1);
    expect(await names(ann)).not.toContain('user2');
  });

  it('is not the end of a connection: others see it afterwards, once', async () => {
    const [ann, bob] = await startWith('1', '2');
    storageLosesTheNextBatch();
    await sayInto(ann, 'lost');
    await world.clock.advance(6_000);
    await bob.terminate();
    await world.settled('the end', () => world.chat.health().connections === 1);
    await ann.ping();
    expect(ann.fields.some((packet) => packet[0] === '3')).toBe(false);
    await world.clock.advance(30_000);
    await ann.next('the end', (packet) => packet[0] === '3' && packet[1] === '2');
    await ann.ping();
    expect(ann.fields.filter((packet) => packet[0] === '3')).toHaveLength(1);
    await world.visit('2');
    await ann.next('the return', (packet) => packet[0] === '1' && packet[2] === '2');
  });
});

describe('ending a chat while storage is away', () => {
  it('drains in time, ends every connection and reports what was not stored', async () => {
    const [ann, bob] = await startWith('1', '2');
    storageIs('hangs', 'hangs');
    await sayInto(ann, 'lost');
    const waiting = world.chat.channels.create({ name: 'den' }).catch((thrown: unknown) => thrown);
    let drained: object | undefined;
    void world.chat.drain({ timeoutMs: 5_000 }).then((result) => {
      drained = result;
    });
    for (let i = 0; i < 30 && drained === undefined; i++) await world.clock.advance(1_000);
    expect(drained).toEqual({ ended: 2, unstored: expect.any(Number) });
    expect((drained as { unstored: number }).unstored).toBeGreaterThan(0);
    await Promise.all([ann.closed, bob.closed]);
    expect(await waiting).toMatchObject({ code: 'unavailable' });
    await world.settled('the report', () => world.errors.some((error) => error.code === 'unavailable'));
  });

  it('drains even when storage cannot be closed', async () => {
    await world.start();
    world.storage.close = () => new Promise<void>(() => {});
    let drained = false;
    void world.chat.drain().then(() => {
      drained = true;
    });
    for (let i = 0; i < 30 && !drained; i++) await world.clock.advance(1_000);
    expect(drained).toBe(true);
    await world.settled('the report', () => world.errors.some((error) => error.code === 'storage-failed'));
  });

  it('stores what comes back in time and tells its sender before the end', async () => {
    const [ann] = await startWith('1');
    storageIs('throws');
    await sayInto(ann, 'kept');
    const drained = world.chat.drain();
    await world.clock.advance(3_000);
    storageIs('ok');
    for (let i = 0; i < 5; i++) await world.clock.advance(1_000);
    expect(await ann.closed).toBe(1012);
    expect(ann.heard).toEqual(['kept']);
    expect(await drained).toEqual({ ended: 0, unstored: 0 });
  });

  it('gives the storage back when it cannot even start', async () => {
    const { storage } = world;
    const clock = new SocketClock();
    await world.start();
    const other = storage.copy((call) => (call === 'commit' ? 'throws' : 'ok'));
    let closed = 0;
    const close = other.close.bind(other);
    other.close = () => {
      closed++;
      return close();
    };
    const failing = createChat({
      storage: other,
      auth: letIn,
      dialects: [sockchat()],
      channels: [{ name: 'somewhere' }],
      clock,
    }).catch((thrown: unknown) => thrown);
    for (let i = 0; i < 40 && closed === 0; i++) await clock.advance(1_000);
    expect(await failing).toBeInstanceOf(ChatError);
    expect(closed).toBe(1);
  });
});

describe('a host whose logger and metrics throw', () => {
  it('does not bring the chat down in an outage', async () => {
    const fail = () => {
      throw new Error('no');
    };
    await world.start({
      logger: { debug: fail, info: fail, warn: fail, error: fail },
      metrics: { count: fail, gauge: fail },
    });
    const ann = await world.visit('1');
    storageIs('throws', 'throws');
    await sayInto(ann, 'kept');
    await world.clock.advance(40_000);
    expect(world.chat.health().storage).toBe('read-only');
    storageIs('ok');
    await world.clock.advance(10_000);
    await ann.next('the echo', (packet) => packet[3] === 'kept');
  });
});

describe('what lags behind', () => {
  it('is when somebody was last seen: written once for all comings and goings of two seconds', async () => {
    await world.start();
    await (await world.visit('1')).close();
    await world.settled('the end', () => world.chat.health().connections === 0);
    await world.clock.advance(3_000);
    const writes = () =>
      world.storage.stored.flatMap((batch) => batch.changes).filter((one) => one.table === 'last_seen')
        .length;
    const before = writes();
    for (let i = 0; i < 5; i++) {
      const ann = await world.visit('1');
      await ann.close();
      await world.settled('the end', () => world.chat.health().connections === 0);
      await world.clock.advance(100);
    }
    expect(writes()).toBe(before);
    await world.clock.advance(3_000);
    expect(writes()).toBe(before + 1);
  });

  it('is written when the chat ends', async () => {
    await world.start();
    await world.visit('1');
    await world.clock.advance(3_000);
    const [first] = world.storage.content<{ at: number }>('last_seen');
    const drained = world.chat.drain();
    for (let i = 0; i < 5; i++) await world.clock.advance(1_000);
    await drained;
    const [last] = world.storage.content<{ at: number }>('last_seen');
    expect(last?.at).toBeGreaterThan(first?.at ?? 0);
  });
});

describe('a connection that ends while rows cannot be read', () => {
  it('is shown as gone once they can', async () => {
    await world.start({}, { temporaryChannelPolicy: 'owner' });
    const ann = await world.visit('1');
    const bob = await world.visit('2', 'maker');
    bob.say('/create den');
    await bob.next('the channel', isNotice('crchan'));
    // So many channels in use that the default one has to be read again.
    for (let i = 0; i < 600; i++) await settledNow(world.chat.channels.create({ name: `other${i}` }));
    world.storage.plan = (call) => (call === 'query' || call === 'rows' ? 'throws' : 'ok');
    const { query } = world.storage.calls;
    await bob.terminate();
    await world.settled('the attempt', () => world.storage.calls.query > query);
    await world.clock.advance(1_000);
    world.storage.plan = () => 'ok';
    await world.clock.advance(10_000);
    await ann.next('the end of the channel', (packet) => packet[0] === '4' && packet[1] === '2');
    await world.settled('nobody there', () => world.chat.users.online().length === 1);
  });
});

describe('ids of what is said to one connection only', () => {
  it('stay below what storage knows to be given out, however long it is away', async () => {
    const [ann] = await startWith('1');
    await world.clock.advance(120_000);
    const known = () => world.storage.content<{ ceiling: number }>('engine')[0]?.ceiling ?? 0;
    storageIs('hangs', 'hangs');
    await sayInto(ann, 'lost');
    for (let minute = 0; minute < 10; minute++) {
      await world.clock.advance(60_000);
      ann.say('/who');
      ann.say('refused');
      const packet = await ann.next('an answer', isNotice('generr'));
      expect(Number(packet[4])).toBeLessThan(known());
      // The connection would be ended otherwise.
      await ann.ping();
    }
    expectIdsOnce(ann);
  });
});

describe('random faults over many minutes', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'answers each message once, with its echo or a refusal (seed %i)',
    async (seed) => {
      const people = await startWith('1', '2', '3');
      const faults: Fate[] = ['throws', 'unknown', 2_000, 8_000, 'throws', 'unknown'];
      world.storage.plan = seededPlan(seed, faults, 0.6);
      const said = people.map(() => 0);
      const answers = (one: SockProbe) =>
        one.heard.filter((text) => text.startsWith(`${one.id}:`)).length +
        one.notices.filter((id) => id === 'generr').length;
      for (let step = 0; step < 60; step++) {
        for (const [i, one] of people.entries()) {
          for (let k = 0; k < 3; k++) one.say(`${one.id}:${(said[i] as number)++}`);
          await one.ping();
        }
        await world.clock.advance(1_500);
      }
      world.storage.plan = () => 'ok';
      await world.clock.advance(120_000);
      await world.settled('writing again', () => world.chat.health().storage === 'open');
      await world.clock.advance(60_000);
      await world.calm(...people);
      expect(people.map(answers)).toEqual(said);
      for (const one of people) expect(one.heard).toEqual(world.stored);
      expect(world.chat.health()).toMatchObject({ sessions: 3, waiting: 0 });
    },
  );
});

/** The next batch takes its time; all goes well after that. */
function storageTakes(ms: number): void {
  const { length } = world.storage.stored;
  world.storage.plan = (call) => (call === 'commit' && world.storage.stored.length === length ? ms : 'ok');
}

async function sayWaiting(client: SockProbe, text: string): Promise<void> {
  client.say(text);
  await client.ping();
}

function fullDisk(): Fate {
  return 'throws';
}

async function settledNow<T>(promise: Promise<T>): Promise<T> {
  let done = false;
  void promise.finally(() => {
    done = true;
  });
  await world.settled('a call of the host', () => done);
  return promise;
}

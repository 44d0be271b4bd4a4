import { afterEach, describe, expect, it } from 'vitest';
import type { ChannelId, SessionId, UserId } from '../../../src/domain/ids.js';
import { FaultyStorage } from '../../../src/testing/faulty-storage.js';
import type { TestClient } from './support/client.js';
import { StandingClock, turn } from './support/clock.js';
import { error, info } from './support/notation.js';
import { everything, type ServeOptions, serve, stopAll, type TestServer } from './support/server.js';

afterEach(stopAll);

const mod = { rank: 5, permissions: everything };

function idOf(server: TestServer, handle: string): UserId {
  const found = server.chat.users.byHandle(handle);
  if (found === undefined) throw new Error(`no user ${handle}`);
  return found.id;
}

function channelOf(server: TestServer, name: string): ChannelId {
  const found = server.chat.channels.byName(name);
  if (found === undefined) throw new Error(`no channel ${name}`);
  return found.id;
}

describe('what the host does', () => {
  it('[sockchat 6.5] users.remove: 9→0 and the end for the leaver, 3 leave for the others, and the host hears user_leave', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    const second = await server.arrive('Alice');
    await server.settle();
    server.forget();
    const heard: unknown[] = [];
    server.chat.on('user_leave', ({ user_id, username }) => heard.push([user_id, username]));
    await server.chat.users.remove(idOf(server, 'Alice'));
    expect([await Alice.end(), await second.end()]).toEqual([1000, 1000]);
    expect(Alice.take()).toEqual(['9→0']);
    expect(second.take()).toEqual(['9→0']);
    await server.settle();
    expect(Bob.take()).toEqual(['3→1→Alice→leave→T→#']);
    expect(heard).toEqual([['1', 'Alice']]);
    const again = await server.arrive('Alice');
    expect(again.take()[0]).toMatch(/^1→y→1→Alice/);
  });

  it('[sockchat 6.5] sessions.close: 9→0 and the end for one connection; packet 3 leave with the last', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    const second = await server.arrive('Alice');
    await server.settle();
    server.forget();
    const ids = server.chat.sessions.of(idOf(server, 'Alice')).map((one) => one.id);
    await server.chat.sessions.close(ids[0] as SessionId);
    expect(await Alice.end()).toBe(1000);
    expect(Alice.take()).toEqual(['9→0']);
    await server.settle();
    expect([...Bob.take(), ...second.take()]).toEqual([]);
    await server.chat.sessions.close(ids[1] as SessionId);
    expect(await second.end()).toBe(1000);
    await server.settle();
    expect(Bob.take()).toEqual(['3→1→Alice→leave→T→#']);
  });

  it('[sockchat 7] messages.send speaks in a channel by the notice say, live and in the backlog', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    await server.says(Bob, '/join Other');
    server.forget();
    const { id } = await server.chat.messages.send(channelOf(server, 'Lounge'), 'a <b>\nc');
    await server.settle();
    expect(Alice.take()).toEqual(['2→T→-1→0␌say␌a &lt;b&gt; <br/> c→#→10010']);
    expect(Bob.take()).toEqual([]);
    const late = await server.arrive('Late');
    expect(late.take()).toContain('7→1→T→-1→ChatBot→inherit→→0␌say␌a &lt;b&gt; <br/> c→#→0→10010');
    await server.chat.messages.remove(id);
    await server.settle();
    expect(Alice.take().at(-1)).toBe('6→#');
  });

  it('[sockchat 7] messages.announce reaches everybody', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: {} });
    await server.chat.messages.announce('maintenance at noon');
    await server.settle();
    expect(Alice.take()).toEqual([info('say', 'maintenance at noon')]);
  });

  it('[sockchat 5 S9] users.kick and users.ban look like those of a moderator', async () => {
    const server = await serve();
    const { Alice, Bob, Carol } = await server.cast({ Alice: {}, Bob: {}, Carol: {} });
    await server.chat.users.kick(idOf(server, 'Bob'));
    await server.chat.users.ban(idOf(server, 'Carol'), { until: server.clock.now() + 1_500 });
    await Promise.all([Bob.end(), Carol.end()]);
    expect(Bob.take()).toEqual(['9→0']);
    expect(Carol.take()).toEqual(['3→2→Bob→kick→T→#', '9→1→T+2']);
    await server.settle();
    expect(Alice.take()).toEqual(['3→2→Bob→kick→T→#', '3→3→Carol→kick→T→#']);
  });

  it('[sockchat 5 S10] users.update shows the new looks to the channel and moves the rights at once', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'High', rank: 3 }] });
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    await server.chat.users.update(idOf(server, 'Alice'), { rank: 3, colour: '#FFFFFF', name: 'Alicia' });
    await server.settle();
    expect(Bob.take()).toEqual(['10→1→Alicia→#FFFFFF→3 0 0 0 0']);
    expect((await server.answer(Alice, '/join High')).at(-1)).toBe('5→2→High');
    await server.chat.users.update(idOf(server, 'Alicia'), { rank: 0 });
    await server.settle();
    server.forget();
    // Nobody is sent out of a channel by a change of rank (section 8.13).
    expect(await server.answer(Alice, 'still here')).toEqual(['2→T→1→still here→#→10010']);
  });

  it('[sockchat 5 S4.1] channels.update tells the old name and the new', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Old' }] });
    const { Alice } = await server.cast({ Alice: {} });
    await server.chat.channels.update(channelOf(server, 'Old'), { name: 'New', password: 'x' });
    await server.chat.channels.remove(channelOf(server, 'New'));
    await server.settle();
    expect(Alice.take()).toEqual(['4→1→Old→New→1→0', '4→2→New']);
  });

  it('[sockchat 1] drain: connections are closed with 1012 and nothing is taken in any more', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: {} });
    const draining = server.chat.drain();
    expect(await Alice.end()).toBe(1012);
    let done = false;
    void draining.finally(() => {
      done = true;
    });
    while (!done) await server.clock.advance(10);
    expect(await draining).toEqual({ ended: 0 });
    await expect(server.connect()).rejects.toThrow('503');
  });
});

describe('refusals', () => {
  it('[sockchat 7] hooks.before refuses: generr for commands and messages, 5.2 besides for /join', async () => {
    const server = await serve({
      channels: [{ name: 'Lounge' }, { name: 'Other' }],
      hooks: { before: ({ type }) => type === 'session.open' },
    });
    const { Alice } = await server.cast({ Alice: mod, Bob: {} });
    for (const text of [
      'hello',
      '/me waves',
      '/msg Bob hi',
      '/nick x',
      '/afk',
      '/create x',
      '/kick Bob',
      '/say hi',
    ])
      expect(await server.answer(Alice, text)).toEqual([error('generr')]);
    expect(await server.answer(Alice, '/join Other')).toEqual([error('generr'), '5→2→Lounge']);
  });

  it('[sockchat 5 S1.n] a hook that refuses the login is authfail', async () => {
    const server = await serve({ hooks: { before: () => false } });
    const one = await server.connect();
    one.send(server.words('Alice'));
    await one.end();
    expect(one.take()).toEqual(['1→n→authfail']);
  });

  it('[sockchat 7] a hook that throws, or is too slow, refuses and is reported', async () => {
    const hooks: NonNullable<ServeOptions['hooks']> = {
      before: ({ type, input }) => {
        if (type !== 'message.send') return true;
        if ('text' in input && input.text === 'throw') throw new Error('a bug of the host');
        return new Promise<boolean>(() => {});
      },
    };
    const server = await serve({ hooks });
    const { Alice } = await server.cast({ Alice: {} });
    expect(await server.answer(Alice, 'throw')).toEqual([error('generr')]);
    Alice.say('slow');
    Alice.say('/who x');
    await server.settle();
    expect(Alice.take()).toEqual([]);
    await server.clock.advance(10_000);
    await server.settle();
    expect(Alice.take().map((one) => one.split('→')[3])).toEqual(['1␌generr', '1␌nochan␌x']);
    expect(server.errors.map((one) => one.code)).toEqual(['hook-failed', 'hook-timeout']);
  });

  it('[sockchat 7] while storage takes no writes: generr, and pings are answered', async () => {
    const storage = new FaultyStorage(new StandingClock());
    const server = await serve({ storage });
    const { Alice } = await server.cast({ Alice: {} });
    // Answers that rest on stored rows do not wait for what storage owes.
    Alice.ordered = false;
    storage.plan = (call) => (call === 'commit' ? 'throws' : 'ok');
    Alice.say('lost?');
    await Alice.ping();
    await server.clock.advance(6_000);
    Alice.say('refused');
    Alice.say('/who');
    await Alice.ping();
    const answers = Alice.take().map((one) => one.split('→')[3]?.slice(0, 8));
    expect(answers).toEqual(['1␌generr', '0␌who␌<a']);
    await server.says(Alice, '/me is refused', async () => {
      await Alice.packet('message');
      expect(Alice.take()[0]?.split('→')[3]).toBe('1␌generr');
      storage.plan = () => 'ok';
      await server.clock.advance(6_000);
    });
    expect(await server.answer(Alice, 'back')).toEqual(['2→T+12→1→back→#→10010']);
    expect(
      Alice.packets.flatMap((one) => (one.kind === 'message' && one.userId === '1' ? [one.text] : [])),
    ).toEqual(['lost?', 'back']);
  });
});

/** A chat whose hook holds back one kind of command until the test has changed the world; then it goes on, changed or not. */
async function held(type: string, options: ServeOptions = {}) {
  let release: (() => void) | undefined;
  let change: ((input: never) => object) | undefined;
  const server = await serve({
    ...options,
    hooks: {
      before: async (command) => {
        if (command.type !== type) return true;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return change === undefined ? true : ({ type, input: change(command.input as never) } as never);
      },
    },
  });
  return {
    server,
    /** What the speaker is sent when `meanwhile` happens between the handler's checks and the decision. */
    async race(
      client: TestClient,
      text: string,
      meanwhile: () => Promise<unknown>,
      changed?: (input: never) => object,
    ): Promise<string[]> {
      change = changed;
      release = undefined;
      await server.says(client, text, async () => {
        while (release === undefined) await turn();
        await meanwhile();
        release();
      });
      return client.take();
    },
  };
}

describe('what changes between the checks and the decision', () => {
  const nothing = async () => {};

  /** Each row: text said, command held back, what happens meanwhile, the answer. */
  const races: readonly {
    readonly name: string;
    readonly text: string;
    readonly holds: string;
    readonly meanwhile?: (server: TestServer, client: TestClient) => Promise<unknown>;
    readonly change?: (server: TestServer) => (input: never) => object;
    readonly prepare?: readonly string[];
    readonly answer: readonly string[];
  }[] = [
    {
      name: '4 C2] the right to send is lost: silence',
      text: 'hello',
      holds: 'message.send',
      meanwhile: (server) => server.chat.users.update(idOf(server, 'Mod'), { permissions: [] }),
      answer: [],
    },
    {
      name: '8.9] the speaker is silenced: silence',
      text: 'hello',
      holds: 'message.send',
      meanwhile: async (server) => {
        await server.chat.users.update(idOf(server, 'Mod'), { permissions: ['message.send'] });
        await server.chat.users.silence(idOf(server, 'Mod'));
      },
      answer: [info('silence')],
    },
    {
      name: '8.9] the same for /me',
      text: '/me waves',
      holds: 'message.send',
      meanwhile: async (server) => {
        await server.chat.users.update(idOf(server, 'Mod'), { permissions: ['message.send'] });
        await server.chat.users.silence(idOf(server, 'Mod'));
      },
      answer: [info('silence')],
    },
    {
      name: '6.6] the speaker was moved elsewhere: what was said to the old channel is not said there',
      text: 'hello',
      holds: 'message.send',
      prepare: ['/join Temp'],
      meanwhile: (server) => server.chat.channels.remove(channelOf(server, 'Temp')),
      answer: ['5→2→Lounge', '4→2→Temp'],
    },
    {
      name: '6.2] another connection of the speaker moves: what was said to the old channel is not said there',
      text: 'hello',
      holds: 'message.send',
      meanwhile: async (server) => {
        const second = await server.arrive('Mod', mod);
        second.say('/join Temp');
        await second.packet('channel_switch');
      },
      answer: ['5→2→Temp'],
    },
    {
      name: '8.10] the other goes: usernf with the typed name',
      text: '/msg bob hi',
      holds: 'direct.whisper',
      meanwhile: (server) => server.chat.users.kick(idOf(server, 'Bob')),
      answer: ['3→2→Bob→kick→T→#', error('usernf', 'bob')],
    },
    {
      name: '8.10] a hook turns a whisper to oneself: nothing',
      text: '/msg bob hi',
      holds: 'direct.whisper',
      change: (server) => (input: { readonly from: UserId }) =>
        ({ ...input, to: idOf(server, 'Mod') }) as object,
      answer: [],
    },
    {
      name: '8.7] the other goes: usernf with the typed name',
      text: '/kick bob',
      holds: 'user.kick',
      meanwhile: (server) => server.chat.users.kick(idOf(server, 'Bob')),
      answer: ['3→2→Bob→kick→T→#', error('usernf', 'bob')],
    },
    {
      name: '8.7] the other leaves for good: usernf with the typed name',
      text: '/kick bob 5',
      holds: 'user.ban',
      meanwhile: (server) => server.chat.users.remove(idOf(server, 'Bob')),
      answer: ['3→2→Bob→leave→T→#', error('usernf', 'bob')],
    },
    {
      name: '8.7] the other rises: kickna',
      text: '/kick bob',
      holds: 'user.kick',
      meanwhile: (server) => server.chat.users.update(idOf(server, 'Bob'), { rank: 9 }),
      answer: ['10→2→Bob→inherit→9 0 0 0 0', error('kickna', 'Bob')],
    },
    {
      name: '8.7] the right is lost: cmdna',
      text: '/kick bob',
      holds: 'user.kick',
      meanwhile: (server) => server.chat.users.update(idOf(server, 'Mod'), { permissions: ['message.send'] }),
      answer: ['10→1→Mod→inherit→5 0 0 0 0', error('cmdna', '/kick')],
    },
    {
      name: '8.7] the time is over before it began: generr',
      text: '/kick bob 1',
      holds: 'user.ban',
      meanwhile: async (server) => server.clock.skip(2_000),
      answer: [error('generr')],
    },
    {
      name: '8.8] somebody else was quicker: notban',
      text: '/unban Eve',
      holds: 'user.unban',
      meanwhile: (server) => server.chat.users.unban(idOf(server, 'Eve')),
      answer: [error('notban', 'Eve')],
    },
    {
      name: '8.8] the same for an address',
      text: '/unbanip 192.0.2.1',
      holds: 'address.unban',
      meanwhile: (server) => server.chat.users.unbanAddress('192.0.2.1'),
      answer: [error('notban', '192.0.2.1')],
    },
    {
      name: '8.9] somebody else was quicker: silerr',
      text: '/silence bob',
      holds: 'user.silence',
      meanwhile: (server) => server.chat.users.silence(idOf(server, 'Bob')),
      answer: [error('silerr')],
    },
    {
      name: '8.9] somebody else was quicker: usilerr',
      text: '/unsilence Dave',
      holds: 'user.unsilence',
      meanwhile: (server) => server.chat.users.unsilence(idOf(server, 'Dave')),
      answer: [error('usilerr')],
    },
    {
      name: '8.3] somebody took the name: nameinuse',
      text: '/nick Newname',
      holds: 'user.nick',
      meanwhile: (server) => server.chat.users.update(idOf(server, 'Bob'), { name: 'newname' }),
      answer: ['10→2→newname→inherit→0 0 0 0 0', error('nameinuse', 'Newname')],
    },
    {
      name: '8.4] somebody took the name: nischan',
      text: '/create Fresh',
      holds: 'channel.create',
      meanwhile: (server) => server.chat.channels.create({ name: 'fresh' }),
      answer: ['4→0→fresh→0→0', error('nischan', 'Fresh')],
    },
    {
      name: '8.4] the own rank falls: rankerr',
      text: '/create 5 Fresh',
      holds: 'channel.create',
      meanwhile: (server) => server.chat.users.update(idOf(server, 'Mod'), { rank: 1 }),
      answer: ['10→1→Mod→inherit→1 1 0 1 2', error('rankerr')],
    },
    {
      name: '8.5] the channel goes: nochan and 5.2',
      text: '/join temp',
      holds: 'place.enter',
      meanwhile: (server) => server.chat.channels.remove(channelOf(server, 'Temp')),
      answer: ['4→2→Temp', error('nochan', 'temp'), '5→2→Lounge'],
    },
    {
      name: '8.6] the channel goes: nochan',
      text: '/delchan temp',
      holds: 'channel.delete',
      meanwhile: (server) => server.chat.channels.remove(channelOf(server, 'Temp')),
      answer: ['4→2→Temp', error('nochan', 'temp')],
    },
    {
      name: '8.6] a hook means the default channel: ndchan',
      text: '/delchan temp',
      holds: 'channel.delete',
      change: (server) => (input: object) => ({ ...input, channel: channelOf(server, 'Lounge') }),
      answer: [error('ndchan', 'Temp')],
    },
    {
      name: '8.13] the channel goes: cmdna, since the default channel is nobody’s',
      text: '/password x',
      holds: 'channel.update',
      prepare: ['/join Temp'],
      meanwhile: (server) => server.chat.channels.remove(channelOf(server, 'Temp')),
      answer: ['5→2→Lounge', '4→2→Temp', error('cmdna', '/password')],
    },
    {
      name: '8.13] the own rank falls: rankerr',
      text: '/rank 5',
      holds: 'channel.update',
      prepare: ['/join Temp'],
      meanwhile: (server) => server.chat.users.update(idOf(server, 'Mod'), { rank: 1 }),
      answer: ['10→1→Mod→inherit→1 1 0 1 2', error('rankerr')],
    },
    {
      name: '7] a hook makes a name of it that is none: inchan',
      text: '/create Fresh',
      holds: 'channel.create',
      change: () => (input: object) => ({ ...input, name: 'no good' }),
      answer: [error('inchan')],
    },
    {
      name: '7] a hook makes the text too long: generr',
      text: 'hello',
      holds: 'message.send',
      change: () => (input: object) => ({ ...input, text: 'x'.repeat(5_001) }),
      answer: [error('generr')],
    },
    {
      name: '7] a hook leaves no text: nothing',
      text: 'hello',
      holds: 'message.send',
      change: () => (input: object) => ({ ...input, text: '' }),
      answer: [],
    },
    {
      name: '7] a hook breaks the command: generr, and it is reported',
      text: 'hello',
      holds: 'message.send',
      change: () => (input: object) => ({ ...input, text: undefined }),
      answer: [error('generr')],
    },
  ];

  it.each(races.map((race) => [race.name, race] as const))(
    '[sockchat %s',
    async (_, { text, holds, meanwhile, change, prepare, answer }) => {
      const { server, race } = await held(holds, { channels: [{ name: 'Lounge' }, { name: 'Temp' }] });
      const { Mod } = await server.cast({ Mod: mod, Bob: {}, Eve: {}, Dave: {} });
      await server.chat.users.silence(idOf(server, 'Dave'));
      await server.chat.users.ban(idOf(server, 'Eve'));
      await server.chat.users.banAddress('192.0.2.1');
      await server.settle();
      for (const one of prepare ?? []) await server.says(Mod, one);
      const seen = await race(Mod, text, () => meanwhile?.(server, Mod) ?? nothing(), change?.(server));
      // Only what the row is about: the own looks and the switch of a channel have tests of their own.
      const about = seen.filter(
        (one) => answer.includes(one) || /^2→[^→]*→-1/.test(one) || one.startsWith('2→'),
      );
      expect(about.map((one) => one.replace('T+2', 'T'))).toEqual(answer);
    },
  );
});

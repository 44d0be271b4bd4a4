import { afterEach, describe, expect, it } from 'vitest';
import type { SessionId } from '../../../src/domain/ids.js';
import { FaultyStorage } from '../../../src/testing/faulty-storage.js';
import { StandingClock } from './support/clock.js';
import { error, info } from './support/notation.js';
import { everything, type ServeOptions, serve, stopAll } from './support/server.js';

afterEach(stopAll);

const mod = { rank: 5, permissions: everything };

describe('what the host does', () => {
  it('[sockchat 6.5] users.remove: 9→0 and the end for the leaver, 3 leave for the others, and the host hears user_leave', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    const second = await server.arrive('Alice');
    await server.settle();
    server.forget();
    const heard: unknown[] = [];
    server.chat.on('user_leave', ({ user_id, username }) => heard.push([user_id, username]));
    await server.chat.users.remove(server.userId('Alice'));
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
    const ids = server.chat.sessions.of(server.userId('Alice')).map((one) => one.id);
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
    const { id } = await server.chat.messages.send(server.channelId('Lounge'), 'a <b>\nc');
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
    await server.chat.users.kick(server.userId('Bob'));
    await server.chat.users.ban(server.userId('Carol'), { until: server.clock.now() + 1_500 });
    await Promise.all([Bob.end(), Carol.end()]);
    expect(Bob.take()).toEqual(['9→0']);
    expect(Carol.take()).toEqual(['3→2→Bob→kick→T→#', '9→1→T+2']);
    await server.settle();
    expect(Alice.take()).toEqual(['3→2→Bob→kick→T→#', '3→3→Carol→kick→T→#']);
  });

  it('[sockchat 5 S10] users.update shows the new looks to the channel and moves the rights at once', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'High', rank: 3 }] });
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    await server.chat.users.update(server.userId('Alice'), { rank: 3, colour: '#FFFFFF', name: 'Alicia' });
    await server.settle();
    expect(Bob.take()).toEqual(['10→1→Alicia→#FFFFFF→3 0 0 0 0']);
    expect((await server.answer(Alice, '/join High')).at(-1)).toBe('5→2→High');
    await server.chat.users.update(server.userId('Alicia'), { rank: 0 });
    await server.settle();
    server.forget();
    // Nobody is sent out of a channel by a change of rank (section 8.13).
    expect(await server.answer(Alice, 'still here')).toEqual(['2→T→1→still here→#→10010']);
  });

  it('[sockchat 5 S10] what is not part of the looks here is no packet, whoever changes it', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    const { users, roles } = server.chat;
    await users.update(server.userId('Alice'), { profile: { display_name: 'Al' } });
    await users.update(server.userId('Alice'), { rank: 0 });
    await roles.create({ name: 'readers' });
    await users.setRoles(server.userId('Alice'), ['readers']);
    await server.settle();
    expect([...Alice.take(), ...Bob.take()]).toEqual([]);
  });

  it('[sockchat 5 S4.1] channels.update tells the old name and the new', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Old' }] });
    const { Alice } = await server.cast({ Alice: {} });
    await server.chat.channels.update(server.channelId('Old'), { name: 'New', password: 'x' });
    await server.chat.channels.remove(server.channelId('New'));
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
    expect(await draining).toMatchObject({ ended: 0 });
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
    server.unordered.add(Alice);
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

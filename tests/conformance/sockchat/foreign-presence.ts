import { afterEach, describe, expect, it } from 'vitest';
import { arriveElsewhere, leaveElsewhere, pass, serveBoth, settled } from './support/foreign.js';
import { error, whoItem } from './support/notation.js';
import { everything, stopAll } from './support/server.js';

afterEach(stopAll);

const plain = '→inherit→0 0 0 0 0';
const lists = [{ name: 'Lounge' }, { name: 'Other' }];

/** What a viewer is sent when people of other protocols have come or gone. */
const renewed = (...people: string[]) => [
  '8→1',
  `7→0→${people.length}${people.map((one) => `→${one}${plain}→1`).join('')}`,
];

describe('people of other protocols', () => {
  it('[sockchat 5 S7.0] are in the list at a login and at a switch, by rank, and are announced to nobody', async () => {
    const server = await serveBoth({ channels: lists });
    await arriveElsewhere(server, 'olivia');
    await arriveElsewhere(server, 'oscar', { rank: 3 });
    const Alice = await server.arrive('Alice', { rank: 1 });
    expect(Alice.take()).toContain(`7→0→2→2→oscar→inherit→3 0 0 0 0→1→1→olivia${plain}→1`);
    const Bob = await server.arrive('Bob');
    expect(Bob.take()).toContain(
      `7→0→3→2→oscar→inherit→3 0 0 0 0→1→3→Alice→inherit→1 0 0 0 0→1→1→olivia${plain}→1`,
    );
    await server.says(Alice, '/join Other');
    expect(Alice.take()).toContain(`7→0→2→2→oscar→inherit→3 0 0 0 0→1→1→olivia${plain}→1`);
    await pass(server, settled);
    expect([Alice.take(), Bob.take()]).toEqual([[], ['5→1→3→#']]);
  });

  it('come and go by a new list, once things have settled, and not at all when they are back by then', async () => {
    const server = await serveBoth();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    const olivia = await arriveElsewhere(server, 'olivia');
    await pass(server, settled - 1);
    expect(Alice.take()).toEqual([]);
    await pass(server, 1);
    expect(Alice.take()).toEqual(renewed('2→Bob', '3→olivia'));
    expect(Bob.take()).toEqual(renewed('1→Alice', '3→olivia'));
    await leaveElsewhere(server, olivia);
    const again = await arriveElsewhere(server, 'olivia');
    await pass(server, 2 * settled);
    expect(Alice.take()).toEqual([]);
    await leaveElsewhere(server, again);
    await pass(server, settled);
    expect(Alice.take()).toEqual(renewed('2→Bob'));
    await pass(server, 2 * settled);
    expect(Alice.take()).toEqual([]);
  });

  it('[sockchat 5 S2] speak by packet 2 where all viewers know them, and by 7.1 until then', async () => {
    const server = await serveBoth();
    const { Alice } = await server.cast({ Alice: {} });
    const olivia = await arriveElsewhere(server, 'olivia');
    const say = async (content: string) => {
      olivia.send({ cmd: 'message_new', channel: 'Lounge', content });
      await olivia.until((frame) => frame.cmd === 'message_new');
      await server.settle();
    };
    await say('one');
    const stranger = `7→1→T→2→olivia${plain}→one→#→1→10010`;
    expect(Alice.take()).toEqual([stranger]);
    const Bob = await server.arrive('Bob');
    Bob.take();
    Alice.take();
    await say('two');
    // Bob has her in his list; Alice has not.
    expect(Alice.take()).toEqual([`7→1→T→2→olivia${plain}→two→#→1→10010`]);
    expect(Bob.take()).toEqual([`7→1→T→2→olivia${plain}→two→#→1→10010`]);
    await pass(server, settled);
    server.forget();
    await say('three');
    expect(Alice.take()).toEqual([`2→T+6→2→three→#→10010`]);
    expect(Bob.take()).toEqual([`2→T+6→2→three→#→10010`]);
  });

  it('are there once, whichever of their sessions come and go', async () => {
    const server = await serveBoth();
    const { Alice } = await server.cast({ Alice: {} });
    const olivia = await arriveElsewhere(server, 'olivia');
    await pass(server, settled);
    server.forget();
    // Who is in the list already does not join, and looks as before.
    const here = await server.arrive('olivia');
    await server.settle();
    expect(Alice.take()).toEqual([]);
    expect(here.take()).toContain(`7→0→1→1→Alice${plain}→1`);
    server.forget();
    // And who stays in it does not leave.
    await here.close();
    await pass(server, 2 * settled);
    expect(Alice.take()).toEqual([]);
    const Carol = await server.arrive('Carol');
    expect(Carol.take()).toContain(`7→0→2→1→Alice${plain}→1→2→olivia${plain}→1`);
    server.forget();
    // Whose arrival was seen here is seen going.
    await leaveElsewhere(server, olivia);
    expect(Alice.take()).toEqual(['3→2→olivia→leave→T+18→#']);
    await pass(server, settled);
    expect(Alice.take()).toEqual([]);
  });

  it('[sockchat 6.5] are seen going when their last session ends here, whatever the first was', async () => {
    const server = await serveBoth();
    const { Alice } = await server.cast({ Alice: {} });
    const olivia = await arriveElsewhere(server, 'olivia');
    const here = await server.arrive('olivia');
    await server.settle();
    expect(Alice.take()).toEqual(['5→0→2→olivia→inherit→#']);
    await leaveElsewhere(server, olivia);
    expect(Alice.take()).toEqual([]);
    await here.close();
    await server.settle();
    expect(Alice.take()).toEqual(['3→2→olivia→leave→T→#']);
  });

  it('[sockchat 5 S10] show the looks that a login brings, once, and whichever protocol it was', async () => {
    const server = await serveBoth();
    const { Alice } = await server.cast({ Alice: {} });
    await arriveElsewhere(server, 'olivia');
    await pass(server, settled);
    server.forget();
    await server.arrive('olivia', { colour: 'red' });
    await server.settle();
    expect(Alice.take()).toEqual(['10→2→olivia→red→0 0 0 0 0']);
    await arriveElsewhere(server, 'olivia');
    expect(Alice.take()).toEqual([`10→2→olivia${plain}`]);
    await arriveElsewhere(server, 'olivia');
    expect(Alice.take()).toEqual([]);
    await server.arrive('olivia');
    await server.settle();
    expect(Alice.take()).toEqual([]);
  });

  it('[sockchat 2.1] are away where they are idle by another protocol, until they choose otherwise or speak here', async () => {
    const server = await serveBoth();
    const { Alice } = await server.cast({ Alice: {} });
    const olivia = await arriveElsewhere(server, 'olivia');
    const set = async (status: string, text = '') => {
      olivia.send({ cmd: 'status_set', status, text, listener: status });
      await olivia.until((frame) => frame.listener === status);
      await server.settle();
    };
    const known = async () => {
      olivia.send({ cmd: 'status_get', user: 'olivia' });
      return (await olivia.until((frame) => frame.cmd === 'status')).status;
    };
    const back = `10→2→olivia${plain}`;
    await set('idle', 'tea time');
    await pass(server, settled);
    expect(Alice.take()).toEqual(renewed('2→&lt;TEA&gt;_olivia'));
    const here = await server.arrive('olivia');
    expect(here.take()).toContain(`1→y→2→&lt;TEA&gt;_olivia${plain}→Lounge→5000`);
    await server.settle();
    expect(Alice.take()).toEqual([]);
    expect(await server.answer(Alice, '/msg olivia psst')).toEqual([
      '2→T+6→1→&lt;TEA&gt;_olivia psst→#→10011',
    ]);
    server.forget();
    await server.says(here, 'here');
    expect(Alice.take()).toEqual([back, '2→T+6→2→here→#→10010']);
    expect(await known()).toEqual({ status: 'online', text: '' });
    await set('idle');
    expect(Alice.take()).toEqual([`10→2→&lt;AFK&gt;_olivia${plain}`]);
    await set('idle', 'no reason given');
    expect(Alice.take()).toEqual([`10→2→&lt;NO&gt;_olivia${plain}`]);
    await set('idle', 'no hurry');
    expect(Alice.take()).toEqual([]);
    await set('dnd', 'work');
    expect(Alice.take()).toEqual([back]);
    await server.says(here, '/afk straight to bed');
    expect(Alice.take()).toEqual([`10→2→&lt;STRAI&gt;_olivia${plain}`]);
    expect(await known()).toEqual({ status: 'idle', text: 'straight to bed' });
    await server.says(here, 'back');
    expect(Alice.take()[0]).toBe(back);
    expect(await known()).toEqual({ status: 'dnd', text: 'work' });
    await server.says(here, `/afk ${'z'.repeat(200)}`);
    expect(await known()).toEqual({ status: 'idle', text: 'z'.repeat(100) });
    await set('online');
    expect(Alice.take().at(-1)).toBe(back);
  });

  it('[sockchat 8.7] may not be kicked from where they are not: kickna, unless that is widened', async () => {
    const mod = { rank: 5, permissions: everything };
    const server = await serveBoth();
    const Mod = await server.arrive('Mod', mod);
    const olivia = await arriveElsewhere(server, 'olivia');
    expect(await server.answer(Mod, '/kick olivia')).toEqual([error('kickna', 'olivia')]);
    expect((await server.answer(Mod, '/silence olivia')).join()).toContain('silok');
    olivia.send({ cmd: 'status_set', status: 'invisible', listener: 'set' });
    await olivia.until((frame) => frame.listener === 'set');
    expect(await server.answer(Mod, '/kick olivia')).toEqual([error('usernf', 'olivia')]);
    const wide = await serveBoth({ sockchat: { penalties: 'everywhere' } });
    const Chief = await wide.arrive('Chief', mod);
    const otto = await arriveElsewhere(wide, 'otto');
    expect(await wide.answer(Chief, '/kick otto')).toEqual([]);
    expect(await otto.closed).toBe(1000);
  });

  it('who are kicked or banned go by packet 3 and are in no list, until a ban that let them stay elsewhere has run out', async () => {
    const server = await serveBoth();
    const { Alice } = await server.cast({ Alice: {} });
    const both = async () => {
      const olivia = await arriveElsewhere(server, 'olivia');
      await server.arrive('olivia');
      await pass(server, settled);
      server.forget();
      return { olivia, user: server.userId('olivia') };
    };
    const kicked = expect.stringMatching(/^3→2→olivia→kick→T[+]\d+→#$/);
    const { user } = await both();
    await server.chat.users.kick(user);
    await server.settle();
    expect(Alice.take()).toEqual([kicked]);
    await pass(server, 2 * settled);
    expect(Alice.take()).toEqual([]);
    const { olivia } = await both();
    const until = server.clock.now() + 60_000;
    await server.chat.run('user.ban', { by: 'host', user, until, stay: 'originchats' });
    await server.settle();
    expect(Alice.take()).toEqual([kicked]);
    const late = await server.arrive('late');
    expect(late.take()).toContainEqual(
      expect.stringMatching(/^7→1→T([+]\d+)?→-1→ChatBot→inherit→→0␌kick␌olivia→#→0→10010$/),
    );
    await late.close();
    await pass(server, 2 * settled);
    server.forget();
    await pass(server, 60 - 2 * settled - 1);
    expect(Alice.take()).toEqual([]);
    await pass(server, 1 + settled);
    expect(Alice.take()).toEqual(renewed('2→olivia'));
    olivia.send({ cmd: 'message_new', channel: 'Lounge', content: 'back' });
    await olivia.until((frame) => frame.cmd === 'message_new');
    await server.settle();
    expect(Alice.take().at(-1)).toMatch(/^2→T.*→2→back→#→10010$/);
    // Whose ban was lifted, and whose session ended meanwhile, is not waited for.
    await server.chat.run('user.ban', { by: 'host', user, until: until + 60_000, stay: 'originchats' });
    await leaveElsewhere(server, olivia);
    await pass(server, 60);
    expect(Alice.take()).toEqual(renewed());
  });

  it('leave the list of a channel that they may no longer see, and show what has changed about them', async () => {
    const server = await serveBoth({ channels: [{ name: 'Lounge' }] });
    const { Alice } = await server.cast({ Alice: { rank: 5, permissions: everything } });
    await arriveElsewhere(server, 'olivia');
    await pass(server, settled);
    server.forget();
    await server.chat.users.update(server.userId('olivia'), { rank: 2, colour: 'red' });
    await server.settle();
    expect(Alice.take()).toEqual([]);
    await pass(server, settled);
    expect(Alice.take()).toEqual(['8→1', '7→0→1→2→olivia→red→2 0 0 0 0→1']);
    await server.chat.channels.update(server.channelId('Lounge'), { rank: 3 });
    await pass(server, settled);
    expect(Alice.take()).toEqual(['4→1→Lounge→Lounge→0→0', '8→1', '7→0→0']);
    await server.chat.users.update(server.userId('olivia'), { rank: 4 });
    await pass(server, settled);
    expect(Alice.take()).toEqual(['8→1', '7→0→1→2→olivia→red→4 0 0 0 0→1']);
  });

  it('who leave for good are told of where they are known', async () => {
    const server = await serveBoth();
    const { Alice } = await server.cast({ Alice: {} });
    await arriveElsewhere(server, 'olivia');
    await pass(server, settled);
    server.forget();
    await server.chat.run('user.leave', { user: server.userId('olivia'), via: 'host' });
    await server.settle();
    expect(Alice.take()).toEqual(['3→2→olivia→leave→T+6→#']);
    await pass(server, settled);
    expect(Alice.take()).toEqual([]);
  });

  it('are announced like everybody else with full presence', async () => {
    const server = await serveBoth({
      channels: [{ name: 'Lounge' }, { name: 'Other' }, { name: 'Staff', rank: 2 }],
      sockchat: { foreignPresence: 'full' },
    });
    const { Alice, Bob, Carol } = await server.cast({ Alice: {}, Bob: {}, Carol: { rank: 2 } });
    await server.says(Bob, '/join Other');
    await server.says(Carol, '/join Staff');
    server.forget();
    const olivia = await arriveElsewhere(server, 'olivia');
    expect(Alice.take()).toEqual([`1→T→4→olivia${plain}→#`]);
    expect(Bob.take()).toEqual([`1→T→4→olivia${plain}→#`]);
    expect(Carol.take()).toEqual([]);
    olivia.send({ cmd: 'message_new', channel: 'Lounge', content: 'hello' });
    await olivia.until((frame) => frame.cmd === 'message_new');
    await server.settle();
    expect(Alice.take()).toEqual(['2→T→4→hello→#→10010']);
    await pass(server, settled);
    expect([Alice.take(), Bob.take(), Carol.take()]).toEqual([[], [], []]);
    await leaveElsewhere(server, olivia);
    expect(Alice.take()).toEqual(['3→4→olivia→leave→T+6→#']);
    expect(Bob.take()).toEqual(['3→4→olivia→leave→T+6→#']);
    await pass(server, settled);
    expect([Alice.take(), Bob.take(), Carol.take()]).toEqual([[], [], []]);
  });
});

describe('somebody invisible', () => {
  it('is in no list, and neither comes nor goes', async () => {
    const server = await serveBoth({ channels: lists });
    const olivia = await arriveElsewhere(server, 'olivia');
    olivia.send({ cmd: 'status_set', status: 'invisible', listener: 'set' });
    await olivia.until((frame) => frame.listener === 'set');
    const { Alice } = await server.cast({ Alice: {} });
    const here = await server.arrive('olivia');
    await server.settle();
    expect(here.take()).toContain(`7→0→1→2→Alice${plain}→1`);
    await server.says(here, '/join Other');
    await server.says(here, '/afk');
    expect(here.take()).toEqual([`10→1→&lt;AFK&gt;_olivia${plain}`]);
    await server.says(here, '/join Lounge');
    await pass(server, settled);
    expect(Alice.take()).toEqual([]);
    const Bob = await server.arrive('Bob');
    expect(Bob.take()).toEqual([
      `1→y→3→Bob${plain}→Lounge→5000`,
      `7→0→1→2→Alice${plain}→1`,
      '7→1→T→-1→ChatBot→inherit→→0␌join␌Alice→#→0→10010',
      '7→1→T+6→-1→ChatBot→inherit→→0␌join␌Bob→#→0→10010',
      '7→2→2→Lounge→0→0→Other→0→0',
    ]);
    Alice.take();
    expect(await server.answer(Bob, '/who')).toEqual([
      `2→T+6→-1→0␌who␌${[whoItem('Alice'), whoItem('Bob', true)].join(', ')}→#→10010`,
    ]);
    Alice.take();
    await server.says(here, 'boo');
    expect(Alice.take()).toEqual([`7→1→T+6→1→olivia${plain}→boo→#→1→10010`]);
    await here.close();
    await leaveElsewhere(server, olivia);
    await pass(server, settled);
    expect([Alice.take(), Bob.take()[0]]).toEqual([[], `7→1→T+6→1→olivia${plain}→boo→#→1→10010`]);
  });

  it('vanishes from the list and is back in it without a word about coming or going', async () => {
    const server = await serveBoth();
    const { Alice } = await server.cast({ Alice: {} });
    const olivia = await arriveElsewhere(server, 'olivia');
    const here = await server.arrive('olivia');
    await pass(server, settled);
    server.forget();
    const set = async (status: string) => {
      olivia.send({ cmd: 'status_set', status, listener: status });
      await olivia.until((frame) => frame.listener === status);
      await pass(server, settled);
    };
    await set('invisible');
    expect(Alice.take()).toEqual(renewed());
    expect(here.take()).toEqual(renewed('1→Alice'));
    await server.says(here, 'boo');
    expect(Alice.take()).toEqual([`7→1→T+12→2→olivia${plain}→boo→#→1→10010`]);
    here.take();
    const again = await server.arrive('olivia', { colour: 'red' });
    // Looks that nobody else is told of are told to the other session, and not to the one whose login is not answered yet.
    expect(again.take()[0]).toBe('1→y→2→olivia→red→0 0 0 0 0→Lounge→5000');
    await server.settle();
    expect(here.take()).toEqual(['10→2→olivia→red→0 0 0 0 0']);
    await again.close();
    await (await server.arrive('olivia')).close();
    await set('online');
    expect(Alice.take()).toEqual(renewed('2→olivia'));
    await server.says(here, 'here');
    expect(Alice.take()).toEqual(['2→T+18→2→here→#→10010']);
    await here.close();
    await leaveElsewhere(server, olivia);
    expect(Alice.take()).toEqual(['3→2→olivia→leave→T+18→#']);
  });
});

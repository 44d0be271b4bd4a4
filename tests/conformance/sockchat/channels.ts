import { afterEach, describe, expect, it } from 'vitest';
import { error, info } from './support/notation.js';
import { serve, stopAll } from './support/server.js';

afterEach(stopAll);

const maker = { rank: 3, permissions: ['message.send', 'channel.create'] } as const;
const builder = { rank: 3, permissions: ['message.send', 'channel.create', 'channel.permanent'] } as const;
const stay = (channel: string) => `5→2→${channel}`;

describe('/join', () => {
  it('[sockchat 6.3] a switch goes 5.1, 5.0, then 8, 7.0, 7.1, 5.2 to the mover, byte for byte', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice, Bob, Carol } = await server.cast({
      Alice: { colour: 'red' },
      Bob: {},
      Carol: { rank: 2 },
    });
    await server.says(Carol, '/join Other');
    await server.says(Carol, 'welcome');
    await server.says(Alice, '/join OTHER');
    expect(Bob.take()).toEqual(['5→1→1→#']);
    expect(Carol.take()).toEqual(['5→0→1→Alice→red→#']);
    expect(Alice.take()).toEqual([
      '5→1→1→#',
      '8→3',
      '7→0→1→3→Carol→inherit→2 0 0 0 0→1',
      '7→1→T→-1→ChatBot→inherit→→0␌jchan␌Carol→#→0→10010',
      '7→1→T→3→Carol→inherit→2 0 0 0 0→welcome→#→0→10010',
      '7→1→T→-1→ChatBot→inherit→→0␌jchan␌Alice→#→0→10010',
      '5→2→Other',
    ]);
    const left = Bob.packets.flatMap((one) =>
      one.kind === 'channel_user_remove' && one.userId === '1' ? [one] : [],
    )[0];
    const late = await server.arrive('Late');
    const line = late.packets.find((one) => one.kind === 'context_message' && one.text === '0\flchan\fAlice');
    expect(line).toMatchObject({ messageId: left?.messageId });
    expect(late.take()).toContain('7→1→T→-1→ChatBot→inherit→→0␌lchan␌Carol→#→0→10010');
  });

  it('[sockchat 5 S5.0] the option channelJoinPerms puts permissions before the id', async () => {
    const server = await serve({
      sockchat: { channelJoinPerms: true, permissionSeparator: '\f' },
      channels: [{ name: 'Lounge' }, { name: 'Other' }],
    });
    const { Alice, Bob } = await server.cast({ Alice: { rank: 7 }, Bob: {} });
    await server.says(Bob, '/join Other');
    await server.says(Alice, '/join Other');
    expect(Bob.take()).toEqual(['5→0→1→Alice→inherit→7␌0␌0␌0␌0→#']);
  });

  it('[sockchat 8.5] without a name nothing happens', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: {} });
    expect(await server.answer(Alice, '/join')).toEqual([]);
    expect(await server.answer(Alice, '/join ')).toEqual([]);
  });

  it('[sockchat 8.5] refusals in their order, each followed by 5.2 with the current channel', async () => {
    const server = await serve({
      channels: [
        { name: 'Lounge' },
        { name: 'Both', rank: 5, password: 'Pw d' },
        { name: 'Pass', password: 'Pw d' },
      ],
    });
    const { Alice } = await server.cast({ Alice: { rank: 4 } });
    for (const [text, id, name] of [
      ['/join No<where> x', 'nochan', 'No&lt;where&gt;'],
      ['/join lounge', 'samechan', 'Lounge'],
      ['/join both Pw d', 'ipchan', 'Both'],
      ['/join pass', 'nopwchan', 'Pass'],
      ['/join pass pw d', 'ipwchan', 'Pass'],
      ['/join pass Pw', 'ipwchan', 'Pass'],
    ] as const)
      expect(await server.answer(Alice, text)).toEqual([error(id, name), stay('Lounge')]);
    expect((await server.answer(Alice, '/join pass Pw d')).at(-1)).toBe(stay('Pass'));
    expect(await server.answer(Alice, '/join both')).toEqual([error('ipchan', 'Both'), stay('Pass')]);
  });

  it('[sockchat 8.5] owners and holders of JoinAnyChannel pass rank and password', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Both', rank: 5, password: 'x' }] });
    const { Any, Owner } = await server.cast({
      Any: { permissions: ['message.send', 'channel.enter.any'] },
      Owner: builder,
    });
    expect((await server.answer(Any, '/join Both')).at(-1)).toBe(stay('Both'));
    await server.says(Owner, '/create Mine');
    await server.says(Owner, '/password secret');
    await server.says(Owner, '/join Lounge');
    expect((await server.answer(Owner, '/join Mine')).at(-1)).toBe(stay('Mine'));
  });
});

describe('/create', () => {
  it('[sockchat 8.4] 4.0 to all with the rank, the switch, then crchan to the issuer', async () => {
    const server = await serve();
    const { Alice, Bob, Low } = await server.cast({ Alice: maker, Bob: { rank: 2 }, Low: { rank: 1 } });
    await server.says(Alice, '/create 2 New Room');
    expect(Alice.take()).toEqual([
      '4→0→New_Room→0→1',
      '5→1→1→#',
      '8→3',
      '7→0→0',
      '7→1→T→-1→ChatBot→inherit→→0␌jchan␌Alice→#→0→10010',
      '5→2→New_Room',
      info('crchan', 'New_Room'),
    ]);
    expect(Bob.take()).toEqual(['4→0→New_Room→0→1', '5→1→1→#']);
    expect(Low.take()).toEqual(['5→1→1→#']);
    expect(await server.answer(Low, '/join New_Room')).toEqual([error('ipchan', 'New_Room'), stay('Lounge')]);
  });

  it('[sockchat 8.4] refusals in their order: cmdna, cmderr, rankerr, inchan, nischan', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: maker, Bob: {} });
    for (const [text, expected] of [
      ['/create', error('cmderr')],
      ['/create 2', error('cmderr')],
      ['/create 4 bad!name', error('rankerr')],
      [`/create ${'9'.repeat(400)} x`, error('rankerr')],
      ['/create 3 bad!name', error('inchan')],
      ['/create @x', error('inchan')],
      ['/create <b>', error('inchan')],
      [`/create ${'x'.repeat(31)}`, error('inchan')],
      ['/create LOUNGE', error('nischan', 'LOUNGE')],
      ['/create 3 lounge', error('nischan', 'lounge')],
    ] as const)
      expect(await server.answer(Alice, text)).toEqual([expected]);
    expect(await server.answer(Bob, '/create')).toEqual([error('cmdna', '/create')]);
  });

  it.each(['x'.repeat(30), 'Ünï-名_9', '_', '-'])('[sockchat 8.4] %s is a name', async (name) => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: maker });
    expect((await server.answer(Alice, `/create ${name}`)).at(-1)).toBe(info('crchan', name));
  });

  it('[sockchat 8.4] empty words stay words, and a number behind the first word is a word', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: builder });
    for (const [text, name] of [
      ['/create  a', '_a'],
      ['/create 3  b', '_b'],
      ['/create c 9', 'c_9'],
    ] as const)
      expect((await server.answer(Alice, text)).at(-1)).toBe(info('crchan', name));
  });

  it('[sockchat 8.4] with SetChannelPermanent the channel lasts', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: builder, Bob: {} });
    await server.says(Alice, '/create Lasting');
    expect(Bob.take()[0]).toBe('4→0→Lasting→0→0');
    await server.says(Alice, '/join Lounge');
    expect(Bob.take()).toEqual(['5→0→1→Alice→inherit→#']);
  });

  it('[sockchat 8.4] somebody of negative rank makes channels without a rank, but none of rank 0', async () => {
    const server = await serve();
    const { Low } = await server.cast({ Low: { ...maker, rank: -1 } });
    expect(await server.answer(Low, '/create 0 x')).toEqual([error('rankerr')]);
    expect((await server.answer(Low, '/create x')).at(-1)).toBe(info('crchan', 'x'));
  });

  it('[sockchat 8.4] beyond channelsPerUser: generr', async () => {
    const server = await serve({ limits: { channelsPerUser: 2 } });
    const { Alice } = await server.cast({ Alice: builder });
    for (const name of ['one', 'two'])
      expect((await server.answer(Alice, `/create ${name}`)).at(-1)).toBe(info('crchan', name));
    expect(await server.answer(Alice, '/create three')).toEqual([error('generr')]);
  });
});

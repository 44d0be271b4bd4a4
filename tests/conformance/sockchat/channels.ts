import { afterEach, describe, expect, it } from 'vitest';
import { error, info, whoItem } from './support/notation.js';
import { everything, serve, stopAll } from './support/server.js';

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

describe('temporary channels', () => {
  it('[sockchat 6.4] policy empty: the channel ends when the last member leaves, after the mover’s packets', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: maker, Bob: {} });
    await server.says(Alice, '/create Temp');
    await server.says(Bob, '/join Temp');
    await server.says(Alice, '/join Lounge');
    expect(Bob.take()).toEqual(['5→1→1→#']);
    await server.says(Bob, '/join Lounge');
    expect(Bob.take().slice(-2)).toEqual(['5→2→Lounge', '4→2→Temp']);
    expect(Alice.take()).toEqual(['5→0→2→Bob→inherit→#', '4→2→Temp']);
    expect(await server.answer(Bob, '/join Temp')).toEqual([error('nochan', 'Temp'), stay('Lounge')]);
  });

  it('[sockchat 6.4] policy empty: a socket that closes in it ends it too', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: maker, Bob: {} });
    await server.says(Alice, '/create Temp');
    server.forget();
    Alice.close();
    await Bob.packet('channel_remove');
    expect(Bob.take()).toEqual(['4→2→Temp']);
  });

  it('[sockchat 6.4] policy owner: it ends when the owner leaves it; everybody inside is switched first', async () => {
    const server = await serve({ sockchat: { temporaryChannelPolicy: 'owner' } });
    const { Alice, Bob, Carol } = await server.cast({ Alice: maker, Bob: {}, Carol: {} });
    await server.says(Alice, '/create Temp');
    await server.says(Bob, '/join Temp');
    await server.says(Bob, '/join Lounge');
    expect(Carol.take()).toEqual(['5→0→2→Bob→inherit→#']);
    await server.says(Bob, '/join Temp');
    await server.says(Alice, '/join Lounge');
    expect(Carol.take()).toEqual(['5→0→1→Alice→inherit→#', '5→0→2→Bob→inherit→#', '4→2→Temp']);
    expect(Bob.take().filter((one) => !one.startsWith('7→1'))).toEqual([
      '5→1→1→#',
      '5→1→2→#',
      '8→3',
      '7→0→2→1→Alice→inherit→3 0 0 0 1→1→3→Carol→inherit→0 0 0 0 0→1',
      '5→2→Lounge',
      '4→2→Temp',
    ]);
  });

  it('[sockchat 6.5] policy owner: when the owner leaves the server the channel ends first', async () => {
    const server = await serve({ sockchat: { temporaryChannelPolicy: 'owner' } });
    const { Alice, Bob, Carol } = await server.cast({ Alice: maker, Bob: {}, Carol: {} });
    await server.says(Alice, '/create Temp');
    await server.says(Bob, '/join Temp');
    server.forget();
    Alice.close();
    await Carol.packet('user_remove');
    await server.settle();
    const carol = Carol.take();
    expect(carol.indexOf('4→2→Temp')).toBeLessThan(carol.indexOf('3→1→Alice→leave→T→#'));
    expect(Bob.take().slice(-2)).toEqual(['4→2→Temp', '3→1→Alice→leave→T→#']);
  });
});

describe('/delchan and /delete', () => {
  it.each(['delchan', 'delete'])(
    '[sockchat 8.6] /%s: all inside are switched, 4.2, then delchan to the issuer',
    async (name) => {
      const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Two words'.replace(' ', '_') }] });
      const { Alice, Bob, Carol } = await server.cast({
        Alice: { permissions: everything },
        Bob: {},
        Carol: {},
      });
      await server.says(Bob, '/join Two_words');
      await server.says(Alice, `/${name} two words`);
      expect(Alice.take()).toEqual(['5→0→2→Bob→inherit→#', '4→2→Two_words', info('delchan', 'Two_words')]);
      expect(Carol.take()).toEqual(['5→0→2→Bob→inherit→#', '4→2→Two_words']);
      const bob = Bob.take();
      expect([bob[0], bob[1], bob.at(-2), bob.at(-1)]).toEqual([
        '5→1→2→#',
        '8→3',
        '5→2→Lounge',
        '4→2→Two_words',
      ]);
    },
  );

  it('[sockchat 8.6] the owner deletes the channel they are in', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: builder });
    await server.says(Alice, '/create Mine');
    expect((await server.answer(Alice, '/delchan mine')).slice(-3)).toEqual([
      '5→2→Lounge',
      '4→2→Mine',
      info('delchan', 'Mine'),
    ]);
  });

  it.each(['delchan', 'delete'])(
    '[sockchat 8.6] /%s: cmderr, nochan, ndchan also for the default channel',
    async (name) => {
      const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
      const { Alice, Bob } = await server.cast({ Alice: { permissions: everything }, Bob: {} });
      expect(await server.answer(Alice, `/${name}`)).toEqual([error('cmderr')]);
      expect(await server.answer(Alice, `/${name} No<where> x`)).toEqual([
        error('nochan', 'No&lt;where&gt;_x'),
      ]);
      expect(await server.answer(Alice, `/${name} lounge`)).toEqual([error('ndchan', 'Lounge')]);
      expect(await server.answer(Bob, `/${name} other`)).toEqual([error('ndchan', 'Other')]);
    },
  );
});

describe('/password and /rank', () => {
  it.each(['password', 'pwd'])(
    '[sockchat 8.13] /%s: 4.1 to all with the rank, then cpwdchan; none removes it',
    async (name) => {
      const server = await serve();
      const { Alice, Bob } = await server.cast({ Alice: builder, Bob: {} });
      await server.says(Alice, '/create Mine');
      await server.says(Alice, `/${name}  Two words`);
      expect(Alice.take()).toEqual(['4→1→Mine→Mine→1→0', info('cpwdchan')]);
      expect(Bob.take()).toEqual(['4→1→Mine→Mine→1→0']);
      expect(await server.answer(Bob, '/join Mine two words')).toEqual([
        error('ipwchan', 'Mine'),
        stay('Lounge'),
      ]);
      expect((await server.answer(Bob, '/join Mine Two words')).at(-1)).toBe(stay('Mine'));
      await server.says(Alice, `/${name}`);
      expect(Bob.take()).toEqual(['4→1→Mine→Mine→0→0']);
    },
  );

  it.each(['rank', 'priv', 'privilege', 'hierarchy'])(
    '[sockchat 8.13] /%s: 4.1 by the new rank, cprivchan, and whoever is inside stays and is heard',
    async (name) => {
      const server = await serve();
      const { Alice, Bob, Low } = await server.cast({ Alice: builder, Bob: { rank: 2 }, Low: { rank: 1 } });
      await server.says(Alice, '/create Mine');
      await server.says(Bob, '/join Mine');
      await server.says(Alice, `/${name} 2`);
      expect(Alice.take()).toEqual(['4→1→Mine→Mine→0→0', info('cprivchan')]);
      expect(Bob.take()).toEqual(['4→1→Mine→Mine→0→0']);
      expect(Low.take()).toEqual([]);
      await server.says(Alice, `/${name} 3`);
      expect(await server.answer(Bob, 'still here')).toEqual(['2→T→2→still here→#→10010']);
      expect((await server.answer(Bob, '/who Mine'))[0]).toContain('whochan');
      await server.says(Bob, '/join Lounge');
      expect(await server.answer(Bob, '/join Mine')).toEqual([error('ipchan', 'Mine'), stay('Lounge')]);
      for (const bad of ['', ' x', ' -1', ' 4', ' 1.5', ` ${'9'.repeat(400)}`])
        expect(await server.answer(Alice, `/${name}${bad}`)).toEqual([error('rankerr')]);
    },
  );

  it.each(['password', 'pwd', 'rank', 'priv', 'privilege', 'hierarchy'])(
    '[sockchat 8.13] /%s: cmdna as typed for who neither owns the channel nor holds the permission',
    async (name) => {
      const server = await serve();
      const { Alice, Owner, Mod } = await server.cast({
        Alice: { rank: 9 },
        Owner: builder,
        Mod: { rank: 3, permissions: everything },
      });
      expect(await server.answer(Alice, `/${name} 1`)).toEqual([error('cmdna', `/${name}`)]);
      await server.says(Owner, '/create Mine');
      await server.says(Owner, '/join Lounge');
      expect(await server.answer(Owner, `/${name} 1`)).toEqual([error('cmdna', `/${name}`)]);
      const done = name === 'password' || name === 'pwd' ? 'cpwdchan' : 'cprivchan';
      expect((await server.answer(Mod, `/${name} 1`)).at(-1)).toBe(info(done));
    },
  );
});

describe('/who', () => {
  it('[sockchat 8.12] everybody online, the own name bold, byte for byte', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice, Bob } = await server.cast({ Alice: { permissions: everything }, Bob: {} });
    await server.says(Bob, '/join Other');
    await server.says(Bob, '/afk');
    await server.says(Alice, '/nick <A>');
    expect(await server.answer(Alice, '/who')).toEqual([
      info('who', `${whoItem('~&lt;A&gt;', true)}, ${whoItem('&lt;AFK&gt;_Bob')}`),
    ]);
  });

  it('[sockchat 8.12] whochan: the channel, then the people; an empty list is an empty argument', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice } = await server.cast({ Alice: {}, Bob: { rank: 1 } });
    expect(await server.answer(Alice, '/who LOUNGE')).toEqual([
      info('whochan', 'Lounge', `${whoItem('Bob')}, ${whoItem('Alice', true)}`),
    ]);
    expect(await server.answer(Alice, '/who Other')).toEqual([info('whochan', 'Other', '')]);
  });

  it('[sockchat 8.12] nochan, whoerr for rank and password, but members may list their own channel', async () => {
    const server = await serve({
      channels: [{ name: 'Lounge' }, { name: 'High', rank: 5 }, { name: 'Pass', password: 'p' }],
    });
    const { Alice, Any } = await server.cast({
      Alice: {},
      Any: { rank: 5, permissions: ['message.send', 'channel.enter.any'] },
    });
    expect(await server.answer(Alice, '/who No<where>')).toEqual([error('nochan', 'No&lt;where&gt;')]);
    expect(await server.answer(Alice, '/who high')).toEqual([error('whoerr', 'high')]);
    expect(await server.answer(Alice, '/who pass')).toEqual([error('whoerr', 'pass')]);
    expect(await server.answer(Any, '/who pass')).toEqual([info('whochan', 'Pass', '')]);
    await server.says(Alice, '/join pass p');
    expect(await server.answer(Alice, '/who pass')).toEqual([
      info('whochan', 'Pass', whoItem('Alice', true)),
    ]);
  });
});

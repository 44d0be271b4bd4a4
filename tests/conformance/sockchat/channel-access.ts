import { afterEach, describe, expect, it } from 'vitest';
import { error, info, whoItem } from './support/notation.js';
import { everything, serve, stopAll } from './support/server.js';

afterEach(stopAll);

const builder = { rank: 3, permissions: ['message.send', 'channel.create', 'channel.permanent'] } as const;
const stay = (channel: string) => `5→2→${channel}`;

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
      const locks = name === 'password' || name === 'pwd';
      // Nobody locks where everybody begins; it is not locked, so there is nothing to open either.
      expect((await server.answer(Mod, `/${name} 1`)).at(-1)).toBe(
        locks ? error('cmdna', `/${name}`) : info('cprivchan'),
      );
      if (locks) expect((await server.answer(Mod, `/${name}`)).at(-1)).toBe(info('cpwdchan'));
    },
  );
});

describe('a channel that somebody may no longer read', () => {
  const forMembers = { see: ['member'], enter: ['member'], read: ['member'] };
  const member = { roles: ['member'] };
  const channels = [{ name: 'Lounge' }, { name: 'Den', roles: forMembers }];

  it('they are switched to the default channel, and those who stay see them go', async () => {
    const server = await serve({ channels });
    const { Alice, Bob, Carol } = await server.cast({ Alice: member, Bob: member, Carol: {} });
    await server.says(Alice, '/join Den');
    await server.says(Bob, '/join Den');
    server.forget();
    await server.chat.users.update(server.userId('Bob'), { roles: [] });
    await server.settle();
    expect(Alice.take().filter((one) => one.startsWith('5'))).toEqual(['5→1→2→#']);
    expect(Carol.take().filter((one) => one.startsWith('5'))).toEqual(['5→0→2→Bob→inherit→#']);
    expect(Bob.take()).toContain(stay('Lounge'));
    await server.says(Alice, 'among members');
    expect(Bob.take()).toEqual([]);
    expect(await server.answer(Bob, '/join Den')).toEqual([error('nochan', 'Den'), stay('Lounge')]);
    await server.chat.channels.update(server.channelId('Den'), { roles: { ...forMembers, read: ['staff'] } });
    await server.settle();
    expect(Alice.take()).toContain(stay('Lounge'));
  });

  it('whoever may not read the default channel is sent away, and is let in again when they may', async () => {
    const server = await serve({ channels: [{ name: 'Lounge', roles: forMembers }] });
    const { Alice, Bob } = await server.cast({ Alice: member, Bob: member });
    await server.chat.users.update(server.userId('Bob'), { roles: [] });
    await Bob.end();
    expect(Bob.take()).toContain('9→0');
    await server.says(Alice, 'among members');
    expect(await server.attempt('Bob')).toBe('1→n→authfail');
    await server.arrive('Bob', member);
  });

  it('a login that is refused for it holds for the tabs that are open', async () => {
    const server = await serve({ channels: [{ name: 'Lounge', roles: forMembers }] });
    const { Bob } = await server.cast({ Bob: member });
    const again = await server.connect('Bob');
    again.send(server.words('Bob'));
    await Promise.all([again.packet('auth_fail'), Bob.end()]);
  });
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

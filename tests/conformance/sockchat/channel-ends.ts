import { afterEach, describe, expect, it } from 'vitest';
import { arriveElsewhere, serveBoth } from './support/foreign.js';
import { error, info } from './support/notation.js';
import { everything, serve, stopAll } from './support/server.js';

afterEach(stopAll);

const maker = { rank: 3, permissions: ['message.send', 'channel.create'] } as const;
const builder = { rank: 3, permissions: ['message.send', 'channel.create', 'channel.permanent'] } as const;
const stay = (channel: string) => `5→2→${channel}`;

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

describe('a channel that is made one of another kind', () => {
  it.each(['the host', 'OriginChats'])('by %s ends here: all inside are switched, then 4.2', async (who) => {
    const server = await serveBoth({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice, Bob, Carol } = await server.cast({ Alice: {}, Bob: {}, Carol: {} });
    const olivia = await arriveElsewhere(server, 'olivia', { permissions: everything });
    for (const one of [Bob, Carol]) await server.says(one, '/join Other');
    server.forget();
    if (who === 'the host') await server.chat.channels.update(server.channelId('Other'), { kind: 'voice' });
    else {
      const updates = { type: 'forum' };
      olivia.send({ cmd: 'channel_update', current_name: 'Other', updates, listener: 'set' });
      await olivia.until((frame) => frame.listener === 'set' && frame.updated === true);
    }
    await server.settle();
    const enters = (id: number, name: string) => `5→0→${id}→${name}→inherit→#`;
    expect(Alice.take()).toEqual([enters(2, 'Bob'), enters(3, 'Carol'), '4→2→Other']);
    const bob = Bob.take();
    expect([bob[0], ...bob.slice(-3)]).toEqual(['5→1→2→#', '5→2→Lounge', enters(3, 'Carol'), '4→2→Other']);
    const carol = Carol.take();
    expect([carol[0], ...carol.slice(-2)]).toEqual(['5→1→2→#', '5→2→Lounge', '4→2→Other']);
    await server.says(Bob, 'here');
    for (const one of [Alice, Bob, Carol]) expect(one.take()).toEqual(['2→T→2→here→#→10010']);
    expect(await server.answer(Carol, '/join Other')).toEqual([error('nochan', 'Other'), stay('Lounge')]);
  });

  it('is temporary no more', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: maker, Bob: {} });
    await server.says(Alice, '/create Temp');
    server.forget();
    const temp = server.channelId('Temp');
    await server.chat.channels.update(temp, { kind: 'voice' });
    await server.settle();
    expect(Bob.take()).toEqual(['5→0→1→Alice→inherit→#', '4→2→Temp']);
    await server.chat.channels.update(temp, { kind: 'text' });
    await server.settle();
    expect(Bob.take()).toEqual(['4→0→Temp→0→0']);
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

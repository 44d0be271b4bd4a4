import { afterEach, describe, expect, it } from 'vitest';
import { error } from './support/notation.js';
import { everything, serve, stopAll } from './support/server.js';

afterEach(stopAll);

const mod = { rank: 5, permissions: everything };

describe('/delmsg and /delete', () => {
  it.each(['delmsg', 'delete'])(
    '[sockchat 8.6] /%s: packet 6 to the channel, and the line is in no later backlog',
    async (name) => {
      const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
      const { Mod, Bob, Far } = await server.cast({ Mod: mod, Bob: {}, Far: {} });
      await server.says(Far, '/join Other');
      await server.says(Bob, 'remove me');
      const id = Mod.newestId;
      await server.says(Mod, `/${name} ${id}`);
      expect(Mod.take()).toEqual(['6→#']);
      expect(Bob.take()).toEqual(['6→#']);
      expect(Far.take()).toEqual([]);
      expect(Bob.packets.at(-2)).toEqual({ kind: 'message_delete', messageId: id });
      const late = await server.arrive('Late');
      expect(late.frames.join()).not.toContain('remove me');
    },
  );

  it.each(['delmsg', 'delete'])('[sockchat 8.6] /%s: cmdna as typed, cmderr, delerr', async (name) => {
    const server = await serve();
    const { Mod, Bob, Nothing, High } = await server.cast({
      Mod: mod,
      Bob: {},
      Nothing: { permissions: ['message.send'] },
      High: { rank: 6 },
    });
    await server.says(High, 'mine');
    const id = High.newestId;
    expect(await server.answer(Nothing, `/${name} ${id}`)).toEqual([error('cmdna', `/${name}`)]);
    if (name === 'delmsg') {
      expect(await server.answer(Mod, '/delmsg')).toEqual([error('cmderr')]);
      expect(await server.answer(Mod, '/delmsg welcome')).toEqual([error('cmderr')]);
    }
    expect(await server.answer(Mod, `/${name} ${id}`)).toEqual([error('delerr')]);
    expect(await server.answer(Bob, `/${name} ${id}`)).toEqual([error('delerr')]);
    expect(await server.answer(Mod, `/${name} 12345`)).toEqual([error('delerr')]);
    expect(await server.answer(Mod, `/${name} ${'9'.repeat(40)}`)).toEqual([error('delerr')]);
  });

  it('[sockchat 8.6] equal rank may delete, the own message may be deleted, somebody else’s not with DeleteOwn alone', async () => {
    const server = await serve();
    const { Mod, Equal, Bob } = await server.cast({ Mod: mod, Equal: { rank: 5 }, Bob: {} });
    await server.says(Equal, 'one');
    expect(await server.answer(Mod, `/delmsg ${Equal.newestId}`)).toEqual(['6→#']);
    await server.says(Bob, 'two');
    const own = Bob.newestId;
    expect(await server.answer(Bob, `/delmsg ${own}`)).toEqual(['6→#']);
    expect(await server.answer(Bob, `/delmsg ${own}`)).toEqual([error('delerr')]);
  });

  it('[sockchat 8.6] DeleteAny reaches lines of joins and announcements, the latter in every channel', async () => {
    const server = await serve({ channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Mod, Bob } = await server.cast({ Mod: mod, Bob: {} });
    await server.says(Bob, '/join Other');
    await server.says(Mod, '/say gone soon');
    const id = Mod.newestId;
    await server.says(Mod, `/delmsg ${id}`);
    expect(Mod.take()).toEqual(['6→#']);
    expect(Bob.take()).toEqual(['6→#']);
    const late = await server.arrive('Late');
    const join = late.packets.find((one) => one.kind === 'context_message' && one.text === '0\fjoin\fBob');
    await server.says(late, '/join Other');
    expect(late.frames.join()).not.toContain('gone soon');
    const line = join?.kind === 'context_message' ? join.messageId : '';
    expect(await server.answer(Mod, `/delmsg ${line}`)).toEqual(['6→#']);
    expect(await server.answer(Bob, `/delmsg ${line}`)).toEqual([error('delerr')]);
  });
});

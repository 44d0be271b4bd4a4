import { afterEach, expect, it } from 'vitest';
import { memory } from '../../../src/adapters/storage/memory.js';
import type { UserId } from '../../../src/index.js';
import { start, stopAll } from '../../support/echo-client.js';
import { echo } from '../../support/echo-dialect.js';

afterEach(stopAll);

function follower() {
  return start({
    echo: { place: false },
    chat: {
      storage: memory(),
      dialects: [{ ...echo({ place: false }), showsDirects: true }],
      channels: [{ name: 'lounge' }, { name: 'staff', rank: 3 }],
    },
  });
}

it('who follows a channel is shown what is said there, for as long as they may read it', async () => {
  const { chat, member } = await follower();
  const [ann, bob] = [await member('ann'), await member('bob')];
  const idOf = (name: string) => chat.users.byHandle(name)?.id as UserId;
  const [lounge, staff] = ['lounge', 'staff'].map((name) => chat.channels.byName(name)?.id ?? '');
  ann.send({ do: 'follow', channel: staff });
  expect(await ann.next('refused')).toEqual({ refused: 'channel-rank-too-low' });
  await chat.users.update(idOf('ann'), { rank: 5 });
  await chat.users.update(idOf('bob'), { rank: 5 });
  for (const one of [ann, bob])
    for (const channel of [staff, lounge]) {
      one.send({ do: 'follow', channel });
      await one.next('ok');
    }
  await chat.messages.send(staff as never, 'one');
  for (const one of [ann, bob]) expect(await one.next('heard')).toEqual({ heard: 'one', channel: staff });
  await chat.users.update(idOf('bob'), { rank: 0 });
  await chat.messages.send(staff as never, 'two');
  await chat.messages.send(lounge as never, 'three');
  expect(await ann.next('heard')).toEqual({ heard: 'two', channel: staff });
  expect(await bob.next('heard')).toEqual({ heard: 'three', channel: lounge });
});

it('who follows a channel that grants by trait is shown what their traits and roles let them read, from the change on', async () => {
  const grants = {
    roles: { viewer: ['room:view', 'room:chat.read'], admin: ['room:view', 'room:chat.read'] },
    traits: { admin: ['staff'] },
  };
  const { chat, member } = await start({
    chat: {
      dialects: [{ ...echo({ place: false }), grants }],
      channels: [{ name: 'lounge' }, { name: 'stage', grants: { viewer: ['attendee'] } }],
      roles: [{ name: 'admin' }],
    },
  });
  const ann = await member('ann');
  const user = chat.users.byHandle('ann')?.id as UserId;
  const [lounge, stage] = ['lounge', 'stage'].map((name) => chat.channels.byName(name)?.id ?? '');
  ann.send({ do: 'follow', channel: stage });
  expect(await ann.next('refused')).toEqual({ refused: 'not-permitted' });
  await chat.users.update(user, { traits: ['attendee'] });
  for (const channel of [stage, lounge]) {
    ann.send({ do: 'follow', channel });
    await ann.next('ok');
  }
  /** What of two things said, the second of which everybody reads, is heard first. */
  const first = async (text: string) => {
    await chat.messages.send(stage as never, text);
    await chat.messages.send(lounge as never, 'after it');
    const { heard } = await ann.next('heard');
    if (heard === text) await ann.next('heard');
    return heard;
  };
  expect(await first('by trait')).toBe('by trait');
  await chat.users.update(user, { traits: [] });
  expect(await first('without it')).toBe('after it');
  await chat.users.update(user, { traits: ['staff'] });
  expect(await first('by the trait of a world role')).toBe('by the trait of a world role');
  await chat.users.update(user, { traits: [], roles: ['viewer'] });
  expect(await first('by name')).toBe('by name');
  await chat.users.update(user, { roles: [] });
  expect(await first('by none')).toBe('after it');
  await chat.users.setRoles(user, ['admin']);
  expect(await first('by a role that was given')).toBe('by a role that was given');
  const strange = { grants: { viewer: 'attendee' as never } };
  await chat.run('channel.update', { by: 'host', channel: stage as never, ...strange });
  expect(await first('everywhere')).toBe('everywhere');
  await chat.users.setRoles(user, []);
  expect(await first('to nobody')).toBe('after it');
});

it('who follows a direct channel is shown what is said between its people, and nobody else', async () => {
  const { chat, member } = await follower();
  const [ann, bob, eve] = [await member('ann'), await member('bob'), await member('eve')];
  const idOf = (name: string) => chat.users.byHandle(name)?.id as UserId;
  await chat.users.update(idOf('eve'), {
    rank: 99,
    permissions: ['channel.enter.any', 'message.delete.any'],
  });
  const { channel } = await chat.run('direct.open', { by: idOf('ann'), users: [idOf('bob')] });
  for (const one of [ann, bob, eve]) one.send({ do: 'follow', channel });
  expect(await eve.next('refused')).toEqual({ refused: 'channel-unknown' });
  for (const one of [ann, bob]) await one.next('ok');
  await chat.run('direct.whisper', { from: idOf('ann'), to: idOf('bob'), text: 'psst' });
  for (const one of [ann, bob]) expect(await one.next('heard')).toEqual({ heard: 'psst', channel });
  await chat.users.block(idOf('bob'), idOf('ann'));
  await expect(chat.run('message.send', { by: idOf('ann'), channel, text: 'x' })).rejects.toMatchObject({
    cause: { code: 'blocked' },
  });
  expect(chat.channels.all().map(({ name }) => name)).toEqual(['lounge', 'staff']);
});

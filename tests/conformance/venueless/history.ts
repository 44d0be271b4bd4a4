import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memory } from '../../../src/adapters/storage/memory.js';
import { sqlite } from '../../../src/adapters/storage/sqlite.js';
import type { Storage } from '../../../src/core/ports.js';
import { idOf, uuidOf } from '../../../src/dialects/uuid.js';
import type { ChannelId, MessageId, UserId } from '../../../src/domain/ids.js';
import type { Json } from '../../support/json-probe.js';
import { type Random, randomFrom } from '../../support/random.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { type Member, openRoom, serve, type VenuelessServer } from './support/server.js';

/** `chat.fetch` (section 8.4). */
export function history(): void {
  let server: VenuelessServer;
  beforeAll(async () => {
    server = await serve({
      channels: [
        { name: 'stage', grants: openRoom },
        { name: 'bar', grants: openRoom },
        { name: 'lobby', grants: openRoom, memberPolicy: { volatile: true } },
      ],
    });
  });
  afterAll(() => server.stop());

  let casts = 0;
  /** Two people in a room that nobody else is in, who have forgotten how they came there. */
  async function room() {
    const n = ++casts;
    const { channel: id } = await server.chat.channels.create({ name: `room${n}`, grants: openRoom });
    const channel = uuidOf('channel', id);
    const [anna, ben] = [await server.arrive(`anna${n}`), await server.arrive(`ben${n}`)];
    for (const one of [anna, ben]) await one.done('chat.join', { channel });
    for (const one of [anna, ben]) await one.settle();
    return { anna, ben, channel, id, again: (name: 'anna' | 'ben') => server.arrive(`${name}${n}`) };
  }
  const userId = (member: Member) => idOf('user', member.id) as UserId;
  const say = async (member: Member, channel: string, body: string): Promise<MessageId> =>
    (
      await member.done('chat.send', {
        channel,
        event_type: 'channel.message',
        content: { type: 'text', body },
      })
    ).event.event_id;
  const past = (member: Member, channel: string, more: object = {}) =>
    member.done('chat.fetch', { channel, count: 1_000, ...more });

  test('it has what was said, edited and deleted and who came, oldest first, just as it was pushed', async () => {
    const { anna, ben, channel } = await room();
    const first = await say(anna, channel, 'first');
    const second = await say(ben, channel, 'second');
    await server.chat.messages.edit(first, 'first, put right');
    await server.chat.messages.remove(second);
    await ben.done('chat.leave', { channel });
    const pushed = (await anna.settle())
      .filter(([kind]) => kind === 'chat.event')
      .map(([, { users: _, ...event }]) => ({ type: 'chat.event', ...event }));
    const { results } = await past(anna, channel);
    expect(results.slice(0, 2)).toMatchObject([
      { content: { membership: 'join' }, sender: anna.id },
      { content: { membership: 'join' }, sender: ben.id },
    ]);
    const [original, , edit, deletion, left] = pushed;
    expect(results.slice(2)).toEqual([
      { ...original, content: edit?.content, edited: expect.any(String) },
      edit,
      deletion,
      left,
    ]);
    expect(edit).toMatchObject({
      replaces: first,
      content: { type: 'text', body: 'first, put right' },
      edited: null,
    });
    expect(deletion).toMatchObject({ replaces: second, content: { type: 'deleted' } });
    expect(Object.keys(results[2])).toEqual([
      'type',
      'event_id',
      'channel',
      'sender',
      'timestamp',
      'event_type',
      'content',
      'edited',
      'replaces',
      'reactions',
    ]);
  });

  test('an edit shows what the message says now, and nothing of one that is deleted since', async () => {
    const { anna, channel } = await room();
    const [kept, gone] = [await say(anna, channel, 'one'), await say(anna, channel, 'two')];
    for (const id of [kept, gone]) await server.chat.messages.edit(id, 'a secret');
    await server.chat.messages.edit(kept, 'nothing');
    await server.chat.messages.remove(gone);
    const { results } = await past(anna, channel);
    expect(JSON.stringify(results)).not.toContain('secret');
    expect(results.slice(2).map((one: Json) => [one.replaces, one.content])).toEqual([
      [null, { type: 'text', body: 'nothing' }],
      [kept, { type: 'text', body: 'nothing' }],
      [gone, { type: 'deleted' }],
    ]);
  });

  test('it is fetched in pages of any size, the newest below an id', async () => {
    const { anna, channel } = await room();
    for (let count = 0; count < 12; count++) {
      const id = await say(anna, channel, `message ${count}`);
      if (count % 3 === 0) await server.chat.messages.edit(id, `message ${count} again`);
      if (count % 4 === 0) await server.chat.messages.remove(id);
    }
    const { results: all } = await past(anna, channel);
    for (const count of [1, 2, 5, 25]) {
      const found: Json[] = [];
      let before: number | undefined;
      for (;;) {
        const { results } = await past(anna, channel, { count, ...(before && { before_id: before }) });
        found.unshift(...results);
        if (results.length < count) break;
        before = results[0].event_id;
      }
      expect(found).toEqual(all);
    }
    expect((await past(anna, channel, { before_id: null })).results).toEqual(all);
    expect((await past(anna, channel, { before_id: 0 })).results).toEqual([]);
    expect((await past(anna, channel, { count: 0 })).results).toEqual([]);
    expect((await past(anna, channel, { count: 5_000 })).results).toEqual(all);
  });

  test('at most 1,000 events come at once', async () => {
    const { anna, channel, id } = await room();
    for (let count = 0; count < 1_005; count++) await server.chat.messages.send(id, String(count));
    const { results } = await past(anna, channel, { count: 2_000 });
    expect(results).toHaveLength(1_000);
    expect(results.at(-1).content.body).toBe('1004');
  });

  test('with it come the profiles of who said, reacted and is mentioned, once until the socket goes elsewhere', async () => {
    const { anna, ben, channel } = await room();
    const carl = await server.arrive(`carl${casts}`);
    const id = await say(ben, channel, `ask @${carl.id}`);
    await ben.done('chat.leave', { channel });
    const tab = await server.arrive(`anna${casts}`);
    await tab.done('chat.subscribe', { channel });
    const page = () => past(tab, channel, { count: 1, before_id: id + 1 });
    const { results, users } = await page();
    expect(results[0].content.body).toBe(`ask @${carl.id}`);
    expect(Object.keys(users).sort()).toEqual([ben.id, carl.id].sort());
    expect(users[carl.id]).toMatchObject({
      id: carl.id,
      profile: { display_name: carl.name },
      deleted: false,
    });
    expect((await page()).users).toEqual({});
    await server.chat.run('message.react', { by: userId(anna), id, emoji: '👍', on: true });
    expect(Object.keys((await page()).users)).toEqual([anna.id]);
    await tab.done('chat.unsubscribe', { channel: tab.channel('stage') });
    expect(Object.keys((await page()).users)).toHaveLength(3);
    await tab.done('chat.subscribe', { channel: tab.channel('stage') });
    expect(Object.keys((await page()).users)).toHaveLength(3);
    expect((await page()).users).toEqual({});
  });

  test('a page brings half a megabyte of profiles, of who spoke before who was named, and later pages the others', async () => {
    const { anna, channel } = await room();
    const named: Member[] = [];
    for (let n = 0; n < 40; n++) {
      const one = await server.arrive(`named${casts}x${n}`);
      await one.done('user.update', { profile: { display_name: one.name, bio: 'x'.repeat(16_000) } });
      named.push(one);
    }
    await say(anna, channel, named.map(({ id }) => `@${id}`).join(' '));
    await anna.settle();
    const page = async () => (await past(anna, channel, { count: 1 })).users;
    const first = await page();
    expect(JSON.stringify(first).length).toBeLessThan(600_000);
    expect(Object.keys(first)).toContain(anna.id);
    const rest = await page();
    expect(Object.keys(rest).length).toBeGreaterThan(0);
    expect(new Set([...Object.keys(first), ...Object.keys(rest)]).size).toBe(41);
  });

  test('who was named stays named, whoever wears the name today, and addresses name nobody', async () => {
    const { anna, ben, channel } = await room();
    const id = await say(anna, channel, `@${ben.id} writes to me@${ben.name}.test`);
    const named = `@${ben.id} writes to me@${ben.name}.test`;
    const body = async () =>
      (await past(anna, channel, { count: 1, before_id: id + 1 })).results[0].content.body;
    expect(await body()).toBe(named);
    await server.chat.run('user.leave', { user: userId(ben), via: 'host' });
    const heir = await server.arrive(ben.name, { uid: `heir${casts}` });
    expect(heir.id).not.toBe(ben.id);
    expect(await body()).toBe(named);
    await server.chat.run('message.react', { by: userId(anna), id, emoji: '👍', on: true });
    const reacted = (await anna.settle()).find(([kind]) => kind === 'chat.event.reaction') as Json;
    expect(reacted[1].content.body).toBe(named);
  });

  test('a socket that asks and goes elsewhere before the answer is sent the profiles again', async () => {
    const { anna, channel } = await room();
    await say(anna, channel, 'Hello');
    anna.send(['chat.fetch', 'before', { channel, count: 1 }]);
    anna.send(['chat.subscribe', 'between', { channel }]);
    anna.send(['chat.fetch', 'after', { channel, count: 1 }]);
    const [, , before] = await anna.probe.until(([, id]) => id === 'before');
    await anna.probe.until(([, id]) => id === 'between');
    const [, , after] = await anna.probe.until(([, id]) => id === 'after');
    expect(Object.keys(before.users)).toEqual([anna.id]);
    expect(after.users).toEqual(before.users);
  });

  test('who has left for good, the server and webhooks are shown as they are pushed', async () => {
    const { anna, ben, channel, id } = await room();
    await say(ben, channel, 'goodbye');
    await server.chat.messages.send(id, 'from the server');
    const avatar = 'https://example.org/cat.png';
    const webhook = { by: 'host', id: 'b0f1a8f4-hook', token: 'token', name: 'Cat', avatar } as const;
    await server.chat.run('webhook.create', { ...webhook, channel: id });
    await server.chat.run('message.send', {
      by: 'host',
      channel: id,
      text: 'meow',
      webhook: { id: webhook.id, name: webhook.name, avatar },
    });
    const pushed: Json = Object.assign(
      {},
      ...(await anna.settle()).filter(([kind]) => kind === 'chat.event').map(([, { users }]) => users),
    );
    await server.chat.users.remove(userId(ben));
    const { results, users } = await past(anna, channel);
    const [goodbye, server1, cat, left] = results.slice(2);
    expect([goodbye.sender, left.sender, left.content.membership]).toEqual([ben.id, ben.id, 'leave']);
    expect(users[ben.id]).toEqual({
      id: ben.id,
      profile: {},
      pretalx_id: null,
      deleted: true,
      badges: [],
      inactive: true,
    });
    expect(users[server1.sender]).toEqual(pushed[server1.sender]);
    expect(users[server1.sender].profile).toEqual({ display_name: 'Demo' });
    expect(users[cat.sender]).toEqual(pushed[cat.sender]);
    expect(users[cat.sender].profile).toEqual({ display_name: 'Cat', avatar: { url: avatar } });
    expect(new Set([anna.id, ben.id, server1.sender, cat.sender]).size).toBe(4);
  });

  test('who comes and goes is no part of the history of a room that people only visit', async () => {
    const { anna } = await room();
    const lobby = anna.channel('lobby');
    const keeper = await server.arrive('keeper', { traits: ['attendee', 'moderator'] });
    await keeper.done('chat.join', { channel: lobby, volatile: false });
    await say(keeper, lobby, 'Welcome');
    const { results } = await past(anna, lobby);
    expect(results).toMatchObject([{ event_type: 'channel.message', content: { body: 'Welcome' } }]);
  });

  for (const [where, seed] of [
    ['in memory', 1],
    ['in memory', 2],
    ['in memory', 3],
    ['in a file', 4],
  ] as const)
    test(`whoever comes while others talk gets everything once, pushed or fetched: kept ${where}, seed ${seed}`, async () => {
      const folder = temporaryFolder();
      const storage = where === 'in memory' ? memory() : sqlite({ file: join(folder.path, 'chat.db') });
      await talkAndCome(storage, randomFrom(seed));
      folder.remove();
    });
}

/** People talk, edit, delete, come and go at once, while others begin to follow the room and fetch what was before. */
async function talkAndCome(storage: Storage, random: Random): Promise<void> {
  const server = await serve({ storage, channels: [{ name: 'bar', grants: openRoom }] });
  const eye = await server.arrive('eye');
  const channel = eye.channel('bar');
  const id = idOf('channel', channel) as ChannelId;
  await eye.done('chat.subscribe', { channel });
  let talking = true;
  const said: MessageId[] = [];
  const talker = async (name: string) => {
    const one = await server.arrive(name);
    await one.done('chat.join', { channel });
    for (let step = 0; step < 40; step++) {
      const dice = random.below(10);
      if (dice < 5) {
        const body = `${name} ${step}`;
        const content = { type: 'text', body };
        const { event } = await one.done('chat.send', { channel, event_type: 'channel.message', content });
        said.push(event.event_id);
      } else if (dice < 7 && said.length > 0) {
        await server.chat.messages.edit(random.pick(said), `${name} edits ${step}`).catch(isGone);
      } else if (dice < 8 && said.length > 0)
        await server.chat.messages.remove(random.pick(said)).catch(isGone);
      else {
        await one.done('chat.leave', { channel });
        await one.done('chat.join', { channel });
      }
    }
  };
  const comers: { readonly member: Member; readonly fetched: Json[] }[] = [];
  const comer = async (name: string) => {
    const member = await server.arrive(name);
    for (let wait = random.below(20); wait > 0; wait--) await member.settle();
    const joins = random.chance(0.5);
    const { next_event_id: next } = await member.done(joins ? 'chat.join' : 'chat.subscribe', { channel });
    const fetched: Json[] = [];
    let before = next;
    for (;;) {
      const count = 1 + random.below(30);
      const { results } = await member.done('chat.fetch', { channel, count, before_id: before });
      fetched.unshift(...results);
      if (results.length < count) break;
      before = results[0].event_id;
    }
    comers.push({ member, fetched });
  };
  const coming = async () => {
    for (let n = 0; talking || n < 3; n++) await Promise.all([comer(`early${n}`), comer(`late${n}`)]);
  };
  const arrivals = coming();
  await Promise.all(['anna', 'ben', 'carl'].map(talker));
  talking = false;
  await arrivals;
  await eye.settle();
  const pushedTo = ({ probe }: Member): Json[] =>
    probe.frames.filter(([kind]) => kind === 'chat.event').map(([, event]) => event);
  const idsOf = (list: readonly Json[]): number[] => list.map((one) => one.event_id);
  const all = pushedTo(eye);
  const deleted = new Set(all.filter((one) => one.content.type === 'deleted').map((one) => one.replaces));
  // Of what happened to a message, the last.
  const last = new Map(all.map((one) => [one.replaces ?? one.event_id, one.event_id]));
  const lasting = idsOf(
    all.filter((one) =>
      one.replaces === null ? !deleted.has(one.event_id) : last.get(one.replaces) === one.event_id,
    ),
  );
  expect(idsOf(all)).toEqual([...idsOf(all)].sort((a, b) => a - b));
  const { results } = await eye.done('chat.fetch', { channel, count: 1_000 });
  expect(idsOf(results)).toEqual(lasting);
  for (const { member, fetched } of comers) {
    await member.settle();
    const got = [...idsOf(fetched), ...idsOf(pushedTo(member))];
    expect(got).toEqual([...new Set(got)].sort((a, b) => a - b));
    const known = new Set(idsOf(all));
    expect(got.filter((one) => !known.has(one))).toEqual([]);
    const there = new Set(got);
    expect(lasting.filter((one) => !there.has(one))).toEqual([]);
  }
  expect(server.chat.channels.members(id).length).toBeGreaterThan(0);
  expect(server.errors).toEqual([]);
  await server.stop();
}

/** Others may have deleted it a moment ago. */
function isGone(thrown: { readonly cause?: { readonly code?: string } }): void {
  if (thrown.cause?.code !== 'message-unknown') throw thrown;
}

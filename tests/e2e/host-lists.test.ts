import { afterEach, describe, expect, it } from 'vitest';
import { memory } from '../../src/adapters/storage/memory.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import {
  type ChannelId,
  type Chat,
  type ChatOptions,
  createChat,
  type Message,
  type MessageId,
  type UserId,
} from '../../src/index.js';

const open: Chat[] = [];
afterEach(async () => {
  for (const chat of open.splice(0)) await chat.close();
});

/** A chat whose time stands still unless it is told otherwise. */
async function start(options: Partial<ChatOptions> = {}) {
  let passed = 0;
  const clock = {
    now: () => Date.now() + passed,
    after: (ms: number, run: () => void) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    soon: (run: () => void) => void setImmediate(run),
  };
  const storage = options.storage ?? memory();
  const chat = await createChat({ storage, auth: () => null, dialects: [sockchat()], clock, ...options });
  open.push(chat);
  const pass = (ms: number) => {
    passed += ms;
  };
  const join = async (name: string) => {
    const identity = { provider: 'test', id: `id-${name}`, name };
    const { user } = await chat.run('credentials.register', {
      ...{ realm: 'test', key: name, login: name, hash: 'x', identity, wornName: 'refuse' },
    });
    return user;
  };
  const again = async () => {
    await chat.close();
    return start({ ...options, storage });
  };
  return { chat, clock, pass, join, again };
}

describe('a host', () => {
  it('pages through all accounts, the longest known first', async () => {
    const { chat, join } = await start();
    expect(chat.users.page()).toEqual([]);
    const names = Array.from({ length: 7 }, (_, at) => `user-${at}`);
    const ids: UserId[] = [];
    for (const name of names) ids.push(await join(name));
    expect(chat.users.page().map(({ handle }) => handle)).toEqual(names);
    const seen: UserId[][] = [];
    for (let page = chat.users.page({ limit: 3 }); page.length > 0; ) {
      seen.push(page.map(({ id }) => id));
      const after = page[page.length - 1]?.id as UserId;
      if (seen.length === 1) await chat.users.remove(after);
      page = chat.users.page({ limit: 3, after });
    }
    expect(seen).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
  });

  it('is told who and what is banned, by whom and until when, after a restart too', async () => {
    const { chat, clock, join, again } = await start();
    const [ann, ben, cat] = [await join('ann'), await join('ben'), await join('cat')];
    const until = clock.now() + 60_000;
    await chat.users.ban(ben, { until, reason: 'enough' });
    await chat.users.banAddress('2001:db8::1');
    await chat.users.ban(ann);
    await chat.run('user.ban', { by: 'host', user: cat, until: null, dialect: 'sockchat' });
    await chat.run('address.ban', { by: 'host', address: '192.0.2.7', until, dialect: 'sockchat' });
    const at = expect.any(Number);
    const all = [
      { kind: 'user', user: ben, handle: 'ben', until, by: 'host', reason: 'enough', at },
      { kind: 'address', address: '2001:db8::1', until: null, by: 'host', at },
      { kind: 'user', user: ann, handle: 'ann', until: null, by: 'host', at },
      { kind: 'user', user: cat, handle: 'cat', until: null, by: 'host', dialect: 'sockchat', at },
      { kind: 'address', address: '192.0.2.7', until, by: 'host', dialect: 'sockchat', at },
    ];
    expect(chat.users.bans()).toEqual(all);
    const after = await again();
    expect(after.chat.users.bans()).toEqual(all);
    after.pass(60_000);
    expect(after.chat.users.bans()).toEqual([all[1], all[2], all[3]]);
    await after.chat.users.unban(ann);
    await after.chat.users.unbanAddress('2001:db8::1');
    expect(after.chat.users.bans()).toEqual([all[3]]);
  });

  it('is told who is silenced, by whom and until when, after a restart too', async () => {
    const { chat, clock, join, again } = await start();
    const [ann, ben] = [await join('ann'), await join('ben')];
    const until = clock.now() + 60_000;
    await chat.users.silence(ben, { until });
    await chat.users.silence(ann);
    const at = expect.any(Number);
    const all = [
      { user: ben, until, by: 'host', at },
      { user: ann, until: null, by: 'host', at },
    ];
    expect(new Set(chat.users.silences())).toEqual(new Set(all));
    const after = await again();
    after.pass(60_000);
    expect(after.chat.users.silences()).toEqual([all[1]]);
    await after.chat.users.unsilence(ann);
    expect(after.chat.users.silences()).toEqual([]);
  });

  it('reads what was said page by page, also what is not in memory any more', async () => {
    const { chat, again } = await start({ limits: { archiveNewest: 2 } });
    const lounge = chat.channels.byName('lounge')?.id as ChannelId;
    const { channel: den } = await chat.channels.create({ name: 'den' });
    const ids: MessageId[] = [];
    for (let n = 0; n < 9; n++) {
      ids.push((await chat.messages.send(lounge, `said ${n}`)).id);
      await chat.messages.send(den, `elsewhere ${n}`);
    }
    const [first, third, last] = [ids[0], ids[2], ids[8]] as [MessageId, MessageId, MessageId];
    const numbers = (list: readonly Message[]) => list.map(({ text }) => Number(text.slice('said '.length)));
    for (const { messages } of [chat, (await again()).chat]) {
      const page = async (
        ...args: Parameters<typeof messages.page> extends [unknown, ...infer R] ? R : never
      ) => numbers(await messages.page(lounge, ...args));
      expect(await page()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await page({ limit: 4 })).toEqual([5, 6, 7, 8]);
      expect(await page({ limit: 4, before: last })).toEqual([4, 5, 6, 7]);
      expect(await page({ limit: 4, before: third })).toEqual([0, 1]);
      expect(await page({ limit: 4, after: first })).toEqual([1, 2, 3, 4]);
      expect(await page({ limit: 4, after: third, before: last })).toEqual([4, 5, 6, 7]);
      expect(await page({ after: last })).toEqual([]);
      expect(await messages.page('nowhere' as ChannelId)).toEqual([]);
      expect(await messages.get(third)).toMatchObject({
        id: third,
        channel: lounge,
        text: 'said 2',
        author: null,
      });
      if (messages === chat.messages) continue;
      await messages.edit(third, 'said 22');
      expect(await page({ limit: 1, after: (third - 1) as MessageId })).toEqual([22]);
      await messages.remove(third);
      expect(await messages.get(third)).toBeUndefined();
      expect(await page({ limit: 2, after: first })).toEqual([1, 3]);
    }
  });
});

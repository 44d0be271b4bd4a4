import { afterEach, beforeEach, expect, test } from 'vitest';
import type { UserId } from '../../../src/domain/ids.js';
import type { Commands } from '../../../src/domain/index.js';
import type { Json } from '../../support/json-probe.js';
import { type Member, type OriginServer, serve } from './support/server.js';

export function lists(): void {
  let server: OriginServer;
  let admin: Member;
  let bob: Member;
  let guest: Member;
  beforeEach(async () => {
    const staff = ['staff', 'admin'];
    server = await serve({
      channels: [
        { name: 'general' },
        { name: 'staff', roles: { see: staff, read: staff, send: staff } },
        { name: 'ideas', kind: 'forum' },
        { name: 'talk', kind: 'voice', look: { displayName: 'Talk' } },
      ],
      roles: [{ name: 'admin', permissions: ['administrator'] }, { name: 'staff' }, { name: 'user' }],
    });
    ({ admin, bob, guest } = await server.cast({
      admin: { roles: ['admin'] },
      bob: { roles: ['staff'] },
      guest: { roles: ['user'] },
    }));
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  /** The next list that somebody is sent without asking. */
  const list = async (who: Member): Promise<Json[]> => {
    const frame = await who.probe.until(({ cmd }) => cmd === 'channels_get', 'a list');
    expect(Object.keys(frame)).toEqual(['cmd', 'val']);
    return frame.val;
  };
  const names = async (who: Member) => (await list(who)).map(({ name }) => name);
  /** Sends something that everybody's list shows, and returns what lists somebody gets up to that. */
  const listsUntil = async (who: Member, name: string): Promise<string[][]> => {
    const seen: string[][] = [];
    do seen.push(await names(who));
    while (!seen.at(-1)?.includes(name));
    return seen;
  };

  test('each who sees a channel gets the list anew when it comes, changes, moves or goes', async () => {
    await admin.ask({
      cmd: 'channel_create',
      name: 'news',
      type: 'text',
      permissions: { view: ['admin', 'staff', 'user'] },
    });
    for (const who of [admin, bob])
      expect(await names(who)).toEqual(['general', 'staff', 'ideas', 'talk', 'news']);
    expect(await names(guest)).toEqual(['general', 'ideas', 'talk', 'news']);
    await admin.ask({ cmd: 'channel_update', current_name: 'news', updates: { description: 'all of them' } });
    expect((await list(guest)).at(-1)).toMatchObject({ name: 'news', description: 'all of them' });
    await admin.ask({ cmd: 'channel_move', name: 'news', position: 0 });
    expect(await names(guest)).toEqual(['news', 'general', 'ideas', 'talk']);
    await admin.ask({ cmd: 'channel_delete', name: 'news' });
    expect(await names(guest)).toEqual(['general', 'ideas', 'talk']);
  });

  test('nobody gets a list that is the one they have', async () => {
    const staff = { view: ['admin', 'staff'] };
    await admin.ask({ cmd: 'channel_create', name: 'plans', type: 'text', permissions: staff });
    expect(await names(bob)).toContain('plans');
    await guest.ask({ cmd: 'message_new', channel: 'general', content: 'lists do not change by this' });
    await admin.ask({
      cmd: 'channel_create',
      name: 'end',
      type: 'text',
      permissions: { view: ['admin', 'staff', 'user'] },
    });
    expect(await listsUntil(guest, 'end')).toEqual([['general', 'ideas', 'talk', 'end']]);
    expect(await listsUntil(bob, 'end')).toHaveLength(1);
  });

  test('many changes at once are told together', async () => {
    const permissions = { view: ['admin', 'staff', 'user'] };
    for (let i = 0; i < 40; i++)
      admin.send({ cmd: 'channel_create', name: `c${i}`, type: 'text', permissions });
    const seen = await listsUntil(guest, 'c39');
    expect(seen.length).toBeLessThanOrEqual(2);
    expect(seen.at(-1)).toHaveLength(43);
  });

  test('what other roles show or hide is told to those who bear them, and to nobody else', async () => {
    const { user } = server.chat.users.online().find(({ handle }) => handle === 'guest') ?? {};
    await server.chat.users.setRoles(user as UserId, ['user', 'staff']);
    expect(await names(guest)).toEqual(['general', 'staff', 'ideas', 'talk']);
    await server.chat.users.setRoles(user as UserId, ['user']);
    expect(await names(guest)).toEqual(['general', 'ideas', 'talk']);
    const others = await Promise.all([admin.settle(), bob.settle()]);
    expect(others.flat().filter(({ cmd }) => cmd === 'channels_get')).toEqual([]);
  });

  test('threads in lists follow what becomes of them', async () => {
    const { thread } = await guest.ask({ cmd: 'thread_create', channel: 'ideas', name: 'tea' });
    const shown = async (who: Member) => (await list(who)).find((one) => one.name === 'ideas').threads;
    expect(await shown(bob)).toMatchObject([{ id: thread.id, name: 'tea', archived: false }]);
    await guest.ask({ cmd: 'thread_update', thread_id: thread.id, archived: true });
    expect(await shown(bob)).toMatchObject([{ archived: true }]);
    await bob.ask({ cmd: 'message_new', thread_id: thread.id, content: 'x' });
    expect(await shown(bob)).toMatchObject([{ archived: false, last_message_id: expect.any(String) }]);
    await bob.ask({ cmd: 'thread_join', thread_id: thread.id });
    expect(await shown(bob)).toMatchObject([{ participants: ['guest', 'bob'] }]);
    await guest.ask({ cmd: 'thread_delete', thread_id: thread.id });
    expect(await shown(bob)).toEqual([]);
  });

  test('[4] voice channels list who is in them', async () => {
    const talk = async () =>
      (await bob.ask({ cmd: 'channels_get' })).val.find((one: Json) => one.name === 'talk');
    expect(await talk()).toMatchObject({ type: 'voice', display_name: 'Talk', voice_state: [] });
    expect(Object.keys(await talk())).toEqual(['type', 'name', 'display_name', 'permissions', 'voice_state']);
    const { chat } = server;
    const { user } = chat.users.online().find(({ handle }) => handle === 'guest') ?? {};
    const [{ id: session } = {}] = chat.sessions.of(user as UserId);
    const [{ id: channel } = {}] = chat.channels.all().filter(({ name }) => name === 'talk');
    const join = { session, user, channel, peer: 'p' } as Commands['voice.join']['input'];
    await chat.run('voice.join', join);
    await chat.run('voice.mute', { session: join.session, on: true });
    expect((await talk()).voice_state).toEqual([{ username: 'guest', muted: true }]);
  });

  test('whoever has just asked is not told again', async () => {
    const permissions = { view: ['admin', 'staff', 'user'] };
    await admin.ask({ cmd: 'channel_create', name: 'one', type: 'text', permissions });
    const { val } = await guest.ask({ cmd: 'channels_get' });
    expect(val.at(-1).name).toBe('one');
    await names(bob);
    await admin.ask({ cmd: 'channel_create', name: 'two', type: 'text', permissions });
    expect(await listsUntil(guest, 'two')).toHaveLength(1);
  });
}

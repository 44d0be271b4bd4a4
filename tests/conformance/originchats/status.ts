import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../support/json-probe.js';
import { httpOf } from './support/files.js';
import { type Member, type OriginServer, serve } from './support/server.js';

export function status(): void {
  let server: OriginServer;
  let alice: Member;
  let bob: Member;

  beforeEach(async () => {
    server = await serve();
    ({ alice, bob } = await server.cast({ alice: {}, bob: {} }));
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  const set = (who: Member, status: unknown, text?: unknown) =>
    who.ask({ cmd: 'status_set', status, ...(text === undefined ? {} : { text }) });
  const seen = async (by: Member, name: string) => {
    const { users } = await by.ask({ cmd: 'users_list' });
    return users.find((one: { username: string }) => one.username === name)?.status;
  };
  const facts = (name: string) => ({ username: name, roles: ['user'], color: null });

  test('a status goes to everybody as status_get, to whoever set it last with the listener', async () => {
    alice.send({ cmd: 'status_set', status: 'dnd', text: 'at work', listener: 'S-1' });
    const frame = {
      cmd: 'status_get',
      username: 'alice',
      status: { status: 'dnd', text: 'at work' },
      global: true,
    };
    expect(await alice.settle()).toEqual([{ ...frame, listener: 'S-1' }]);
    expect(await bob.settle()).toEqual([frame]);
    expect(bob.probe.texts).toContain(JSON.stringify(frame));
    expect(await bob.ask({ cmd: 'status_get', user: 'ALICE' }, 'status')).toEqual({
      cmd: 'status',
      username: 'alice',
      status: { status: 'dnd', text: 'at work' },
    });
    expect(await seen(bob, 'alice')).toEqual({ status: 'dnd', text: 'at work' });
  });

  test('becoming invisible looks like going, with a status_set that names nobody; becoming visible like coming', async () => {
    const hidden = { cmd: 'status_set', status: { status: 'invisible', text: '' }, global: true };
    expect(await set(alice, 'invisible')).toEqual(hidden);
    expect(await bob.settle()).toEqual([{ cmd: 'user_disconnect', username: 'alice' }, hidden]);
    const back = {
      cmd: 'status_get',
      username: 'alice',
      status: { status: 'idle', text: 'hm' },
      global: true,
    };
    expect(await set(alice, 'idle', 'hm')).toEqual(back);
    expect(await bob.settle()).toEqual([{ cmd: 'user_connect', user: facts('alice') }, back]);
  });

  test('who is invisible is in no list of those online and offline to others', async () => {
    await set(alice, 'invisible', 'hiding');
    const online = async (by: Member) =>
      (await by.ask({ cmd: 'users_online' })).users.map((one: { username: string }) => one.username);
    expect(await online(bob)).toEqual(['bob']);
    expect(await online(alice)).toEqual(['bob']);
    expect(await seen(bob, 'alice')).toEqual({ status: 'offline', text: 'hiding' });
    expect(await seen(alice, 'alice')).toEqual({ status: 'invisible', text: 'hiding' });
    expect((await bob.ask({ cmd: 'status_get', user: 'alice' }, 'status')).status.status).toBe('offline');
  });

  test('who is invisible does not count as online', async () => {
    const stats = async () => {
      const { connected_users, online_users } = (
        (await (await fetch(`${httpOf(server)}/info`)).json()) as { stats: Json }
      ).stats;
      return [connected_users, online_users];
    };
    await server.arrive('alice');
    expect(await stats()).toEqual([3, 2]);
    await set(alice, 'invisible');
    expect(await stats()).toEqual([1, 1]);
    await set(alice, 'dnd');
    expect(await stats()).toEqual([3, 2]);
  });

  test('who is invisible goes and comes back unseen, and finds the status again', async () => {
    await set(alice, 'invisible', 'hiding');
    await bob.settle();
    await alice.probe.close();
    const again = await server.arrive('alice');
    expect(again.login[1].user.status).toEqual({ status: 'invisible', text: 'hiding' });
    await again.probe.close();
    await expect.poll(() => server.chat.health().sessions).toBe(1);
    expect(await bob.settle()).toEqual([]);
  });

  test('the text of a status stays while somebody is away', async () => {
    await set(alice, 'dnd', 'gone fishing');
    await alice.probe.close();
    await expect.poll(() => seen(bob, 'alice')).toEqual({ status: 'offline', text: 'gone fishing' });
  });

  test('each refusal has its text', async () => {
    const invalid = 'Invalid status. Must be one of: online, idle, dnd, offline, invisible';
    const error = (src: string, val: string) => ({ cmd: 'error', src, val });
    expect(await set(alice, undefined)).toEqual(error('status_set', 'Status is required'));
    expect(await set(alice, '')).toEqual(error('status_set', 'Status is required'));
    for (const wrong of ['away', 7, {}, 'toString'])
      expect(await set(alice, wrong)).toEqual(error('status_set', invalid));
    expect(await set(alice, 'idle', 'x'.repeat(101))).toEqual(error('status_set', invalid));
    expect(await set(alice, 'idle', 7)).toEqual(error('status_set', invalid));
    expect(await alice.ask({ cmd: 'status_get' })).toEqual(error('status_get', 'User parameter is required'));
    expect(await alice.ask({ cmd: 'status_get', user: 'nobody' })).toEqual(
      error('status_get', 'User not found'),
    );
    expect(await bob.settle()).toEqual([]);
  });
}

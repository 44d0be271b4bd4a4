import { afterEach, expect, test } from 'vitest';
import type { RoleWish } from '../../../src/domain/roles/commands.js';
import { type OriginServer, serve } from './support/server.js';

const ranks: readonly RoleWish[] = [
  { name: 'owner', permissions: ['administrator'] },
  { name: 'admin', permissions: ['administrator'] },
  { name: 'helper', permissions: ['manage_users'] },
  { name: 'keeper', permissions: ['manage_roles'] },
  { name: 'low', permissions: ['manage_server'] },
  { name: 'user', permissions: [] },
];

/** Ways to more than one was given. */
export function takeover(): void {
  let server: OriginServer;
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  test('nobody gets the name that the server speaks under, nor one that looks like it', async () => {
    server = await serve();
    for (const name of ['originChats', 'OriginChats', 'оriginChats']) {
      const member = await server.arrive(name, { id: `USR:${name}` });
      expect(member.login[1].user.username).toMatch(/[0-9]$/);
    }
  });

  test('whoever gives roles gives no more than they hold', async () => {
    server = await serve({ roles: ranks });
    const { hal } = await server.cast({ hal: { roles: ['helper', 'user'] } });
    for (const cmd of ['user_roles_add', 'user_roles_set']) {
      const answer = await hal.ask({ cmd, user: 'hal', roles: ['admin', 'helper', 'user'] });
      expect(answer).toMatchObject({ cmd: 'error', src: cmd });
    }
    expect(await hal.ask({ cmd: 'server_update', name: 'mine' })).toMatchObject({ cmd: 'error' });
    const fine = await hal.ask({ cmd: 'user_roles_set', user: 'hal', roles: ['helper'] }, 'user_roles_get');
    expect(fine).toMatchObject({ cmd: 'user_roles_get', roles: ['helper'] });
  });

  test('a role is opened to everybody only by whoever holds what it grants', async () => {
    server = await serve({ roles: ranks });
    const { kim } = await server.cast({ kim: { roles: ['keeper', 'user'] } });
    const opened = await kim.ask({ cmd: 'role_update', name: 'low', self_assignable: true });
    expect(opened).toMatchObject({ cmd: 'error', src: 'role_update' });
    expect(await kim.ask({ cmd: 'self_role_add', role: 'low' })).toMatchObject({ cmd: 'error' });
  });

  test('nobody renames whoever ranks above them', async () => {
    server = await serve({ roles: ranks });
    const { hal, olga } = await server.cast({
      hal: { roles: ['helper', 'user'] },
      olga: { roles: ['owner', 'user'] },
    });
    const wish = { cmd: 'user_update', updates: { username: 'Other' } };
    expect(await hal.ask({ ...wish, user: 'olga' })).toMatchObject({ cmd: 'error', src: 'user_update' });
    expect(await olga.ask({ ...wish, user: 'hal' })).toMatchObject({ cmd: 'user_update', user: 'Other' });
  });

  test('whoever may not view a channel neither reacts there nor changes what they once said', async () => {
    server = await serve();
    const { ann } = await server.cast({ ann: {} });
    const general = server.chat.channels.byName('general')?.id as never;
    const { message } = await ann.ask({ cmd: 'message_new', channel: 'general', content: 'mine' });
    const roles = {
      see: ['owner'],
      send: ['owner'],
      react: ['user'],
      'edit-own': ['user'],
      'delete-own': ['user'],
      pin: ['user'],
    };
    await server.chat.channels.update(general, { roles });
    const at = { channel: 'general', id: message.id };
    for (const request of [
      { cmd: 'message_react_add', emoji: 'x', ...at },
      { cmd: 'message_edit', content: 'y', ...at },
      { cmd: 'message_delete', ...at },
      { cmd: 'message_pin', ...at },
    ])
      expect(await ann.ask(request)).toMatchObject({ cmd: 'error', src: request.cmd });
  });
}

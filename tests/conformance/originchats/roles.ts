import { afterEach, expect, test } from 'vitest';
import type { Json } from '../../support/json-probe.js';
import { type Member, type OriginServer, serve } from './support/server.js';

export function roles(): void {
  let server: OriginServer;
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  const error = (cmd: string, val: string) => ({ cmd: 'error', src: cmd, val });

  async function people() {
    server = await serve();
    return server.cast({
      olga: { roles: ['owner', 'user'] },
      adam: { roles: ['admin', 'user'] },
      bob: {},
    });
  }

  const list = async (member: Member): Promise<Record<string, Json>> =>
    (await member.ask({ cmd: 'roles_list' })).roles;
  const names = async (member: Member) => Object.keys(await list(member));

  async function told(member: Member, request: { readonly cmd: string; readonly [f: string]: unknown }) {
    member.send({ ...request, listener: 'L' });
    return member.settle();
  }

  test('a new chat has the roles owner, admin, moderator and user, with their names inside', async () => {
    const { bob } = await people();
    const all = await list(bob);
    expect(Object.keys(all)).toEqual(['owner', 'admin', 'moderator', 'user']);
    expect(Object.keys(all.owner)).toEqual([
      'id',
      'name',
      'description',
      'color',
      'hoisted',
      'permissions',
      'self_assignable',
      'category',
      'position',
    ]);
    expect(all.owner).toEqual({
      id: expect.any(String),
      name: 'owner',
      description: 'Server owner with ultimate permissions.',
      color: '#9400D3',
      hoisted: true,
      permissions: ['administrator'],
      self_assignable: false,
      category: null,
      position: 0,
    });
    expect(all.user).toMatchObject({ color: null, hoisted: false, position: 3 });
    const counts = Object.values(all).map((role) => role.permissions.length);
    expect(counts).toEqual([1, 14, 9, 13]);
  });

  test('role_create, role_update, role_set and role_delete tell everybody the list first, then answer', async () => {
    const { adam, bob } = await people();
    const create = {
      cmd: 'role_create',
      name: 'artist',
      description: 'Draws',
      color: '#00ff00',
      permissions: ['speak'],
      hoisted: true,
      self_assignable: true,
      category: 'hobbies',
    };
    const [pushed, answer, ...rest] = await told(adam, create);
    expect(rest).toEqual([]);
    const { cmd: _, ...artist } = create;
    expect(pushed).toMatchObject({ cmd: 'roles_list', roles: { artist: { ...artist, position: 4 } } });
    expect(pushed).not.toHaveProperty('listener');
    const { id } = answer;
    expect(answer).toEqual({ cmd: 'role_create', id: pushed.roles.artist.id, name: 'artist', listener: 'L' });
    expect(await bob.settle()).toEqual([pushed]);

    const [renamed, updated] = await told(adam, { cmd: 'role_update', id, name: 'painter', color: null });
    expect(renamed.roles.painter).toMatchObject({ name: 'painter', color: null, description: 'Draws' });
    expect(updated).toEqual({ cmd: 'role_update', id, name: 'painter', updated: true, listener: 'L' });
    const byName = { cmd: 'role_update', name: 'painter', hoisted: false };
    expect(await adam.ask(byName)).toEqual({ cmd: 'role_update', id, name: 'painter', updated: true });
    const set = { cmd: 'role_set', id, data: { name: 'drawer', permissions: [] } };
    expect(await adam.ask(set)).toEqual({ cmd: 'role_set', id, name: 'drawer', updated: true });
    expect((await list(bob)).drawer).toMatchObject({ hoisted: false, permissions: [] });
    expect(await adam.ask({ cmd: 'role_delete', name: 'drawer' })).toEqual({
      cmd: 'role_delete',
      id,
      name: 'drawer',
      deleted: true,
    });
    expect(await names(bob)).toEqual(['owner', 'admin', 'moderator', 'user']);
  });

  test('every refusal about roles has its text', async () => {
    const { olga, adam, bob } = await people();
    await olga.ask({ cmd: 'role_create', name: 'artist' });
    await olga.ask({
      cmd: 'channel_create',
      name: 'studio',
      type: 'text',
      permissions: { view: ['artist'] },
    });
    const above = 'Cannot manage roles at or above your position';
    const rows: [string, object, string][] = [
      ['role_create', {}, 'Role name is required'],
      ['role_create', { name: '' }, 'Role name is required'],
      [
        'role_create',
        { name: 'admin', self_assignable: true },
        "Role 'admin' cannot be made self-assignable",
      ],
      ['role_create', { name: 'artist' }, 'Role already exists'],
      ['role_create', { name: 'x', permissions: 'speak' }, 'Permissions must be an array'],
      ['role_update', {}, 'Role id or name is required'],
      ['role_update', { name: 'ghost' }, 'Role not found'],
      ['role_update', { id: 'ghost' }, 'Role not found'],
      ['role_update', { name: 'owner', color: '#000' }, above],
      ['role_update', { name: 'admin', color: '#000' }, above],
      [
        'role_update',
        { name: 'moderator', self_assignable: true },
        "Role 'moderator' cannot be made self-assignable",
      ],
      ['role_set', { name: 'artist' }, 'Role data is required'],
      ['role_set', { name: 'user', data: { name: 'member' } }, 'Cannot rename system roles'],
      ['role_set', { name: 'artist', data: { name: 'user' } }, 'Role already exists'],
      ['role_delete', {}, 'Role id or name is required'],
      ['role_delete', { name: 'ghost' }, 'Role not found'],
      ['role_delete', { name: 'admin' }, above],
      ['role_delete', { name: 'user' }, 'Cannot delete system roles'],
      ['role_delete', { name: 'artist' }, "Role is used in channel 'studio' permissions"],
      ['role_reorder', {}, 'Roles array is required'],
      ['role_reorder', { roles: ['ghost'] }, 'Failed to reorder roles'],
      ['role_reorder', { roles: [7] }, 'Failed to reorder roles'],
      ['role_reorder', { roles: ['admin', 'owner'] }, above],
      ['role_permissions_set', { name: 'artist' }, 'Permissions must be an array'],
      ['role_permissions_set', { name: 'artist', permissions: [7] }, 'Permissions must be an array'],
      ['role_permissions_set', { name: 'owner', permissions: [] }, above],
      ['role_permissions_get', { name: 'owner' }, above],
    ];
    for (const [cmd, more, text] of rows) expect(await adam.ask({ cmd, ...more })).toEqual(error(cmd, text));
    const denied = "Access denied: 'manage_roles' permission required";
    for (const cmd of new Set(rows.map(([one]) => one)))
      expect(await bob.ask({ cmd })).toEqual(error(cmd, denied));
  });

  test('nobody puts into a role what they do not hold themselves', async () => {
    const { olga } = await people();
    const keeper = { cmd: 'role_create', name: 'keeper', permissions: ['manage_roles'] };
    await olga.ask(keeper);
    const kim = await server.arrive('kim', { roles: ['keeper'] });
    const low = { cmd: 'role_create', name: 'low', permissions: ['manage_users'] };
    const text = "Access denied: 'manage_users' permission required";
    expect(await kim.ask(low)).toEqual(error('role_create', text));
    expect(await kim.ask({ ...low, permissions: ['of_my_own'] })).toMatchObject({ name: 'low' });
  });

  test('role_reorder ranks roles by name or id and answers with all names in order', async () => {
    const { olga } = await people();
    const { id } = await olga.ask({ cmd: 'role_create', name: 'artist' });
    const [pushed, answer] = await told(olga, { cmd: 'role_reorder', roles: ['owner', id, 'admin'] });
    const order = ['owner', 'artist', 'admin', 'moderator', 'user'];
    expect(Object.keys(pushed.roles)).toEqual(order);
    expect(answer).toEqual({ cmd: 'role_reorder', roles: order, listener: 'L' });
  });

  test('role_permissions_set and role_permissions_get', async () => {
    const { adam } = await people();
    const { id } = await adam.ask({ cmd: 'role_create', name: 'artist' });
    expect(await adam.ask({ cmd: 'role_permissions_set', id, permissions: ['speak'] })).toEqual({
      cmd: 'role_permissions_set',
      id,
      name: 'artist',
      permissions: ['speak'],
      updated: true,
    });
    expect(await adam.ask({ cmd: 'role_permissions_get', name: 'artist' })).toEqual({
      cmd: 'role_permissions_get',
      id,
      name: 'artist',
      permissions: ['speak'],
    });
  });

  test('user_roles_set, user_roles_add and user_roles_remove are broadcast as user_roles_get, and that is the reply', async () => {
    const { adam, bob } = await people();
    const facts = (given: string[], color: string | null) => ({
      cmd: 'user_roles_get',
      user: 'bob',
      roles: given,
      color,
      global: true,
    });
    const rows: [string, string[], object][] = [
      ['user_roles_set', ['moderator', 'user'], facts(['moderator', 'user'], '#FFFF00')],
      ['user_roles_add', ['admin', 'user'], facts(['moderator', 'user', 'admin'], '#FFFF00')],
      ['user_roles_remove', ['moderator', 'user'], facts(['admin'], '#FF0000')],
      ['user_roles_set', [], facts([], null)],
    ];
    for (const [cmd, given, frame] of rows) {
      expect(await told(adam, { cmd, user: 'bob', roles: given })).toEqual([{ ...frame, listener: 'L' }]);
      expect(await bob.settle()).toEqual([frame]);
    }
    const { global: _, ...shown } = facts([], null);
    expect(await bob.ask({ cmd: 'user_roles_get', user: 'USR:bob' })).toEqual(shown);
  });

  test('every refusal about the roles of users has its text, and only owners make and unmake owners', async () => {
    const { olga, adam, bob } = await people();
    for (const cmd of ['user_roles_set', 'user_roles_add', 'user_roles_remove']) {
      const ask = (by: Member, user: unknown, given: unknown) => by.ask({ cmd, user, roles: given });
      expect(await ask(adam, undefined, [])).toEqual(error(cmd, 'User parameter is required'));
      expect(await ask(adam, 'ghost', [])).toEqual(error(cmd, 'User not found'));
      for (const wrong of [undefined, 'user', [7]])
        expect(await ask(adam, 'bob', wrong)).toEqual(error(cmd, 'Roles list is required'));
      expect(await ask(adam, 'bob', ['ghost'])).toEqual(error(cmd, "Role 'ghost' does not exist"));
      const denied = "Access denied: 'manage_users' permission required";
      expect(await ask(bob, 'bob', [])).toEqual(error(cmd, denied));
    }
    const owner = "Access denied: 'owner' role required";
    const make = { cmd: 'user_roles_add', user: 'adam', roles: ['owner'] };
    const unmake = { cmd: 'user_roles_set', user: 'olga', roles: ['user'] };
    expect(await adam.ask(make)).toEqual(error('user_roles_add', owner));
    expect(await adam.ask(unmake)).toEqual(error('user_roles_set', owner));
    expect(await olga.ask(unmake)).toEqual(
      error('user_roles_set', 'Cannot take the role from the last owner'),
    );
    expect(await olga.ask(make, 'user_roles_get')).toMatchObject({ roles: ['admin', 'user', 'owner'] });
    expect(await adam.ask(unmake, 'user_roles_get')).toMatchObject({ roles: ['user'] });
    for (const [more, text] of [
      [{}, 'User parameter is required'],
      [{ user: 'ghost' }, 'User not found'],
    ] as const)
      expect(await bob.ask({ cmd: 'user_roles_get', ...more })).toEqual(error('user_roles_get', text));
  });

  test('roles that everybody may take are listed, taken and dropped, told to all before the reply', async () => {
    const { olga, bob } = await people();
    await olga.ask({ cmd: 'role_create', name: 'artist', color: '#0000ff', self_assignable: true });
    await bob.settle();
    const frame = {
      cmd: 'user_roles_get',
      user: 'bob',
      roles: ['user', 'artist'],
      color: null,
      global: true,
    };
    expect(await told(bob, { cmd: 'self_role_add', role: 'artist' })).toEqual([
      frame,
      { cmd: 'self_role_add', role: 'artist', success: true, roles: ['user', 'artist'], listener: 'L' },
    ]);
    expect((await olga.settle()).at(-1)).toEqual(frame);
    const { roles: open } = await bob.ask({ cmd: 'self_roles_list' });
    expect(open).toEqual([{ ...(await list(bob)).artist, assigned: true }]);
    const [, dropped] = await told(bob, { cmd: 'self_role_remove', role: 'artist' });
    expect(dropped).toEqual({
      cmd: 'self_role_remove',
      role: 'artist',
      success: true,
      roles: ['user'],
      listener: 'L',
    });
    const rows: [string, object, string][] = [
      ['self_role_add', {}, 'Role name is required'],
      ['self_role_add', { role: 'ghost' }, 'Role not found'],
      ['self_role_add', { role: 'admin' }, 'This role is not self-assignable'],
      ['self_role_remove', {}, 'Role name is required'],
      ['self_role_remove', { role: 'ghost' }, 'Role not found'],
      ['self_role_remove', { role: 'user' }, 'This role is not self-assignable'],
      ['self_role_remove', { role: 'artist' }, "You don't have this role"],
    ];
    for (const [cmd, more, text] of rows) expect(await bob.ask({ cmd, ...more })).toEqual(error(cmd, text));
    await bob.ask({ cmd: 'self_role_add', role: 'artist' });
    expect(await bob.ask({ cmd: 'self_role_add', role: 'artist' })).toEqual(
      error('self_role_add', 'You already have this role'),
    );
  });
}

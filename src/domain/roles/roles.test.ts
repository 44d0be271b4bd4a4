import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Community, community, outcome } from '../../../tests/support/community.js';
import { Rejection } from '../../core/rejection.js';
import { allows } from '../access/permissions.js';
import { mayNotIn } from '../channels/channels.js';
import { domainLimits } from '../config.js';
import type { RoleId, UserId } from '../ids.js';
import { online } from '../sessions/online.js';
import { holds, roleNamed, rolesInOrder } from './roles.js';

const wishes = [
  { name: 'owner', permissions: ['administrator'], colour: '#9400D3' },
  { name: 'admin', permissions: ['manage_roles', 'manage_users', 'ban_members'] },
  { name: 'moderator', permissions: ['manage_messages'] },
  { name: 'user', permissions: ['send_messages'] },
  { name: 'cook', selfAssignable: true, colour: '#00ff00' },
];

/** A chat with five roles, an owner, an admin and a user. */
function kingdom() {
  const set = community();
  set.run('role.prepare', { wishes });
  const bearer = (name: string, ...roles: string[]): UserId => {
    const user = set.join(name);
    set.run('user.roles', { by: 'host', user, roles });
    return user;
  };
  const [olga, adam, ben] = [bearer('olga', 'owner'), bearer('adam', 'admin'), bearer('ben', 'user')];
  return { ...set, bearer, olga, adam, ben };
}

const idOf = ({ bench }: Pick<Community, 'bench'>, name: string): RoleId =>
  bench.read((view) => roleNamed(view, name))?.id ?? ('none' as RoleId);
const namesOf = ({ bench }: Pick<Community, 'bench'>) =>
  bench.read((view) => rolesInOrder(view).map((role) => role.name));
const personOf = ({ bench }: Pick<Community, 'bench'>, user: UserId) =>
  bench.read((view) => view.get(online, user))?.person;

describe('roles that a chat begins with', () => {
  test('are made once, the highest first, and a removed one does not come back', () => {
    const set = community();
    set.run('role.prepare', { wishes });
    expect(set.told('roles_update')).toMatchObject([
      { by: 'host', cause: 'prepare', roles: wishes.map(({ name }, position) => ({ name, position })) },
    ]);
    set.run('role.delete', { by: 'host', role: idOf(set, 'cook') });
    set.run('role.prepare', { wishes });
    expect(set.told('roles_update')).toEqual([]);
    expect(namesOf(set)).toEqual(['owner', 'admin', 'moderator', 'user']);
  });

  test('are not made where there were others before', () => {
    const set = community();
    set.run('role.prepare', { wishes: [] });
    set.run('role.create', { by: 'host', name: 'staff' });
    set.run('role.delete', { by: 'host', role: idOf(set, 'staff') });
    set.run('role.prepare', { wishes });
    expect(namesOf(set)).toEqual([]);
  });
});

describe('managing a role', () => {
  test('takes a role, the permission, a role that there is, and one below the own highest', () => {
    const set = kingdom();
    const { run, join, adam, ben, olga } = set;
    const nobody = join('nora');
    const update = (by: UserId | 'host', name: string) =>
      outcome(run('role.update', { by, role: idOf(set, name), description: 'x' }));
    expect(update(nobody, 'user')).toBe('role-none');
    expect(update(ben, 'user')).toBe('not-permitted');
    expect(update(adam, 'no such')).toBe('role-unknown');
    expect(update(adam, 'admin')).toBe('role-outranks');
    expect(update(adam, 'owner')).toBe('role-outranks');
    expect(update(adam, 'moderator')).toBe('granted');
    expect(update(olga, 'owner')).toBe('granted');
    expect(update('host', 'owner')).toBe('granted');
    expect(run('role.create', { by: ben, name: 'x' })).toMatchObject({
      code: 'not-permitted',
      details: { permission: 'manage_roles' },
    });
  });

  test('makes new ones below all others', () => {
    const set = kingdom();
    const made = set.run('role.create', { by: set.adam, name: 'baker', hoisted: true, category: 'trades' });
    expect(set.told('roles_update')).toMatchObject([
      {
        by: set.adam,
        cause: 'create',
        role: { id: (made as { role: RoleId }).role, position: 5, hoisted: true },
      },
    ]);
    expect(set.told('roles_update')[0]?.roles).toHaveLength(6);
    expect(outcome(set.run('role.create', { by: set.adam, name: 'baker' }))).toBe('role-exists');
    expect(outcome(set.run('role.create', { by: set.adam, name: 'Baker' }))).toBe('granted');
    for (const name of ['', ' a', 'a ', '!a', 'a\nb', 'x'.repeat(101)])
      expect(outcome(set.run('role.create', { by: set.adam, name }))).toBe('role-name-invalid');
    expect(outcome(set.run('role.create', { by: set.adam, name: 'x'.repeat(100) }))).toBe('granted');
  });

  test('grants nothing that one does not hold, unless the role granted it before', () => {
    const set = kingdom();
    const { run, adam, olga } = set;
    const role = idOf(set, 'moderator');
    const refusal = { code: 'not-permitted', details: { permission: 'administrator' } };
    expect(
      run('role.create', { by: adam, name: 'x', permissions: ['ban_members', 'administrator'] }),
    ).toMatchObject(refusal);
    expect(run('role.update', { by: adam, role, permissions: ['administrator'] })).toMatchObject(refusal);
    const mine = ['manage_messages', 'ban_members', 'send_messages', 'brew_coffee'];
    expect(outcome(run('role.update', { by: adam, role, permissions: mine }))).toBe('granted');
    expect(outcome(run('role.update', { by: olga, role, permissions: ['administrator'] }))).toBe('granted');
    expect(outcome(run('role.update', { by: adam, role, permissions: ['administrator'] }))).toBe('granted');
  });

  test('lets nobody give themselves the owner, admin or moderator role', () => {
    const set = kingdom();
    const open = { by: 'host', selfAssignable: true } as const;
    expect(outcome(set.run('role.update', { ...open, role: idOf(set, 'admin') }))).toBe(
      'role-not-self-assignable',
    );
    expect(outcome(community().run('role.create', { ...open, name: 'owner' }))).toBe(
      'role-not-self-assignable',
    );
    expect(outcome(set.run('role.update', { ...open, role: idOf(set, 'user') }))).toBe('granted');
  });

  test('ends at the limit of roles', () => {
    const { run } = community({ limits: { ...domainLimits, rolesPerChat: 1 } });
    expect(outcome(run('role.create', { by: 'host', name: 'a' }))).toBe('granted');
    expect(outcome(run('role.create', { by: 'host', name: 'b' }))).toBe('too-many-roles');
    expect(
      outcome(community({ limits: { ...domainLimits, rolesPerChat: 1 } }).run('role.prepare', { wishes })),
    ).toBe('too-many-roles');
  });

  test('takes parts away with null and leaves the others', () => {
    const set = kingdom();
    const role = idOf(set, 'cook');
    set.run('role.update', { by: 'host', role, description: 'makes food', mentionedBy: ['owner'] });
    set.run('role.update', { by: 'host', role, colour: null, mentionedBy: null, hoisted: true });
    const [told] = set.told('roles_update');
    expect(told?.before).toMatchObject({ colour: '#00ff00', mentionedBy: ['owner'] });
    expect(told?.role).toEqual({
      id: role,
      name: 'cook',
      description: 'makes food',
      permissions: [],
      hoisted: true,
      selfAssignable: true,
      position: 4,
    });
  });
});

describe('a new name of a role', () => {
  test('is followed by channels, bearers and those who may mention', () => {
    const set = kingdom();
    const { run, bearer, bench } = set;
    const cora = bearer('cora', 'user', 'cook');
    run('channel.create', {
      by: 'host',
      name: 'kitchen',
      roles: { see: ['!moderator', 'cook'], send: ['!cook'] },
    });
    run('role.update', { by: 'host', role: idOf(set, 'moderator'), mentionedBy: ['cook'] });
    run('role.update', { by: 'host', role: idOf(set, 'cook'), name: 'chef' });
    const kitchen = set.channel('kitchen');
    expect(kitchen.access.roles).toEqual({ see: ['!moderator', 'chef'], send: ['!chef'] });
    expect(set.told('channel_update')).toMatchObject([
      {
        before: { access: { roles: { send: ['!cook'] } } },
        channel: { access: kitchen.access },
        seenBy: [cora],
      },
    ]);
    expect(set.told('roles_update')).toMatchObject([
      { cause: 'update', before: { name: 'cook' }, role: { name: 'chef' } },
    ]);
    expect(set.told('user_update')).toMatchObject([{ cause: 'roles', person: { roles: ['user', 'chef'] } }]);
    expect(bench.read((view) => roleNamed(view, 'moderator'))?.mentionedBy).toEqual(['chef']);
    const record = set.user(cora);
    const { config } = set;
    expect(bench.read((view) => record && mayNotIn(view, config, record, kitchen, 'see'))).toBeUndefined();
  });

  test('is refused to the four that are known by name, and where there is such a role', () => {
    const set = kingdom();
    for (const name of ['owner', 'admin', 'moderator', 'user'])
      expect(outcome(set.run('role.update', { by: 'host', role: idOf(set, name), name: 'x' }))).toBe(
        'role-system',
      );
    const role = idOf(set, 'cook');
    expect(outcome(set.run('role.update', { by: 'host', role, name: 'user' }))).toBe('role-exists');
    expect(outcome(set.run('role.update', { by: 'host', role, name: '!x' }))).toBe('role-name-invalid');
    expect(outcome(set.run('role.update', { by: 'host', role, name: 'cook' }))).toBe('granted');
  });
});

describe('the end of a role', () => {
  test('takes it from its bearers, at once and for those who are away', () => {
    const set = kingdom();
    const cora = set.bearer('cora', 'cook', 'user');
    const away = set.bearer('away', 'cook');
    set.run('user.kick', { by: 'host', user: away });
    set.run('role.delete', { by: set.adam, role: idOf(set, 'cook') });
    expect(set.told('roles_update')).toMatchObject([{ cause: 'delete', role: { name: 'cook' } }]);
    expect(set.told('user_update')).toMatchObject([{ person: { user: cora, roles: ['user'] } }]);
    expect(personOf(set, cora)?.roles).toEqual(['user']);
    expect(set.user(away)?.assigned).toEqual([]);
  });

  test('is refused while a channel names it, and to the four that must stay', () => {
    const set = kingdom();
    set.run('channel.create', { by: 'host', name: 'kitchen', roles: { see: ['user'], send: ['!cook'] } });
    expect(set.run('role.delete', { by: set.olga, role: idOf(set, 'cook') })).toMatchObject({
      code: 'role-used',
      details: { channel: 'kitchen' },
    });
    for (const name of ['owner', 'admin', 'moderator', 'user'])
      expect(outcome(set.run('role.delete', { by: set.olga, role: idOf(set, name) }))).toBe('role-system');
    set.run('channel.delete', { by: 'host', channel: set.channel('kitchen').id });
    expect(outcome(set.run('role.delete', { by: set.adam, role: idOf(set, 'cook') }))).toBe('granted');
  });
});

describe('ranking roles', () => {
  test('puts the named first and leaves the others in their order', () => {
    const set = kingdom();
    const order = ['owner', 'cook'].map((name) => idOf(set, name));
    set.run('role.reorder', { by: set.olga, roles: order });
    expect(namesOf(set)).toEqual(['owner', 'cook', 'admin', 'moderator', 'user']);
    expect(set.told('roles_update')[0]?.roles.map((role) => role.position)).toEqual([0, 1, 2, 3, 4]);
  });

  test('moves nothing to or from a place that is not below the own highest', () => {
    const set = kingdom();
    const reorder = (...names: string[]) =>
      outcome(set.run('role.reorder', { by: set.adam, roles: names.map((name) => idOf(set, name)) }));
    expect(reorder('owner', 'admin', 'cook', 'user', 'moderator')).toBe('granted');
    expect(reorder('owner', 'cook', 'admin')).toBe('role-outranks');
    expect(reorder('moderator')).toBe('role-outranks');
    expect(reorder('owner', 'no such')).toBe('role-unknown');
    expect(namesOf(set)).toEqual(['owner', 'admin', 'cook', 'user', 'moderator']);
  });
});

describe('what a role grants', () => {
  test('changes for everybody online who bears it, and for nobody else', () => {
    const set = kingdom();
    const other = set.bearer('mia', 'moderator');
    const role = idOf(set, 'user');
    set.run('role.update', { by: 'host', role, permissions: ['send_messages', 'kick_members'] });
    expect(set.told('user_update').map((one) => [one.cause, one.person.user])).toEqual([['roles', set.ben]]);
    const can = personOf(set, set.ben)?.can;
    expect(can !== undefined && allows(can, 'user.kick')).toBe(true);
    expect(outcome(set.run('user.kick', { by: set.ben, user: other }))).toBe('user-outranks');
    set.run('role.update', { by: 'host', role, description: 'everybody' });
    expect(set.told('user_update')).toEqual([]);
  });

  test('holds for messages sent from then on', () => {
    const set = kingdom();
    set.run('role.update', { by: 'host', role: idOf(set, 'cook'), permissions: ['manage_messages'] });
    set.run('user.role.take', { user: set.ben, role: 'cook' });
    const lounge = set.channel('lounge').id;
    set.run('message.send', { by: set.ben, channel: lounge, text: 'hello' });
    const can = set.told('message')[0]?.message.author?.can;
    expect(can !== undefined && allows(can, 'message.delete.any')).toBe(true);
  });
});

describe('giving roles', () => {
  test('takes the permission, a user and roles that there are', () => {
    const set = kingdom();
    const { run, adam, ben } = set;
    expect(run('user.roles', { by: ben, user: adam, roles: [] })).toMatchObject({
      code: 'not-permitted',
      details: { permission: 'manage_users' },
    });
    expect(outcome(run('user.roles', { by: adam, user: 'nobody' as UserId, roles: [] }))).toBe(
      'user-unknown',
    );
    expect(run('user.roles', { by: adam, user: ben, roles: ['cook', 'king'] })).toMatchObject({
      code: 'role-unknown',
      details: { name: 'king' },
    });
    expect(run('user.roles', { by: adam, user: ben, roles: ['cook', 'user', 'cook'] })).toEqual({
      roles: ['cook', 'user'],
    });
    expect(set.told('user_roles')).toMatchObject([
      {
        person: { user: ben, roles: ['cook', 'user'], roleColour: '#00ff00' },
        before: ['user'],
        roles: ['cook', 'user'],
      },
    ]);
    expect(set.told('user_update')).toMatchObject([{ cause: 'roles', person: { roles: ['cook', 'user'] } }]);
  });

  test('stands in place of what the identity says, also at the next login', () => {
    const set = kingdom();
    const carl = set.join('carl', { roles: ['moderator'] });
    set.run('user.roles', { by: 'host', user: carl, roles: ['user'] });
    set.run('user.kick', { by: 'host', user: carl });
    set.join('carl', { roles: ['moderator'] });
    expect(personOf(set, carl)?.roles).toEqual(['user']);
  });

  test('makes and unmakes owners only by owners, and never the last', () => {
    const set = kingdom();
    const { run, olga, adam } = set;
    const give = (by: UserId | 'host', user: UserId, ...roles: string[]) =>
      outcome(run('user.roles', { by, user, roles }));
    expect(give(adam, adam, 'owner')).toBe('not-permitted');
    expect(give(adam, olga, 'user')).toBe('not-permitted');
    expect(give(olga, olga, 'user')).toBe('last-owner');
    expect(give(olga, adam, 'admin', 'owner')).toBe('granted');
    expect(give(adam, olga, 'owner', 'user')).toBe('granted');
    run('user.ban', { by: 'host', user: olga, until: null });
    expect(give(adam, adam, 'admin')).toBe('last-owner');
    run('user.unban', { by: 'host', user: olga });
    expect(give(adam, olga, 'user')).toBe('granted');
    expect(give(adam, adam, 'admin')).toBe('last-owner');
    expect(give('host', adam, 'admin')).toBe('granted');
  });
});

describe('roles that everybody may give themselves', () => {
  test('are taken and dropped once', () => {
    const set = kingdom();
    const { run, ben } = set;
    expect(outcome(run('user.role.take', { user: ben, role: 'king' }))).toBe('role-unknown');
    expect(outcome(run('user.role.take', { user: ben, role: 'admin' }))).toBe('role-not-self-assignable');
    expect(outcome(run('user.role.drop', { user: ben, role: 'user' }))).toBe('role-not-self-assignable');
    expect(outcome(run('user.role.drop', { user: ben, role: 'cook' }))).toBe('role-not-held');
    expect(run('user.role.take', { user: ben, role: 'cook' })).toEqual({ roles: ['user', 'cook'] });
    expect(set.told('user_roles')).toMatchObject([
      { by: ben, before: ['user'], roles: ['user', 'cook'], own: true },
    ]);
    expect(outcome(run('user.role.take', { user: ben, role: 'cook' }))).toBe('role-held');
    expect(run('user.role.drop', { user: ben, role: 'cook' })).toEqual({ roles: ['user'] });
    expect(outcome(run('user.role.take', { user: 'nobody' as UserId, role: 'cook' }))).toBe('user-unknown');
  });
});

test('whatever is done to roles, names are unique, an owner remains, and who is online bears what is stored', () => {
  const step = fc.record({
    act: fc.constantFrom('create', 'rename', 'delete', 'reorder', 'give', 'take', 'drop', 'permissions'),
    by: fc.nat({ max: 2 }),
    who: fc.nat({ max: 2 }),
    names: fc.uniqueArray(fc.constantFrom('owner', 'admin', 'moderator', 'user', 'cook', 'a', 'b'), {
      minLength: 1,
    }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const set = kingdom();
      const people = [set.olga, set.adam, set.ben] as const;
      for (const { act, by: one, who, names } of steps) {
        const by = people[one] as UserId;
        const user = people[who] as UserId;
        const [name = '', other = 'c'] = names;
        const role = idOf(set, name);
        if (act === 'create') set.run('role.create', { by, name, permissions: ['mute_members'] });
        else if (act === 'rename') set.run('role.update', { by, role, name: other });
        else if (act === 'permissions') set.run('role.update', { by, role, permissions: ['administrator'] });
        else if (act === 'delete') set.run('role.delete', { by, role });
        else if (act === 'reorder')
          set.run('role.reorder', { by, roles: names.map((each) => idOf(set, each)) });
        else if (act === 'give') set.run('user.roles', { by, user, roles: names });
        else set.run(act === 'take' ? 'user.role.take' : 'user.role.drop', { user, role: name });
      }
      const all = namesOf(set);
      expect(new Set(all).size).toBe(all.length);
      expect(all).toEqual(expect.arrayContaining(['owner', 'admin', 'moderator', 'user']));
      expect(people.filter((one) => set.user(one)?.assigned?.includes('owner')).length).toBeGreaterThan(0);
      for (const one of people) {
        const person = personOf(set, one);
        expect(person?.roles).toEqual(set.user(one)?.assigned);
        for (const name of person?.roles ?? []) expect(all).toContain(name);
        const renewed = set.run('user.update', { user: one, identity: {} });
        expect(renewed instanceof Rejection || renewed.person.can).toBe(person?.can);
        if (person?.roles.includes('owner'))
          expect(set.bench.read((view) => holds(view, person, 'anything'))).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

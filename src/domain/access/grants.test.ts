import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { community, outcome } from '../../../tests/support/community.js';
import { Rejection } from '../../core/rejection.js';
import { factsOf } from '../channels/channels.js';
import type { UserId } from '../ids.js';
import { roleNamed } from '../roles/roles.js';
import { online } from '../sessions/online.js';
import type { Person } from '../users/person.js';
import { claimsOf, claimsOfIdentity } from '../users/users.js';
import { kindOf, viewersIn } from '../viewers.js';
import { appliedRoles, meets, roleBits, type TraitConditions } from './grants.js';
import { type ChannelAction, channelActions, mayNot } from './may.js';
import { allows, type Permission, permissions } from './permissions.js';

const strings: { readonly [action in ChannelAction]: readonly string[] } = {
  see: ['room:view'],
  enter: ['room:chat.join'],
  read: ['room:chat.read'],
  send: ['room:chat.send'],
  'edit-own': ['room:chat.send'],
  'delete-own': ['room:chat.send'],
  'delete-any': ['room:chat.moderate'],
  react: ['room:chat.send'],
  pin: ['room:chat.moderate'],
  'create-thread': ['room:chat.send'],
  manage: ['room:update', 'room:delete'],
};

const words = [...new Set(Object.values(strings).flat()), 'world:view', 'world:users.manage'];
const roleNames = ['attendee', 'speaker', 'chair', 'admin', '__proto__'];
const traitNames = ['a', 'b', 'c'];
const traits = fc.subarray(traitNames);
const conditions = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.oneof(fc.constantFrom(...traitNames), traits), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom('a', null, {}, [5]) as fc.Arbitrary<never> },
) as fc.Arbitrary<TraitConditions>;
const byRole = <T>(value: fc.Arbitrary<T>) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...roleNames), value), { selector: ([name]) => name })
    .map((list): Readonly<Record<string, T>> => Object.fromEntries(list));
const world = fc.record({ worldRoles: byRole(fc.subarray(words)), traitGrants: byRole(conditions) });
const somebody = fc.record({
  roles: fc.subarray(roleNames),
  traits,
  permissions: fc.subarray<Permission>([...permissions]),
});

describe('grants by trait', () => {
  const { bench, config } = community();
  const claims = (more: object, user: object) =>
    bench.read((view) => claimsOf(view, { ...config, ...more }, user));
  const rightsOf = (more: Parameters<typeof roleBits>[0], user: object, grants: object) => {
    const may = (action: ChannelAction) =>
      mayNot(
        claims(more, user),
        { grants: grants as never },
        action,
        { owner: false, inside: false },
        roleBits(more),
      ) === undefined;
    return channelActions.filter(may);
  };

  test('let do what the strings of all roles that apply say, and what one is permitted besides', () => {
    fc.assert(
      fc.property(world, somebody, byRole(conditions), (more, user, grants) => {
        const applied = appliedRoles(more, user, grants);
        expect([...applied].sort()).toEqual(
          Object.keys(more.worldRoles)
            .filter((role) => {
              const holds = (of: object) =>
                Object.hasOwn(of, role) && meets((of as Record<string, unknown>)[role], user.traits);
              return user.roles.includes(role) || holds(more.traitGrants) || holds(grants);
            })
            .sort(),
        );
        const said = new Set(applied.flatMap((role) => more.worldRoles[role] ?? []));
        const room = { view: 'see', read: 'read', join: 'enter', moderate: 'pin', manage: 'manage' } as const;
        for (const [name, action] of Object.entries({ ...room, send: 'send' } as const))
          if (user.permissions.includes(`room.${name}` as Permission))
            for (const one of strings[action]) said.add(one);
        const holds = (action: ChannelAction) => strings[action].some((one) => said.has(one));
        const expected = channelActions.filter((action) => {
          if (action === 'manage') return holds('manage');
          if (action === 'send' && !user.permissions.includes('message.send')) return false;
          return holds('see') && holds(action);
        });
        expect(rightsOf(more, user, grants)).toEqual(expected);
      }),
    );
  });

  test('never take a right away with one more role or trait', () => {
    fc.assert(
      fc.property(world, somebody, byRole(conditions), fc.subarray(roleNames), traits, (...drawn) => {
        const [more, user, grants, roles, others] = drawn;
        const richer = {
          ...user,
          roles: [...new Set([...user.roles, ...roles])],
          traits: [...new Set([...user.traits, ...others])],
        };
        const after = rightsOf(more, richer, grants);
        expect(after).toEqual(expect.arrayContaining(rightsOf(more, user, grants)));
      }),
    );
  });

  test('are met by everybody where nothing is asked, and by nobody where what is asked is no list', () => {
    expect(meets([], [])).toBe(true);
    expect(meets(['a', ['b', 'c']], ['a', 'c'])).toBe(true);
    for (const strange of [undefined, null, 'a', { 0: 'a', length: 1 }, [5], [[5]], [[]], [null]])
      expect(meets(strange, ['a', '5'])).toBe(false);
  });
});

describe('world roles', () => {
  const worldRoles = {
    attendee: ['world:view', 'world:chat.direct'],
    viewer: ['room:view', 'room:chat.read'],
    participant: ['room:view', 'room:chat.read', 'room:chat.join', 'room:chat.send'],
    admin: ['world:users.manage', 'room:update'],
  };
  const traitGrants = { attendee: ['attendee'], admin: ['staff', ['lead', 'chair']] };
  const may: Permission[] = ['message.send'];
  const defaults = { rank: 0, roles: [], traits: [], permissions: may };
  const chat = () => community({ worldRoles, traitGrants, defaults });

  test('are borne by name or by trait, and grant what their strings mean', () => {
    const { bench, config, join, user } = chat();
    const can = (name: string, identity: object) => {
      const record = user(join(name, identity));
      return permissions.filter((one) =>
        bench.read((view) => record && allows(claimsOf(view, config, record).can, one)),
      );
    };
    expect(can('ann', {})).toEqual(['message.send']);
    expect(can('ben', { traits: ['attendee'] })).toEqual(['message.send', 'direct.send']);
    expect(can('cay', { roles: ['attendee'] })).toEqual(['message.send', 'direct.send']);
    const managing = ['user.ban', 'user.silence', 'nick.others', 'message.send', 'room.manage'];
    expect(can('dan', { traits: ['staff', 'chair'] })).toEqual(managing);
    expect(can('eve', { traits: ['staff'] })).toEqual(['message.send']);
  });

  test('are known of an identity before it has an account, as they will be after', () => {
    const { bench, config, join, run, user } = chat();
    run('role.prepare', { wishes: [{ name: 'viewer' }] });
    const identity = { provider: 'accounts', id: 'ann', name: 'ann', traits: ['attendee'], roles: ['admin'] };
    const claims = (given: Parameters<typeof claimsOfIdentity>[2]) =>
      bench.read((view) => claimsOfIdentity(view, config, given));
    const foretold = claims(identity);
    expect(appliedRoles(config, foretold)).toEqual(['attendee', 'admin']);
    expect(user('ann' as UserId)).toBeUndefined();
    const ann = join('ann', identity);
    const now = () => {
      const record = user(ann);
      return bench.read((view) => record && claimsOf(view, config, record));
    };
    expect(now()).toEqual(foretold);
    run('user.roles', { by: 'host', user: ann, roles: ['viewer'] });
    const { traits: _, ...without } = identity;
    expect(claims(without)).toMatchObject({ roles: ['viewer'], traits: [] });
    expect(claims(identity)).toEqual(now());
  });

  test('are given, made one of the roles or opened to everybody only by those who hold what they grant', () => {
    const { join, run, bench } = chat();
    const strong = ['manage_users', 'manage_roles'];
    const wishes = [
      { name: 'chief', permissions: strong },
      { name: 'viewer' },
      { name: 'attendee', selfAssignable: false },
    ];
    run('role.prepare', { wishes });
    const [chief, ben] = [join('chief', { roles: ['chief', 'attendee'] }), join('ben')];
    const code = (result: unknown) => (result instanceof Rejection ? result.details.role : outcome(result));
    const role = (name: string) => bench.read((view) => roleNamed(view, name)?.id) as never;
    expect(code(run('user.roles', { by: chief, user: ben, roles: ['viewer'] }))).toBe('viewer');
    expect(code(run('user.roles', { by: chief, user: ben, roles: ['attendee'] }))).toBe('granted');
    expect(code(run('role.create', { by: chief, name: 'participant' }))).toBe('participant');
    expect(code(run('role.create', { by: chief, name: 'helper' }))).toBe('granted');
    const change = (name: string, changes: object) =>
      code(run('role.update', { by: chief, role: role(name), ...changes }));
    expect(change('helper', { name: 'participant' })).toBe('participant');
    expect(change('viewer', { selfAssignable: true })).toBe('viewer');
    expect(change('viewer', { colour: '#ffffff' })).toBe('granted');
    expect(change('attendee', { selfAssignable: true })).toBe('granted');
    expect(code(run('user.roles', { by: 'host', user: ben, roles: ['viewer'] }))).toBe('granted');
  });

  test('let people into a channel and out again as their traits change', () => {
    const { bench, config, join, run, channel } = chat();
    run('channel.create', {
      by: 'host',
      name: 'stage',
      grants: { viewer: [], participant: ['attendee'] },
    });
    const stage = channel('stage').id;
    const ann = join('ann', {}, { place: false });
    const viewers = viewersIn(config);
    const facts = () => bench.read((view) => factsOf(view, channel('stage')));
    const sight = () => {
      const kind = kindOf(bench.read((view) => view.get(online, ann))?.person as Person);
      return [viewers.sees(kind, facts()), viewers.reads(kind, facts())];
    };
    const say = () => outcome(run('message.send', { by: ann, channel: stage, text: 'x' }));
    expect([say(), ...sight()]).toEqual(['not-permitted', true, true]);
    run('user.update', { user: ann, identity: { traits: ['attendee'] } });
    expect(say()).toBe('granted');
    run('channel.update', { by: 'host', channel: stage, grants: { viewer: [] } });
    expect(say()).toBe('not-permitted');
    run('user.update', { user: ann, identity: { roles: ['participant'] } });
    expect(say()).toBe('granted');
    run('user.update', { user: ann, identity: { permissions: [] } });
    expect([say(), ...sight()]).toEqual(['not-permitted', true, true]);
    run('channel.update', { by: 'host', channel: stage, grants: { viewer: ['attendee'] } });
    run('user.update', { user: ann, identity: { roles: [] } });
    expect(sight()).toEqual([true, true]);
    run('user.update', { user: ann, identity: { traits: [] } });
    expect(sight()).toEqual([false, false]);
  });
});

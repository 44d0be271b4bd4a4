import { describe, expect, test } from 'vitest';
import { roleBits, type TraitConditions } from './grants.js';
import { type Access, type ChannelAction, type Claims, channelActions, mayNot } from './may.js';
import { hashChannelPassword } from './password.js';
import { type Permission, permissionSet, permissions } from './permissions.js';

/** Permissions that an action needs: one of them. Actions that are not here need none. */
const needed: { readonly [action in ChannelAction]?: readonly Permission[] } = {
  send: ['message.send'],
  'edit-own': ['message.edit.own', 'message.edit.any'],
  'delete-own': ['message.delete.own', 'message.delete.any'],
  'delete-any': ['message.delete.any'],
  manage: ['channel.delete', 'channel.rank', 'channel.password'],
};

/** What only somebody inside can wish to do. */
const pastPassword: readonly ChannelAction[] = [
  'enter',
  'read',
  'send',
  'edit-own',
  'react',
  'pin',
  'create-thread',
];

/** One user and one channel, in words; the expectation is worked out from the words alone. */
interface Case {
  readonly action: ChannelAction;
  readonly rank: 'none' | 'met' | 'missed';
  readonly password: 'none' | 'missing' | 'wrong' | 'right';
  readonly owner: boolean;
  readonly inside: boolean;
  readonly can: 'nothing' | 'needed' | 'everywhere';
  /** `unseen`: the action is granted, and seeing is not. */
  readonly roles: 'none' | 'grant' | 'deny' | 'nothing found' | 'other action only' | 'unseen';
  readonly grants:
    | 'none'
    | 'met'
    | 'by two roles'
    | 'everywhere'
    | 'missed'
    | 'no list'
    | 'unknown role'
    | 'other action only'
    | 'unseen';
}

const all: { readonly [part in keyof Case]: readonly Case[part][] } = {
  action: channelActions,
  rank: ['none', 'met', 'missed'],
  password: ['none', 'missing', 'wrong', 'right'],
  owner: [false, true],
  inside: [false, true],
  can: ['nothing', 'needed', 'everywhere'],
  roles: ['none', 'grant', 'deny', 'nothing found', 'other action only', 'unseen'],
  grants: [
    'none',
    'met',
    'by two roles',
    'everywhere',
    'missed',
    'no list',
    'unknown role',
    'other action only',
    'unseen',
  ],
};

/** What each action takes where a channel has grants, as a permission and in the words of roles. */
const room: { readonly [action in ChannelAction]: readonly [Permission, string] } = {
  see: ['room.view', 'room:view'],
  enter: ['room.join', 'room:chat.join'],
  read: ['room.read', 'room:chat.read'],
  send: ['room.send', 'room:chat.send'],
  'edit-own': ['room.send', 'room:chat.send'],
  'delete-own': ['room.send', 'room:chat.send'],
  'delete-any': ['room.moderate', 'room:chat.moderate'],
  react: ['room.send', 'room:chat.send'],
  pin: ['room.moderate', 'room:chat.moderate'],
  'create-thread': ['room.send', 'room:chat.send'],
  manage: ['room.manage', 'room:update'],
};

/** Roles that let do one thing, with and without seeing it. */
const worldRoles = Object.fromEntries(
  channelActions.flatMap((action) => [
    [`${action} only`, [room[action][1], 'room:unheard-of']],
    [action, ['room:view', room[action][1]]],
  ]),
);
const bits = roleBits({ worldRoles, traitGrants: {} });

function* cases(): Generator<Case> {
  let made: Partial<Case>[] = [{}];
  for (const [part, values] of Object.entries(all)) {
    made = made.flatMap((one) => values.map((value) => ({ ...one, [part]: value })));
  }
  yield* made as Case[];
}

const password = hashChannelPassword('sesame', 'salt');

function ask(one: Case): string {
  const { action } = one;
  const elsewhere: ChannelAction = action === 'see' ? 'pin' : 'see';
  const list = {
    grant: ['!outcast', 'friend'],
    deny: ['!friend'],
    'nothing found': ['stranger'],
    unseen: ['friend'],
  };
  const access: Access = {
    ...(one.rank === 'none' ? {} : { rank: 5 }),
    ...(one.password === 'none' ? {} : { password }),
    ...(one.roles === 'none'
      ? {}
      : {
          roles:
            one.roles === 'other action only'
              ? { [elsewhere]: ['friend'] }
              : { [action]: list[one.roles], ...seeing(one.roles, action, ['friend'], ['stranger']) },
        }),
    ...(one.grants === 'none' ? {} : { grants: grantsOf(one, action, elsewhere) }),
  };
  const granted: Permission[] =
    one.can === 'nothing'
      ? []
      : one.can === 'needed'
        ? (needed[action]?.slice(0, 1) ?? [])
        : ['channel.enter.any'];
  const claims: Claims = {
    rank: one.rank === 'missed' ? 4 : 5,
    can: permissionSet(one.grants === 'everywhere' ? [...granted, 'room.view', room[action][0]] : granted),
    roles: ['guest', 'friend'],
    traits: ['tall', 'kind'],
  };
  const typed = { none: '', missing: '', wrong: 'simsalabim', right: 'sesame' }[one.password];
  const circumstances = {
    owner: one.owner,
    inside: one.inside,
    ...(typed === '' ? {} : { password: typed }),
  };
  return mayNot(claims, access, action, circumstances, bits)?.code ?? 'granted';
}

function grantsOf(
  one: Case,
  action: ChannelAction,
  elsewhere: ChannelAction,
): Readonly<Record<string, TraitConditions>> {
  switch (one.grants) {
    case 'met':
      return { [action]: ['tall', ['loud', 'kind']] };
    case 'by two roles':
      return { 'see only': [], [`${action} only`]: ['tall'] };
    case 'missed':
      return { [action]: ['tall', 'loud'] };
    case 'no list':
      return { [action]: 'tall' as never };
    case 'unknown role':
      return { stranger: [] };
    case 'other action only':
      return { [`${elsewhere} only`]: [] };
    case 'unseen':
      return { [`${action} only`]: [] };
    default:
      return {};
  }
}

/** Who sees the channel, where that is not the action itself. */
function seeing<T>(how: string, action: ChannelAction, granted: T, refused: T): { readonly see?: T } {
  if (how === 'unseen') return { see: refused };
  return action === 'see' ? {} : { see: granted };
}

/** Every part that the channel has must be met; the first that is not gives the reason. */
function expected(one: Case): string {
  const exempt = one.owner || one.can === 'everywhere';
  const rankHolds = one.inside && one.action !== 'enter';
  if (one.rank === 'missed' && !exempt && !rankHolds) return 'channel-rank-too-low';
  // To manage a channel one need not see it, nor be on a list that is not there.
  const manages = one.action === 'manage';
  const passing = manages ? ['other action only', 'unseen'] : [];
  if (!['none', 'grant', ...passing].includes(one.roles)) return 'not-permitted';
  const enough = ['none', 'met', 'by two roles', 'everywhere'];
  if (manages || one.action === 'see') enough.push('unseen');
  if (!enough.includes(one.grants)) return 'not-permitted';
  if (pastPassword.includes(one.action) && !exempt && !one.inside) {
    if (one.password === 'missing') return 'channel-password-missing';
    if (one.password === 'wrong') return 'channel-password-wrong';
  }
  const own = one.roles === 'grant' || one.grants !== 'none';
  const listed = manages ? one.grants !== 'none' : own && one.action !== 'send';
  const wants = needed[one.action];
  if (listed || wants === undefined || one.can === 'needed') return 'granted';
  return one.action === 'manage' && one.owner ? 'granted' : 'not-permitted';
}

describe('mayNot', () => {
  test.each(channelActions)('gives the expected answer in every case of %s', (action) => {
    const wrong: unknown[] = [];
    let count = 0;
    for (const one of cases()) {
      if (one.action !== action) continue;
      count++;
      const [answer, right] = [ask(one), expected(one)];
      if (answer !== right) wrong.push({ ...one, answer, right });
    }
    expect(count).toBe(7_776);
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  test.each(permissions)('an action that %s is for is not granted by any other permission', (permission) => {
    for (const action of channelActions) {
      const wants = needed[action];
      if (wants === undefined) continue;
      const claims = { rank: 0, can: permissionSet([permission]), roles: [], traits: [] };
      const answer = mayNot(claims, {}, action, { owner: false, inside: true }, bits);
      expect(answer === undefined).toBe(wants.includes(permission));
    }
  });

  test('looks at roles in the order of the user, the first that is named decides', () => {
    const access: Access = { roles: { see: ['muted', 'friend'], read: ['!muted', 'friend'] } };
    const read = (roles: string[]) =>
      mayNot(
        { rank: 0, can: permissionSet([]), roles, traits: [] },
        access,
        'read',
        { owner: true, inside: true },
        bits,
      );
    expect(read(['friend', 'muted'])).toBeUndefined();
    expect(read(['muted', 'friend'])?.code).toBe('not-permitted');
    expect(read([])?.code).toBe('not-permitted');
  });

  test('a channel whose conditions are from before there were grants lets in nobody until it has some', () => {
    const old = { traits: { see: [], send: [] } };
    const claims = { rank: 0, can: permissionSet(permissions), roles: [], traits: [] };
    const may = (access: object) =>
      channelActions.filter(
        (action) => mayNot(claims, access, action, { owner: true, inside: true }, new Map()) === undefined,
      );
    expect(may(old)).toEqual([]);
    expect(may({ ...old, grants: {} })).toEqual([...channelActions]);
  });

  test('a password is compared exactly', () => {
    const enter = (typed: string) =>
      mayNot(
        { rank: 0, can: permissionSet([]), roles: [], traits: [] },
        { password },
        'enter',
        { owner: false, inside: false, password: typed },
        bits,
      )?.code;
    expect(enter('sesame')).toBeUndefined();
    for (const typed of ['Sesame', 'sesame ', ' sesame', 'ｓesame'])
      expect(enter(typed)).toBe('channel-password-wrong');
    expect(enter('')).toBe('channel-password-missing');
  });
});

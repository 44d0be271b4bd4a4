import type { ChannelAction } from '../../src/domain/access/may.js';
import { type Permission, permissions } from '../../src/domain/access/permissions.js';

/** What somebody brings along. */
export interface Claims {
  readonly rank: number;
  readonly roles: readonly string[];
  readonly traits: readonly string[];
  readonly permissions: readonly Permission[];
}

/** Who gets into a room, as its host says it. */
export interface Door {
  readonly rank?: number;
  readonly password?: string;
  readonly roles?: Partial<Readonly<Record<ChannelAction, readonly string[]>>>;
  readonly grants?: Readonly<Record<string, readonly string[]>>;
}

const everyday: readonly Permission[] = [
  'message.send',
  'message.edit.own',
  'message.delete.own',
  'direct.send',
  'nick.own',
];
const keeping: readonly Permission[] = [
  'message.delete.any',
  'user.kick',
  'user.ban',
  'user.silence',
  'nick.others',
];
const plain: Claims = { rank: 1, roles: ['person'], traits: [], permissions: everyday };

/** Kinds of claims, for those who are there from the start and for what the host makes of them later. */
export const kinds: readonly Claims[] = [
  { rank: 9, roles: ['person'], traits: ['admin', 'vip'], permissions },
  plain,
  { ...plain, rank: 5, roles: ['member', 'person'] },
  { ...plain, traits: ['vip'] },
  { ...plain, rank: 9, roles: ['member'], permissions: [] },
  {
    rank: 3,
    roles: ['chief', 'member'],
    traits: ['moderator', 'vip'],
    permissions: [...everyday, ...keeping],
  },
  { ...plain, rank: 5, roles: ['outcast', 'member'] },
  { ...plain, rank: 2, permissions: ['message.send', 'channel.create', 'message.edit.any'] },
];

/** Everybody, by the name that is their identity's id, token and name. */
export const cast = ['ann', 'ben', 'cleo', 'dora', 'emil', 'fay', 'gus', 'hal'] as const;

const lists = (actions: readonly ChannelAction[], names: readonly string[]) =>
  Object.fromEntries(actions.map((action) => [action, names]));

/** Kinds of doors. */
export const doors: Readonly<Record<string, Door>> = {
  open: {},
  free: { grants: { viewer: [], participant: [], moderator: ['moderator'] } },
  stage: { grants: { viewer: [], participant: ['vip'], moderator: ['moderator'] } },
  closed: { grants: { participant: ['vip'] } },
  ranked: { rank: 5 },
  locked: { password: 'sesame' },
  listed: {
    roles: {
      ...lists(['see', 'enter', 'read'], ['!outcast', 'member', 'guest']),
      ...lists(['send', 'edit-own', 'delete-own', 'react'], ['!outcast', 'member']),
      ...lists(['delete-any', 'pin'], ['chief']),
    },
  },
  looked: {
    roles: {
      ...lists(['see', 'enter', 'read'], ['person', 'member']),
      ...lists(['send', 'react', 'delete-own'], ['!outcast', 'member']),
    },
  },
};

/** The rooms there are in the beginning, by name; the first is where Sock Chat begins. */
export const rooms: Readonly<Record<string, keyof typeof doors & string>> = {
  lounge: 'open',
  hall: 'free',
  stage: 'stage',
  staff: 'ranked',
  vault: 'locked',
  club: 'listed',
};

/** The forum there is, which OriginChats alone has. */
export const forum = 'board';

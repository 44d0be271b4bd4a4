import type { ChannelAction } from '../../../../src/domain/access/may.js';
import type { Permission } from '../../../../src/domain/access/permissions.js';
import type { ChannelWish } from '../../../../src/domain/channels/commands.js';

/** What somebody brings along, as far as access looks at it. */
export interface Kind {
  readonly rank: number;
  readonly roles: readonly string[];
  readonly traits: readonly string[];
  readonly permissions: readonly Permission[];
  readonly silenced?: true;
}

const everyday: readonly Permission[] = [
  'message.send',
  'message.edit.own',
  'message.delete.own',
  'direct.send',
];
const managing: readonly Permission[] = [
  'message.delete.any',
  'channel.delete',
  'channel.rank',
  'channel.password',
];
const nobody: Kind = { rank: 1, roles: ['person'], traits: [], permissions: everyday };
const met = { rank: 9, roles: ['member', 'person'], traits: ['vip'] } as const;

/** A role that some of them bear; the others are names in lists of channels. */
export const chief = { name: 'chief', permissions: ['manage_channels'] } as const;

/** Kinds of users. */
export const users: Readonly<Record<string, Kind>> = {
  'somebody new': nobody,
  'one of rank': { ...nobody, rank: 9 },
  'a member by role': { ...nobody, roles: ['member', 'person'] },
  'one by trait': { ...nobody, traits: ['vip'] },
  'one who has it all': { ...nobody, ...met },
  'one who has it all and is silenced': { ...nobody, ...met, silenced: true },
  'one who was denied': { ...nobody, ...met, roles: ['outcast', 'member', 'person'] },
  'one who may not send anywhere': { ...nobody, ...met, permissions: [] },
  'a manager who is let in nowhere': { ...nobody, roles: ['chief'], permissions: [...everyday, ...managing] },
  'a manager who is let in everywhere': {
    rank: 9,
    roles: ['chief', 'member', 'person'],
    traits: ['vip', 'moderator'],
    permissions: [...everyday, ...managing, 'channel.enter.any'],
  },
};

const acting: readonly ChannelAction[] = [
  'send',
  'edit-own',
  'delete-own',
  'delete-any',
  'react',
  'pin',
  'create-thread',
];
const coming: readonly ChannelAction[] = ['see', 'enter', 'read'];
const lists = (actions: readonly ChannelAction[], names: readonly string[]) =>
  Object.fromEntries(actions.map((action) => [action, names]));

type Wish = Omit<ChannelWish, 'name'> & { readonly temporary?: true };
const members = lists([...coming, ...acting], ['!outcast', 'member']);

/** Kinds of channels. */
export const channels: Readonly<Record<string, Wish>> = {
  'an open one': {},
  'one with a rank': { rank: 5 },
  'one with a password': { password: 'sesame' },
  'one for members': { roles: members },
  'one where members talk and all read': {
    roles: { ...lists(coming, ['person']), ...lists(acting, ['!outcast', 'member']) },
  },
  'one by traits': { grants: { participant: ['vip'], moderator: ['moderator'] } },
  'one with all of it': {
    rank: 5,
    roles: members,
    grants: { participant: ['vip'], moderator: ['moderator'] },
  },
  'a temporary one': { temporary: true },
  'a voice channel': { kind: 'voice', roles: members },
  'a separator': { kind: 'separator', roles: members },
  'a forum': { kind: 'forum', roles: members },
};

/** What only somebody past the password can do. */
const inside: readonly ChannelAction[] = [
  'enter',
  'read',
  'send',
  'edit-own',
  'react',
  'pin',
  'create-thread',
];
const participants: readonly ChannelAction[] = [
  'see',
  'read',
  'enter',
  'send',
  'edit-own',
  'delete-own',
  'react',
  'create-thread',
];

/** The one rule (design, "Access is one rule"), told again from the words of this table: every part that a channel has is required. */
export function holds(wish: Wish, who: Kind, action: ChannelAction): boolean {
  const everywhere = who.permissions.includes('channel.enter.any');
  if (wish.rank !== undefined && who.rank < wish.rank && !everywhere) return false;
  if (wish.password !== undefined && inside.includes(action) && !everywhere) return false;
  const listed = (list: readonly string[] | undefined) => {
    for (const role of who.roles) {
      if (list?.includes(`!${role}`)) return false;
      if (list?.includes(role)) return true;
    }
    return false;
  };
  if (
    wish.roles !== undefined &&
    action !== 'manage' &&
    !(listed(wish.roles.see) && listed(wish.roles[action]))
  )
    return false;
  if (wish.grants !== undefined) {
    const moderates = who.traits.includes('moderator');
    if (action === 'manage') return false;
    if (!moderates && !(who.traits.includes('vip') && participants.includes(action))) return false;
  }
  // To be let in by the channel itself stands in for a permission, but for sending.
  const letIn = wish.grants !== undefined || (wish.roles !== undefined && action !== 'manage');
  const can = (...any: readonly Permission[]) => any.some((one) => who.permissions.includes(one));
  switch (action) {
    case 'send':
      return !who.silenced && can('message.send');
    case 'edit-own':
      return letIn || can('message.edit.own');
    case 'delete-own':
      return letIn || can('message.delete.own', 'message.delete.any');
    case 'delete-any':
      return letIn || can('message.delete.any');
    case 'manage':
      return can('channel.delete');
    default:
      return true;
  }
}

import { anyTable } from '../../core/command.js';
import { table, type View } from '../../core/table.js';
import type { GroupId, UserId } from '../ids.js';
import type { Person } from '../users/person.js';
import { type User, users } from '../users/users.js';

/** Who finds a group: those who are invited, or everybody. */
export const groupVisibilities = ['private', 'public'] as const;
/** One of {@link groupVisibilities}. */
export type GroupVisibility = (typeof groupVisibilities)[number];

/** An encrypted group as events show it. */
export interface GroupFacts {
  readonly group: GroupId;
  /** Unique, compared exactly. */
  readonly name: string;
  /** What its members call it. */
  readonly alias?: string;
  readonly visibility: GroupVisibility;
  /** How long messages are kept, in seconds; 0: until everybody has fetched them; -1: for good. */
  readonly expirySeconds: number;
}

/** An encrypted group as it is stored. */
export interface Group extends Omit<GroupFacts, 'group'> {
  readonly id: GroupId;
  /** Where its messages are: see `groupMessageKey`. Never used again. */
  readonly number: number;
  /** The sequence number that was given out last; 0 before the first. Never goes back. */
  readonly last: number;
  /** Its id in the protocol of its members, as they set it once. */
  readonly mlsId?: string;
  /** Its group info is stored: when it was, in milliseconds since the Unix epoch. */
  readonly infoAt?: number;
  /** Who made it, also when they are not in it any more, unless they left for good. */
  readonly founder?: UserId;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

export const groups = table({
  name: 'groups',
  class: 'resident',
  key: 'text',
  id: (group: Group) => group.id,
  indexes: {
    name: (group: Group) => group.name,
    visibility: (group: Group) => group.visibility,
    founder: (group: Group) => group.founder,
  },
});

/** Somebody in a group. */
export interface GroupMember {
  readonly group: GroupId;
  readonly user: UserId;
  readonly admin: boolean;
  /** An id of the series: members are in the order in which they came. */
  readonly since: number;
}

export const groupMembers = table({
  name: 'group_members',
  class: 'resident',
  key: 'text',
  id: (member: GroupMember) => pairKey(member.group, member.user),
  indexes: {
    group: (member: GroupMember) => member.group,
    user: (member: GroupMember) => member.user,
    admins: (member: GroupMember) => (member.admin ? member.group : undefined),
  },
});

/** Somebody who may not come into a group. */
export interface GroupBan {
  readonly group: GroupId;
  readonly user: UserId;
  readonly by: UserId;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** An id of the series: bans are listed in the order they were given. */
  readonly given: number;
}

export const groupBans = table({
  name: 'group_bans',
  class: 'resident',
  key: 'text',
  id: (ban: GroupBan) => pairKey(ban.group, ban.user),
  indexes: {
    group: (ban: GroupBan) => ban.group,
    user: (ban: GroupBan) => ban.user,
    by: (ban: GroupBan) => ban.by,
  },
});

/** Somebody has joined a public group and has yet to say so to its members, by a commit of their own. */
export const externalJoins = table({
  name: 'external_joins',
  class: 'resident',
  key: 'text',
  id: (row: { readonly group: GroupId; readonly user: UserId }) => pairKey(row.group, row.user),
  indexes: { group: (row) => row.group, user: (row) => row.user },
});

/** What members of groups are called, and the fingerprint of the key that they sign with. */
export interface GroupProfile {
  readonly user: UserId;
  readonly alias?: string;
  readonly fingerprint?: string;
}

export const groupProfiles = table({
  name: 'group_profiles',
  class: 'resident',
  key: 'text',
  id: (profile: GroupProfile) => profile.user,
});

export const groupTables = [
  anyTable(groups),
  anyTable(groupMembers),
  anyTable(groupBans),
  anyTable(externalJoins),
  anyTable(groupProfiles),
];

/** What rows about a user in a group are kept under. */
export function pairKey(group: GroupId, user: UserId): string {
  return `${group}:${user}`;
}

/** A person as events of groups name them. */
export type GroupPerson = Pick<Person, 'user' | 'handle' | 'provider' | 'identity'>;

export function groupPersonOf({ id, handle, provider, identity }: User): GroupPerson {
  return { user: id, handle, provider, identity };
}

/** A user as events of groups name them. Throws for one who is not there: nothing of groups outlives its user. */
export function groupPerson(view: View, user: UserId): GroupPerson {
  const record = view.get(users, user);
  if (record === undefined) throw new TypeError(`no user ${user}`);
  return groupPersonOf(record);
}

export function groupFacts({ id, name, alias, visibility, expirySeconds }: Group): GroupFacts {
  return {
    group: id,
    name,
    ...(alias === undefined ? {} : { alias }),
    visibility,
    expirySeconds,
  };
}

export function memberOf(view: View, group: GroupId, user: UserId): GroupMember | undefined {
  return view.get(groupMembers, pairKey(group, user));
}

/** Members in the order in which they came. */
export function membersOf(view: View, group: GroupId): GroupMember[] {
  return view.by(groupMembers, 'group', group).sort((a, b) => a.since - b.since);
}

/** Groups of a user in the order of their names, which is that of their bytes. */
export function groupsOf(view: View, user: UserId): Group[] {
  return view
    .by(groupMembers, 'user', user)
    .flatMap(({ group }) => view.get(groups, group) ?? [])
    .sort(byName);
}

/** Public groups in the order of their names. */
export function publicGroups(view: View): Group[] {
  return view.by(groups, 'visibility', 'public').sort(byName);
}

/** Who is kept out of a group, in the order they were. */
export function groupBansOf(view: View, group: GroupId): GroupBan[] {
  return view.by(groupBans, 'group', group).sort((a, b) => a.given - b.given);
}

/** Everybody in a group, as whom an event concerns. */
export function everybodyIn(view: View, group: GroupId, except?: UserId): UserId[] {
  const all = view.by(groupMembers, 'group', group).map(({ user }) => user);
  return except === undefined ? all : all.filter((user) => user !== except);
}

function byName(a: Group, b: Group): number {
  return a.name < b.name ? -1 : 1;
}

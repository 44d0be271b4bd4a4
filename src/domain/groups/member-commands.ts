import type { Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import type { GroupId, UserId } from '../ids.js';
import { needsPackages, takePackage } from '../keys/keys.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { notAdmin, notMember, notUser } from './checks.js';
import { dropMember } from './going.js';
import {
  everybodyIn,
  type Group,
  groupBans,
  groupFacts,
  groupMembers,
  groupPerson,
  groups,
  memberOf,
  pairKey,
} from './groups.js';
import { dropInvite, inviteOf } from './invites.js';
import { addSealed, type Sealed } from './messages.js';

/** Somebody does something to a user in a group. */
export interface OnGroupUser {
  readonly by: UserId;
  readonly group: GroupId;
  readonly user: UserId;
}

export interface GroupMemberCommands {
  /**
   * Takes a key package of each of these users for an admin who is about to invite them; the own id is left out. All or none: where one has
   * none, `key-package-none`, nothing is taken.
   */
  'group.keys': {
    input: { readonly by: UserId; readonly group: GroupId; readonly users: readonly UserId[] };
    result: { readonly packages: readonly { readonly user: UserId; readonly data: string }[] };
  };
  /** Takes a member out of a group; an admin may take out anybody, themselves too. `commit` and `info`: base64, stored first. */
  'group.expel': { input: OnGroupUser & Sealed; result: undefined };
  /** Leaves a group. `commit` and `info`: base64, stored first. */
  'group.leave': { input: Omit<OnGroupUser, 'user'> & Sealed; result: undefined };
  /** Makes a member an admin. */
  'group.promote': { input: OnGroupUser; result: undefined };
  /** Makes an admin a mere member, unless they are the only one. */
  'group.demote': { input: OnGroupUser; result: undefined };
  /** Keeps somebody out of a group, and takes them out as `group.expel` does if they are in it. Their invitation goes. */
  'group.ban': { input: OnGroupUser & Sealed; result: undefined };
  'group.unban': { input: OnGroupUser; result: undefined };
}

export function memberRules(config: DomainConfig): Rules<GroupMemberCommands> {
  /** Admin, then the target is a user (Conclave, section 8.5). */
  const mayNot = (tx: Tx, { by, group, user }: OnGroupUser): Rejection<RejectionCode> | undefined =>
    notAdmin(tx, group, by) ?? notUser(tx, user);
  const setAdmin = (tx: Tx, { by, group: id, user }: OnGroupUser, admin: boolean): undefined => {
    const member = memberOf(tx, id, user);
    if (member !== undefined) tx.put(groupMembers, { ...member, admin });
    tell(tx, 'group_update', {
      group: groupFacts(tx.get(groups, id) as Group),
      cause: 'role',
      to: everybodyIn(tx, id),
      by,
      user: groupPerson(tx, user),
      admin,
    });
    return undefined;
  };
  return {
    'group.keys': {
      needs: (view, { by, group, users: wished }) =>
        notAdmin(view, group, by) === undefined
          ? needsPackages(
              view,
              wished.filter((user) => user !== by),
            )
          : [],
      decide(tx, { by, group, users: wished }) {
        if (wished.length === 0) return refuse('group-users-none');
        const no = notAdmin(tx, group, by);
        if (no !== undefined) return no;
        const packages: { readonly user: UserId; readonly data: string }[] = [];
        for (const user of wished) {
          const unknown = notUser(tx, user);
          if (unknown !== undefined) return unknown;
          if (user === by) continue;
          if (memberOf(tx, group, user) !== undefined) return refuse('group-member-exists');
          const data = takePackage(tx, user);
          if (data === undefined) return refuse('key-package-none');
          packages.push({ user, data });
        }
        return { packages };
      },
    },
    'group.expel': {
      decide(tx, wish) {
        const no = mayNot(tx, wish);
        if (no !== undefined) return no;
        const { by, group, user } = wish;
        if (memberOf(tx, group, user) === undefined) return refuse('group-member-none');
        addSealed(tx, group, by, wish);
        dropMember(tx, config, group, user, 'remove', by);
        return undefined;
      },
    },
    'group.leave': {
      decide(tx, wish) {
        const { by, group } = wish;
        const no = notMember(tx, group, by);
        if (no !== undefined) return no;
        addSealed(tx, group, by, wish);
        dropMember(tx, config, group, by, 'leave', by);
        return undefined;
      },
    },
    'group.promote': {
      decide(tx, wish) {
        const no = mayNot(tx, wish);
        if (no !== undefined) return no;
        const member = memberOf(tx, wish.group, wish.user);
        if (member === undefined) return refuse('group-member-none');
        return member.admin ? refuse('group-admin-exists') : setAdmin(tx, wish, true);
      },
    },
    'group.demote': {
      decide(tx, wish) {
        const no = mayNot(tx, wish);
        if (no !== undefined) return no;
        if (!memberOf(tx, wish.group, wish.user)?.admin) return refuse('group-admin-none');
        if (tx.count(groupMembers, 'admins', wish.group) === 1) return refuse('group-last-admin');
        return setAdmin(tx, wish, false);
      },
    },
    'group.ban': {
      decide(tx, wish) {
        const no = mayNot(tx, wish);
        if (no !== undefined) return no;
        const { by, group: id, user } = wish;
        if (tx.get(groupBans, pairKey(id, user)) !== undefined) return refuse('group-ban-exists');
        const group = groupFacts(tx.get(groups, id) as Group);
        const invite = inviteOf(tx, id, user);
        if (invite !== undefined) dropInvite(tx, invite);
        tx.put(groupBans, { group: id, user, by, at: tx.at, given: tx.nextId() });
        // Last: with its only member the group may go.
        if (memberOf(tx, id, user) !== undefined) {
          addSealed(tx, id, by, wish);
          dropMember(tx, config, id, user, 'ban', by);
        }
        tell(tx, 'group_ban', { group, user: groupPerson(tx, user), by, on: true });
        return undefined;
      },
    },
    'group.unban': {
      decide(tx, wish) {
        const no = mayNot(tx, wish);
        if (no !== undefined) return no;
        const { by, group, user } = wish;
        if (tx.get(groupBans, pairKey(group, user)) === undefined) return refuse('group-ban-none');
        tx.remove(groupBans, pairKey(group, user));
        tell(tx, 'group_ban', {
          group: groupFacts(tx.get(groups, group) as Group),
          user: groupPerson(tx, user),
          by,
          on: false,
        });
        return undefined;
      },
    },
  };
}

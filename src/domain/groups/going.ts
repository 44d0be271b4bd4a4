import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { GroupId, UserId } from '../ids.js';
import { forgetPackages } from '../keys/keys.js';
import { tell } from '../rules.js';
import { endTokensOf } from '../tokens/tokens.js';
import type { User } from '../users/users.js';
import {
  everybodyIn,
  externalJoins,
  type Group,
  groupBans,
  groupFacts,
  groupMembers,
  groupPerson,
  groupPersonOf,
  groupProfiles,
  groups,
  groupsOf,
  membersOf,
  pairKey,
} from './groups.js';
import { dropInvite, dropWelcome, invites, welcomes } from './invites.js';
import { forgetSaid, forgetSaidIn } from './messages.js';

/** Takes a member out of a group and tells it. What waits for them, and how far they fetched, stays (Conclave, section 8.5). */
export function dropMember(
  tx: Tx,
  config: DomainConfig,
  id: GroupId,
  user: UserId,
  cause: 'leave' | 'remove' | 'ban',
  by: Actor,
): void {
  tx.remove(groupMembers, pairKey(id, user));
  const left = everybodyIn(tx, id);
  tell(tx, 'group_member_remove', {
    group: groupFacts(tx.get(groups, id) as Group),
    user: groupPerson(tx, user),
    cause,
    to: cause === 'leave' ? left : [...left, user],
    by,
  });
  afterGoing(tx, config, id);
}

/** Removes a group with all that is in it, and tells those who were its members. */
export function removeGroup(tx: Tx, group: Group, by: Actor): void {
  const { id } = group;
  const to = everybodyIn(tx, id);
  for (const invite of tx.by(invites, 'group', id)) dropInvite(tx, invite);
  for (const welcome of tx.by(welcomes, 'group', id)) dropWelcome(tx, welcome);
  forgetSaidIn(tx, group);
  for (const user of to) tx.remove(groupMembers, pairKey(id, user));
  for (const { user } of tx.by(groupBans, 'group', id)) tx.remove(groupBans, pairKey(id, user));
  for (const { user } of tx.by(externalJoins, 'group', id)) tx.remove(externalJoins, pairKey(id, user));
  tx.remove(groups, id);
  tell(tx, 'group_delete', { group: groupFacts(group), to, by });
}

/**
 * Somebody leaves for good: of what they had in encrypted groups nothing stays, what they said there neither. The groups stay, with what others said
 * (Conclave, section 9). One step of the batch for each group they ever said something in, however much it was.
 */
export function leaveGroups(tx: Tx, config: DomainConfig, record: User): void {
  const user = record.id;
  const mine = groupsOf(tx, user);
  for (const side of ['inviter', 'invitee'] as const)
    for (const invite of tx.by(invites, side, user)) dropInvite(tx, invite);
  forgetSaid(tx, user);
  endTokensOf(tx, user);
  forgetPackages(tx, user);
  for (const { id } of mine) tx.remove(groupMembers, pairKey(id, user));
  for (const { founder: _, ...group } of tx.by(groups, 'founder', user)) tx.put(groups, group);
  for (const welcome of tx.by(welcomes, 'user', user)) dropWelcome(tx, welcome);
  for (const side of ['user', 'by'] as const)
    for (const ban of tx.by(groupBans, side, user)) tx.remove(groupBans, pairKey(ban.group, ban.user));
  for (const { group } of tx.by(externalJoins, 'user', user)) tx.remove(externalJoins, pairKey(group, user));
  if (tx.get(groupProfiles, user) !== undefined) tx.remove(groupProfiles, user);
  const person = groupPersonOf(record);
  for (const group of mine) {
    const to = everybodyIn(tx, group.id);
    tell(tx, 'group_member_remove', {
      group: groupFacts(group),
      user: person,
      cause: 'left-for-good',
      to,
      by: user,
    });
    afterGoing(tx, config, group.id);
  }
}

/** What the host wishes to become of a group whose last admin or last member is gone. */
function afterGoing(tx: Tx, { groups: wishes }: DomainConfig, id: GroupId): void {
  const group = tx.get(groups, id) as Group;
  const [eldest] = wishes.dropEmptyGroups || wishes.promoteSuccessor ? membersOf(tx, id) : [];
  if (eldest === undefined) {
    if (wishes.dropEmptyGroups) removeGroup(tx, group, 'chat');
    return;
  }
  if (!wishes.promoteSuccessor || tx.count(groupMembers, 'admins', id) > 0) return;
  tx.put(groupMembers, { ...eldest, admin: true });
  tell(tx, 'group_update', {
    group: groupFacts(group),
    cause: 'role',
    to: everybodyIn(tx, id),
    by: 'chat',
    user: groupPerson(tx, eldest.user),
    admin: true,
  });
}

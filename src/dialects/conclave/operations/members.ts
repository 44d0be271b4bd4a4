import { notAdmin, notMember } from '../../../domain/groups/checks.js';
import { groupBansOf, memberOf, membersOf } from '../../../domain/groups/groups.js';
import type { UserId } from '../../../domain/ids.js';
import { stockOf } from '../../../domain/keys/keys.js';
import { users } from '../../../domain/users/users.js';
import {
  BanMemberRequest,
  BanMemberResponse,
  DemoteMemberRequest,
  DemoteMemberResponse,
  ExternalJoinRequest,
  ExternalJoinResponse,
  InviteToGroupRequest,
  InviteToGroupResponse,
  LeaveGroupRequest,
  LeaveGroupResponse,
  ListAdminsResponse,
  ListBannedUsersResponse,
  PromoteMemberRequest,
  PromoteMemberResponse,
  RemoveMemberRequest,
  RemoveMemberResponse,
  UnbanMemberRequest,
  UnbanMemberResponse,
} from '../gen/messages.js';
import { conclaveIdOfUser, uuidOfBytes } from '../ids.js';
import { base64Of, bytesOf, type Call, operation, secondsOf } from '../operation.js';
import { badRequest, conflict, invalid, notFound } from '../refusal.js';
import { memberShape } from '../shapes.js';
import { targetOf } from '../targets.js';
import { notAdminTo, type Words } from '../wording.js';
import { paceTaking } from './keys.js';
import { checkMlsId } from './messages.js';

/** Users whose key packages one `invite` asks for at most: some 16 MiB of an answer. The specification has no limit. */
export const usersPerInvite = 1_000;

const memberExists = 'user is already a member of this group';

/** Members (section 8.5). */
export const members = [
  operation({
    method: 'POST',
    path: '/groups/:group_id/invite',
    auth: 'user',
    request: InviteToGroupRequest,
    response: InviteToGroupResponse,
    async run(call) {
      const { userIds } = call.body;
      const words = notAdminTo('invite members');
      if (userIds.length === 0) throw badRequest('at least one user_id is required');
      await call.demand((view) => notAdmin(view, call.group, call.user), words);
      if (userIds.length > usersPerInvite) throw badRequest(`at most ${usersPerInvite} user_ids are allowed`);
      const bad = userIds.findIndex((bytes) => uuidOfBytes(bytes) === undefined);
      const wished = userIds
        .slice(0, bad === -1 ? userIds.length : bad)
        .map((bytes) => targetOf(call, bytes, 'user_id'));
      if (bad !== -1) {
        // What is wrong with those before it comes first; nothing of theirs is taken.
        await checkInvitable(call, wished);
        throw invalid('invalid user_id');
      }
      for (const user of wished) if (user !== call.user) paceTaking(call, user);
      const wish = { by: call.user, group: call.group, users: wished };
      const { packages } = await call.submit('group.keys', wish, words);
      return call.read((view) => ({
        memberKeyPackages: packages.flatMap(({ user, data }) => {
          const record = view.get(users, user);
          return record === undefined
            ? []
            : [{ userId: conclaveIdOfUser(record), keyPackageData: bytesOf(data) }];
        }),
      }));
    },
  }),
  operation({
    method: 'POST',
    path: '/groups/:group_id/remove',
    auth: 'user',
    request: RemoveMemberRequest,
    response: RemoveMemberResponse,
    async run(call) {
      const words = notAdminTo('remove members');
      await call.submit('group.expel', { ...(await onUser(call, words)), ...sealed(call.body) }, words);
      return {};
    },
  }),
  operation({
    method: 'POST',
    path: '/groups/:group_id/leave',
    auth: 'user',
    request: LeaveGroupRequest,
    response: LeaveGroupResponse,
    async run(call) {
      await call.submit('group.leave', { by: call.user, group: call.group, ...sealed(call.body) });
      return {};
    },
  }),
  operation({
    method: 'POST',
    path: '/groups/:group_id/promote',
    auth: 'user',
    request: PromoteMemberRequest,
    response: PromoteMemberResponse,
    async run(call) {
      const words = notAdminTo('promote members');
      await call.submit('group.promote', await onUser(call, words), words);
      return {};
    },
  }),
  operation({
    method: 'POST',
    path: '/groups/:group_id/demote',
    auth: 'user',
    request: DemoteMemberRequest,
    response: DemoteMemberResponse,
    async run(call) {
      const words = notAdminTo('demote members');
      await call.submit('group.demote', await onUser(call, words), words);
      return {};
    },
  }),
  operation({
    method: 'GET',
    path: '/groups/:group_id/admins',
    auth: 'user',
    response: ListAdminsResponse,
    run: (call) =>
      call.showTo(
        (view) => notMember(view, call.group, call.user),
        (view) => ({
          admins: membersOf(view, call.group)
            .filter(({ admin }) => admin)
            .flatMap((member) => memberShape(view, member)),
        }),
      ),
  }),
  operation({
    method: 'POST',
    path: '/groups/:group_id/ban',
    auth: 'user',
    request: BanMemberRequest,
    response: BanMemberResponse,
    async run(call) {
      const words = notAdminTo('ban members');
      await call.submit('group.ban', { ...(await onUser(call, words)), ...sealed(call.body) }, words);
      return {};
    },
  }),
  operation({
    method: 'POST',
    path: '/groups/:group_id/unban',
    auth: 'user',
    request: UnbanMemberRequest,
    response: UnbanMemberResponse,
    async run(call) {
      const words = notAdminTo('unban members');
      await call.submit('group.unban', await onUser(call, words), words);
      return {};
    },
  }),
  operation({
    method: 'GET',
    path: '/groups/:group_id/banned',
    auth: 'user',
    response: ListBannedUsersResponse,
    run: (call) =>
      call.showTo(
        (view) => notAdmin(view, call.group, call.user),
        (view) => ({
          users: groupBansOf(view, call.group).flatMap((ban) => {
            const user = memberShape(view, { ...ban, admin: false, since: ban.given })[0];
            const by = view.get(users, ban.by);
            if (user === undefined || by === undefined) return [];
            const { userId, username, alias } = user;
            return [{ userId, username, alias, bannedAt: secondsOf(ban.at), bannedBy: conclaveIdOfUser(by) }];
          }),
        }),
        notAdminTo('view the ban list'),
      ),
  }),
  operation({
    method: 'POST',
    path: '/groups/:group_id/external-join',
    auth: 'user',
    request: ExternalJoinRequest,
    response: ExternalJoinResponse,
    async run(call) {
      const { commitMessage, mlsGroupId: mlsId } = call.body;
      await checkMlsId(call, mlsId);
      await call.submit(
        'group.rejoin',
        { by: call.user, group: call.group, commit: base64Of(commitMessage), mlsId },
        { 'group-info-none': () => badRequest('no group info available for external join') },
      );
      return {};
    },
  }),
];

/** Who does something to whom; whether they may comes before whether there is such a user. */
async function onUser(call: Call<{ readonly userId: Uint8Array }>, words: Words) {
  await call.demand((view) => notAdmin(view, call.group, call.user), words);
  return { by: call.user, group: call.group, user: targetOf(call, call.body.userId, 'user_id') };
}

function sealed(body: { readonly commitMessage: Uint8Array; readonly groupInfo: Uint8Array }) {
  return { commit: base64Of(body.commitMessage), info: base64Of(body.groupInfo) };
}

/** What `group.keys` would refuse first of all, as far as that is known without taking anything. */
async function checkInvitable(call: Call<unknown>, wished: readonly UserId[]): Promise<void> {
  for (const user of wished) {
    const { known, member, stocked } = await call.show((view) => {
      const { regular, lastResort } = stockOf(view, user);
      return {
        known: view.get(users, user) !== undefined,
        member: memberOf(view, call.group, user) !== undefined,
        stocked: regular.length > 0 || lastResort !== undefined,
      };
    });
    if (!known) throw notFound('user not found');
    if (user === call.user) continue;
    if (member) throw conflict(memberExists);
    if (!stocked) throw notFound('no key package available for this user');
  }
}

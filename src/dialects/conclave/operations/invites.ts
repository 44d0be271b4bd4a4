import type { View } from '../../../core/table.js';
import { notAdmin } from '../../../domain/groups/checks.js';
import { groups } from '../../../domain/groups/groups.js';
import {
  type Invite,
  invitesInto,
  invitesTo,
  type WelcomeData,
  welcomeData,
  welcomesOf,
} from '../../../domain/groups/invites.js';
import type { InviteId, WelcomeId } from '../../../domain/ids.js';
import { users } from '../../../domain/users/users.js';
import {
  AcceptInviteResponse,
  CancelInviteRequest,
  CancelInviteResponse,
  DeclineInviteResponse,
  EscrowInviteRequest,
  EscrowInviteResponse,
  ListGroupPendingInvitesResponse,
  ListPendingInvitesResponse,
  ListPendingWelcomesResponse,
  type PendingInvite,
} from '../gen/messages.js';
import { conclaveIdOfUser, innerId, usernameOf, wireId } from '../ids.js';
import { base64Of, bytesOf, type Call, operation, secondsOf, textOf } from '../operation.js';
import { pieces } from '../pieces.js';
import { badRequest, notFound } from '../refusal.js';
import type { Sparse } from '../schema.js';
import { targetOf } from '../targets.js';
import { isBanned, notAdminTo } from '../wording.js';

/** Welcomes that are read from storage at once: each may have a megabyte. */
const welcomesAtOnce = 4;

/** Invitations and welcomes (sections 8.6 and 8.7). */
export const invites = [
  operation({
    method: 'POST',
    path: '/groups/:group_id/escrow-invite',
    auth: 'user',
    request: EscrowInviteRequest,
    response: EscrowInviteResponse,
    async run(call) {
      const { inviteeId, commitMessage, welcomeMessage, groupInfo } = call.body;
      if (inviteeId.length === 0) throw badRequest('invitee_id is required');
      const user = targetOf(call, inviteeId, 'invitee_id');
      await call.submit(
        'invite.add',
        {
          by: call.user,
          group: call.group,
          user,
          commit: base64Of(commitMessage),
          welcome: base64Of(welcomeMessage),
          info: base64Of(groupInfo),
        },
        {
          ...notAdminTo('invite members'),
          'group-banned': () => isBanned('user is banned from this group'),
        },
      );
      return {};
    },
  }),
  operation({
    method: 'GET',
    path: '/groups/:group_id/invites',
    auth: 'user',
    response: ListGroupPendingInvitesResponse,
    async run(call) {
      await call.demand((view) => notAdmin(view, call.group, call.user), notAdminTo('list pending invites'));
      return {
        invites: await shapes(call, (view) => invitesInto(view, call.group)),
      };
    },
  }),
  operation({
    method: 'POST',
    path: '/groups/:group_id/cancel-invite',
    auth: 'user',
    request: CancelInviteRequest,
    response: CancelInviteResponse,
    async run(call) {
      const words = notAdminTo('cancel invites');
      await call.demand((view) => notAdmin(view, call.group, call.user), words);
      const user = targetOf(call, call.body.inviteeId, 'invitee_id');
      await call.submit(
        'invite.cancel',
        { by: call.user, group: call.group, user },
        { ...words, 'invite-unknown': () => notFound('pending invite not found') },
      );
      return {};
    },
  }),
  operation({
    method: 'GET',
    path: '/invites',
    auth: 'user',
    response: ListPendingInvitesResponse,
    run: async (call) => ({ invites: await shapes(call, (view) => invitesTo(view, call.user)) }),
  }),
  operation({
    method: 'POST',
    path: '/invites/:invite_id/accept',
    auth: 'user',
    response: AcceptInviteResponse,
    async run(call) {
      await call.submit('invite.accept', answer(call));
      return {};
    },
  }),
  operation({
    method: 'POST',
    path: '/invites/:invite_id/decline',
    auth: 'user',
    response: DeclineInviteResponse,
    async run(call) {
      await call.submit('invite.decline', answer(call));
      return {};
    },
  }),
  operation({
    method: 'GET',
    path: '/welcomes',
    auth: 'user',
    response: ListPendingWelcomesResponse,
    run(call) {
      const waiting = call.read((view) => welcomesOf(view, call.user));
      let next = 0;
      return pieces(call, ListPendingWelcomesResponse, async () => {
        const page = waiting.slice(next, next + welcomesAtOnce);
        next += welcomesAtOnce;
        if (page.length === 0) return undefined;
        const keys = page.map(({ id }) => Number(id));
        const rows = await call.tools.host.archive.rows(welcomeData.name, keys);
        const welcomes = page.flatMap(({ id, group, alias }, index) => {
          const found = rows[index]?.row as WelcomeData | undefined;
          // It was taken in meanwhile.
          if (found === undefined) return [];
          return [
            {
              groupId: wireId('group', group),
              groupAlias: textOf(alias),
              welcomeMessage: bytesOf(found.data),
              welcomeId: wireId('welcome', id),
            },
          ];
        });
        return { welcomes };
      });
    },
  }),
  operation({
    method: 'POST',
    path: '/welcomes/:welcome_id/accept',
    auth: 'user',
    run: (call) =>
      call.submit('welcome.accept', {
        by: call.user,
        welcome: innerId('welcome', call.param) as WelcomeId,
      }),
  }),
];

function answer(call: Call<unknown>) {
  return { by: call.user, invite: innerId('invite', call.param) as InviteId };
}

/** Invitations with the names of this moment. */
function shapes(
  call: Call<unknown>,
  waiting: (view: View) => readonly Invite[],
): Promise<Sparse<PendingInvite>[]> {
  return call.show((view) =>
    waiting(view).flatMap(({ id, group: groupId, inviter, invitee, at }) => {
      const group = view.get(groups, groupId);
      const from = view.get(users, inviter);
      const to = view.get(users, invitee);
      if (group === undefined || from === undefined || to === undefined) return [];
      return [
        {
          inviteId: wireId('invite', id),
          groupId: wireId('group', groupId),
          groupName: group.name,
          groupAlias: textOf(group.alias),
          inviterUsername: usernameOf(view, from),
          createdAt: secondsOf(at),
          inviteeId: conclaveIdOfUser(to),
          inviterId: conclaveIdOfUser(from),
        },
      ];
    }),
  );
}

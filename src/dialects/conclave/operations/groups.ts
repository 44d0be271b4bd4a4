import { notMember } from '../../../domain/groups/checks.js';
import {
  type Group,
  groupMembers,
  groupsOf,
  groups as groupTable,
  membersOf,
  publicGroups,
} from '../../../domain/groups/groups.js';
import { groupInfos } from '../../../domain/groups/messages.js';
import type { GroupId } from '../../../domain/ids.js';
import {
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupResponse,
  GetGroupInfoResponse,
  GetRetentionPolicyResponse,
  GroupVisibility,
  ListGroupsResponse,
  ListPublicGroupsResponse,
  UpdateGroupRequest,
  UpdateGroupResponse,
} from '../gen/messages.js';
import { wireId } from '../ids.js';
import { likeMatcher } from '../like.js';
import { bytesOf, type Call, operation, textOf } from '../operation.js';
import { badRequest, conflict, notFound } from '../refusal.js';
import { memberShape, visibilityOf } from '../shapes.js';
import { notAdminTo } from '../wording.js';

/** Groups (section 8.4). */
export const groups = [
  operation({
    method: 'GET',
    path: '/groups/public',
    auth: 'user',
    query: ['pattern'],
    response: ListPublicGroupsResponse,
    run(call) {
      const isLike = likeMatcher(call.query.pattern);
      return call.show((view) => ({
        groups: publicGroups(view)
          .filter(({ name }) => isLike(name))
          .map(({ id, name, alias }) => ({
            groupId: wireId('group', id),
            groupName: name,
            alias: textOf(alias),
            memberCount: view.count(groupMembers, 'group', id),
          })),
      }));
    },
  }),
  operation({
    method: 'POST',
    path: '/groups',
    auth: 'user',
    request: CreateGroupRequest,
    response: CreateGroupResponse,
    status: 201,
    async run(call) {
      const { groupName: name, alias } = call.body;
      if (name === '') throw badRequest('group_name is required');
      const { group } = await call.submit('group.create', { by: call.user, name, alias });
      return { groupId: wireId('group', group) };
    },
  }),
  operation({
    method: 'GET',
    path: '/groups',
    auth: 'user',
    response: ListGroupsResponse,
    run: (call) =>
      call.show((view) => ({
        groups: groupsOf(view, call.user).map((group) => ({
          groupId: wireId('group', group.id),
          alias: textOf(group.alias),
          members: membersOf(view, group.id).flatMap((member) => memberShape(view, member)),
          groupName: group.name,
          mlsGroupId: textOf(group.mlsId),
          messageExpirySeconds: group.expirySeconds,
          visibility: visibilityOf(group),
        })),
      })),
  }),
  operation({
    method: 'PATCH',
    path: '/groups/:group_id',
    auth: 'user',
    request: UpdateGroupRequest,
    response: UpdateGroupResponse,
    async run(call) {
      const { alias, groupName: name, messageExpirySeconds, updateMessageExpiry, visibility } = call.body;
      const wish = {
        by: call.user,
        group: call.group,
        alias,
        name,
        ...(updateMessageExpiry ? { expirySeconds: messageExpirySeconds } : {}),
        ...(visibility === GroupVisibility.UNSPECIFIED
          ? {}
          : { visibility: visibilityNames[visibility] ?? '' }),
      };
      await call.submit('group.update', wish, notAdminTo('update group settings'));
      return {};
    },
  }),
  operation({
    method: 'GET',
    path: '/groups/:group_id/group-info',
    auth: 'user',
    response: GetGroupInfoResponse,
    async run(call) {
      await call.demand((view) => notMember(view, call.group, call.user));
      return { groupInfo: await infoOf(call) };
    },
  }),
  operation({
    method: 'POST',
    path: '/groups/:group_id/join',
    auth: 'user',
    response: GetGroupInfoResponse,
    async run(call) {
      await call.submit(
        'group.join',
        { by: call.user, group: call.group },
        {
          'group-member-exists': () => conflict('already a member of this group'),
          'invite-exists': () => conflict('you have a pending invite for this group'),
          'group-info-none': () => badRequest('no group info available for this group'),
        },
      );
      return { groupInfo: await infoOf(call) };
    },
  }),
  operation({
    method: 'POST',
    path: '/groups/:group_id/delete',
    auth: 'user',
    response: DeleteGroupResponse,
    async run(call) {
      await call.submit('group.remove', { by: call.user, group: call.group }, notAdminTo('delete a group'));
      return {};
    },
  }),
  operation({
    method: 'GET',
    path: '/groups/:group_id/retention',
    auth: 'user',
    response: GetRetentionPolicyResponse,
    async run(call) {
      const group = await call.showTo(
        (view) => notMember(view, call.group, call.user),
        (view) => view.get(groupTable, call.group) as Group,
      );
      return {
        serverRetentionSeconds: call.tools.host.config.groups.retentionSeconds,
        groupExpirySeconds: group.expirySeconds,
      };
    },
  }),
];

const visibilityNames: Readonly<Record<number, string>> = {
  [GroupVisibility.PRIVATE]: 'private',
  [GroupVisibility.PUBLIC]: 'public',
};

/** The group info as it is stored. */
async function infoOf({
  group: id,
  tools: { host },
}: Call<unknown> & { readonly group: GroupId }): Promise<Uint8Array> {
  const number = host.read((view) => view.get(groupTable, id)?.number);
  const [found] = number === undefined ? [] : await host.archive.rows(groupInfos.name, [number]);
  if (found === undefined) throw notFound('no group info available');
  return bytesOf((found.row as { readonly data: string }).data);
}

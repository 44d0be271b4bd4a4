import { notMember } from '../../../domain/groups/checks.js';
import { type Group, groups } from '../../../domain/groups/groups.js';
import { type GroupMessage, groupMessageQuery } from '../../../domain/groups/messages.js';
import { users } from '../../../domain/users/users.js';
import {
  GetMessagesResponse,
  SendMessageRequest,
  SendMessageResponse,
  UploadCommitRequest,
  UploadCommitResponse,
} from '../gen/messages.js';
import { conclaveIdOfUser } from '../ids.js';
import { base64Of, bytesOf, type Call, operation, secondsOf } from '../operation.js';
import { pieces } from '../pieces.js';
import { badRequest } from '../refusal.js';

/** Messages that a fetch brings at most, and unless it says how many (section 8.8). */
const mostMessages = 500;
const usualMessages = 100;

/** Messages that are read from storage at once: each may have a megabyte. */
const messagesAtOnce = 20;

/** Longest id of a group among its members that is kept, in bytes. The specification has no limit. */
export const mlsIdBytes = 1_024;

/** Commits and messages (section 8.8). */
export const messages = [
  operation({
    method: 'POST',
    path: '/groups/:group_id/commit',
    auth: 'user',
    request: UploadCommitRequest,
    response: UploadCommitResponse,
    async run(call) {
      const { commitMessage, groupInfo, mlsGroupId: mlsId } = call.body;
      await checkMlsId(call, mlsId);
      const commit = base64Of(commitMessage);
      const info = base64Of(groupInfo);
      await call.submit('group.commit', { by: call.user, group: call.group, commit, info, mlsId });
      return {};
    },
  }),
  operation({
    method: 'POST',
    path: '/groups/:group_id/messages',
    auth: 'user',
    request: SendMessageRequest,
    response: SendMessageResponse,
    async run(call) {
      const data = base64Of(call.body.mlsMessage);
      const { sequence } = await call.submit('group.send', { by: call.user, group: call.group, data });
      return { sequenceNum: sequence };
    },
  }),
  operation({
    method: 'GET',
    path: '/groups/:group_id/messages',
    auth: 'user',
    query: ['after', 'limit'],
    response: GetMessagesResponse,
    async run(call) {
      const group = await call.showTo(
        (view) => notMember(view, call.group, call.user),
        (view) => view.get(groups, call.group) as Group,
      );
      return pieces(call, GetMessagesResponse, pages(call, group));
    },
  }),
];

/** Reads the messages that were asked for, page by page, and notes how far somebody has come once that is all. */
function pages(call: Call<unknown>, group: Group) {
  const { after, limit } = call.query;
  let reached = after;
  let left = limit < 0 ? usualMessages : Math.min(limit, mostMessages);
  let last = 0;
  const note = async () => {
    const { user, group: id } = call;
    // Noted only where messages go once everybody has fetched them. Who is no member any more need not be noted.
    if (last > 0 && group.expirySeconds === 0)
      await call.tools.host.submit('group.fetched', { by: user, group: id, sequence: last });
    return undefined;
  };
  return async () => {
    const query = groupMessageQuery(group, reached, Math.min(left, messagesAtOnce));
    if (query === undefined) return note();
    const rows = await call.tools.host.archive.query(query);
    const page = rows.map(({ row }) => row as GroupMessage).filter((one) => one.group === group.id);
    if (page.length === 0) return note();
    // Where numbers are missing a page ends with another group's: then there are no more.
    left = page.length < rows.length || rows.length < query.limit ? 0 : left - page.length;
    reached = last = page.at(-1)?.sequence ?? last;
    return call.read((view) => ({
      messages: page.flatMap(({ sequence, sender, data, at }) => {
        const from = view.get(users, sender);
        // Whoever said it has left for good in between.
        if (from === undefined) return [];
        return [
          {
            sequenceNum: sequence,
            senderId: conclaveIdOfUser(from),
            mlsMessage: bytesOf(data),
            createdAt: secondsOf(at),
          },
        ];
      }),
    }));
  };
}

/** What is no good as the id of a group among its members; whether somebody is one comes first. */
export async function checkMlsId(call: Call<unknown>, mlsId: string): Promise<void> {
  if (Buffer.byteLength(mlsId) <= mlsIdBytes) return;
  await call.demand((view) => notMember(view, call.group, call.user));
  throw badRequest(`mls_group_id exceeds maximum length of ${mlsIdBytes} bytes`);
}

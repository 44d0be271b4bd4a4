import type { Rendering } from '../../delivery/deliver.js';
import type { EventName } from '../../domain/events.js';
import type { UserId } from '../../domain/ids.js';
import { normalClosure } from '../close-codes.js';
import type { RenderTable } from '../dialect.js';
import { silent } from '../silent.js';
import { frameOf } from './events.js';
import { GroupUpdateType, type ServerEvent } from './gen/messages.js';
import { conclaveIdOf, wireId } from './ids.js';
import { textOf } from './operation.js';
import type { Sparse } from './schema.js';

const updates = {
  commit: GroupUpdateType.COMMIT,
  settings: GroupUpdateType.GROUP_SETTINGS,
  role: GroupUpdateType.ROLE_CHANGE,
} as const;

/** What happens in other protocols. */
const elsewhere = [
  'address_ban',
  'address_unban',
  'announcement',
  'attachment_add',
  'attachment_remove',
  'channel_create',
  'channel_delete',
  'channel_enter',
  'channel_leave',
  'channel_move',
  'channel_update',
  'direct_hide',
  'direct_open',
  'direct_remove',
  'direct_show',
  'emoji_add',
  'emoji_remove',
  'emoji_update',
  'member_add',
  'member_remove',
  'member_visit',
  'message',
  'message_delete',
  'message_edit',
  'message_pin',
  'poll_create',
  'poll_end',
  'poll_vote',
  'reaction_add',
  'reaction_remove',
  'read',
  'roles_update',
  'session_close',
  'session_open',
  'settings_update',
  'slash_add',
  'slash_call',
  'slash_remove',
  'subscription_close',
  'subscription_open',
  'thread_create',
  'thread_delete',
  'thread_join',
  'thread_leave',
  'thread_update',
  'typing',
  'user_appear',
  'user_ban',
  'user_block',
  'user_connect',
  'user_disconnect',
  'user_join',
  'user_kick',
  'user_leave',
  'user_link',
  'user_roles',
  'user_silence',
  'user_status',
  'user_unban',
  'user_unlink',
  'user_unsilence',
  'user_update',
  'voice_join',
  'voice_leave',
  'voice_update',
  'webhook_create',
  'webhook_remove',
  'webhook_update',
  'whisper',
] as const satisfies readonly EventName[];

/** What streams of each event's recipients bring (section 10). */
export const renderTable: RenderTable<string> = {
  ...silent('this protocol knows nothing but encrypted groups', elsewhere),
  group_message: ({ group, sequence, sender, to }) =>
    tell(to, {
      case: 'newMessage',
      value: { groupId: wireId('group', group.group), sequenceNum: sequence, senderId: conclaveIdOf(sender) },
    }),
  group_update: ({ group, cause, to }) =>
    tell(to, {
      case: 'groupUpdate',
      value: { groupId: wireId('group', group.group), updateType: updates[cause] },
    }),
  group_welcome: ({ group, user }) =>
    tell([user.user], {
      case: 'welcome',
      value: { groupId: wireId('group', group.group), groupAlias: textOf(group.alias) },
    }),
  group_member_remove: ({ group, user, to }) =>
    tell(to, {
      case: 'memberRemoved',
      value: { groupId: wireId('group', group.group), removedUserId: conclaveIdOf(user) },
    }),
  group_identity_reset: ({ group, user, to }) =>
    tell(to, {
      case: 'identityReset',
      value: { groupId: wireId('group', group.group), userId: conclaveIdOf(user) },
    }),
  group_invite: ({ invite, group, inviter, invitee }) =>
    tell([invitee.user], {
      case: 'inviteReceived',
      value: {
        inviteId: wireId('invite', invite),
        groupId: wireId('group', group.group),
        groupName: group.name,
        groupAlias: textOf(group.alias),
        inviterId: conclaveIdOf(inviter),
      },
    }),
  group_invite_decline: ({ group, inviter, invitee }) =>
    tell([inviter.user], {
      case: 'inviteDeclined',
      value: { groupId: wireId('group', group.group), declinedUserId: conclaveIdOf(invitee) },
    }),
  group_invite_cancel: ({ group, invitee }) =>
    tell([invitee.user], { case: 'inviteCancelled', value: { groupId: wireId('group', group.group) } }),
  group_delete: ({ group, to }) =>
    tell(to, { case: 'groupDeleted', value: { groupId: wireId('group', group.group) } }),
  token_end: ({ streams }) =>
    streams.map((session) => ({
      to: { to: 'session', session },
      packets: [],
      close: { code: normalClosure, reason: 'the session has ended' },
    })),
  group_create: { silent: 'who makes a group is answered' },
  group_member_add: { silent: 'members hear of the commit that brings somebody in' },
  group_ban: { silent: 'members hear that somebody is removed' },
  stream_open: { silent: 'an open stream is what its client asked for' },
  stream_close: { silent: 'a stream that is gone hears nothing' },
};

function tell(
  users: readonly UserId[],
  event: NonNullable<Sparse<ServerEvent>['event']>,
): Rendering<string>[] {
  return users.length === 0 ? [] : [{ to: { to: 'users', users }, packets: [frameOf({ event })] }];
}

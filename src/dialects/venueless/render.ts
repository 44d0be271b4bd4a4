import type { EventName } from '../../domain/events.js';
import type { RenderTable } from '../dialect.js';
import { silent } from '../silent.js';
import { withoutGroups } from '../without-groups.js';
import type { Tools } from './ask.js';
import type { Frame } from './packets.js';
import { renderMembers } from './render-members.js';
import { renderMessages } from './render-messages.js';
import { renderPeople } from './render-people.js';
import { renderPermissions, renderRooms } from './render-rooms.js';
import type { UnreadPointers } from './unread-pointers.js';

/** What each event looks like here (sections 2, 5, 6, 8 and 9). */
export function renderTable(tools: Tools, pointers: UnreadPointers): RenderTable<Frame> {
  const people = renderPeople(tools);
  return {
    ...silent('this protocol has none of it', nothingOfIt),
    ...withoutGroups,
    user_appear: { silent: 'an account is nothing this protocol tells of' },
    user_link: { silent: "by what somebody logs in is the host's affair" },
    user_unlink: { silent: 'a session that ends with it is told of by itself' },
    ...people,
    user_update: (event) => [
      ...people.user_update(event),
      ...renderPermissions(tools, event.before, event.person, event.at),
    ],
    ...renderMembers(tools),
    ...renderRooms(tools),
    ...renderMessages(tools, pointers),
  };
}

const nothingOfIt = [
  'channel_enter',
  'channel_leave',
  'message_pin',
  'attachment_add',
  'attachment_remove',
  'emoji_add',
  'emoji_update',
  'emoji_remove',
  'webhook_create',
  'webhook_update',
  'webhook_remove',
  'settings_update',
  'whisper',
  'user_block',
  'typing',
  'user_status',
  'roles_update',
  'thread_create',
  'thread_update',
  'thread_delete',
  'thread_join',
  'thread_leave',
  'poll_create',
  'poll_vote',
  'poll_end',
  'voice_join',
  'voice_leave',
  'voice_update',
  'slash_add',
  'slash_remove',
  'slash_call',
  'address_ban',
  'address_unban',
] as const satisfies readonly EventName[];

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
    ...silent('there is nothing of the kind in this protocol', nothingOfTheKind),
    ...silent('nobody sits in a channel here', ['channel_enter', 'channel_leave']),
    ...silent('files are shown by the messages and profiles that name them', [
      'attachment_add',
      'attachment_remove',
    ]),
    ...silent('seen at the next login', ['address_ban', 'address_unban']),
    user_block: { silent: 'the reply says it' },
    whisper: { silent: 'a whisper that is kept is shown as a message' },
    settings_update: { silent: 'a world has its title from the options' },
    roles_update: { silent: 'roles are no part of a profile; what they bring shows in `user_update`' },
    poll_create: { silent: 'its message says all' },
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

const nothingOfTheKind = [
  'message_pin',
  'emoji_add',
  'emoji_update',
  'emoji_remove',
  'webhook_create',
  'webhook_update',
  'webhook_remove',
  'typing',
  'user_status',
  'thread_create',
  'thread_update',
  'thread_delete',
  'thread_join',
  'thread_leave',
  'poll_vote',
  'poll_end',
  'voice_join',
  'voice_leave',
  'voice_update',
  'slash_add',
  'slash_remove',
  'slash_call',
] as const satisfies readonly EventName[];

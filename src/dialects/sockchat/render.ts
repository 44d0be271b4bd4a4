import type { DialectHost, RenderTable } from '../dialect.js';
import { withoutGroups } from '../without-groups.js';
import type { Company } from './company.js';
import type { SockChatSettings } from './options.js';
import type { ServerPacket } from './packets.js';
import { botFields } from './people.js';
import { renderChannels } from './render-channels.js';
import { renderMessages } from './render-messages.js';
import { renderPeople } from './render-people.js';

/** What viewers of this dialect see of each event (section 5 for the packets, section 6 for the order). */
export function renderTable(
  settings: SockChatSettings,
  host: DialectHost,
  company: Company,
  name: string,
): RenderTable<ServerPacket> {
  const showing = { bot: botFields(host.config.botName), fileLink: host.fileLink };
  return {
    ...withoutGroups,
    ...renderPeople(settings, host, company, name, showing),
    ...renderMessages(company, showing),
    ...renderChannels,
    user_appear: { silent: 'an account is nothing this protocol knows of' },
    user_link: { silent: "by what somebody logs in is the host's affair" },
    user_unlink: { silent: 'a session that ends with it is told of by itself' },
    user_join: { silent: 'an account is nothing this protocol knows of' },
    reaction_add: { silent: 'there are no reactions in this protocol' },
    reaction_remove: { silent: 'there are no reactions in this protocol' },
    message_pin: { silent: 'there are no pins in this protocol' },
    subscription_open: { silent: 'channels are not followed one by one in this protocol' },
    subscription_close: { silent: 'channels are not followed one by one in this protocol' },
    member_add: { silent: 'nobody belongs to a channel in this protocol' },
    member_remove: { silent: 'nobody belongs to a channel in this protocol' },
    member_visit: { silent: 'nobody belongs to a channel in this protocol' },
    direct_open: {
      silent: 'direct channels have no list in this protocol: what is said in them is whispered',
    },
    direct_hide: {
      silent: 'direct channels have no list in this protocol: what is said in them is whispered',
    },
    direct_show: {
      silent: 'direct channels have no list in this protocol: what is said in them is whispered',
    },
    direct_remove: {
      silent: 'direct channels have no list in this protocol: what is said in them is whispered',
    },
    user_block: { silent: 'nobody can block anybody in this protocol' },
    user_status: { silent: 'who is away is shown by the name, and there is no other state' },
    roles_update: { silent: 'there are no roles in this protocol' },
    user_roles: { silent: 'what roles bring shows in `user_update`' },
    attachment_add: { silent: 'shown by the message it is for' },
    attachment_remove: { silent: 'there are no attachments in this protocol, only links to them' },
    emoji_add: { silent: 'pictures belong to the client in this protocol' },
    emoji_update: { silent: 'pictures belong to the client in this protocol' },
    emoji_remove: { silent: 'pictures belong to the client in this protocol' },
    webhook_create: { silent: 'webhooks are managed elsewhere; what they post is shown' },
    webhook_update: { silent: 'webhooks are managed elsewhere; what they post is shown' },
    webhook_remove: { silent: 'webhooks are managed elsewhere; what they post is shown' },
    settings_update: { silent: 'a community has no name in this protocol' },
    channel_move: { silent: 'channels have no order in this protocol' },
    thread_create: { silent: 'there are no threads in this protocol' },
    thread_update: { silent: 'there are no threads in this protocol' },
    thread_delete: { silent: 'there are no threads in this protocol' },
    thread_join: { silent: 'there are no threads in this protocol' },
    thread_leave: { silent: 'there are no threads in this protocol' },
    poll_create: { silent: 'its message was shown, with the question and the options as text' },
    poll_vote: { silent: 'nobody can vote in this protocol' },
    poll_end: { silent: 'nobody can vote in this protocol' },
    read: { silent: 'nobody knows what others have read in this protocol' },
    voice_join: { silent: 'there is no voice in this protocol' },
    voice_leave: { silent: 'there is no voice in this protocol' },
    voice_update: { silent: 'there is no voice in this protocol' },
    slash_add: { silent: 'bots have no commands of their own in this protocol' },
    slash_remove: { silent: 'bots have no commands of their own in this protocol' },
    slash_call: { silent: 'bots have no commands of their own in this protocol' },
    address_ban: { silent: 'bans of addresses are shown by /bans only' },
    address_unban: { silent: 'only the issuer is told, in the reply' },
  };
}

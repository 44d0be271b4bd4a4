import { liveUpload } from '../../../domain/attachments/attachments.js';
import type { Channel } from '../../../domain/channels/channels.js';
import { mentionsIn } from '../../../domain/messages/mentions.js';
import { messages } from '../../../domain/messages/messages.js';
import { silenceOf } from '../../../domain/moderation/bans.js';
import { roleNamed } from '../../../domain/roles/roles.js';
import { claimsOf } from '../../../domain/users/users.js';
import type { Ask } from '../ask.js';
import { channelHere, contextOf, may, messageIdIn, textOf, threadHere } from '../context.js';
import { embedError } from '../embeds.js';
import { refuse } from '../refusal.js';
import { timeLeft } from '../render-people.js';
import type { CommandRow } from './command.js';

/** Answers with a `rate_limit` frame if the asker has to wait (section 10). Returns whether they have. */
export function limited(ask: Ask, reason: 'told' | 'left out'): boolean {
  const { user, turn, tools } = ask;
  const silence = ask.read((view) => silenceOf(view, user, turn.now));
  const ms = silence === undefined ? 0 : timeLeft(silence.until, turn.now);
  const found =
    silence === undefined
      ? tools.rates.take(user, turn.elapsed)
      : { reason: `You are in timeout for ${(ms / 1000).toFixed(1)} more seconds`, ms };
  if (found === undefined) return false;
  const length = Math.ceil(found.ms);
  ask.reply(reason === 'told' ? { reason: found.reason, length } : { length }, 'rate_limit');
  return true;
}

/** Refuses a text that mentions a role which the asker may not mention (section 4, Role). */
export function checkMentions(ask: Ask, text: string): void {
  const { roles } = ask.read((view) => claimsOf(view, ask.tools.host.config, ask.self()));
  const forbidden = ask.read((view) =>
    mentionsIn(view, text).roles.find((name) => {
      const only = roleNamed(view, name)?.mentionedBy;
      return only !== undefined && !only.some((one) => roles.includes(one));
    }),
  );
  if (forbidden !== undefined) refuse(`You do not have permission to mention the '@&${forbidden}' role`);
}

/** Where a request wishes to say something, with the errors of section 6.1. */
export function targetOf(ask: Ask): Channel {
  const { request } = ask;
  const threadId = textOf(request.thread_id);
  if (threadId !== undefined) {
    const thread = threadHere(ask, threadId) ?? refuse('Thread not found');
    if (thread.thread?.locked) refuse('This thread is locked');
    if (!may(ask, thread, 'send')) refuse('You do not have permission to send messages in this thread');
    return thread;
  }
  const name = textOf(request.channel) ?? '';
  const channel = channelHere(ask, name) ?? refuse('Channel not found');
  if (!may(ask, channel, 'send')) refuse('You do not have permission to send messages in this channel');
  if (channel.kind !== 'text') refuse('Cannot send messages in this channel type');
  return channel;
}

/** Ids of attachments of a request that are there and the asker's own. */
function attachmentsOf(ask: Ask): string[] {
  const given = ask.request.attachments;
  if (given === undefined || given === null) return [];
  if (!ask.tools.settings.attachments.enabled) refuse('Attachments are disabled');
  if (!Array.isArray(given)) refuse('Attachments must be an array');
  return given.map((one: unknown) => {
    if (typeof one !== 'object' || one === null) refuse('Each attachment must be an object');
    const id = textOf((one as { readonly id?: unknown }).id) ?? refuse('Attachment ID is required');
    const upload = ask.read((view) => liveUpload(view, id, ask.turn.now));
    if (upload === undefined) refuse(`Attachment ${id} not found or expired`);
    if (upload.uploader !== ask.user) refuse('You can only attach your own uploads');
    return id;
  });
}

const messageNew: CommandRow = {
  cmd: 'message_new',
  section: '6.1',
  messageIds: ['reply_to'],
  run(ask) {
    const { request } = ask;
    const raw = typeof request.content === 'string' ? request.content : '';
    const some = Array.isArray(request.attachments) && request.attachments.length > 0;
    const missing: string[] = [];
    if (textOf(request.channel) === undefined && textOf(request.thread_id) === undefined)
      missing.push('channel or thread_id');
    if (raw === '' && !some) missing.push('content or attachments');
    if (missing.length > 0) refuse(`Missing fields: ${missing.join(', ')}`);
    const text = raw.trim();
    if (text === '' && !some) refuse('Message content or attachments cannot be empty');
    const wrong = embedError(request.embeds);
    if (wrong !== undefined) refuse(wrong);
    const most = ask.tools.settings.postContent;
    if (text.length > most && [...text].length > most)
      refuse(`Message too long. Maximum length is ${most} characters`);
    if (limited(ask, 'told')) return;
    checkMentions(ask, text);
    const channel = targetOf(ask);
    const notFound = "The message you're trying to reply to was not found";
    const answers = textOf(request.reply_to);
    const reply =
      answers === undefined ? undefined : (messageIdIn(ask, answers, channel) ?? refuse(notFound));
    const attachments = attachmentsOf(ask);
    const embeds = request.embeds as Record<string, unknown>[] | null | undefined;
    return ask.submit('message.send', {
      by: ask.user,
      channel: channel.id,
      text,
      ...(reply === undefined ? {} : { reply }),
      ...(typeof request.ping === 'boolean' ? { ping: request.ping } : {}),
      ...(embeds?.length ? { embeds } : {}),
      ...(attachments.length > 0 ? { attachments } : {}),
    });
  },
};

const messageEdit: CommandRow = {
  cmd: 'message_edit',
  section: '6.1',
  messageIds: ['id'],
  run(ask) {
    if (limited(ask, 'left out')) return;
    const { request } = ask;
    const given = textOf(request.id);
    const text = textOf(request.content);
    const somewhere = textOf(request.channel) ?? textOf(request.thread_id);
    if (given === undefined || text === undefined || somewhere === undefined)
      refuse('Invalid message edit format');
    const wrong = embedError(request.embeds);
    if (wrong !== undefined) refuse(wrong);
    const channel = contextOf(ask);
    const id = messageIdIn(ask, given, channel) ?? refuse('Message not found or cannot be edited');
    checkMentions(ask, text);
    const embeds = request.embeds as Record<string, unknown>[] | null | undefined;
    const place = channel.kind === 'thread' ? 'thread' : 'channel';
    const input = { by: ask.user, id, in: channel.id, text, ...(Array.isArray(embeds) ? { embeds } : {}) };
    return ask.submit('message.edit', input, {
      'message-unknown': 'Message not found or cannot be edited',
      'message-foreign': 'You do not have permission to edit this message',
      'not-permitted': `You do not have permission to edit your own message in this ${place}`,
      'message-too-long': 'Failed to edit message',
      'message-empty': 'Invalid message edit format',
    });
  },
};

const messageDelete: CommandRow = {
  cmd: 'message_delete',
  section: '6.1',
  messageIds: ['id'],
  run(ask) {
    const { request } = ask;
    const given = textOf(request.id);
    const somewhere = textOf(request.channel) ?? textOf(request.thread_id);
    if (given === undefined || somewhere === undefined) refuse('Invalid message delete format');
    const channel = contextOf(ask);
    const id = messageIdIn(ask, given, channel) ?? refuse('Message not found or cannot be deleted');
    const place = channel.kind === 'thread' ? 'thread' : 'channel';
    // Whose it is may only be known once it is loaded, which submitting does; so the words are chosen afterwards.
    const refusal = () => {
      const own = ask.read((view) => view.peek(messages, id))?.author?.user === ask.user;
      return own
        ? `You do not have permission to delete your own message in this ${place}`
        : 'You do not have permission to delete this message';
    };
    return ask.submit(
      'message.delete',
      { by: ask.user, id, in: channel.id },
      {
        'message-unknown': 'Message not found or cannot be deleted',
        get 'not-permitted'() {
          return refusal();
        },
        get 'user-outranks'() {
          return refusal();
        },
      },
    );
  },
};

function react(cmd: 'message_react_add' | 'message_react_remove'): CommandRow {
  const on = cmd === 'message_react_add';
  const failed = on ? 'Failed to add reaction' : 'Failed to remove reaction';
  const forbidden = on
    ? 'You do not have permission to add reactions to this message'
    : 'You do not have permission to remove reactions from this message';
  return {
    cmd,
    section: '6.1',
    messageIds: ['id'],
    run(ask) {
      const { request } = ask;
      const given = textOf(request.id);
      const emoji = textOf(request.emoji);
      if (given === undefined || emoji === undefined) refuse('Message ID and emoji are required');
      if ([...emoji].length > 200) refuse('Invalid emoji');
      const channel = contextOf(ask);
      if (!may(ask, channel, 'react')) refuse(forbidden);
      const unknown = channel.kind === 'thread' ? 'Message not found' : failed;
      const id = messageIdIn(ask, given, channel) ?? refuse(unknown);
      return ask.submit(
        'message.react',
        { by: ask.user, id, in: channel.id, emoji, on },
        {
          'message-unknown': unknown,
          'reaction-exists': failed,
          'reaction-unknown': failed,
          'too-many-reactions': failed,
          'not-permitted': forbidden,
          'channel-rank-too-low': forbidden,
        },
      );
    },
  };
}

function pin(cmd: 'message_pin' | 'message_unpin'): CommandRow {
  return {
    cmd,
    section: '6.1',
    messageIds: ['id'],
    run(ask) {
      const { request } = ask;
      const name = textOf(request.channel) ?? refuse('Channel name not provided');
      const channel = channelHere(ask, name);
      const forbidden = 'You do not have permission to pin messages in this channel';
      if (channel === undefined || !may(ask, channel, 'pin')) refuse(forbidden);
      const given = textOf(request.id) ?? refuse('Message ID is required');
      // The web client unpins by `message_pin` with `pinned: false` (section 15).
      const pinned = cmd === 'message_pin' && request.pinned !== false;
      const id = messageIdIn(ask, given, channel);
      // What is not there is answered, to the asker alone, as not pinned.
      const missing = () => ask.reply({ id: given, channel: channel.name, pinned: false, global: true });
      if (id === undefined) return missing();
      return ask.submit(
        'message.pin',
        { by: ask.user, id, in: channel.id, pinned },
        { 'not-permitted': forbidden, 'message-unknown': 'Message not found' },
      );
    },
  };
}

const typing: CommandRow = {
  cmd: 'typing',
  section: '6.1',
  run(ask) {
    if (limited(ask, 'told')) return;
    const { request } = ask;
    const threadId = textOf(request.thread_id);
    const name = textOf(request.channel);
    if (threadId === undefined && name === undefined) refuse('Channel name or thread_id not provided');
    const channel =
      threadId === undefined
        ? (channelHere(ask, name ?? '') ?? refuse('Channel not found'))
        : (threadHere(ask, threadId) ?? refuse('Thread not found'));
    const forbidden =
      threadId === undefined
        ? 'Access denied to this channel'
        : 'You do not have permission to send messages in this thread';
    if (!may(ask, channel, 'send')) refuse(forbidden);
    return ask.submit(
      'typing.start',
      { by: ask.user, channel: channel.id },
      { 'not-permitted': forbidden, 'channel-kind': 'Access denied to this channel' },
    );
  },
};

export const messageCommands: readonly CommandRow[] = [
  messageNew,
  messageEdit,
  messageDelete,
  react('message_react_add'),
  react('message_react_remove'),
  pin('message_pin'),
  pin('message_unpin'),
  typing,
];

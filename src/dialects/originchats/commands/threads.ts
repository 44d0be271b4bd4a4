import type { Channel } from '../../../domain/channels/channels.js';
import { History } from '../../../domain/messages/history.js';
import { threadFacts } from '../../../domain/threads/threads.js';
import { claimsOf, users } from '../../../domain/users/users.js';
import type { Ask } from '../ask.js';
import { channelHere, may, textOf, threadHere } from '../context.js';
import { refuse } from '../refusal.js';
import { threadShape } from '../shapes.js';
import type { CommandRow } from './command.js';
import { pageOf } from './history.js';

const emptyName = 'Thread name cannot be empty';

/** Words for what the rules refuse here. */
const texts = {
  'thread-unknown': 'Thread not found',
  'not-permitted': 'You do not have permission to modify this thread',
};

/** The thread of a request, with the errors that all these commands share (section 6.3). */
function threadOfRequest(ask: Ask): Channel {
  const id = textOf(ask.request.thread_id) ?? refuse('Thread ID is required');
  const thread = threadHere(ask, id) ?? refuse('Thread not found');
  const { host } = ask.tools;
  const roles = ask.read((view) => {
    const user = view.get(users, ask.user);
    return user === undefined ? [] : claimsOf(view, host.config, user).roles;
  });
  if (roles.length === 0) refuse('User roles not found');
  if (!may(ask, thread, 'see')) refuse('You do not have permission to view this thread');
  return thread;
}

const threadCreate: CommandRow = {
  cmd: 'thread_create',
  section: '6.3',
  run(ask) {
    const channel = textOf(ask.request.channel);
    const name = textOf(ask.request.name);
    if (channel === undefined || name === undefined) refuse('Channel and thread name are required');
    const forum = channelHere(ask, channel) ?? refuse('Channel not found');
    if (forum.kind !== 'forum') refuse('Threads can only be created in forum channels');
    const forbidden = 'You do not have permission to create threads in this channel';
    if (!may(ask, forum, 'see') || !may(ask, forum, 'create-thread')) refuse(forbidden);
    if (name.trim() === '') refuse(emptyName);
    const input = { by: ask.user, forum: forum.id, name };
    return ask.submit('thread.create', input, { 'not-permitted': forbidden });
  },
};

const threadGet: CommandRow = {
  cmd: 'thread_get',
  section: '6.3',
  run(ask) {
    const thread = threadOfRequest(ask);
    const facts = ask.read((view) => thread.thread && threadFacts(view, thread, thread.thread));
    if (facts !== undefined) ask.reply({ thread: threadShape(facts) });
  },
};

const threadMessages: CommandRow = {
  cmd: 'thread_messages',
  section: '6.3',
  messageIds: ['start'],
  run(ask) {
    const thread = threadOfRequest(ask);
    if (!may(ask, thread, 'read')) refuse('You do not have permission to view this thread');
    ask.replyLater(async (upTo) => {
      const { messages } = await pageOf(ask, new History(ask.tools.host.archive, thread.id, upTo));
      return { thread_id: thread.id, messages };
    });
  },
};

const threadUpdate: CommandRow = {
  cmd: 'thread_update',
  section: '6.3',
  run(ask) {
    const thread = threadOfRequest(ask);
    const { name, archived, locked } = ask.request;
    if (typeof name === 'string' && name.trim() === '') refuse(emptyName);
    const input = {
      by: ask.user,
      thread: thread.id,
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof archived === 'boolean' ? { archived } : {}),
      ...(typeof locked === 'boolean' ? { locked } : {}),
    };
    return ask.submit('thread.update', input, texts);
  },
};

const threadDelete: CommandRow = {
  cmd: 'thread_delete',
  section: '6.3',
  run(ask) {
    return ask.submit('thread.delete', { by: ask.user, thread: threadOfRequest(ask).id }, texts);
  },
};

const threadJoin: CommandRow = {
  cmd: 'thread_join',
  section: '6.3',
  run(ask) {
    return ask.submit('thread.join', { by: ask.user, thread: threadOfRequest(ask).id });
  },
};

const threadLeave: CommandRow = {
  cmd: 'thread_leave',
  section: '6.3',
  run(ask) {
    return ask.submit('thread.leave', { by: ask.user, thread: threadOfRequest(ask).id });
  },
};

export const threadCommands: readonly CommandRow[] = [
  threadCreate,
  threadGet,
  threadMessages,
  threadUpdate,
  threadDelete,
  threadJoin,
  threadLeave,
];

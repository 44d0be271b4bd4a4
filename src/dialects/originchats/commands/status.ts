import { type StatusKind, statusKinds } from '../../../domain/status/status.js';
import { isGone } from '../../../domain/users/users.js';
import { textOf, userNamed } from '../context.js';
import { refuse } from '../refusal.js';
import { statusShape } from '../status.js';
import type { CommandRow } from './command.js';

const invalid = 'Invalid status. Must be one of: online, idle, dnd, offline, invisible';

const statusSet: CommandRow = {
  cmd: 'status_set',
  section: '6.5',
  run(ask) {
    const { status, text } = ask.request;
    if (status === undefined || status === null || status === '') refuse('Status is required');
    if (!isKind(status)) refuse(invalid);
    if (text !== undefined && text !== null && typeof text !== 'string') refuse(invalid);
    return ask.submit('status.set', { user: ask.user, status, text: text ?? '' });
  },
};

function isKind(value: unknown): value is StatusKind {
  return typeof value === 'string' && (statusKinds as readonly string[]).includes(value);
}

const statusGet: CommandRow = {
  cmd: 'status_get',
  section: '6.5',
  run(ask) {
    const name = textOf(ask.request.user) ?? refuse('User parameter is required');
    const found = ask.read((view) => {
      const user = userNamed(view, name);
      if (user === undefined || isGone(user)) return undefined;
      return { username: user.handle, status: statusShape(view, user.id, ask.user) };
    });
    // Not named like the request (section 14: the code).
    ask.reply(found ?? refuse('User not found'), 'status');
  },
};

export const statusCommands: readonly CommandRow[] = [statusSet, statusGet];

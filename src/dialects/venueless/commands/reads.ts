import { channelOf } from '../rooms.js';
import type { CommandRow } from './command.js';
import { eventIdIn } from './event-id.js';

const markRead: CommandRow = {
  action: 'chat.mark_read',
  section: '9',
  fields: { channel: 'uuid', id: 'number' },
  run(ask) {
    const channel = channelOf(ask);
    const last = eventIdIn(ask, ask.payload.id);
    return ask.submit('read.mark', { user: ask.user, channel: channel.id, last, back: true });
  },
};

export const readCommands: readonly CommandRow[] = [markRead];

import type { MessageId } from '../../../domain/ids.js';
import { channelOf } from '../rooms.js';
import type { CommandRow } from './command.js';
import { eventIdIn } from './event-id.js';

const markRead: CommandRow = {
  action: 'chat.mark_read',
  section: '9',
  fields: { channel: 'uuid', id: 'number' },
  run(ask) {
    const channel = channelOf(ask);
    // Nothing can have been read that is not there yet: it would be read before it is said.
    const last = Math.min(eventIdIn(ask, ask.payload.id), ask.turn.nextId() - 1) as MessageId;
    return ask.submit('read.mark', { user: ask.user, channel: channel.id, last, back: true });
  },
};

export const readCommands: readonly CommandRow[] = [markRead];

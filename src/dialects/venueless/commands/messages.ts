import { messageEvent } from '../event-shapes.js';
import { refuse } from '../refusal.js';
import { channelOf, needsMember, needsRoom } from '../rooms.js';
import { mentionsOf, textFrom } from '../text.js';
import type { CommandRow } from './command.js';

const send: CommandRow = {
  action: 'chat.send',
  section: '8.5',
  fields: { channel: 'uuid', event_type: 'text', content: 'object', replaces: 'number' },
  run(ask) {
    const channel = channelOf(ask);
    needsRoom(ask, channel, 'send');
    needsMember(ask, channel);
    const { event_type: type, content } = ask.payload;
    if (type !== 'channel.message') refuse('chat.unsupported_event_type');
    const { type: kind, body } = (content ?? {}) as Record<string, unknown>;
    if (kind !== 'text') refuse('chat.unsupported_content_type');
    if (typeof body !== 'string') return ask.invalid();
    if (body === '') refuse('chat.empty');
    const text = ask.read((view) => textFrom(view, body));
    return ask.submit('message.send', { by: ask.user, channel: channel.id, text }, ({ message }) => ({
      event: ask.read((view) => messageEvent(message, mentionsOf(view, message))),
    }));
  },
};

export const messageCommands: readonly CommandRow[] = [send];

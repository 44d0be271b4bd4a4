import type { Ask } from '../ask.js';
import { messageEvent } from '../event-shapes.js';
import { filesSaid } from '../files.js';
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
    const said = saidIn(ask, (content ?? {}) as Record<string, unknown>);
    return ask.submit('message.send', { by: ask.user, channel: channel.id, ...said }, ({ message }) => ({
      event: ask.read((view) => messageEvent(message, mentionsOf(view, message), ask.tools.settings)),
    }));
  },
};

/** What a content says that is no deletion (section 7). */
function saidIn(
  ask: Ask,
  content: Readonly<Record<string, unknown>>,
): { readonly text: string; readonly attachments?: readonly string[] } {
  const { type, body } = content;
  if (type === 'files') return filesSaid(ask, content);
  if (type !== 'text') refuse('chat.unsupported_content_type');
  if (typeof body !== 'string') return ask.invalid();
  if (body === '') refuse('chat.empty');
  return { text: ask.read((view) => textFrom(view, body)) };
}

export const messageCommands: readonly CommandRow[] = [send];

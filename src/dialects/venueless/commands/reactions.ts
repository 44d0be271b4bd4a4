import { mentionsOf } from '../../../domain/messages/mentions.js';
import { emojiIn } from '../emoji.js';
import { messageEvent } from '../event-shapes.js';
import { refuse } from '../refusal.js';
import { channelOf, needsMember, needsRoom, needsSpeech } from '../rooms.js';
import type { CommandRow } from './command.js';
import { eventIdIn } from './event-id.js';

const react: CommandRow = {
  action: 'chat.react',
  section: '8.6',
  fields: { channel: 'uuid', event: 'number', reaction: 'text', delete: 'flag' },
  run(ask) {
    const channel = channelOf(ask);
    needsRoom(ask, channel, 'react');
    needsMember(ask, channel);
    needsSpeech(ask);
    const { event, reaction } = ask.payload;
    const emoji = typeof reaction === 'string' ? emojiIn(reaction) : undefined;
    if (emoji === undefined) return refuse('emoji.sadpanda');
    const id = eventIdIn(ask, event);
    const taken = ask.flag('delete') ?? false;
    return ask.submit(
      'message.react',
      { by: ask.user, id, in: channel.id, emoji, on: !taken, repeatable: true },
      ({ message }) => ({
        type: 'chat.event.reaction',
        ...ask.read((view) => messageEvent(message, mentionsOf(view, message), ask.tools)),
      }),
    );
  },
};

export const reactionCommands: readonly CommandRow[] = [react];

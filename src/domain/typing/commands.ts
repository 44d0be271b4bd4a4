import type { Noun, Rules } from '../../core/command.js';
import { channels, factsOf } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, UserId } from '../ids.js';
import { mayNotSpeakIn, notOpenToMessages, speakerOf } from '../messages/speaking.js';
import { refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { online } from '../sessions/online.js';
import { users } from '../users/users.js';

export interface TypingCommands {
  /** Shows a channel that somebody is about to say something there. Nothing is kept; who may not send may not be shown typing either. */
  'typing.start': {
    input: {
      readonly by: UserId;
      readonly channel: ChannelId;
      /** Only while they are in that channel; refused with `channel-none` once they are elsewhere. */
      readonly inside?: boolean;
    };
    result: undefined;
  };
}

export function typingNoun(config: DomainConfig): Noun {
  const rules: Rules<TypingCommands> = {
    'typing.start': {
      decide(tx, { by, channel: id, inside }) {
        const channel = tx.get(channels, id);
        if (channel === undefined) return refuse('channel-unknown');
        const user = tx.get(users, by);
        if (user === undefined) return refuse('user-unknown');
        const no = mayNotSpeakIn(tx, config, user, channel, tx.at);
        if (no !== undefined) return no;
        const closed = notOpenToMessages(channel);
        if (closed !== undefined) return closed;
        if (inside && tx.get(online, by)?.channel !== id) return refuse('channel-none');
        tell(tx, 'typing', { person: speakerOf(tx, config, user), channel: factsOf(tx, channel) });
        return undefined;
      },
    },
  };
  return { name: 'typing', tables: [], rules: rules as Noun['rules'] };
}

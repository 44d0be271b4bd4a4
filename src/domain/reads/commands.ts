import type { Noun, Rules } from '../../core/command.js';
import { channels, factsOf, mayNotAs } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import { notificationsOf, readNotifications } from '../notifications/notifications.js';
import { refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { markIn, marksOf, readTables, setMark, takesMessages } from './reads.js';

export interface ReadCommands {
  /**
   * Says that a user has read a channel up to a message, which need not exist: what they were notified of up to there is read too. A mark moves
   * backwards only with `back`.
   */
  'read.mark': {
    input: {
      readonly user: UserId;
      readonly channel: ChannelId;
      readonly last: MessageId;
      readonly back?: boolean;
    };
    /** Where the mark stands now. */
    result: { readonly last: MessageId };
  };
}

export function readNoun(config: DomainConfig): Noun {
  const rules: Rules<ReadCommands> = {
    'read.mark': {
      decide(tx, { user, channel: id, last: wished, back }) {
        const channel = tx.get(channels, id);
        if (channel === undefined) return refuse('channel-unknown');
        const no = mayNotAs(tx, config, user, channel, 'see');
        if (no !== undefined) return no;
        if (!takesMessages(channel)) return refuse('channel-kind');
        const before = markIn(tx, user, id);
        const last = back || before === undefined || wished > before ? wished : before;
        if (last !== before) setMark(tx, user, id, last);
        readNotifications(tx, id, user, last);
        // Told without a change too: clients wait for the answer to each mark (Venueless, section 9).
        const notifications = notificationsOf(tx, config, user);
        tell(tx, 'read', {
          user,
          channel: factsOf(tx, channel),
          last,
          marks: marksOf(tx, user),
          notifications,
        });
        return { last };
      },
    },
  };
  return { name: 'reads', tables: readTables, rules: rules as Noun['rules'] };
}

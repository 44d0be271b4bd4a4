import type { Noun, Rules } from '../../core/command.js';
import { Rejection } from '../../core/rejection.js';
import type { View } from '../../core/table.js';
import { silencedAs } from '../acting.js';
import { anyBlocks, isBlocked } from '../blocks/blocks.js';
import { channels, factsOf } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, MessageId, SessionId, UserId } from '../ids.js';
import { needsOfPost, post } from '../messages/post.js';
import { isSilent } from '../moderation/bans.js';
import { forgetNotifications } from '../notifications/notifications.js';
import { refuse } from '../rejections.js';
import { lacks, nextId, tell } from '../rules.js';
import { online, sessions } from '../sessions/online.js';
import { isVisible } from '../status/status.js';
import { sessionMayNotFollow } from '../subscriptions/commands.js';
import { follow } from '../subscriptions/subscriptions.js';
import { claimsOf, isGone, publicUser, users } from '../users/users.js';
import {
  beginDirect,
  directOf,
  directTables,
  directViewers,
  isInDirect,
  peopleDirect,
  showDirect,
} from './directs.js';

export interface DirectCommands {
  /**
   * Says something to one person who is online, not invisible, and can be shown it; else refused with `user-offline`. Stored as a message of the direct channel of the two if either has ever logged in through a
   * dialect that shows those; else gone once shown.
   */
  'direct.whisper': {
    input: { readonly from: UserId; readonly to: UserId; readonly text: string };
    result: { readonly id: MessageId };
  };
  /**
   * Opens the one direct channel of these people and whoever opens it, making it if there is none. `hide`: a new one is not in the others' lists
   * before the first message. `session`: has that session of the opener's follow the channel as well.
   */
  'direct.open': {
    input: {
      readonly by: UserId | 'host';
      readonly users: readonly UserId[];
      readonly hide?: boolean;
      readonly session?: SessionId;
    };
    result: { readonly channel: ChannelId; readonly created: boolean };
  };
  /** Takes a direct channel out of somebody's list until the next message. */
  'direct.hide': { input: { readonly user: UserId; readonly channel: ChannelId }; result: undefined };
}

export function directNoun(config: DomainConfig): Noun {
  const isKept = (view: View, from: UserId, to: UserId) =>
    view.get(directViewers, from) !== undefined || view.get(directViewers, to) !== undefined;

  /** Whether anything can show somebody what is whispered to them: now, or where they read what was kept. */
  const hears = (view: View, user: UserId) =>
    view.get(directViewers, user) !== undefined ||
    view.by(sessions, 'user', user).some(({ dialect }) => config.whisperDialects.includes(dialect));

  const rules: Rules<DirectCommands> = {
    'direct.whisper': {
      needs: (view, { from, to, text }) => {
        const channel = isKept(view, from, to) ? directOf(view, [from, to]) : undefined;
        return channel === undefined
          ? []
          : needsOfPost(view, config, { by: from, channel: channel.id, text });
      },
      decide(tx, { from, to, text }) {
        const sender = tx.get(online, from);
        const user = tx.get(users, from);
        const target = tx.get(online, to);
        const other = tx.get(users, to);
        if (sender === undefined || user === undefined) return refuse('user-unknown');
        // Nothing tells whoever is blocked from whoever looks for a person who is not there, is invisible, or is where nothing could show it.
        if (target === undefined || other === undefined) return refuse('user-offline');
        if (!isVisible(tx, to) || isBlocked(tx, to, from) || !hears(tx, to)) return refuse('user-offline');
        if (from === to) return refuse('user-self');
        if (text === '') return refuse('message-empty');
        const no = lacks(tx, config, from, 'message.send');
        if (no !== undefined) return no;
        if (isSilent(tx, from, claimsOf(tx, config, user).can, tx.at)) return refuse('user-silenced');
        let id: MessageId;
        let copyId: MessageId;
        if (isKept(tx, from, to)) {
          const there = directOf(tx, [from, to]);
          const channel = there ?? beginDirect(tx, config, from, [user, other], []);
          if (channel instanceof Rejection) return channel;
          if (there === undefined) peopleDirect(tx, config, channel);
          const posted = post(tx, config, { by: from, channel: channel.id, text, whisper: true });
          if (posted instanceof Rejection) return posted;
          // Nobody has both copies, and what becomes of the message is told by its id.
          id = copyId = posted.message.id;
        } else {
          id = nextId(tx);
          copyId = nextId(tx);
        }
        tell(tx, 'whisper', { from: sender.person, to: target.person, text, id, copyId });
        return { id };
      },
    },
    'direct.open': {
      decide(tx, { by, users: others, hide, session }) {
        const no = lacks(tx, config, by, 'direct.send') ?? silencedAs(tx, config, by, tx.at);
        if (no !== undefined) return no;
        const ids = [...new Set(by === 'host' ? others : [...others, by])];
        if (ids.length < 2) return refuse('too-few-people');
        const limit = config.limits.peoplePerDirect;
        if (ids.length > limit) return refuse('too-many-people', { limit });
        const people = ids.flatMap((id) => publicUser(tx, id) ?? []).filter((one) => !isGone(one));
        if (people.length < ids.length) return refuse('user-unknown');
        if (anyBlocks(tx, ids)) return refuse('blocked');
        const there = directOf(tx, ids);
        const hidden = hide ? ids.filter((id) => id !== by).sort() : [];
        const channel = there ?? beginDirect(tx, config, by, people, hidden);
        if (channel instanceof Rejection) return channel;
        if (session !== undefined) {
          const may = sessionMayNotFollow(tx, config, session, by, channel.id);
          if (may !== undefined) return may;
          // Before the others are told of, so that it is told of them too.
          follow(tx, session, by as UserId, channel);
        }
        if (there === undefined) peopleDirect(tx, config, channel);
        if (there !== undefined && by !== 'host') showDirect(tx, config, channel, by);
        return { channel: channel.id, created: there === undefined };
      },
    },
    'direct.hide': {
      decide(tx, { user, channel: id }) {
        const channel = tx.get(channels, id);
        if (channel?.direct === undefined || !isInDirect(tx, id, user)) return refuse('channel-unknown');
        const { hidden = [] } = channel.direct;
        if (hidden.includes(user)) return undefined;
        const next = { ...channel, direct: { ...channel.direct, hidden: [...hidden, user] } };
        tx.put(channels, next);
        forgetNotifications(tx, id, user);
        tell(tx, 'direct_hide', { channel: factsOf(tx, next), user });
        return undefined;
      },
    },
  };
  return { name: 'directs', tables: directTables, rules: rules as Noun['rules'] };
}

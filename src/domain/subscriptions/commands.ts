import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import { type Channel, channels, mayNotIn } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId, SessionId, UserId } from '../ids.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { sessions } from '../sessions/online.js';
import { users } from '../users/users.js';
import {
  follow,
  subscriptionKey,
  subscriptions,
  subscriptionTables,
  takesSubscriptions,
  unfollow,
} from './subscriptions.js';

export interface SubscriptionCommands {
  /** Has a session follow a channel that its user may read, until it ends. Nothing changes if it does already. */
  'subscription.open': {
    input: { readonly session: SessionId; readonly channel: ChannelId };
    result: { readonly opened: boolean };
  };
  /** Has it follow the channel no longer. Nothing happens if it does not. */
  'subscription.close': {
    input: { readonly session: SessionId; readonly channel: ChannelId };
    result: { readonly closed: boolean };
  };
}

/** Why a session may not follow a channel. `undefined`: it may. */
export function mayNotFollow(
  tx: Tx,
  config: DomainConfig,
  session: SessionId,
  user: UserId,
  channel: Channel,
): Rejection<RejectionCode> | undefined {
  const record = tx.get(users, user);
  if (record === undefined) return refuse('user-unknown');
  const no = mayNotIn(tx, config, record, channel, 'read');
  if (no !== undefined) return no;
  if (!takesSubscriptions(channel)) return refuse('channel-kind');
  return sessionMayNotFollow(tx, config, session, user, channel.id);
}

/** The part of {@link mayNotFollow} that concerns the session: it is the user's, and does not follow too many channels. */
export function sessionMayNotFollow(
  tx: Tx,
  config: DomainConfig,
  session: SessionId,
  user: Actor,
  channel: ChannelId,
): Rejection<RejectionCode> | undefined {
  if (tx.get(sessions, session)?.user !== user) return refuse('user-offline');
  if (tx.get(subscriptions, subscriptionKey(session, channel)) !== undefined) return undefined;
  const limit = config.limits.subscriptionsPerSession;
  return tx.count(subscriptions, 'session', session) >= limit
    ? refuse('too-many-subscriptions', { limit })
    : undefined;
}

export function subscriptionNoun(config: DomainConfig): Noun {
  const rules: Rules<SubscriptionCommands> = {
    'subscription.open': {
      decide(tx, { session, channel: id }) {
        const channel = tx.get(channels, id);
        if (channel === undefined) return refuse('channel-unknown');
        const user = tx.get(sessions, session)?.user;
        if (user === undefined) return refuse('user-offline');
        const no = mayNotFollow(tx, config, session, user, channel);
        return no ?? { opened: follow(tx, session, user, channel) };
      },
    },
    'subscription.close': {
      always: true,
      decide(tx, { session, channel }) {
        const row = tx.get(subscriptions, subscriptionKey(session, channel));
        if (row !== undefined) unfollow(tx, row);
        return { closed: row !== undefined };
      },
    },
  };
  return { name: 'subscriptions', tables: subscriptionTables, rules: rules as Noun['rules'] };
}

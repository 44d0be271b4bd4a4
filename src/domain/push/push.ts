import type { Noun, Rules } from '../../core/command.js';
import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import type { DomainConfig } from '../config.js';
import type { UserId } from '../ids.js';
import { refuse } from '../rejections.js';
import { users } from '../users/users.js';

/** Where a device of a user takes messages while no session is open (Web Push). The chat itself sends nothing there: the host may. */
export interface PushSubscription {
  /** The address at the push service of the device's maker; one device, one address. */
  readonly endpoint: string;
  readonly user: UserId;
  /** The device's public key, base64url. */
  readonly p256dh: string;
  /** The secret shared with the device, base64url. */
  readonly auth: string;
  /** What the device's client is recognised by. */
  readonly fingerprint: string;
  /** When the device last subscribed: milliseconds since the Unix epoch. */
  readonly usedAt: number;
}

export const pushSubscriptions = table({
  name: 'push_subscriptions',
  class: 'resident',
  key: 'text',
  id: (subscription: PushSubscription) => subscription.endpoint,
  indexes: { user: (subscription: PushSubscription) => subscription.user },
});

export interface PushCommands {
  /** A device subscribes, or once more. It is the newest user's only. */
  'push.subscribe': {
    input: { readonly by: UserId } & Pick<PushSubscription, 'endpoint' | 'p256dh' | 'auth' | 'fingerprint'>;
    result: { readonly subscription: PushSubscription };
  };
  /** Nothing happens if it is not subscribed. The host may end any subscription, since only it hears that a device is gone. */
  'push.unsubscribe': {
    input: { readonly by: UserId | 'host'; readonly endpoint: string };
    result: { readonly ended: boolean };
  };
}

/** Where somebody's devices are, the one used last first. */
export function subscriptionsOf(view: View, user: UserId): PushSubscription[] {
  return view
    .by(pushSubscriptions, 'user', user)
    .sort((a, b) => b.usedAt - a.usedAt || (a.endpoint < b.endpoint ? -1 : 1));
}

/** Everybody with a device that takes messages. */
export function subscribers(view: View): Set<UserId> {
  return new Set([...view.all(pushSubscriptions)].map((one) => one.user));
}

export function pushNoun(config: DomainConfig): Noun {
  const rules: Rules<PushCommands> = {
    'push.subscribe': {
      decide(tx, { by, endpoint, p256dh, auth, fingerprint }) {
        if (tx.get(users, by) === undefined) return refuse('user-unknown');
        const valid =
          /^https:\/\/[!-~]{1,2040}$/.test(endpoint) &&
          [p256dh, auth].every((key) => /^[A-Za-z0-9_-]{1,128}={0,2}$/.test(key)) &&
          fingerprint.length <= 256;
        if (!valid) return refuse('push-invalid');
        const subscription = { endpoint, user: by, p256dh, auth, fingerprint, usedAt: tx.at };
        tx.put(pushSubscriptions, subscription);
        const others = subscriptionsOf(tx, by).filter((one) => one.endpoint !== endpoint);
        for (const one of others.slice(config.limits.devicesPerUser - 1))
          tx.remove(pushSubscriptions, one.endpoint);
        return { subscription };
      },
    },
    'push.unsubscribe': {
      decide(tx, { by, endpoint }) {
        const found = tx.get(pushSubscriptions, endpoint);
        if (found === undefined || (by !== 'host' && found.user !== by)) return { ended: false };
        tx.remove(pushSubscriptions, endpoint);
        return { ended: true };
      },
    },
  };
  return { name: 'push', tables: [anyTable(pushSubscriptions)], rules: rules as Noun['rules'] };
}

/** Somebody is gone for good: their devices are told nothing any more. */
export function unsubscribeAll(tx: Tx, user: UserId): void {
  for (const { endpoint } of tx.by(pushSubscriptions, 'user', user)) tx.remove(pushSubscriptions, endpoint);
}

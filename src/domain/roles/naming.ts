import type { Tx } from '../../core/state.js';
import type { View } from '../../core/table.js';
import type { Access } from '../access/may.js';
import { type Channel, channels, factsOf, seenBy } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import { tell } from '../rules.js';
import { users } from '../users/users.js';
import { roles } from './roles.js';

/** The first channel, by name, in whose lists a role is granted or denied something. */
export function channelNaming(view: View, role: string): Channel | undefined {
  return [...view.all(channels)].filter((one) => names(one, role)).sort(byAge)[0];
}

/** Everything that knows a role by its name learns the new one. */
export function renameEverywhere(tx: Tx, config: DomainConfig, from: string, to: string, by: Actor): void {
  const called = (name: string) => (name === from ? to : name === `!${from}` ? `!${to}` : name);
  replaceName(tx, from, called);
  for (const channel of [...tx.all(channels)].filter((one) => names(one, from)).sort(byAge)) {
    const lists = Object.entries(channel.access.roles ?? {}).map(([action, list]) => [
      action,
      list.map(called),
    ]);
    const next = {
      ...channel,
      access: { ...channel.access, roles: Object.fromEntries(lists) as Access['roles'] },
    };
    tx.put(channels, next as Channel);
    tell(tx, 'channel_update', {
      before: factsOf(tx, channel),
      channel: factsOf(tx, next as Channel),
      by,
      seenBy: seenBy(tx, config, next as Channel),
    });
  }
}

/** Nobody bears a role that is gone, and nobody may be called by those who bore it. */
export function forgetName(tx: Tx, role: string): void {
  replaceName(tx, role, (name) => (name === role ? undefined : name));
}

function replaceName(tx: Tx, role: string, called: (name: string) => string | undefined): void {
  const changed = (list: readonly string[]) => list.map(called).filter((name) => name !== undefined);
  for (const user of [...tx.all(users)]) {
    if (user.assigned?.includes(role)) tx.put(users, { ...user, assigned: changed(user.assigned) });
  }
  for (const other of [...tx.all(roles)]) {
    if (other.mentionedBy?.includes(role))
      tx.put(roles, { ...other, mentionedBy: changed(other.mentionedBy) });
  }
}

function names(channel: Channel, role: string): boolean {
  return Object.values(channel.access.roles ?? {}).some(
    (list) => list.includes(role) || list.includes(`!${role}`),
  );
}

function byAge(a: Channel, b: Channel): number {
  return Number(a.id) - Number(b.id);
}

import { anyTable } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import { roleBits } from '../access/grants.js';
import { type ChannelAction, mayNot } from '../access/may.js';
import { isBlockedByAny } from '../blocks/blocks.js';
import { type Channel, channels, type DirectState, factsOf } from '../channels/channels.js';
import { endChannel } from '../channels/ending.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId, UserId } from '../ids.js';
import { addMember, memberKey, memberLines, members } from '../members/members.js';
import { type Mentionable, messages } from '../messages/messages.js';
import { revisionLines } from '../messages/revision-lines.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import type { Person } from '../users/person.js';
import { personNow } from '../users/present.js';
import { claimsOf, type User, users } from '../users/users.js';

/** Somebody in a direct channel; without `person` they have left for good. */
export interface DirectPerson extends Mentionable {
  readonly person?: Person;
}

/** Users who have ever logged in through a dialect that shows direct channels: what is whispered to or by them is kept. */
export const directViewers = table({
  name: 'direct_viewers',
  class: 'resident',
  key: 'text',
  id: (row: { readonly user: UserId }) => row.user,
});

export const directTables = [anyTable(directViewers)];

/** What a set of people is found by. */
export function keyOfPeople(people: Iterable<UserId>): string {
  return [...new Set(people)].sort().join(' ');
}

/** The direct channel of just these people, none of whom has left. */
export function directOf(view: View, people: Iterable<UserId>): Channel | undefined {
  return view.one(channels, 'people', keyOfPeople(people));
}

const nobodys: ReadonlySet<ChannelAction> = new Set(['delete-any', 'create-thread', 'manage']);

/** A direct channel is its people's, whatever others may do elsewhere, and of no concern to anybody else. Who is blocked may read. */
export function mayNotInDirect(
  view: View,
  config: DomainConfig,
  user: User,
  id: ChannelId,
  direct: DirectState,
  action: ChannelAction,
): Rejection<RejectionCode> | undefined {
  if (!isInDirect(view, id, user.id)) return refuse('channel-unknown');
  if (nobodys.has(action)) return refuse('not-permitted');
  if ((action === 'send' || action === 'edit-own') && isBlockedByAny(view, direct.members, user.id))
    return refuse('blocked');
  const circumstances = { owner: false, inside: true };
  return mayNot(claimsOf(view, config, user), {}, action, circumstances, roleBits(config));
}

/** Whether a direct channel is somebody's own. Those who left for good are in it no longer. */
export function isInDirect(view: View, id: ChannelId, by: Actor): boolean {
  return by === 'host' || by === 'chat' || view.get(members, memberKey(id, by)) !== undefined;
}

/** Everybody a direct channel is for, in the order of their ids. */
export function peopleOfDirect(view: View, config: DomainConfig, direct: DirectState): DirectPerson[] {
  return direct.members.map((user) => {
    const gone = direct.gone?.find((one) => one.user === user);
    const person = gone === undefined ? personNow(view, config, user) : undefined;
    return person === undefined
      ? { user, handle: gone?.handle ?? user }
      : { user, handle: person.handle, person };
  });
}

/** Makes the direct channel of these people, whom `by` may bring together, and tells it. `hidden`: from whom until the first message. */
export function beginDirect(
  tx: Tx,
  config: DomainConfig,
  by: UserId | 'host',
  people: readonly User[],
  hidden: readonly UserId[],
): Channel | Rejection<RejectionCode> {
  const limit = config.limits.directsPerUser;
  if (by !== 'host' && tx.count(channels, 'opener', by) >= limit)
    return refuse('too-many-directs', { limit });
  const sorted = [...people].sort((a, b) => (a.id < b.id ? -1 : 1));
  const direct: DirectState = {
    members: sorted.map(({ id }) => id),
    ...(by === 'host' ? {} : { opener: by }),
    ...(hidden.length === 0 ? {} : { hidden }),
  };
  const id = String(nextId(tx)) as ChannelId;
  const channel: Channel = { id, kind: 'direct', name: '', access: {}, createdAt: tx.at, direct };
  tx.put(channels, channel);
  tx.begin(messages, id);
  tx.begin(memberLines, id);
  tx.begin(revisionLines, id);
  const facts = factsOf(tx, channel);
  tell(tx, 'direct_open', { channel: facts, people: peopleOfDirect(tx, config, direct), by, hidden });
  return channel;
}

/** Makes its people members of a new direct channel. */
export function peopleDirect(tx: Tx, config: DomainConfig, channel: Channel): void {
  for (const id of channel.direct?.members ?? []) {
    const user = tx.get(users, id);
    if (user !== undefined) addMember(tx, config, channel, user, false);
  }
}

/** Shows a direct channel again to those who have hidden it, or to one of them. Returns it as it is now. */
export function showDirect(tx: Tx, config: DomainConfig, channel: Channel, only?: UserId): Channel {
  const { direct } = channel;
  if (direct?.hidden === undefined) return channel;
  const shown = direct.hidden.filter((user) => only === undefined || user === only);
  if (shown.length === 0) return channel;
  const { hidden, ...open } = direct;
  const left = hidden.filter((user) => !shown.includes(user));
  const next: Channel = { ...channel, direct: left.length === 0 ? open : { ...open, hidden: left } };
  tx.put(channels, next);
  tell(tx, 'direct_show', {
    channel: factsOf(tx, next),
    people: peopleOfDirect(tx, config, open),
    shown,
  });
  return next;
}

/** Somebody has a session in a dialect that shows direct channels. */
export function noteDirectViewer(tx: Tx, user: UserId): void {
  if (tx.get(directViewers, user) === undefined) tx.put(directViewers, { user });
}

export function forgetDirectViewer(tx: Tx, user: UserId): void {
  if (tx.get(directViewers, user) !== undefined) tx.remove(directViewers, user);
}

/** Somebody leaves for good. A direct channel stays for the others with the name they had; the last one takes it along. */
export function leaveDirects(tx: Tx, user: User): void {
  for (const member of tx.by(members, 'user', user.id).sort((a, b) => a.since - b.since)) {
    const channel = tx.get(channels, member.channel);
    if (channel?.direct === undefined) continue;
    tx.remove(members, memberKey(channel.id, user.id));
    if (tx.one(members, 'channel', channel.id) === undefined) {
      const facts = factsOf(tx, channel);
      endChannel(tx, channel.id);
      tell(tx, 'direct_remove', { channel: facts });
      continue;
    }
    const { hidden = [], opener, gone = [], ...rest } = channel.direct;
    const still = hidden.filter((one) => one !== user.id);
    const direct: DirectState = {
      ...rest,
      ...(opener === undefined || opener === user.id ? {} : { opener }),
      ...(still.length === 0 ? {} : { hidden: still }),
      gone: [...gone, { user: user.id, handle: user.handle }],
    };
    tx.put(channels, { ...channel, direct });
  }
}

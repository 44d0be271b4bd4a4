import type { Tx } from '../../core/state.js';
import type { Need, View } from '../../core/table.js';
import { type Channel, channelByName, factsOf } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Surroundings } from '../events.js';
import type { ChannelId, UserId } from '../ids.js';
import { backlog } from '../lines/lines.js';
import { messages } from '../messages/messages.js';
import { type Online, online, peopleIn } from '../sessions/online.js';
import { authorOf, type Person } from '../users/person.js';

/** The recent past of a channel must be in memory to be told. */
export function needsBacklog(config: DomainConfig, channel: ChannelId | undefined): Need[] {
  return channel === undefined ? [] : [{ table: messages as never, newest: channel, limit: config.backlog }];
}

/** As {@link needsBacklog}, of the channel in which people find themselves when theirs ends. */
export function needsHome(view: View, config: DomainConfig): Need[] {
  return needsBacklog(config, channelByName(view, config.defaultChannel)?.id);
}

/** As {@link needsHome}, for a change of who somebody is: it may cost them the place where they are. */
export function needsHomeOf(view: View, config: DomainConfig, user: UserId): Need[] {
  return view.get(online, user)?.channel === undefined ? [] : needsHome(view, config);
}

export function surroundingsOf(
  view: View,
  config: DomainConfig,
  channel: Channel,
  self: UserId,
): Surroundings {
  return {
    channel: factsOf(view, channel),
    people: peopleIn(view, channel.id).filter((person) => person.user !== self),
    backlog: backlog(view, channel.id, config.backlog),
  };
}

/** Replaces how a person looks, everywhere it is remembered. */
export function showAs(tx: Tx, row: Online, person: Person): void {
  tx.put(online, { ...row, person, author: authorOf(person) });
}

import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { Need, View } from '../../core/table.js';
import { type Channel, channelByName, channels, factsOf, mayNotIn } from '../channels/channels.js';
import { removeChannel } from '../channels/remove.js';
import type { DomainConfig } from '../config.js';
import type { Surroundings } from '../events.js';
import type { ChannelId, UserId } from '../ids.js';
import { addLine, backlog } from '../lines/lines.js';
import { messages } from '../messages/messages.js';
import { refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import { type Online, online, peopleIn } from '../sessions/online.js';
import { authorOf, type Person } from '../users/person.js';
import { users } from '../users/users.js';

export interface PlaceCommands {
  /** Moves a user, with all sessions that follow their place, into another channel. */
  'place.enter': {
    input: { readonly user: UserId; readonly channel: ChannelId; readonly password?: string };
    result: { readonly channel: ChannelId };
  };
}

/** The recent past of a channel must be in memory to be told. */
export function needsBacklog(config: DomainConfig, channel: ChannelId | undefined): Need[] {
  return channel === undefined ? [] : [{ table: messages as never, newest: channel, limit: config.backlog }];
}

/** As {@link needsBacklog}, of the channel in which people find themselves when theirs ends. */
export function needsHome(view: View, config: DomainConfig): Need[] {
  return needsBacklog(config, channelByName(view, config.defaultChannel)?.id);
}

export function surroundingsOf(
  view: View,
  config: DomainConfig,
  channel: Channel,
  self: UserId,
): Surroundings {
  return {
    channel: factsOf(channel),
    people: peopleIn(view, channel.id).filter((person) => person.user !== self),
    backlog: backlog(view, channel.id, config.backlog),
  };
}

/** Replaces how a person looks, everywhere it is remembered. */
export function showAs(tx: Tx, row: Online, person: Person): void {
  tx.put(online, { ...row, person, author: authorOf(person) });
}

/** Moves somebody without asking whether they may. Tells the old channel, the new one, and the mover. */
export function move(tx: Tx, config: DomainConfig, user: UserId, to: Channel): void {
  const row = tx.get(online, user);
  if (row === undefined || row.channel === to.id) return;
  const { person } = row;
  const from = row.channel === undefined ? undefined : tx.get(channels, row.channel);
  if (from !== undefined) {
    const id = nextId(tx);
    addLine(tx, from.id, { id, at: tx.at, kind: 'leave', person }, config.limits.linesPerChannel);
    tell(tx, 'channel_leave', { person, channel: from.id, id });
  }
  const id = nextId(tx);
  addLine(tx, to.id, { id, at: tx.at, kind: 'enter', person }, config.limits.linesPerChannel);
  tx.put(online, { ...row, channel: to.id, since: id });
  tell(tx, 'channel_enter', { person, surroundings: surroundingsOf(tx, config, to, user), id });
  if (from !== undefined) endIfDeserted(tx, config, from, user);
}

/** A temporary channel ends with its last person, or with its owner's going (its own policy). */
export function endIfDeserted(tx: Tx, config: DomainConfig, channel: Channel, gone: UserId): void {
  if (channel.temporary === undefined) return;
  const ends =
    channel.temporary === 'owner'
      ? channel.owner === gone
      : tx.one(online, 'channel', channel.id) === undefined;
  if (ends) removeChannel(tx, config, channel, 'chat');
}

export function placeNoun(config: DomainConfig): Noun {
  const rules: Rules<PlaceCommands> = {
    'place.enter': {
      needs: (view, { channel, user }) => {
        const here = view.get(online, user)?.channel;
        const leaves = here === undefined ? undefined : view.get(channels, here);
        const home =
          leaves?.temporary === 'owner' ? channelByName(view, config.defaultChannel)?.id : undefined;
        return [...needsBacklog(config, channel), ...needsBacklog(config, home)];
      },
      decide(tx, { user, channel, password }) {
        const who = tx.get(users, user);
        if (who === undefined) return refuse('user-unknown');
        const row = tx.get(online, user);
        if (row === undefined) return refuse('user-offline');
        const to = tx.get(channels, channel);
        if (to === undefined) return refuse('channel-unknown');
        if (row.channel === channel) return refuse('channel-same');
        const no: Rejection | undefined = mayNotIn(tx, config, who, to, 'enter', password);
        if (no !== undefined) return no;
        move(tx, config, user, to);
        return { channel };
      },
    },
  };
  return { name: 'places', tables: [], rules: rules as Noun['rules'] };
}

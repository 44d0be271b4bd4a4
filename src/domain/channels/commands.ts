import type { Noun, Rules } from '../../core/command.js';
import type { Access } from '../access/may.js';
import { hashChannelPassword } from '../access/password.js';
import { seenBy } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId } from '../ids.js';
import { messages } from '../messages/messages.js';
import { move, removeChannel } from '../places/moves.js';
import { needsHome } from '../places/surroundings.js';
import { refuse } from '../rejections.js';
import { lacks, nextId, rankOf, tell } from '../rules.js';
import { online } from '../sessions/online.js';
import { fold } from '../users/names.js';
import { type Channel, channelByName, channels, channelTables, factsOf, isChannelName } from './channels.js';

/** A channel the host wants to be there from the start. */
export interface ChannelWish {
  readonly name: string;
  readonly rank?: number;
  readonly password?: string;
  readonly roles?: Access['roles'];
  readonly traits?: Access['traits'];
}

export interface ChannelCommands {
  /** Makes a channel. With `enter`, the maker is moved into it. */
  'channel.create': {
    input: ChannelWish & {
      readonly by: Actor;
      readonly temporary?: 'empty' | 'owner';
      readonly enter?: boolean;
    };
    result: { readonly channel: ChannelId };
  };
  /** Changes who gets in. `password: null` removes the password; what is left out stays. */
  'channel.update': {
    input: {
      readonly by: Actor;
      readonly channel: ChannelId;
      readonly name?: string;
      readonly rank?: number;
      readonly password?: string | null;
      readonly roles?: Access['roles'];
      readonly traits?: Access['traits'];
    };
    result: { readonly channel: ChannelId };
  };
  /** Ends a channel and its messages; everybody inside is moved to the default channel. */
  'channel.delete': { input: { readonly by: Actor; readonly channel: ChannelId }; result: undefined };
  /** Makes the channels that must be there and ends temporary ones that nobody can be in any more. */
  'channel.prepare': { input: { readonly wishes: readonly ChannelWish[] }; result: undefined };
}

function accessOf(wish: Omit<ChannelWish, 'name'>, salt: string): Access {
  return {
    ...(wish.rank ? { rank: wish.rank } : {}),
    ...(wish.password ? { password: hashChannelPassword(wish.password, salt) } : {}),
    ...(wish.roles === undefined ? {} : { roles: wish.roles }),
    ...(wish.traits === undefined ? {} : { traits: wish.traits }),
  };
}

export function channelNoun(config: DomainConfig): Noun {
  const { channelNameLength, channelsPerUser } = config.limits;
  const isHome = (channel: Channel) => fold(channel.name) === fold(config.defaultChannel);

  const rules: Rules<ChannelCommands> = {
    'channel.create': {
      needs: (view, { by, enter }) => (enter && by !== 'host' ? needsHome(view, config) : []),
      decide(tx, { by, temporary, enter, ...wish }) {
        const no = lacks(tx, config, by, 'channel.create');
        if (no !== undefined) return no;
        if (wish.rank !== undefined && wish.rank > rankOf(tx, config, by)) return refuse('rank-too-high');
        if (!isChannelName(wish.name, channelNameLength)) return refuse('channel-name-invalid');
        if (channelByName(tx, wish.name) !== undefined) return refuse('channel-exists', { name: wish.name });
        const owner = by === 'host' || by === 'chat' ? undefined : by;
        if (owner !== undefined && tx.by(channels, 'owner', owner).length >= channelsPerUser) {
          return refuse('too-many-channels', { limit: channelsPerUser });
        }
        if (temporary === undefined && lacks(tx, config, by, 'channel.permanent') !== undefined)
          return refuse('not-permitted');
        const id = String(nextId(tx)) as ChannelId;
        const channel: Channel = {
          id,
          kind: 'text',
          name: wish.name,
          access: accessOf(wish, id),
          createdAt: tx.at,
          ...(owner === undefined ? {} : { owner }),
          ...(temporary === undefined ? {} : { temporary }),
        };
        tx.put(channels, channel);
        tx.begin(messages, id);
        tell(tx, 'channel_create', { channel: factsOf(channel), by, seenBy: seenBy(tx, config, channel) });
        if (enter && owner !== undefined) move(tx, config, owner, channel);
        return { channel: id };
      },
    },
    'channel.update': {
      decide(tx, { by, channel: id, name, rank, password, roles, traits }) {
        const before = tx.get(channels, id);
        if (before === undefined) return refuse('channel-unknown');
        if (before.owner !== by || by === undefined) {
          const no =
            (rank === undefined ? undefined : lacks(tx, config, by, 'channel.rank')) ??
            (password === undefined ? undefined : lacks(tx, config, by, 'channel.password'));
          if (no !== undefined) return no;
        }
        if ((name !== undefined || roles !== undefined || traits !== undefined) && by !== 'host')
          return refuse('not-permitted');
        if (rank !== undefined && rank > rankOf(tx, config, by)) return refuse('rank-too-high');
        if (name !== undefined && !isChannelName(name, channelNameLength))
          return refuse('channel-name-invalid');
        if (name !== undefined && fold(name) !== fold(before.name) && isHome(before))
          return refuse('channel-default');
        const namesake = name === undefined ? undefined : channelByName(tx, name);
        if (namesake !== undefined && namesake.id !== id)
          return refuse('channel-exists', { name: name ?? '' });
        const { password: oldPassword, ...open } = before.access;
        const changed = accessOf(
          {
            ...(rank === undefined ? {} : { rank }),
            ...(password ? { password } : {}),
            ...(roles ? { roles } : {}),
            ...(traits ? { traits } : {}),
          },
          String(nextId(tx)),
        );
        const kept = password === undefined && oldPassword !== undefined ? { password: oldPassword } : {};
        const { rank: _, ...rankless } = open;
        const channel: Channel = {
          ...before,
          name: name ?? before.name,
          access: { ...(rank === undefined ? open : rankless), ...kept, ...changed },
        };
        tx.put(channels, channel);
        tell(tx, 'channel_update', {
          before: factsOf(before),
          channel: factsOf(channel),
          by,
          seenBy: seenBy(tx, config, channel),
        });
        return { channel: id };
      },
    },
    'channel.delete': {
      needs: (view) => needsHome(view, config),
      decide(tx, { by, channel: id }) {
        const channel = tx.get(channels, id);
        if (channel === undefined) return refuse('channel-unknown');
        if (channel.owner !== by) {
          const no = lacks(tx, config, by, 'channel.delete');
          if (no !== undefined) return no;
        }
        if (isHome(channel)) return refuse('channel-default');
        removeChannel(tx, config, channel, by);
        return undefined;
      },
    },
    'channel.prepare': {
      needs: (view) => needsHome(view, config),
      decide(tx, { wishes }) {
        // First, so that a channel that must be there is not one of them.
        const deserted = [...tx.all(channels)]
          .filter((one) => one.temporary !== undefined && tx.one(online, 'channel', one.id) === undefined)
          .sort((a, b) => Number(a.id) - Number(b.id));
        for (const channel of deserted) removeChannel(tx, config, channel, 'chat');
        for (const wish of wishes) {
          if (channelByName(tx, wish.name) !== undefined) continue;
          const id = String(nextId(tx)) as ChannelId;
          const channel: Channel = {
            id,
            kind: 'text',
            name: wish.name,
            access: accessOf(wish, id),
            createdAt: tx.at,
          };
          tx.put(channels, channel);
          tx.begin(messages, id);
          tell(tx, 'channel_create', {
            channel: factsOf(channel),
            by: 'host',
            seenBy: seenBy(tx, config, channel),
          });
        }
        return undefined;
      },
    },
  };
  return { name: 'channels', tables: channelTables, rules: rules as Noun['rules'] };
}

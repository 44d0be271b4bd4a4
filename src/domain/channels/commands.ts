import type { Noun, Rules } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import type { Need, View } from '../../core/table.js';
import type { Access } from '../access/may.js';
import { hashChannelPassword } from '../access/password.js';
import { seenBy } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId } from '../ids.js';
import { memberLines } from '../members/members.js';
import { messages } from '../messages/messages.js';
import { revisionLines } from '../messages/revision-lines.js';
import { log, type ModlogAction, needsLog } from '../modlog/modlog.js';
import { move, removeChannel } from '../places/moves.js';
import { reviewAccess } from '../places/review.js';
import { needsHome } from '../places/surroundings.js';
import { refuse } from '../rejections.js';
import { lacks, nextId, rankOf, tell } from '../rules.js';
import { online } from '../sessions/online.js';
import { fold } from '../users/names.js';
import {
  type Channel,
  type ChannelLook,
  channelByName,
  channels,
  channelTables,
  factsOf,
  isChannelName,
  isListed,
  type ListedKind,
  type MemberPolicy,
  mayNotAs,
  orderOf,
} from './channels.js';

/** A channel the host wants to be there from the start. */
export interface ChannelWish {
  readonly name: string;
  /** Default `text`. */
  readonly kind?: ListedKind;
  readonly look?: ChannelLook;
  readonly rank?: number;
  readonly password?: string;
  readonly roles?: Access['roles'];
  readonly grants?: Access['grants'];
  readonly memberPolicy?: MemberPolicy;
}

export interface ChannelCommands {
  /** Makes a channel. With `enter`, the maker is moved into it; refused with `user-offline` if they sit in none. */
  'channel.create': {
    input: ChannelWish & {
      readonly by: Actor;
      readonly temporary?: 'empty' | 'owner';
      readonly enter?: boolean;
    };
    result: { readonly channel: ChannelId };
  };
  /** Changes a channel. `password: null` removes the password; what is left out stays, `look` and `memberPolicy` are replaced as a whole. Who
   * may no longer read where they sit, or sits in what is no text channel any more, is moved to the default channel; that one keeps its name and kind, and has no password: `channel-default`. */
  'channel.update': {
    input: {
      readonly by: Actor;
      readonly channel: ChannelId;
      readonly name?: string;
      readonly kind?: ListedKind;
      readonly look?: ChannelLook;
      readonly rank?: number;
      readonly password?: string | null;
      readonly roles?: Access['roles'];
      readonly grants?: Access['grants'];
      readonly memberPolicy?: MemberPolicy;
    };
    result: { readonly channel: ChannelId };
  };
  /** Gives a channel another place in lists, 0 being the first; too large a number puts it last. */
  'channel.move': {
    input: { readonly by: Actor; readonly channel: ChannelId; readonly position: number };
    result: { readonly position: number };
  };
  /** Ends a channel and its messages; everybody inside is moved to the default channel. */
  'channel.delete': { input: { readonly by: Actor; readonly channel: ChannelId }; result: undefined };
  /** Makes the channels that must be there and ends temporary ones that nobody can be in any more. */
  'channel.prepare': { input: { readonly wishes: readonly ChannelWish[] }; result: undefined };
}

/** A channel as it is made of a wish. */
function channelOf(tx: Tx, wish: ChannelWish): Channel {
  const id = String(nextId(tx)) as ChannelId;
  return {
    id,
    kind: wish.kind ?? 'text',
    name: wish.name,
    access: accessOf(wish, id),
    createdAt: tx.at,
    ...(wish.look === undefined ? {} : { look: wish.look }),
    ...(wish.memberPolicy === undefined ? {} : { memberPolicy: wish.memberPolicy }),
  };
}

function accessOf(wish: Pick<ChannelWish, 'rank' | 'password' | 'roles' | 'grants'>, salt: string): Access {
  return {
    ...(wish.rank ? { rank: wish.rank } : {}),
    ...(wish.password ? { password: hashChannelPassword(wish.password, salt) } : {}),
    ...(wish.roles === undefined ? {} : { roles: wish.roles }),
    ...(wish.grants === undefined ? {} : { grants: wish.grants }),
  };
}

/** Whether its grants alone say who manages a channel. */
function hasGrants({ access }: Channel): boolean {
  return access.grants !== undefined;
}

/** Whether whoever may manage a channel may do all that there is to do with it. */
function isOwn(channel: Channel, by: Actor): boolean {
  return channel.owner === by || hasGrants(channel);
}

export function channelNoun(config: DomainConfig): Noun {
  const { channelNameLength, channelsPerUser } = config.limits;
  const isHome = (channel: Channel) =>
    isListed(channel) && fold(channel.name) === fold(config.defaultChannel);
  /** Rooms that come and go by themselves are nothing to log. */
  const logged = (view: View, { channel }: { readonly channel: ChannelId }): Need[] =>
    view.get(channels, channel)?.temporary === undefined ? needsLog('channel_update') : [];
  const write = (tx: Tx, by: Actor, action: ModlogAction, channel: Channel, more: object = {}) => {
    if (channel.temporary === undefined)
      log(tx, config, by, action, { channel: channel.id, name: channel.name, ...more });
  };
  const begin = (tx: Tx, channel: Channel, by: Actor) => {
    tx.put(channels, channel);
    tx.begin(messages, channel.id);
    tx.begin(memberLines, channel.id);
    tx.begin(revisionLines, channel.id);
    tell(tx, 'channel_create', { channel: factsOf(tx, channel), by, seenBy: seenBy(tx, config, channel) });
  };

  const rules: Rules<ChannelCommands> = {
    'channel.create': {
      needs: (view, { by, enter, temporary }) => [
        ...(enter && by !== 'host' ? needsHome(view, config) : []),
        ...(temporary === undefined ? needsLog('channel_create') : []),
      ],
      decide(tx, { by, temporary, enter, ...wish }) {
        const no = lacks(tx, config, by, 'channel.create');
        if (no !== undefined) return no;
        if (wish.rank !== undefined && wish.rank > rankOf(tx, config, by)) return refuse('rank-too-high');
        if (!isChannelName(wish.name, channelNameLength)) return refuse('channel-name-invalid');
        if (channelByName(tx, wish.name) !== undefined) return refuse('channel-exists', { name: wish.name });
        const owner = by === 'host' || by === 'chat' ? undefined : by;
        if (enter && owner !== undefined && tx.get(online, owner)?.channel === undefined)
          return refuse('user-offline');
        if (owner !== undefined && tx.by(channels, 'owner', owner).length >= channelsPerUser) {
          return refuse('too-many-channels', { limit: channelsPerUser });
        }
        if (temporary === undefined && lacks(tx, config, by, 'channel.permanent') !== undefined)
          return refuse('not-permitted');
        const channel: Channel = {
          ...channelOf(tx, wish),
          ...(owner === undefined ? {} : { owner }),
          ...(temporary === undefined ? {} : { temporary }),
        };
        begin(tx, channel, by);
        write(tx, by, 'channel_create', channel);
        if (enter && owner !== undefined) move(tx, config, owner, channel);
        return { channel: channel.id };
      },
    },
    'channel.update': {
      needs: (view) => [...needsHome(view, config), ...needsLog('channel_update')],
      decide(tx, { by, channel: id, name, kind, look, rank, password, roles, grants, memberPolicy }) {
        const before = tx.get(channels, id);
        if (before === undefined || !isListed(before)) return refuse('channel-unknown');
        const no = mayNotAs(tx, config, by, before, 'manage');
        if (no !== undefined) return no;
        if (!isOwn(before, by)) {
          const lacking =
            (rank === undefined ? undefined : lacks(tx, config, by, 'channel.rank')) ??
            (password === undefined ? undefined : lacks(tx, config, by, 'channel.password'));
          if (lacking !== undefined) return lacking;
        }
        // What makes a channel another one is for those who could as well end it and make a new one.
        const another = [name, kind, look, roles, grants, memberPolicy].some((part) => part !== undefined);
        if (another && !hasGrants(before)) {
          const lacking = lacks(tx, config, by, 'channel.delete');
          if (lacking !== undefined) return lacking;
        }
        if (kind !== undefined && kind !== before.kind && isHome(before)) return refuse('channel-default');
        // People find themselves there without being asked for it.
        if (password && isHome(before)) return refuse('channel-default', { name: before.name });
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
            ...(grants ? { grants } : {}),
          },
          String(nextId(tx)),
        );
        const kept = password === undefined && oldPassword !== undefined ? { password: oldPassword } : {};
        const { rank: _, ...rankless } = open;
        const empties = before.kind === 'text' && kind !== undefined && kind !== 'text';
        // Temporary ones end with whoever sits in them, and nobody does any more.
        const { temporary, ...lasting } = before;
        const channel: Channel = {
          ...(empties ? lasting : before),
          name: name ?? before.name,
          kind: kind ?? before.kind,
          ...(look === undefined ? {} : { look }),
          ...(memberPolicy === undefined ? {} : { memberPolicy }),
          access: { ...(rank === undefined ? open : rankless), ...kept, ...changed },
        };
        tx.put(channels, channel);
        // As when it ends: they are elsewhere before it is told.
        if (empties) reviewAccess(tx, config, { channel: id });
        const parts = Object.entries({ name, kind, look, rank, password, roles, grants, memberPolicy });
        write(tx, by, 'channel_update', channel, {
          ...(channel.name === before.name ? {} : { before: before.name }),
          changed: parts.filter(([, value]) => value !== undefined).map(([part]) => part),
        });
        tell(tx, 'channel_update', {
          before: factsOf(tx, before),
          channel: factsOf(tx, channel),
          by,
          seenBy: seenBy(tx, config, channel),
        });
        if (!empties) reviewAccess(tx, config, { channel: id });
        return { channel: id };
      },
    },
    'channel.delete': {
      needs: (view, input) => [...needsHome(view, config), ...logged(view, input)],
      decide(tx, { by, channel: id }) {
        const channel = tx.get(channels, id);
        if (channel === undefined || !isListed(channel)) return refuse('channel-unknown');
        const no =
          mayNotAs(tx, config, by, channel, 'manage') ??
          (isOwn(channel, by) ? undefined : lacks(tx, config, by, 'channel.delete'));
        if (no !== undefined) return no;
        if (isHome(channel)) return refuse('channel-default');
        write(tx, by, 'channel_delete', channel);
        removeChannel(tx, config, channel, by);
        return undefined;
      },
    },
    'channel.move': {
      needs: logged,
      decide(tx, { by, channel: id, position }) {
        const channel = tx.get(channels, id);
        if (channel === undefined || !isListed(channel)) return refuse('channel-unknown');
        const no =
          mayNotAs(tx, config, by, channel, 'manage') ??
          (isOwn(channel, by) ? undefined : lacks(tx, config, by, 'channel.delete'));
        if (no !== undefined) return no;
        const list = [...tx.all(channels)]
          .filter((one) => isListed(one) && one.id !== id)
          .sort((a, b) => orderOf(a) - orderOf(b));
        const to = Math.min(position, list.length);
        list.splice(to, 0, channel);
        for (const [place, one] of list.entries())
          if (one.position !== place) tx.put(channels, { ...one, position: place });
        write(tx, by, 'channel_move', channel, { position: to });
        tell(tx, 'channel_move', { channel: factsOf(tx, channel), position: to, by });
        return { position: to };
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
          begin(tx, channelOf(tx, wish), 'host');
        }
        return undefined;
      },
    },
  };
  return { name: 'channels', tables: channelTables, rules: rules as Noun['rules'] };
}

import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import { channelByName, channels, mayNotIn, mayNotSit } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, UserId } from '../ids.js';
import { refuse } from '../rejections.js';
import { online } from '../sessions/online.js';
import { users } from '../users/users.js';
import { move } from './moves.js';
import { needsBacklog } from './surroundings.js';

export interface PlaceCommands {
  /** Moves a user, with all sessions that follow their place, into another channel. Refused with `user-offline` if none of theirs does, and unless they may enter and read it. */
  'place.enter': {
    input: { readonly user: UserId; readonly channel: ChannelId; readonly password?: string };
    result: { readonly channel: ChannelId };
  };
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
        const to = tx.get(channels, channel);
        if (to === undefined || to.kind !== 'text') return refuse('channel-unknown');
        if (row?.channel === undefined) return refuse('user-offline');
        if (row.channel === channel) return refuse('channel-same');
        const no: Rejection | undefined =
          mayNotIn(tx, config, who, to, 'enter', password) ?? mayNotSit(tx, config, who, to);
        if (no !== undefined) return no;
        move(tx, config, user, to);
        return { channel };
      },
    },
  };
  return { name: 'places', tables: [], rules: rules as Noun['rules'] };
}

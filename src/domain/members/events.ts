import type { ChannelFacts } from '../channels/channels.js';
import type { DirectPerson } from '../directs/directs.js';
import type { Actor } from '../events.js';
import type { ChannelId, MessageId, SessionId, UserId } from '../ids.js';
import type { Person } from '../users/person.js';

/** What happens about who belongs to a channel, who follows it, and direct channels. Part of `EventMap`. */
export interface MembershipEvents {
  /** A session follows a channel. */
  subscription_open: { readonly session: SessionId; readonly user: UserId; readonly channel: ChannelFacts };
  /** A session follows a channel no longer. Not told of those that end with their session or their channel. */
  subscription_close: { readonly session: SessionId; readonly user: UserId; readonly channel: ChannelId };
  /**
   * Somebody belongs to a channel; not told of volatile members. `id` is that of the line in its history. `forced`: the channel has everybody join.
   */
  member_add: {
    readonly person: Person;
    readonly channel: ChannelFacts;
    readonly id: MessageId;
    readonly forced: boolean;
  };
  /** Somebody belongs to a channel no longer, by their own wish or somebody else's. `id` as in `member_add`. */
  member_remove: {
    readonly person: Person;
    readonly channel: ChannelFacts;
    readonly id: MessageId;
    readonly by: Actor;
  };
  /**
   * Somebody visits a channel (see `member.join`), or by their own wish no longer; not told of visits that end because nobody is there to follow
   * the channel. Concerns their own sessions.
   */
  member_visit: {
    readonly user: UserId;
    readonly channel: ChannelFacts;
    readonly on: boolean;
  };
  /** Some people have a direct channel now. `hidden`: those who do not see it before the first message. */
  direct_open: {
    readonly channel: ChannelFacts;
    readonly people: readonly DirectPerson[];
    readonly by: Actor;
    readonly hidden: readonly UserId[];
  };
  /** Somebody has taken a direct channel out of their list; concerns their own sessions. */
  direct_hide: { readonly channel: ChannelFacts; readonly user: UserId };
  /** A direct channel is back in the lists of some of its people. */
  direct_show: {
    readonly channel: ChannelFacts;
    readonly people: readonly DirectPerson[];
    readonly shown: readonly UserId[];
  };
  /** A direct channel and its messages are gone, with the last of its people. */
  direct_remove: { readonly channel: ChannelFacts };
}

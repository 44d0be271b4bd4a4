import type { ChannelFacts } from '../channels/channels.js';
import type { SessionId, UserId } from '../ids.js';
import type { Person } from '../users/person.js';

/** What happens in voice channels. Part of `EventMap`. */
export interface VoiceEvents {
  /** Somebody came into a voice channel. `inside`: the users who are in it now, those who may know how others are reached. */
  voice_join: {
    readonly person: Person;
    readonly channel: ChannelFacts;
    readonly session: SessionId;
    readonly peer: string;
    readonly muted: boolean;
    readonly inside: readonly UserId[];
  };
  /** Somebody is in a voice channel no longer. `inside`: the users who still are. */
  voice_leave: {
    readonly person: Person;
    readonly channel: ChannelFacts;
    readonly session: SessionId;
    readonly inside: readonly UserId[];
  };
  /** Somebody in a voice channel is muted or not, or is reached in another way: see `voice_join`. */
  voice_update: {
    readonly person: Person;
    readonly channel: ChannelFacts;
    readonly session: SessionId;
    readonly peer: string;
    readonly muted: boolean;
    readonly inside: readonly UserId[];
  };
}

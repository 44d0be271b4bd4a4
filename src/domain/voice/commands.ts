import type { Noun, Rules } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { type ChannelFacts, channels, factsOf, isOpen, mayNotIn } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, SessionId, UserId } from '../ids.js';
import { refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import { sessions } from '../sessions/online.js';
import { personNow } from '../users/present.js';
import { users } from '../users/users.js';
import {
  leaveVoice,
  shownStay,
  type VoiceMember,
  type VoiceStay,
  voice,
  voiceMembers,
  voiceTables,
  voiceUsers,
} from './voice.js';

export interface VoiceCommands {
  /** Brings a session into a voice channel, out of the one it is in. `peer`: how other clients reach this one. */
  'voice.join': {
    input: {
      readonly session: SessionId;
      readonly user: UserId;
      readonly channel: ChannelId;
      readonly peer: string;
    };
    /** `others`: who else is there. */
    result: { readonly channel: ChannelFacts; readonly others: readonly VoiceMember[] };
  };
  /** Takes a session out of voice. */
  'voice.leave': { input: { readonly session: SessionId }; result: { readonly channel: ChannelId } };
  /** Says whether somebody has muted themselves. */
  'voice.mute': {
    input: { readonly session: SessionId; readonly on: boolean };
    result: { readonly channel: ChannelFacts; readonly muted: boolean };
  };
}

export function voiceNoun(config: DomainConfig): Noun {
  /** What others see of a stay now. */
  const facts = (tx: Tx, { user, channel: id, ...stay }: VoiceStay) => {
    const person = personNow(tx, config, user);
    const channel = tx.get(channels, id);
    if (person === undefined || channel === undefined) return undefined;
    const { session, peer, muted } = stay;
    return { person, channel: factsOf(tx, channel), session, peer, muted, inside: voiceUsers(tx, id) };
  };

  const rules: Rules<VoiceCommands> = {
    'voice.join': {
      decide(tx, { session, user: id, channel: place, peer }) {
        const user = tx.get(users, id);
        if (user === undefined) return refuse('user-unknown');
        if (tx.get(sessions, session)?.user !== id) return refuse('user-offline');
        const channel = tx.get(channels, place);
        if (channel === undefined) return refuse('channel-unknown');
        const no = mayNotIn(tx, config, user, channel, 'see');
        if (no !== undefined) return no;
        const here = factsOf(tx, channel);
        if (!isOpen(here)) return refuse('channel-unknown');
        if (channel.kind !== 'voice') return refuse('channel-kind');
        const limit = config.limits.voicePeerLength;
        if (peer === '' || peer.length > limit) return refuse('voice-peer-invalid', { limit });
        const before = tx.get(voice, session);
        if (before !== undefined) leaveVoice(tx, config, before);
        const stay: VoiceStay = { session, user: id, channel: place, peer, muted: false, since: nextId(tx) };
        tx.put(voice, stay);
        const told = facts(tx, stay);
        if (told !== undefined) tell(tx, 'voice_join', told);
        const others = voiceMembers(tx, config, place).filter(({ person }) => person.user !== id);
        return { channel: here, others };
      },
    },
    'voice.leave': {
      decide(tx, { session }) {
        const stay = tx.get(voice, session);
        if (stay === undefined) return refuse('voice-none');
        leaveVoice(tx, config, stay);
        return { channel: stay.channel };
      },
    },
    'voice.mute': {
      decide(tx, { session, on }) {
        const before = tx.get(voice, session);
        const channel = before === undefined ? undefined : tx.get(channels, before.channel);
        if (before === undefined || channel === undefined) return refuse('voice-none');
        const stay: VoiceStay = { ...before, muted: on };
        tx.put(voice, stay);
        const told = facts(tx, stay);
        const shown = shownStay(tx, stay.channel, stay.user)?.session === session;
        if (told !== undefined && shown && on !== before.muted) tell(tx, 'voice_update', told);
        return { channel: factsOf(tx, channel), muted: on };
      },
    },
  };
  return { name: 'voice', tables: voiceTables, rules: rules as Noun['rules'] };
}

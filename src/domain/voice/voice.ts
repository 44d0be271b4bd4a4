import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import { channels, factsOf, isOpen, mayNotIn } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, MessageId, SessionId, UserId } from '../ids.js';
import { tell } from '../rules.js';
import { sessions } from '../sessions/online.js';
import type { Person } from '../users/person.js';
import { personNow } from '../users/present.js';
import { users } from '../users/users.js';

/** That a session is in a voice channel. What is said there goes from client to client; the chat only tells who is there. */
export interface VoiceStay {
  readonly session: SessionId;
  readonly user: UserId;
  readonly channel: ChannelId;
  /** How other clients reach this one; free text of the client's. */
  readonly peer: string;
  readonly muted: boolean;
  /** An id of the series. */
  readonly since: MessageId;
}

export const voice = table({
  name: 'voice',
  class: 'live',
  key: 'text',
  id: (stay: VoiceStay) => stay.session,
  indexes: {
    user: (stay: VoiceStay) => stay.user,
    channel: (stay: VoiceStay) => stay.channel,
  },
});

export const voiceTables = [anyTable(voice)];

/** Somebody in a voice channel as others see them. */
export interface VoiceMember {
  readonly person: Person;
  readonly peer: string;
  readonly muted: boolean;
}

/** Who is in a voice channel, each once however many sessions they are there with, in the order they came. */
export function voiceMembers(view: View, config: DomainConfig, channel: ChannelId): VoiceMember[] {
  const shown = new Map<UserId, VoiceStay>();
  for (const stay of staysIn(view, channel)) shown.set(stay.user, stay);
  const members: VoiceMember[] = [];
  for (const { user, peer, muted } of shown.values()) {
    const person = personNow(view, config, user);
    if (person !== undefined) members.push({ person, peer, muted });
  }
  return members;
}

/** The users in a voice channel, in the order they came. */
export function voiceUsers(view: View, channel: ChannelId): UserId[] {
  return [...new Set(staysIn(view, channel).map((stay) => stay.user))];
}

/** The stay others see of somebody in a channel: of several sessions the one that came last. */
export function shownStay(view: View, channel: ChannelId, user: UserId): VoiceStay | undefined {
  return staysIn(view, channel).findLast((stay) => stay.user === user);
}

function staysIn(view: View, channel: ChannelId): VoiceStay[] {
  return view.by(voice, 'channel', channel).sort((a, b) => a.since - b.since);
}

/** Takes a session out of voice and tells so. Somebody who is there with another session too is shown with that one. */
export function leaveVoice(tx: Tx, config: DomainConfig, stay: VoiceStay): void {
  const shown = shownStay(tx, stay.channel, stay.user);
  tx.remove(voice, stay.session);
  const channel = tx.get(channels, stay.channel);
  const person = personNow(tx, config, stay.user);
  // Taken back before anybody was told of them.
  if (channel === undefined || person === undefined) return;
  const rest = shownStay(tx, stay.channel, stay.user);
  const facts = { person, channel: factsOf(tx, channel), inside: voiceUsers(tx, stay.channel) };
  if (rest === undefined) tell(tx, 'voice_leave', { ...facts, session: stay.session });
  else if (shown?.session === stay.session)
    tell(tx, 'voice_update', { ...facts, session: rest.session, peer: rest.peer, muted: rest.muted });
}

/** As {@link leaveVoice}, for a session that may be in no voice channel. */
export function endVoiceOf(tx: Tx, config: DomainConfig, session: SessionId): void {
  const stay = tx.get(voice, session);
  if (stay !== undefined) leaveVoice(tx, config, stay);
}

/** Everybody goes: the channel ends. */
export function emptyVoice(tx: Tx, config: DomainConfig, channel: ChannelId): void {
  for (const stay of staysIn(tx, channel)) leaveVoice(tx, config, stay);
}

/**
 * Ends stays that could not begin now. To be called by whatever changes a channel, or who somebody is: their roles, what a role grants.
 * `only`: those of this user or in this channel.
 */
export function reviewVoice(
  tx: Tx,
  config: DomainConfig,
  only: { readonly user?: UserId; readonly channel?: ChannelId } = {},
): void {
  if (tx.size(voice as never) === 0) return;
  const stays = [...tx.all(voice)].sort((a, b) => a.since - b.since);
  for (const stay of stays) {
    if (only.user !== undefined && stay.user !== only.user) continue;
    if (only.channel !== undefined && stay.channel !== only.channel) continue;
    if (!mayStay(tx, config, stay)) leaveVoice(tx, config, stay);
  }
}

function mayStay(
  view: View,
  config: DomainConfig,
  { session, user: id, channel: place }: VoiceStay,
): boolean {
  const channel = view.get(channels, place);
  const user = view.get(users, id);
  if (channel === undefined || user === undefined || view.get(sessions, session) === undefined) return false;
  const open = channel.kind === 'voice' && isOpen(factsOf(view, channel));
  return open && mayNotIn(view, config, user, channel, 'see') === undefined;
}

import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import type { ChannelId, MessageId } from '../ids.js';
import { type Message, messages } from '../messages/messages.js';
import { chosenStatus } from '../status/status.js';
import { type Person, withoutProfile } from '../users/person.js';

/** Why a session, and with the last one a user, went. `replaced`: newer sessions of the user took its place. */
export type LeaveReason = 'leave' | 'timeout' | 'kick' | 'flood' | 'replaced';

/** Something that happened in a channel besides messages, remembered for those who come a little later. Not stored; people are without their profiles. */
export type Line = { readonly id: MessageId; readonly at: number } & (
  | { readonly kind: 'connect'; readonly person: Person }
  | { readonly kind: 'disconnect'; readonly person: Person; readonly reason: LeaveReason }
  | { readonly kind: 'enter'; readonly person: Person }
  | { readonly kind: 'leave'; readonly person: Person }
  | { readonly kind: 'nick'; readonly person: Person; readonly before: Person }
  | { readonly kind: 'announcement'; readonly text: string }
);

/** One piece of a channel's recent past. */
export type Entry =
  | { readonly message: Message; readonly line?: never }
  | { readonly line: Line; readonly message?: never };

export const lines = table({
  name: 'lines',
  class: 'live',
  key: 'text',
  id: (row: { readonly channel: ChannelId; readonly lines: readonly Line[] }) => row.channel,
});

export const lineTables = [anyTable(lines)];

/** Remembers a line, letting go of the oldest beyond `keep`. Of somebody who is invisible nothing is remembered. */
export function addLine(tx: Tx, channel: ChannelId, line: Line, keep: number): void {
  if (line.kind !== 'announcement' && chosenStatus(tx, line.person.user).status === 'invisible') return;
  const before = tx.get(lines, channel)?.lines ?? [];
  tx.put(lines, { channel, lines: [...before, bare(line)].slice(-keep) });
}

/** Profiles may be long, and those in lines may be old ones. */
function bare(line: Line): Line {
  if (line.kind === 'announcement') return line;
  const person = withoutProfile(line.person);
  return line.kind === 'nick'
    ? { ...line, person, before: withoutProfile(line.before) }
    : { ...line, person };
}

/** The newest `limit` messages and lines of a channel in one order, oldest first. */
export function backlog(view: View, channel: ChannelId, limit: number): Entry[] {
  if (limit <= 0) return [];
  const entries: Entry[] = [
    ...view.newest(messages, channel, limit).map((message) => ({ message })),
    ...(view.get(lines, channel)?.lines ?? []).map((line) => ({ line })),
  ];
  return entries.sort((a, b) => idOf(a) - idOf(b)).slice(-limit);
}

function idOf(entry: Entry): number {
  return entry.message === undefined ? entry.line.id : entry.message.id;
}

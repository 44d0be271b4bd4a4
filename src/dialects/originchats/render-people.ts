import type { Rendering } from '../../delivery/deliver.js';
import type { ChatEvent } from '../../domain/events.js';
import { normalClosure } from '../close-codes.js';
import type { RenderTable } from '../dialect.js';
import { holdsIn } from '../scope.js';
import { dialectName } from './dialect-name.js';
import type { Frame } from './packets.js';
import { rolesShape } from './role-shapes.js';
import { toAll } from './to-whom.js';

/** What events about people, their roles and their moderation look like (sections 6.5 to 6.7 and 8). */
export const peopleRenders = {
  user_update: renamed,
  roles_update: (event) => pushed(event, { cmd: 'roles_list', roles: rolesShape(event.roles) }),
  user_roles: (event) =>
    toAll(event, {
      cmd: 'user_roles_get',
      user: event.person.handle,
      roles: event.roles,
      color: event.person.roleColour ?? null,
      global: true,
    }),
  user_kick: (event) =>
    holdsIn(event, dialectName) ? [sentAway(event.person.user, 'You have been kicked')] : [],
  user_ban: (event) =>
    // Who is banned by `user_ban` stays connected, and nobody is told (section 6.6).
    event.stayed === dialectName || !holdsIn(event, dialectName)
      ? []
      : [sentAway(event.person.user, 'You have been banned')],
  user_unban: { silent: 'only the issuer is told, in the reply' },
  user_silence: ({ person, until, at, text }) => {
    const reason = text === undefined ? 'User timeout set' : `Muted: ${text}`;
    const to = { to: 'user', user: person.user } as const;
    return [{ to, packets: [{ cmd: 'rate_limit', reason, length: timeGiven(until, at) }] }];
  },
  user_unsilence: { silent: 'the next message goes through' },
  user_leave: left,
} satisfies Partial<RenderTable<Frame>>;

/** Ends all connections of somebody: the one way in which the server drops them (section 3.5). */
export function sentAway(user: string, reason: string): Rendering<Frame> {
  return {
    to: { to: 'user', user },
    packets: [{ cmd: 'disconnect', reason }],
    close: { code: normalClosure, reason: '' },
  };
}

/** What is broadcast besides the asker's reply goes to the asker too, and carries no `listener` (section 2). */
function pushed({ origin }: Pick<ChatEvent, 'origin'>, frame: Frame): Rendering<Frame>[] {
  return toAll(origin === undefined ? {} : { origin: { session: origin.session } }, frame);
}

/**
 * One broadcast to everybody (section 8). The asker's own copy is their reply: it has all that the document gives the answer, and carries
 * `listener`. The original answers a second time with `user` in place of `username`, which no client reads.
 *
 * Who was removed by somebody else is told of without `val` (section 6.6, `user_delete`).
 */
function left(event: ChatEvent<'user_leave'>): Rendering<Frame>[] {
  const frame: Frame = { cmd: 'user_leave', username: event.username };
  return event.by === undefined ? toAll(event, { ...frame, val: 'User left server' }) : pushed(event, frame);
}

/** Display names go out as nicknames; what somebody else changed, or a new username, as `user_updated` (section 7). */
function renamed(event: ChatEvent<'user_update'>): Rendering<Frame>[] {
  const { cause, before, person, by } = event;
  const isSame = before.handle === person.handle && before.displayName === person.displayName;
  if (cause !== 'name' && (cause !== 'profile' || isSame)) return [];
  const moderated = by !== undefined && by !== 'host' && by !== person.user;
  if (moderated || before.handle !== person.handle) {
    const { identity, handle, displayName = null } = person;
    return pushed(event, { cmd: 'user_updated', user_id: identity, username: handle, nickname: displayName });
  }
  const facts = { user: person.identity, username: person.handle };
  return pushed(
    event,
    person.displayName === undefined
      ? { cmd: 'nickname_remove', ...facts }
      : { cmd: 'nickname_update', ...facts, nickname: person.displayName },
  );
}

/** Milliseconds, as `rate_limit` carries them; without an end, the most that clients' timers take. */
export function timeLeft(until: number | null, now: number): number {
  return until === null ? 2 ** 31 - 1 : Math.max(0, Math.ceil(until - now));
}

/** How long a timeout was given for, in whole seconds (as milliseconds): it is decided a moment after it was wished for. */
export function timeGiven(until: number | null, at: number): number {
  return until === null ? timeLeft(until, at) : Math.round(timeLeft(until, at) / 1000) * 1000;
}

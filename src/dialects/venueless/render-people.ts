import { isDeepStrictEqual } from 'node:util';
import type { Rendering } from '../../delivery/deliver.js';
import type { ChatEvent } from '../../domain/events.js';
import type { RenderTable } from '../dialect.js';
import type { Tools } from './ask.js';
import { dialectName } from './dialect-name.js';
import type { Frame } from './packets.js';
import { personShape } from './shapes.js';
import { normalClosure, reload, toOthersOf, toUser } from './to-whom.js';

/** What events about people and their moderation look like (sections 2 and 5). */
export function renderPeople({ settings: { badges } }: Tools) {
  /** Whoever has changed is told in their other sessions, everybody else sees it in what they are shown next (section 5). */
  const updated = (event: ChatEvent<'user_update'>): readonly Rendering<Frame>[] => {
    const { before, person, state, origin } = event;
    const shape = personShape(person, badges);
    if (origin?.tag === 'user.admin.update') return [toUser(person.user, ['user.updated', shape])];
    const asked = origin?.tag === 'user.update';
    // Colour, rank, or what somebody does in another protocol is not seen here.
    if (!asked && state === undefined && isDeepStrictEqual(personShape(before, badges), shape)) return [];
    const own = state === undefined ? shape : { ...shape, client_state: state };
    return [toOthersOf(person.user, event, ['user.updated', own])];
  };
  return {
    user_join: { silent: 'nobody is told who has an account' },
    user_connect: { silent: 'clients ask who is online' },
    user_disconnect: { silent: 'clients ask who is online' },
    session_open: { silent: 'the login is answered by its handler' },
    session_close: ({ session, reason }) =>
      reason !== 'replaced'
        ? []
        : [
            {
              to: { to: 'session', session },
              packets: [['error', { code: 'connection.replaced', message: 'Connection replaced' }]],
              close: { code: normalClosure, reason: '' },
            },
          ],
    user_update: updated,
    // What they may do is asked at each command; real clients learn of it no earlier either (section 5).
    user_roles: { silent: 'seen at the next login' },
    user_kick: ({ person }) => [reload(person.user)],
    user_ban: ({ person }) => [reload(person.user)],
    user_unban: { silent: 'seen at the next login' },
    user_silence: ({ person }) => [reload(person.user)],
    // Whoever is reactivated in this protocol is not told (section 5).
    user_unsilence: ({ person, origin }) => (origin?.tag === 'user.reactivate' ? [] : [reload(person.user)]),
    user_leave: ({ user, via }) =>
      via === dialectName
        ? [reload(user)]
        : [
            {
              to: { to: 'user', user },
              packets: [['error', { code: 'auth.denied' }]],
              close: { code: normalClosure, reason: '' },
            },
          ],
  } satisfies Partial<RenderTable<Frame>>;
}

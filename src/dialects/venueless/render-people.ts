import type { Rendering } from '../../delivery/deliver.js';
import type { ChatEvent } from '../../domain/events.js';
import { displayNameOf } from '../../domain/profiles/profiles.js';
import type { Person } from '../../domain/users/person.js';
import { normalClosure } from '../close-codes.js';
import type { RenderTable } from '../dialect.js';
import { holdsIn } from '../scope.js';
import type { Tools } from './ask.js';
import { dialectName } from './dialect-name.js';
import type { Frame } from './packets.js';
import { badgesOf, type Look, personShape } from './shapes.js';
import { reload, toOthersOf, toUser } from './to-whom.js';

/** Whether somebody is shown as before. A profile is the same object until it changes. */
function looksSame(before: Person, now: Person, badges: Look['badges']): boolean {
  return (
    before.profile === now.profile &&
    displayNameOf(before) === displayNameOf(now) &&
    badgesOf(before.traits, badges).join('\n') === badgesOf(now.traits, badges).join('\n')
  );
}

/** What events about people and their moderation look like (sections 2 and 5). */
export function renderPeople({ settings: { badges } }: Tools) {
  /** Whoever has changed is told in their other sessions, everybody else sees it in what they are shown next (section 5). */
  const updated = (event: ChatEvent<'user_update'>): readonly Rendering<Frame>[] => {
    const { before, person, state, origin } = event;
    const shape = personShape(person, badges);
    if (origin?.tag === 'user.admin.update') return [toUser(person.user, ['user.updated', shape])];
    const asked = origin?.tag === 'user.update';
    // Colour, rank, or what somebody does in another protocol is not seen here.
    if (!asked && state === undefined && looksSame(before, person, badges)) return [];
    const own = state === undefined ? shape : { ...shape, client_state: state };
    return [toOthersOf(person.user, event, ['user.updated', own])];
  };
  return {
    user_join: { silent: 'nobody is told who has an account' },
    user_connect: { silent: 'clients ask who is online' },
    user_disconnect: { silent: 'clients ask who is online' },
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
    user_roles: { silent: 'told by what it changes about the user' },
    user_kick: (event) => (holdsIn(event, dialectName) ? [reload(event.person.user)] : []),
    user_ban: (event) => (holdsIn(event, dialectName) ? [reload(event.person.user)] : []),
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

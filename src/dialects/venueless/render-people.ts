import type { RenderTable } from '../dialect.js';
import type { Tools } from './ask.js';
import { dialectName } from './dialect-name.js';
import type { Frame } from './packets.js';
import { normalClosure, reload } from './to-whom.js';

/** What events about people and their moderation look like (sections 2 and 5). */
export function renderPeople(_: Tools) {
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
    user_update: { silent: 'to be shown' },
    user_roles: { silent: 'told by what it changes about the user' },
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

import type { SessionId } from '../ids.js';
import type { IdentityRef } from './identity.js';
import type { Person } from './person.js';

/** What happens about further identities of users. Part of `EventMap`. */
export interface LinkEvents {
  /** An identity logs in as a user who has another main one. `leads`: what it says of them holds from its next login on. */
  user_link: { readonly person: Person; readonly identity: IdentityRef; readonly leads: boolean };
  /** An identity logs in as that user no longer. `ended`: the sessions it had opened; their connections are closed. */
  user_unlink: {
    readonly person: Person;
    readonly identity: IdentityRef;
    readonly ended: readonly SessionId[];
  };
}

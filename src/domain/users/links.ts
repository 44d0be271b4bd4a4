import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import type { UserId } from '../ids.js';
import { type IdentityRef, identityKey } from './identity.js';
import type { User } from './users.js';

/** What an identity says that gives rights or colours: all of it is taken back from one that leads no more. */
export type Claimed = Pick<User, 'colour' | 'rank' | 'roles' | 'traits' | 'permissions'>;

/** How a user is called, which goes with the leading identity likewise. */
export type Named = Pick<User, 'name' | 'handle' | 'unnamed'>;

/** A further identity that logs in as a user, besides the one in their record. */
export interface Link {
  /** Of the chat's one series: links are listed in this order. */
  readonly id: string;
  readonly user: UserId;
  readonly provider: string;
  /** `Identity.id`. */
  readonly identity: string;
  /** What it says of its user holds, in place of what the main one says; and what the record claimed, and was called, before. At most one of a user's. */
  readonly leads?: { readonly before: Claimed; readonly named: Named };
}

export const links = table({
  name: 'links',
  class: 'resident',
  key: 'text',
  id: (link: Link) => link.id,
  indexes: {
    identity: (link: Link) => identityKey(link.provider, link.identity),
    user: (link: Link) => link.user,
  },
});

/** The link of an identity, if it is a further one of somebody. */
export function linkOf(view: View, { provider, id }: IdentityRef): Link | undefined {
  return view.one(links, 'identity', identityKey(provider, id));
}

/** A user's further identities, in the order they were linked. */
export function linksOf(view: View, user: UserId): Link[] {
  return view.by(links, 'user', user).sort((a, b) => Number(a.id) - Number(b.id));
}

/** The further identity whose claims are the user's; `undefined` while those of the main one are. */
export function leaderOf(view: View, user: UserId): Link | undefined {
  return view.by(links, 'user', user).find(({ leads }) => leads !== undefined);
}

/** Which identity a link is of. */
export function refOf({ provider, identity }: Pick<Link, 'provider' | 'identity'>): IdentityRef {
  return { provider, id: identity };
}

/** Who leaves for good comes back by none of their identities, unless each as somebody new. */
export function forgetLinks(tx: Tx, user: UserId): void {
  for (const { id } of tx.by(links, 'user', user)) tx.remove(links, id);
}

import type { Tx } from '../../core/state.js';
import { forgetBlocksOf } from '../blocks/blocks.js';
import type { DomainConfig } from '../config.js';
import { forgetCredentials } from '../credentials/commands.js';
import { copyBans, isBannedAnywhere, silences } from '../moderation/bans.js';
import { forgetStatus } from '../status/status.js';
import { createUser } from './create.js';
import type { Identity, IdentityRef } from './identity.js';
import { forgetLinks, linkOf, links, linksOf } from './links.js';
import { claimNumber, lastSeen, type User, users } from './users.js';

/** What goes with a record, in this order. */
export function forgetUser(tx: Tx, user: User): void {
  forgetTheirs(tx, user);
  forgetLinks(tx, user.id);
  tx.remove(users, user.id);
}

function forgetTheirs(tx: Tx, user: User): void {
  forgetCredentials(tx, user);
  forgetStatus(tx, user.id);
  forgetBlocksOf(tx, user.id);
  tx.remove(lastSeen, user.id);
  tx.remove(silences, user.id);
}

/** Of somebody banned who leaves for good, keeps only which identities the ban means, and under what name, which nobody takes meanwhile. */
export function keepRemains(tx: Tx, user: User): void {
  forgetTheirs(tx, user);
  for (const { leads, ...link } of tx.by(links, 'user', user.id))
    if (leads !== undefined) tx.put(links, link);
  tx.put(users, remainsOf(user));
}

function remainsOf({ id, provider, identity, name, handle, private: hidden, number, createdAt }: User): User {
  const shown = hidden ? { private: hidden } : {};
  return { id, provider, identity, name, handle, ...shown, number, createdAt, left: true };
}

/** Lets go of what is left of somebody once no ban of theirs is in force. Earlier versions kept more until then: that goes now. */
export function reviewRemains(tx: Tx, user: User | undefined): void {
  if (!user?.left) return;
  if (!isBannedAnywhere(tx, user.id, tx.at)) forgetUser(tx, user);
  else if (JSON.stringify(user) !== JSON.stringify(remainsOf(user))) keepRemains(tx, user);
}

/** A new life of an identity whose user left for good while banned: in protocols where they are kept out still, so they are. */
export function beginAnew(tx: Tx, config: DomainConfig, remains: User, identity: Identity): User {
  parted(tx, remains, identity);
  const user = createUser(tx, config, identity);
  copyBans(tx, remains.id, user.id);
  return user;
}

/** Takes an identity out of what is left of somebody; the bans go on for the others, if there are any. */
function parted(tx: Tx, remains: User, identity: IdentityRef): void {
  const [heir] = linksOf(tx, remains.id);
  if (heir === undefined) return forgetUser(tx, remains);
  const link = linkOf(tx, identity);
  tx.remove(links, (link ?? heir).id);
  if (link !== undefined) return;
  const main = { provider: heir.provider, id: heir.identity };
  tx.put(users, {
    ...remains,
    provider: main.provider,
    identity: main.id,
    number: claimNumber(tx, main, true),
  });
}

import type { Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import type { SessionId, UserId } from '../ids.js';
import { isBannedAnywhere, silenceOf } from '../moderation/bans.js';
import { needsHome, needsHomeOf } from '../places/surroundings.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import { endSession } from '../sessions/ending.js';
import { sessionsOf } from '../sessions/online.js';
import { identityChanges } from './apply.js';
import { become } from './become.js';
import type { Identity, IdentityRef } from './identity.js';
import { type Link, leaderOf, linkOf, links, type Named, refOf } from './links.js';
import { personNow } from './present.js';
import { freeHandle, livingUser, recordOfIdentity, type User } from './users.js';

export interface LinkCommands {
  /**
   * Lets a further identity log in as a user. `leads`: what it says of them holds, in place of what the identity says that led until now; default
   * `false`. Again for one that is linked: only `leads` changes. Refused with `user-unknown`, with `identity-in-use` if it is somebody's already, the
   * user's main one included, and with `too-many-identities`.
   */
  'user.link': {
    input: { readonly user: UserId; readonly identity: IdentityRef; readonly leads?: boolean };
    result: undefined;
  };
  /**
   * Takes a further identity away: sessions it has opened end, and if it led, what it claimed goes, and the name it brought. Refused with `user-unknown`, `identity-main`,
   * `identity-unknown` if it is not linked to the user; and with `user-banned` or `user-silenced`, since it would come back as somebody who is not.
   */
  'user.unlink': {
    input: { readonly user: UserId; readonly identity: IdentityRef };
    result: { readonly ended: readonly SessionId[] };
  };
}

export function linkRules(config: DomainConfig): Rules<LinkCommands> {
  return {
    'user.link': {
      needs: (view, { user }) => needsHomeOf(view, config, user),
      decide(tx, { user, identity, leads = false }) {
        const record = livingUser(tx, user);
        if (record === undefined) return refuse('user-unknown');
        const there = linkOf(tx, identity);
        if (there === undefined ? recordOfIdentity(tx, identity) !== undefined : there.user !== user)
          return refuse('identity-in-use');
        const limit = config.limits.linksPerUser;
        if (there === undefined && tx.count(links, 'user', user) >= limit)
          return refuse('too-many-identities', { limit });
        if (there !== undefined && leads === (there.leads !== undefined)) return undefined;
        const { provider, id } = identity;
        const link: Link = there ?? { id: String(nextId(tx)), user, provider, identity: id };
        if (leads) lead(tx, config, record, link);
        else if (there?.leads !== undefined) stopLeading(tx, config, record, there);
        else tx.put(links, link);
        tell(tx, 'user_link', { person: personOf(tx, config, user), identity: { provider, id }, leads });
        return undefined;
      },
    },
    'user.unlink': {
      needs: (view) => needsHome(view, config),
      decide(tx, { user, identity }) {
        const record = livingUser(tx, user);
        if (record === undefined) return refuse('user-unknown');
        const { provider, id } = identity;
        if (record.provider === provider && record.identity === id) return refuse('identity-main');
        const link = linkOf(tx, identity);
        if (link?.user !== user) return refuse('identity-unknown');
        const no = keptOut(tx, user);
        if (no !== undefined) return no;
        const opened = sessionsOf(tx, user).filter(
          ({ linked }) => linked?.provider === provider && linked.id === id,
        );
        for (const session of opened) endSession(tx, config, session, 'leave');
        if (link.leads !== undefined) stopLeading(tx, config, record, link);
        tx.remove(links, link.id);
        const ended = opened.map((session) => session.id);
        tell(tx, 'user_unlink', { person: personOf(tx, config, user), identity: refOf(link), ended });
        return { ended };
      },
    },
  };
}

/** Somebody who is there, whether or not they are online. */
function personOf(tx: Tx, config: DomainConfig, user: UserId) {
  return personNow(tx, config, user) as NonNullable<ReturnType<typeof personNow>>;
}

function lead(tx: Tx, config: DomainConfig, record: User, link: Link): void {
  const leader = leaderOf(tx, record.id);
  const leads = leader?.leads ?? { before: identityChanges(record), named: namedAs(record) };
  tx.put(links, { ...link, leads });
  if (leader === undefined) return;
  tx.put(links, withoutLead(leader));
  const { unnamed: _, ...plain } = record;
  holdAgain(tx, config, record, { ...plain, ...calledAgain(tx, config, record, leads.named) });
}

/** What the record claimed and was called before holds again: of a local account nobody else would say it. */
function stopLeading(tx: Tx, config: DomainConfig, record: User, link: Link): void {
  tx.put(links, withoutLead(link));
  if (link.leads === undefined) return;
  const { before, named } = link.leads;
  const { colour: _c, rank: _r, roles: _o, traits: _t, permissions: _p, unnamed: _u, ...rest } = record;
  holdAgain(tx, config, record, { ...rest, ...before, ...calledAgain(tx, config, record, named) });
}

function holdAgain(tx: Tx, config: DomainConfig, record: User, next: User): void {
  const said = (user: User) => JSON.stringify([identityChanges(user), namedAs(user)]);
  if (said(next) !== said(record)) become(tx, config, record, next);
}

function namedAs({ name, handle, unnamed }: Named): Named {
  return { name, handle, ...(unnamed ? { unnamed } : {}) };
}

/** The earlier name with the earlier handle, unless somebody else wears that by now: then with a number behind it. */
function calledAgain(tx: Tx, config: DomainConfig, record: User, named: Named): Named {
  const kept = record.private || record.name === named.name;
  return { ...named, handle: kept ? record.handle : freeHandle(tx, named.handle, config, record.id) };
}

/** What the host says holds also once nobody leads any more: rights that it took must not come back. `next`: the record with it. */
export function heedHost(tx: Tx, next: User, identity: Partial<Identity>): void {
  if (identity.name !== undefined) keepName(tx, next);
  const leader = leaderOf(tx, next.id);
  if (leader?.leads === undefined) return;
  const before = identityChanges({ ...leader.leads.before, ...identity });
  tx.put(links, { ...leader, leads: { ...leader.leads, before } });
}

/** A name that no identity brought is also theirs once nobody leads any more. */
export function keepName(tx: Tx, next: User): void {
  const leader = leaderOf(tx, next.id);
  if (leader?.leads === undefined) return;
  tx.put(links, { ...leader, leads: { ...leader.leads, named: namedAs(next) } });
}

function withoutLead({ leads: _, ...link }: Link): Link {
  return link;
}

function keptOut(tx: Tx, user: UserId): Rejection<RejectionCode> | undefined {
  if (isBannedAnywhere(tx, user, tx.at)) return refuse('user-banned');
  return silenceOf(tx, user, tx.at) === undefined ? undefined : refuse('user-silenced');
}

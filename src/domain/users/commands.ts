import type { Noun, Rules } from '../../core/command.js';
import type { View } from '../../core/table.js';
import { mayNotShow } from '../acting.js';
import type { DomainConfig } from '../config.js';
import { type Credential, isCredentialOf } from '../credentials/credentials.js';
import type { Actor } from '../events.js';
import type { UserId } from '../ids.js';
import { needsAllLines } from '../members/members.js';
import { log, needsLog } from '../modlog/modlog.js';
import { needsHomeOf } from '../places/surroundings.js';
import { displayNameOf } from '../profiles/profiles.js';
import { refuse } from '../rejections.js';
import { lacks, outranks, tell } from '../rules.js';
import { type Online, online } from '../sessions/online.js';
import { endIdle, isTooLong, isVisible, statusOf } from '../status/status.js';
import { applyIdentity, heedIdentity } from './apply.js';
import { become } from './become.js';
import { callBy } from './calling.js';
import { forgetGuests } from './guests.js';
import type { Identity } from './identity.js';
import { leaveForGood, needsToLeave } from './leaving.js';
import { heedHost, keepName, type LinkCommands, linkRules } from './linking.js';
import { makesHandle, maxHandleLength, shape, skeleton } from './names.js';
import { type Person, personOf } from './person.js';
import { showAnew, showAway, showNow } from './shown.js';
import {
  isReserved,
  isWorn,
  livingUser,
  type User,
  users,
  userTables,
  wearerOf,
  wishedHandle,
} from './users.js';

export interface UserCommands extends LinkCommands {
  /** Chooses a name for as long as the user stays online; `undefined` goes back to the handle. Whoever is silenced chooses none. */
  'user.nick': {
    input: { readonly by: Actor; readonly user: UserId; readonly nick?: string };
    result: { readonly person: Person };
  };
  /**
   * Sets or, with `null`, clears how a user is called where names are no keys; the first such name of somebody unnamed becomes their name, with
   * a handle made of it. `name`: another name to make the handle of, which only others give; what auth brings next time goes over it; `name-invalid` if it
   * makes no whole handle. Stored. Whoever is silenced gives no names, but for the first one of themselves.
   */
  'user.rename': {
    input: {
      readonly by: Actor;
      readonly user: UserId;
      readonly displayName?: string | null;
      readonly name?: string;
    };
    result: { readonly person: Person };
  };
  /** Says why somebody is away, plain and at most `statusTextLength`, or that they are back, which also ends being `idle`. Whoever is silenced gives no new reason. */
  'user.away': {
    input: { readonly user: UserId; readonly reason?: string };
    result: { readonly person: Person };
  };
  /** The host says anew who somebody is; what is left out keeps its value. `name-invalid`: a new name that makes no whole handle. */
  'user.update': {
    input: { readonly user: UserId; readonly identity: Partial<Omit<Identity, 'provider' | 'id'>> };
    result: { readonly person: Person };
  };
  /** Auth says anew who somebody is whom their protocol does not let in for it: as at a login, what the identity does not bring is gone. */
  'user.renew': {
    input: { readonly user: UserId; readonly identity: Identity };
    result: { readonly person: Person };
  };
  /**
   * Leaves for good: the account goes, messages stay with the name they were signed with, but for those in encrypted groups. `credential`: what
   * was verified first; refused with `credentials-stale` if it is no longer theirs.
   */
  'user.leave': {
    input: {
      readonly user: UserId;
      readonly via: string;
      readonly credential?: Pick<Credential, 'realm' | 'key' | 'hash'>;
    };
    result: { readonly kept: boolean };
  };
  /** Forgets guests who stayed away, see `guestDays` and `guestAccounts`. At most some hundred in one run; `more`: there are others. */
  'guests.forget': { input: object; result: { readonly forgotten: number; readonly more: boolean } };
}

/** Whether somebody else who is there is known by this name or one that looks like it. Who is invisible keeps a nick, which is nobody's name besides. */
export function wornOnline(tx: View, name: string, except: UserId): boolean {
  const other = (row: Online) => row.user !== except;
  if (tx.by(online, 'nickSkeleton', skeleton(name)).some(other)) return true;
  if (tx.by(online, 'nickShape', shape(name)).some(other)) return true;
  const wearer = wearerOf(tx, name, except);
  return wearer !== undefined && isVisible(tx, wearer.id);
}

export function userNoun(config: DomainConfig): Noun {
  const rules: Rules<UserCommands> = {
    ...linkRules(config),
    'user.nick': {
      needs: (_, { by, user }) => (by === user ? [] : needsLog('user_update')),
      decide(tx, { by, user, nick }) {
        const no =
          by === user
            ? lacks(tx, config, by, 'nick.own', 'nick.others')
            : lacks(tx, config, by, 'nick.others');
        if (no !== undefined) return no;
        const record = tx.get(users, user);
        const row = tx.get(online, user);
        if (record === undefined || row === undefined) return refuse('user-offline');
        const wished = nick === undefined || nick === '' || nick === record.handle ? undefined : nick;
        const silenced = mayNotShow(tx, config, by, wished, row.person.nick);
        if (silenced !== undefined) return silenced;
        if (wished !== undefined && (wornOnline(tx, wished, user) || isReserved(config, wished))) {
          return refuse('name-in-use', { name: wished });
        }
        if (by !== user) {
          const target = { user, name: record.handle };
          log(tx, config, by, 'user_update', { target, nick: wished ?? null });
        }
        const person = personOf(tx, config, record, { nick: wished, away: row.person.away });
        return { person: showNow(tx, config, row, person, 'nick') };
      },
    },
    'user.rename': {
      needs: (_, { by, user }) => (by === user ? [] : needsLog('user_update')),
      decide(tx, { by, user, displayName, name }) {
        const no = by === user && name === undefined ? undefined : lacks(tx, config, by, 'nick.others');
        if (no !== undefined) return no;
        const record = livingUser(tx, user);
        if (record === undefined) return refuse('user-unknown');
        const actor = by === 'host' || by === 'chat' || by === user ? undefined : tx.get(users, by);
        if (actor !== undefined && outranks(tx, config, user, actor)) return refuse('user-outranks');
        const called = by === user && record.unnamed ? undefined : displayName;
        const silenced =
          mayNotShow(tx, config, by, name, record.name) ??
          mayNotShow(tx, config, by, called, displayNameOf(record));
        if (silenced !== undefined) return silenced;
        if (!mayBeCalled(record, name)) return refuse('name-invalid', { limit: maxHandleLength });
        const handle = name === undefined ? record.handle : wishedHandle({ name });
        if (name !== undefined && !record.private && isWorn(tx, config, handle, user))
          return refuse('name-in-use', { name });
        const { unnamed: _, ...rest } = record;
        const named = name === undefined ? {} : record.private ? { name } : { name, handle };
        const renamed: User = name === undefined ? record : { ...rest, ...named };
        const next =
          displayName === undefined ? renamed : callBy(tx, config, renamed, displayName ?? undefined);
        tx.put(users, next);
        if (name !== undefined || next.name !== record.name) keepName(tx, next);
        if (by !== user) {
          const target = { user, name: record.handle };
          log(tx, config, by, 'user_update', { target, name, displayName });
        }
        return { person: showAnew(tx, config, record, next, 'name', { by }) };
      },
    },
    'user.away': {
      decide(tx, { user, reason }) {
        const record = tx.get(users, user);
        const row = tx.get(online, user);
        if (record === undefined || row === undefined) return refuse('user-offline');
        if (reason !== undefined && isTooLong(config, reason))
          return refuse('status-invalid', { limit: config.limits.statusTextLength });
        const silenced = mayNotShow(tx, config, user, reason, row.person.away);
        if (silenced !== undefined) return silenced;
        const before = statusOf(tx, user);
        if (reason === undefined) endIdle(tx, user);
        const person = showAway(tx, config, row, record, reason);
        const status = statusOf(tx, user);
        if (status.status !== before.status || status.text !== before.text)
          tell(tx, 'user_status', { person, before, status });
        return { person };
      },
    },
    'user.update': {
      needs: (view, { user }) => needsHomeOf(view, config, user),
      decide(tx, { user, identity }) {
        const record = livingUser(tx, user);
        if (record === undefined) return refuse('user-unknown');
        if (!identity.unnamed && !mayBeCalled(record, identity.name))
          return refuse('name-invalid', { limit: maxHandleLength });
        const { provider, identity: id } = record;
        const unnamed = identity.unnamed ?? (identity.name === undefined && record.unnamed === true);
        const whole = { ...record, ...identity, unnamed, provider, id };
        const next = applyIdentity(tx, config, record, whole, 'host');
        heedHost(tx, next, identity);
        return { person: become(tx, config, record, next) };
      },
    },
    'user.renew': {
      needs: (view, { user }) => needsHomeOf(view, config, user),
      decide(tx, { user, identity }) {
        const record = livingUser(tx, user);
        if (record === undefined) return refuse('user-unknown');
        const next = heedIdentity(tx, config, record, identity);
        // Who is not let in may try as often as they like: nobody is told unless something changes.
        if (next === record) return { person: tx.get(online, user)?.person ?? personOf(tx, config, record) };
        return { person: become(tx, config, record, next) };
      },
    },
    'user.leave': {
      needs: (view, { user }) => needsToLeave(view, config, user),
      decide(tx, { user, via, credential }) {
        const record = livingUser(tx, user);
        if (record === undefined) return refuse('user-unknown');
        if (credential !== undefined && !isCredentialOf(tx, record, credential))
          return refuse('credentials-stale');
        return leaveForGood(tx, config, record, via);
      },
    },
    'guests.forget': { needs: needsAllLines, decide: (tx) => forgetGuests(tx, config) },
  };
  return { name: 'users', tables: userTables, rules: rules as Noun['rules'] };
}

/** Whether somebody may be given a name on purpose, by which all will know them: a login's is mended instead, since nobody is kept out for that. */
function mayBeCalled(user: User, name = user.name): boolean {
  return name === user.name || user.private === true || makesHandle(name);
}

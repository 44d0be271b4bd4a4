import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import {
  type Channel,
  channelByName,
  channels,
  factsOf,
  mayNotSit,
  visibleChannels,
} from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import { type Registration, register } from '../credentials/commands.js';
import { type Credential, credentialOf } from '../credentials/credentials.js';
import { noteDirectViewer } from '../directs/directs.js';
import type { ChannelId, SessionId, UserId } from '../ids.js';
import { addLine, type LeaveReason } from '../lines/lines.js';
import { reviewVisits } from '../members/members.js';
import { banOf } from '../moderation/bans.js';
import { move } from '../places/moves.js';
import { reviewAccess } from '../places/review.js';
import { needsBacklog, needsHome, needsHomeOf, surroundingsOf } from '../places/surroundings.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import { reviewSlash } from '../slash/slash.js';
import { idleReason, isVisible, statusOf } from '../status/status.js';
import { reviewSubscriptions } from '../subscriptions/subscriptions.js';
import { endStream, reviewStreams } from '../tokens/tokens.js';
import { heedIdentity } from '../users/apply.js';
import { appear, createUser } from '../users/create.js';
import { hasLeftSince } from '../users/departures.js';
import { guestMark } from '../users/guests.js';
import type { Identity } from '../users/identity.js';
import { linkOf, refOf } from '../users/links.js';
import { authorOf, type Person, personOf } from '../users/person.js';
import { beginAnew, reviewRemains } from '../users/remains.js';
import { showAnew } from '../users/shown.js';
import {
  isLeading,
  lastSeen,
  recordOfIdentity,
  type User,
  userOfIdentity,
  users,
  wearerOf,
  wishedHandle,
} from '../users/users.js';
import { endingWith, endSession } from './ending.js';
import { online, type Session, sessions, sessionsOf, sessionTables } from './online.js';

export interface SessionCommands {
  /**
   * Opens a session for an identity that auth has vouched for, making an account if there is none.
   * `realm`: what of the protocol's the client asked for. `ownLimit`: `sessionsPerUser` does not hold, since the protocol ends the oldest sessions
   * itself, by `session.limit`.
   * `place`: whether the session sits in one channel at a time, together with the user's other such sessions; refused with `not-permitted` if they
   * may not read the default channel.
   * `wornName`: what to do about a new name that somebody wears already who is online, and not invisible.
   * `credential`: what was verified, for a local account; refused with `credentials-stale` if it is no longer so.
   * `asked`: `departuresSoFar` when the login began; refused with `user-unknown` if the identity has left for good since.
   * `register`: the local account that is to be made with it; refused as `credentials.register` refuses.
   */
  'session.open': {
    input: {
      readonly session: SessionId;
      readonly dialect: string;
      readonly realm?: string;
      readonly ownLimit?: boolean;
      readonly identity: Identity;
      readonly address?: string;
      readonly place: boolean;
      readonly wornName: 'refuse' | 'number';
      readonly asked?: number;
      readonly credential?: Pick<Credential, 'realm' | 'key' | 'hash'>;
      readonly register?: Pick<Registration, 'realm' | 'key' | 'hash' | 'login'>;
    };
    result: { readonly user: UserId; readonly first: boolean };
  };
  /** Closes a session, or a stream; nothing happens if it is gone already. */
  'session.close': {
    input: { readonly session: SessionId; readonly reason: LeaveReason };
    result: undefined;
  };
  /** Ends a user's oldest sessions in a dialect, with the reason `replaced`, so that `most` are left: at least 1. `realm`: only those of this realm are counted and ended. */
  'session.limit': {
    input: {
      readonly user: UserId;
      readonly dialect: string;
      readonly realm?: string;
      readonly most: number;
    };
    result: { readonly ended: readonly SessionId[] };
  };
  /** Puts live tables right after decisions were taken back: no session without its user, nobody in a channel that is not there. */
  'session.reconcile': { input: object; result: { readonly closed: readonly SessionId[] } };
}

export function sessionNoun(config: DomainConfig): Noun {
  const rules: Rules<SessionCommands> = {
    'session.open': {
      needs: (view, { identity, place }) => {
        const user = userOfIdentity(view, identity);
        const here = user === undefined ? undefined : view.get(online, user.id)?.channel;
        const home = channelByName(view, config.defaultChannel)?.id;
        return [
          ...(place ? needsBacklog(config, here ?? home) : []),
          ...(user === undefined || here === home ? [] : needsHomeOf(view, config, user.id)),
        ];
      },
      decide(tx, input) {
        const { session, dialect, realm, identity, address, place } = input;
        reviewRemains(tx, recordOfIdentity(tx, identity));
        const known = recordOfIdentity(tx, identity);
        const no = refuses(tx, config, known, input);
        if (no !== undefined) return no;
        const user = userFor(tx, config, known, input);
        if (!('handle' in user)) return user;
        const home = place ? channelByName(tx, config.defaultChannel) : undefined;
        const barred = home === undefined ? undefined : mayNotSit(tx, config, user, home);
        if (barred !== undefined) return barred;
        const link = linkOf(tx, identity);
        const row: Session = {
          id: session,
          user: user.id,
          dialect,
          place,
          openedAt: tx.at,
          ...(link === undefined ? {} : { linked: refOf(link) }),
          ...(realm === undefined ? {} : { realm }),
          ...(address === undefined ? {} : { address }),
        };
        tx.put(sessions, row);
        if (config.directDialects.includes(dialect)) noteDirectViewer(tx, user.id);
        const there = tx.get(online, user.id);
        const first = there === undefined;
        // In a further session they keep nick and away.
        const person = there?.person ?? connect(tx, config, user, input, home);
        if (home !== undefined && tx.get(online, user.id)?.channel === undefined)
          move(tx, config, user.id, home);
        const here = tx.get(online, user.id)?.channel;
        const channel = here === undefined || !place ? undefined : tx.get(channels, here);
        tell(tx, 'session_open', {
          person,
          session,
          dialect,
          first,
          ...(channel === undefined ? {} : { surroundings: surroundingsOf(tx, config, channel, user.id) }),
          channels: visibleChannels(tx, config, user).map((one) => factsOf(tx, one)),
        });
        if (known !== undefined && user !== known) reviewAccess(tx, config, { user: user.id });
        return { user: user.id, first };
      },
    },
    'session.close': {
      always: true,
      needs: (view, { session }) => {
        const user = view.get(sessions, session)?.user;
        return user === undefined || endingWith(view, user).length === 0 ? [] : needsHome(view, config);
      },
      decide(tx, { session, reason }) {
        const row = tx.get(sessions, session);
        if (row !== undefined) endSession(tx, config, row, reason);
        endStream(tx, session);
        return undefined;
      },
    },
    'session.limit': {
      decide(tx, { user, dialect, realm, most }) {
        const open = sessionsOf(tx, user).filter(
          (one) => one.dialect === dialect && (realm === undefined || one.realm === realm),
        );
        const oldest = open.slice(0, Math.max(0, open.length - Math.max(1, most)));
        for (const session of oldest) endSession(tx, config, session, 'replaced');
        return { ended: oldest.map(({ id }) => id) };
      },
    },
    'session.reconcile': {
      always: true,
      needs: (view) => needsHome(view, config),
      decide: (tx) => ({ closed: reconcile(tx, config) }),
    },
  };
  return { name: 'sessions', tables: sessionTables, rules: rules as Noun['rules'] };
}

/** What was verified, bans, then connection limit, then the name (Sock Chat, section 6.1: a ban beats the limit). */
function refuses(
  tx: Tx,
  config: DomainConfig,
  record: User | undefined,
  input: SessionCommands['session.open']['input'],
): Rejection<RejectionCode> | undefined {
  const { identity, asked, address, dialect, credential } = input;
  if (credential !== undefined) {
    const { realm, key, hash } = credential;
    if (credentialOf(tx, realm, key)?.hash !== hash) return refuse('credentials-stale');
  }
  const kept = address === undefined ? undefined : banOf(tx, 'address', address, dialect, tx.at);
  if (kept !== undefined) return refuse('address-banned', kept.until === null ? {} : { until: kept.until });
  if (record !== undefined) {
    const ban = banOf(tx, 'user', record.id, dialect, tx.at);
    if (ban !== undefined) return refuse('user-banned', ban.until === null ? {} : { until: ban.until });
    const open = sessionsOf(tx, record.id).filter((one) => one.dialect === dialect);
    if (!input.ownLimit && open.length >= config.limits.sessionsPerUser)
      return refuse('too-many-sessions', { limit: config.limits.sessionsPerUser });
  }
  const known = record?.left ? undefined : record;
  if (known === undefined && asked !== undefined && hasLeftSince(tx, identity, asked))
    return refuse('user-unknown');
  const keepsName =
    known !== undefined &&
    (identity.unnamed === true || known.name === identity.name || !isLeading(tx, known, identity));
  if (input.wornName === 'number' || keepsName) return undefined;
  const wearer = wearerOf(tx, wishedHandle(identity), known?.id);
  return wearer !== undefined && isVisible(tx, wearer.id) ? refuse('name-in-use') : undefined;
}

/** The user whose session it is to be: a new one, made with their account if they register, or one who is known and has not left. */
function userFor(
  tx: Tx,
  config: DomainConfig,
  known: User | undefined,
  { identity, register: wish }: SessionCommands['session.open']['input'],
): User | Rejection<RejectionCode> {
  if (wish !== undefined) return register(tx, config, { ...wish, identity, wornName: 'refuse' });
  if (known === undefined) return createUser(tx, config, identity);
  if (known.left) return beginAnew(tx, config, known, identity);
  return renewUser(tx, config, appear(tx, config, known), identity);
}

function renewUser(tx: Tx, config: DomainConfig, known: User, identity: Identity): User {
  const { guest: _, ...record } = known;
  const mark = guestMark(config, known, tx.at);
  const seen = mark.guest === known.guest ? known : { ...record, ...mark };
  const user = heedIdentity(tx, config, seen, identity);
  if (user !== known) tx.put(users, user);
  // Others may know them by what they were, whatever protocol they speak.
  if (user !== seen) showAnew(tx, config, seen, user, 'profile');
  return user;
}

function connect(
  tx: Tx,
  config: DomainConfig,
  user: User,
  input: SessionCommands['session.open']['input'],
  home: Channel | undefined,
): Person {
  const person = personOf(tx, config, user, { away: idleReason(tx, user.id) });
  const id = nextId(tx);
  const place = home === undefined ? {} : { channel: home.id };
  tx.put(online, {
    user: user.id,
    person,
    author: authorOf(person),
    dialect: input.dialect,
    since: id,
    ...place,
  });
  tx.put(lastSeen, { user: user.id, at: tx.at });
  if (home !== undefined)
    addLine(tx, home.id, { id, at: tx.at, kind: 'connect', person }, config.limits.linesPerChannel);
  const { identity, session, dialect } = input;
  const status = statusOf(tx, user.id);
  tell(tx, 'user_connect', { person, identity, session, dialect, status, id, ...place });
  return person;
}

function reconcile(tx: Tx, config: DomainConfig): SessionId[] {
  const closed: SessionId[] = [];
  const home = channelByName(tx, config.defaultChannel);
  const all = [...tx.all(sessions)].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const session of all) {
    if (tx.get(users, session.user) !== undefined && tx.get(online, session.user) !== undefined) continue;
    tx.remove(sessions, session.id);
    closed.push(session.id);
    tell(tx, 'session_close', {
      user: session.user,
      session: session.id,
      dialect: session.dialect,
      reason: 'leave',
    });
  }
  for (const row of [...tx.all(online)].sort((a, b) => a.since - b.since)) {
    const session = tx.one(sessions, 'user', row.user);
    const user = tx.get(users, row.user);
    if (session === undefined || user === undefined) {
      tx.remove(online, row.user);
      continue;
    }
    const gone: ChannelId | undefined =
      row.channel !== undefined && tx.get(channels, row.channel) === undefined ? row.channel : undefined;
    const person = personOf(tx, config, user, row.person);
    const placed = { ...row, person, author: authorOf(person) };
    if (gone === undefined || home === undefined) {
      tx.put(online, placed);
      continue;
    }
    const id = nextId(tx);
    tx.put(online, { ...placed, channel: home.id, since: id });
    addLine(tx, home.id, { id, at: tx.at, kind: 'enter', person }, config.limits.linesPerChannel);
    tell(tx, 'channel_enter', { person, surroundings: surroundingsOf(tx, config, home, row.user), id });
  }
  reviewAccess(tx, config);
  reviewSlash(tx, config);
  reviewSubscriptions(tx);
  reviewVisits(tx);
  closed.push(...reviewStreams(tx));
  return closed;
}

import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { UserId } from '../ids.js';
import { needsHome } from '../places/surroundings.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { lacks, nextId, outranks, tell } from '../rules.js';
import { online, sessionsOf } from '../sessions/online.js';
import { endSession } from '../sessions/sessions.js';
import { personOf } from '../users/person.js';
import { type User, users } from '../users/users.js';
import {
  activeBans,
  type Ban,
  bans,
  isOver,
  moderationTables,
  putBan,
  silenceOf,
  silences,
  subjectOf,
} from './bans.js';

export interface ModerationCommands {
  /** Sends somebody away; they may come back at once. */
  'user.kick': {
    input: {
      readonly by: Actor;
      readonly user: UserId;
      readonly text?: string;
      /** Whoever may ban may send away where the protocol says so. */
      readonly permission?: 'user.kick' | 'user.ban';
    };
    result: undefined;
  };
  /**
   * Keeps somebody out until a time (ms since the Unix epoch; `null`: for good), and sends them away if they are here.
   * `addresses`: also the addresses they are connected from, in `dialect`. `dialect`: the ban holds only there.
   * `permission`: whoever may kick may ban for a time where the protocol says so.
   */
  'user.ban': {
    input: {
      readonly by: Actor;
      readonly user: UserId;
      readonly until: number | null;
      readonly reason?: 'kick' | 'flood';
      readonly addresses?: boolean;
      readonly addressDialect?: string;
      readonly dialect?: string;
      readonly text?: string;
      readonly permission?: 'user.kick' | 'user.ban';
    };
    result: undefined;
  };
  'user.unban': { input: { readonly by: Actor; readonly user: UserId }; result: undefined };
  'address.ban': {
    input: {
      readonly by: Actor;
      readonly address: string;
      readonly until: number | null;
      readonly dialect?: string;
    };
    result: undefined;
  };
  'address.unban': { input: { readonly by: Actor; readonly address: string }; result: undefined };
  'user.silence': {
    input: { readonly by: Actor; readonly user: UserId; readonly until: number | null };
    result: undefined;
  };
  'user.unsilence': { input: { readonly by: Actor; readonly user: UserId }; result: undefined };
  /** Lets go of bans and silences that are over. */
  'moderation.purge': { input: object; result: { readonly purged: number } };
}

export function moderationNoun(config: DomainConfig): Noun {
  /** Permission, then who it is, then rank: strictly above the target (Sock Chat, section 11). */
  const target = (
    tx: Tx,
    by: Actor,
    user: UserId,
    permission: Parameters<typeof lacks>[3],
  ): User | Rejection<RejectionCode> => {
    const no = lacks(tx, config, by, permission);
    if (no !== undefined) return no;
    const record = tx.get(users, user);
    if (record === undefined) return refuse('user-unknown');
    if (by === user) return refuse('user-self');
    return outranks(tx, config, by, record) ? record : refuse('user-outranks');
  };
  const isUser = (found: User | Rejection<RejectionCode>): found is User => 'handle' in found;
  const personNow = (tx: Tx, user: User) => tx.get(online, user.id)?.person ?? personOf(tx, config, user);
  const sendAway = (tx: Tx, user: UserId, reason: 'kick' | 'flood') => {
    for (const session of sessionsOf(tx, user)) endSession(tx, config, session, reason);
  };
  const home: Rules<ModerationCommands>['user.kick']['needs'] = (view) => needsHome(view, config);

  const rules: Rules<ModerationCommands> = {
    'user.kick': {
      needs: home,
      decide(tx, { by, user, text, permission = 'user.kick' }) {
        const found = target(tx, by, user, permission);
        if (!isUser(found)) return found;
        if (tx.get(online, user) === undefined) return refuse('user-offline');
        tell(tx, 'user_kick', {
          person: personNow(tx, found),
          by,
          reason: 'kick',
          ...(text === undefined ? {} : { text }),
        });
        sendAway(tx, user, 'kick');
        return undefined;
      },
    },
    'user.ban': {
      needs: home as never,
      decide(
        tx,
        {
          by,
          user,
          until,
          reason = 'kick',
          addresses,
          addressDialect,
          dialect,
          text,
          permission = 'user.ban',
        },
      ) {
        const found = target(tx, by, user, permission);
        if (!isUser(found)) return found;
        if (isOver(until, tx.at)) return refuse('user-not-banned');
        const places = addresses ? addressesOf(tx, user) : [];
        const common = { name: found.handle, until, by, ...(text === undefined ? {} : { text }) };
        putBan(tx, { ...common, kind: 'user', subject: user, ...(dialect === undefined ? {} : { dialect }) });
        for (const address of places) {
          const scope = addressDialect === undefined ? {} : { dialect: addressDialect };
          putBan(tx, { ...common, name: address, kind: 'address', subject: address, ...scope });
        }
        const why = text === undefined ? {} : { text };
        tell(tx, 'user_ban', { person: personNow(tx, found), by, reason, until, addresses: places, ...why });
        sendAway(tx, user, reason);
        return undefined;
      },
    },
    'user.unban': {
      decide(tx, { by, user }) {
        const no = lacks(tx, config, by, 'user.ban', 'user.kick');
        if (no !== undefined) return no;
        const found = banned(tx, 'user', user);
        if (found === undefined) return refuse('user-not-banned');
        lift(tx, 'user', user);
        tell(tx, 'user_unban', { user, name: found.name, by });
        return undefined;
      },
    },
    'address.ban': {
      decide(tx, { by, address, until, dialect }) {
        const no = lacks(tx, config, by, 'user.ban');
        if (no !== undefined) return no;
        const scope = dialect === undefined ? {} : { dialect };
        putBan(tx, { kind: 'address', subject: address, name: address, until, by, ...scope });
        tell(tx, 'address_ban', { address, by, until });
        return undefined;
      },
    },
    'address.unban': {
      decide(tx, { by, address }) {
        const no = lacks(tx, config, by, 'user.ban', 'user.kick');
        if (no !== undefined) return no;
        if (banned(tx, 'address', address) === undefined) return refuse('address-not-banned');
        lift(tx, 'address', address);
        tell(tx, 'address_unban', { address, by });
        return undefined;
      },
    },
    'user.silence': {
      decide(tx, { by, user, until }) {
        const found = target(tx, by, user, 'user.silence');
        if (!isUser(found)) return found;
        if (silenceOf(tx, user, tx.at) !== undefined) return refuse('user-already-silenced');
        tx.put(silences, { user, until, by, at: tx.at });
        tell(tx, 'user_silence', { person: personNow(tx, found), by, until, id: nextId(tx) });
        return undefined;
      },
    },
    'user.unsilence': {
      decide(tx, { by, user }) {
        const found = target(tx, by, user, 'user.silence');
        if (!isUser(found)) return found;
        if (silenceOf(tx, user, tx.at) === undefined) return refuse('user-not-silenced');
        tx.remove(silences, user);
        tell(tx, 'user_unsilence', { person: personNow(tx, found), by, id: nextId(tx) });
        return undefined;
      },
    },
    'moderation.purge': {
      decide(tx) {
        const overBans = [...tx.all(bans)].filter((ban) => isOver(ban.until, tx.at));
        const overSilences = [...tx.all(silences)].filter((row) => isOver(row.until, tx.at));
        for (const ban of overBans) tx.remove(bans, ban.key);
        for (const row of overSilences) tx.remove(silences, row.user);
        return { purged: overBans.length + overSilences.length };
      },
    },
  };
  return { name: 'moderation', tables: moderationTables, rules: rules as Noun['rules'] };
}

function addressesOf(tx: Tx, user: UserId): string[] {
  const found = new Set<string>();
  for (const session of sessionsOf(tx, user)) if (session.address !== undefined) found.add(session.address);
  return [...found];
}

function banned(tx: Tx, kind: Ban['kind'], subject: string): Ban | undefined {
  const held = subjectOf(kind, subject);
  return activeBans(tx, tx.at).find((ban) => ban.kind === kind && ban.subject === held);
}

function lift(tx: Tx, kind: Ban['kind'], subject: string): void {
  for (const ban of tx.by(bans, 'subject', `${kind}:${subjectOf(kind, subject)}`)) tx.remove(bans, ban.key);
}

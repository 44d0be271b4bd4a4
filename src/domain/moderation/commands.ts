import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { UserId } from '../ids.js';
import { log, needsLog } from '../modlog/modlog.js';
import { needsHome } from '../places/surroundings.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { isLastOwner } from '../roles/bearers.js';
import { lacks, nextId, outranks, tell } from '../rules.js';
import { endingOrder, endSession } from '../sessions/ending.js';
import { online, sessionsOf } from '../sessions/online.js';
import { endSlashOf } from '../slash/slash.js';
import { endTokensOf } from '../tokens/tokens.js';
import { leaveForGood, needsToLeave } from '../users/leaving.js';
import { personOf } from '../users/person.js';
import { reviewRemains } from '../users/remains.js';
import { livingUser, type User, users } from '../users/users.js';
import { endVoiceOf } from '../voice/voice.js';
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

/** How far one reaches in protocols where rank plays no part. */
export interface Reach {
  /** Whoever may act on people may act on everybody but those above them; else only on those below. */
  readonly equals?: true;
}

export interface ModerationCommands {
  /** Sends somebody away; they may come back at once. `dialect`: only from there, which they must be connected by. */
  'user.kick': {
    input: {
      readonly by: Actor;
      readonly user: UserId;
      readonly dialect?: string;
      readonly text?: string;
      /** Whoever may ban may send away where the protocol says so. */
      readonly permission?: 'user.kick' | 'user.ban';
    };
    result: undefined;
  };
  /**
   * Keeps somebody out until a time (ms since the Unix epoch; `null`: for good), and sends them away if they are here.
   * `addresses`: also the addresses they are connected from, in `addressDialect`. `dialect`: the ban holds, and sends away, only there.
   * `permission`: whoever may kick may ban for a time where the protocol says so. `stay`: sessions of this dialect stay open, to hear and say nothing.
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
      readonly stay?: string;
    } & Reach;
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
  /** Lets somebody read and not send. `anew`: also if they are silent already; then this one's end counts. `text`: why. */
  'user.silence': {
    input: {
      readonly by: Actor;
      readonly user: UserId;
      readonly until: number | null;
      readonly anew?: boolean;
      readonly text?: string;
    } & Reach;
    result: undefined;
  };
  'user.unsilence': { input: { readonly by: Actor; readonly user: UserId } & Reach; result: undefined };
  /** Removes somebody else's account for good, as `user.leave` does. `via`: where that was asked for. */
  'user.remove': {
    input: { readonly by: Actor; readonly user: UserId; readonly via: string } & Reach;
    result: { readonly kept: boolean };
  };
  /** Lets go of bans and silences that are over, and of what was kept of people for the sake of a ban. */
  'moderation.purge': { input: object; result: { readonly purged: number } };
}

export function moderationNoun(config: DomainConfig): Noun {
  /** Permission, then who it is, then rank. `last`: what is said where it would leave the chat without an owner. */
  const target = (
    tx: Tx,
    { by, user, equals, kept }: { readonly by: Actor; readonly user: UserId; readonly kept?: true } & Reach,
    permission: Parameters<typeof lacks>[3],
    last?: RejectionCode,
  ): User | Rejection<RejectionCode> => {
    const no = lacks(tx, config, by, permission);
    if (no !== undefined) return no;
    const record = kept ? tx.get(users, user) : livingUser(tx, user);
    if (record === undefined) return refuse('user-unknown');
    if (by === user) return refuse('user-self');
    const ruled = by !== 'host' && by !== 'chat';
    if (last !== undefined && ruled && isLastOwner(tx, config, record, tx.at)) return refuse(last);
    const actor = equals && ruled ? tx.get(users, by) : undefined;
    const reaches =
      actor === undefined ? outranks(tx, config, by, record) : !outranks(tx, config, user, actor);
    return reaches ? record : refuse('user-outranks');
  };
  const isUser = (found: User | Rejection<RejectionCode>): found is User => 'handle' in found;
  const personNow = (tx: Tx, user: User) => tx.get(online, user.id)?.person ?? personOf(tx, config, user);
  const sendAway = (
    tx: Tx,
    user: UserId,
    reason: 'kick' | 'flood',
    { dialect, stay }: { readonly dialect?: string | undefined; readonly stay?: string | undefined },
  ) => {
    for (const session of endingOrder(tx, user)) {
      if (dialect !== undefined && session.dialect !== dialect) continue;
      if (session.dialect !== stay) endSession(tx, config, session, reason);
      else {
        endVoiceOf(tx, config, session.id);
        endSlashOf(tx, config, session.id);
      }
    }
  };
  const logged: Rules<ModerationCommands>['user.unban']['needs'] = () => needsLog('user_ban');
  const loggedHome: Rules<ModerationCommands>['user.kick']['needs'] = (view) => [
    ...needsHome(view, config),
    ...needsLog('user_ban'),
  ];
  const named = ({ id, handle, private: hidden }: User) => ({ user: id, name: handle, private: hidden });

  const rules: Rules<ModerationCommands> = {
    'user.kick': {
      needs: loggedHome,
      decide(tx, { by, user, dialect, text, permission = 'user.kick' }) {
        const found = target(tx, { by, user }, permission);
        if (!isUser(found)) return found;
        if (!sessionsOf(tx, user).some((one) => dialect === undefined || one.dialect === dialect))
          return refuse('user-offline');
        tell(tx, 'user_kick', {
          person: personNow(tx, found),
          by,
          reason: 'kick',
          ...(text === undefined ? {} : { text }),
          ...(dialect === undefined ? {} : { dialect }),
        });
        log(tx, config, by, 'user_kick', { target: named(found), text, dialect });
        sendAway(tx, user, 'kick', { dialect });
        return undefined;
      },
    },
    'user.ban': {
      needs: loggedHome as never,
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
          stay,
          ...reach
        },
      ) {
        const found = target(tx, { by, user, kept: true, ...reach }, permission, 'user-outranks');
        if (!isUser(found)) return found;
        if (isOver(until, tx.at)) return refuse('user-not-banned');
        const places = addresses ? addressesOf(tx, user) : [];
        const common = { name: found.handle, until, by, ...(text === undefined ? {} : { text }) };
        putBan(tx, { ...common, kind: 'user', subject: user, ...(dialect === undefined ? {} : { dialect }) });
        for (const address of places) {
          const scope = addressDialect === undefined ? {} : { dialect: addressDialect };
          putBan(tx, { ...common, name: address, kind: 'address', subject: address, ...scope });
        }
        tell(tx, 'user_ban', {
          person: personNow(tx, found),
          by,
          reason,
          until,
          addresses: places,
          ...(text === undefined ? {} : { text }),
          ...(dialect === undefined ? {} : { dialect }),
          ...(stay === undefined ? {} : { stayed: stay }),
        });
        log(tx, config, by, 'user_ban', { target: named(found), until, text, dialect });
        sendAway(tx, user, reason, { dialect, stay });
        if (until === null) endTokensOf(tx, user, dialect);
        return undefined;
      },
    },
    'user.unban': {
      needs: logged as never,
      decide(tx, { by, user }) {
        const no = lacks(tx, config, by, 'user.ban', 'user.kick');
        if (no !== undefined) return no;
        const found = banned(tx, 'user', user);
        if (found === undefined) return refuse('user-not-banned');
        lift(tx, 'user', user);
        log(tx, config, by, 'user_unban', { target: { user, name: found.name } });
        const record = tx.get(users, user);
        const who = record === undefined ? {} : { person: personNow(tx, record) };
        tell(tx, 'user_unban', { user, name: found.name, by, ...who });
        reviewRemains(tx, record);
        return undefined;
      },
    },
    'address.ban': {
      needs: logged as never,
      decide(tx, { by, address, until, dialect }) {
        const no = lacks(tx, config, by, 'user.ban');
        if (no !== undefined) return no;
        const scope = dialect === undefined ? {} : { dialect };
        putBan(tx, { kind: 'address', subject: address, name: address, until, by, ...scope });
        log(tx, config, by, 'address_ban', { until, dialect });
        tell(tx, 'address_ban', { address, by, until });
        return undefined;
      },
    },
    'address.unban': {
      needs: logged as never,
      decide(tx, { by, address }) {
        const no = lacks(tx, config, by, 'user.ban', 'user.kick');
        if (no !== undefined) return no;
        if (banned(tx, 'address', address) === undefined) return refuse('address-not-banned');
        lift(tx, 'address', address);
        log(tx, config, by, 'address_unban');
        tell(tx, 'address_unban', { address, by });
        return undefined;
      },
    },
    'user.silence': {
      needs: logged as never,
      decide(tx, { by, user, until, anew, text, ...reach }) {
        const found = target(tx, { by, user, ...reach }, 'user.silence');
        if (!isUser(found)) return found;
        if (!anew && silenceOf(tx, user, tx.at) !== undefined) return refuse('user-already-silenced');
        tx.put(silences, { user, until, by, at: tx.at });
        log(tx, config, by, 'user_timeout', { target: named(found), until, text });
        const why = text === undefined ? {} : { text };
        tell(tx, 'user_silence', { person: personNow(tx, found), by, until, id: nextId(tx), ...why });
        return undefined;
      },
    },
    'user.unsilence': {
      needs: logged as never,
      decide(tx, { by, user, ...reach }) {
        const found = target(tx, { by, user, ...reach }, 'user.silence');
        if (!isUser(found)) return found;
        if (silenceOf(tx, user, tx.at) === undefined) return refuse('user-not-silenced');
        tx.remove(silences, user);
        log(tx, config, by, 'user_untimeout', { target: named(found) });
        tell(tx, 'user_unsilence', { person: personNow(tx, found), by, id: nextId(tx) });
        return undefined;
      },
    },
    'user.remove': {
      needs: (view, { user }) => [...needsToLeave(view, config, user), ...needsLog('user_ban')],
      decide(tx, { by, user, via, ...reach }) {
        const found = target(tx, { by, user, ...reach }, 'user.ban', 'last-owner');
        if (!isUser(found)) return found;
        const left = leaveForGood(tx, config, found, via, by);
        log(tx, config, by, 'user_delete', { target: named(found), kept: left.kept });
        return left;
      },
    },
    'moderation.purge': {
      decide(tx) {
        const overBans = [...tx.all(bans)].filter((ban) => isOver(ban.until, tx.at));
        const overSilences = [...tx.all(silences)].filter((row) => isOver(row.until, tx.at));
        for (const ban of overBans) tx.remove(bans, ban.key);
        for (const row of overSilences) tx.remove(silences, row.user);
        for (const user of tx.by(users, 'left', 'left')) reviewRemains(tx, user);
        return { purged: overBans.length + overSilences.length };
      },
    },
  };
  return { name: 'moderation', tables: moderationTables, rules: rules as Noun['rules'] };
}

function addressesOf(tx: Tx, user: UserId): string[] {
  const found = new Set<string>();
  for (const session of endingOrder(tx, user)) if (session.address !== undefined) found.add(session.address);
  return [...found];
}

function banned(tx: Tx, kind: Ban['kind'], subject: string): Ban | undefined {
  const held = subjectOf(kind, subject);
  return activeBans(tx, tx.at).find((ban) => ban.kind === kind && ban.subject === held);
}

function lift(tx: Tx, kind: Ban['kind'], subject: string): void {
  for (const ban of tx.by(bans, 'subject', `${kind}:${subjectOf(kind, subject)}`)) tx.remove(bans, ban.key);
}

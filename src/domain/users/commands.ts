import type { Noun, Rules } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import type { View } from '../../core/table.js';
import { channels } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { UserId } from '../ids.js';
import { addLine } from '../lines/lines.js';
import { isBannedAnywhere, silences } from '../moderation/bans.js';
import { needsHome, showAs } from '../places/surroundings.js';
import { refuse } from '../rejections.js';
import { lacks, nextId, tell } from '../rules.js';
import { type Online, online, sessionsOf } from '../sessions/online.js';
import { endSession } from '../sessions/sessions.js';
import { applyIdentity } from './apply.js';
import type { Identity } from './identity.js';
import { goForGood } from './leaving.js';
import { fold, looksLike } from './names.js';
import { type Person, personOf } from './person.js';
import { lastSeen, type User, users, userTables, wearerOf } from './users.js';

export interface UserCommands {
  /** Chooses a name for as long as the user stays online; `undefined` goes back to the handle. */
  'user.nick': {
    input: { readonly by: Actor; readonly user: UserId; readonly nick?: string };
    result: { readonly person: Person };
  };
  /** Sets or clears why somebody is away. */
  'user.away': {
    input: { readonly user: UserId; readonly reason?: string };
    result: { readonly person: Person };
  };
  /** The host says anew who somebody is; what is left out keeps its value. */
  'user.update': {
    input: { readonly user: UserId; readonly identity: Partial<Omit<Identity, 'provider' | 'id'>> };
    result: { readonly person: Person };
  };
  /** Leaves for good: the account goes, messages stay with the name they were signed with. */
  'user.leave': {
    input: { readonly user: UserId; readonly via: string };
    result: { readonly kept: boolean };
  };
}

/** Whether somebody else who is online is known by this name. */
export function wornOnline(tx: View, name: string, except: UserId): boolean {
  if (tx.by(online, 'nick', fold(name)).some((row) => row.user !== except)) return true;
  const wearer = wearerOf(tx, name, except);
  if (wearer !== undefined && tx.get(online, wearer.id) !== undefined) return true;
  for (const row of tx.all(online)) {
    if (row.user !== except && row.person.nick !== undefined && looksLike(row.person.nick, name)) return true;
  }
  return false;
}

export function userNoun(config: DomainConfig): Noun {
  const change = (tx: Tx, row: Online, person: Person, cause: 'nick' | 'away' | 'profile'): Person => {
    const id = nextId(tx);
    showAs(tx, row, person);
    const place = row.channel === undefined ? {} : { channel: row.channel };
    if (cause === 'nick' && row.channel !== undefined) {
      const line = { id, at: tx.at, kind: 'nick', person, before: row.person } as const;
      addLine(tx, row.channel, line, config.limits.linesPerChannel);
    }
    tell(tx, 'user_update', { before: row.person, person, cause, id, ...place });
    return person;
  };
  const withNow = (tx: Tx, user: User, nick: string | undefined, away: string | undefined) =>
    personOf(tx, config, user, { nick, away });

  const rules: Rules<UserCommands> = {
    'user.nick': {
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
        if (wished !== undefined && (wornOnline(tx, wished, user) || looksLike(wished, config.botName))) {
          return refuse('name-in-use', { name: wished });
        }
        return { person: change(tx, row, withNow(tx, record, wished, row.person.away), 'nick') };
      },
    },
    'user.away': {
      decide(tx, { user, reason }) {
        const record = tx.get(users, user);
        const row = tx.get(online, user);
        if (record === undefined || row === undefined) return refuse('user-offline');
        return { person: change(tx, row, withNow(tx, record, row.person.nick, reason), 'away') };
      },
    },
    'user.update': {
      decide(tx, { user, identity }) {
        const record = tx.get(users, user);
        if (record === undefined) return refuse('user-unknown');
        const { provider, identity: id, name } = record;
        const next = applyIdentity(tx, config, record, { ...record, name, ...identity, provider, id });
        if (next !== record) tx.put(users, next);
        const row = tx.get(online, user);
        const before = row?.person ?? personOf(tx, config, record);
        const person = withNow(tx, next, before.nick, before.away);
        if (row !== undefined) return { person: change(tx, row, person, 'profile') };
        if (next !== record) tell(tx, 'user_update', { before, person, cause: 'profile', id: nextId(tx) });
        return { person };
      },
    },
    'user.leave': {
      needs: (view) => needsHome(view, config),
      decide(tx, { user, via }) {
        const record = tx.get(users, user);
        if (record === undefined) return refuse('user-unknown');
        const person = tx.get(online, user)?.person ?? personOf(tx, config, record);
        const kept = isBannedAnywhere(tx, user, tx.at);
        // Told while the sessions are still there to be told.
        tell(tx, 'user_leave', {
          user_id: record.identity,
          username: record.handle,
          user,
          person,
          kept,
          via,
        });
        for (const session of sessionsOf(tx, user)) endSession(tx, config, session, 'leave');
        for (const { owner: _, ...channel } of tx.by(channels, 'owner', user)) tx.put(channels, channel);
        goForGood(tx, record);
        tx.remove(lastSeen, user);
        if (!kept) {
          tx.remove(silences, user);
          tx.remove(users, user);
        }
        return { kept };
      },
    },
  };
  return { name: 'users', tables: userTables, rules: rules as Noun['rules'] };
}

import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import { mayNotShow } from '../acting.js';
import { nameUploads } from '../attachments/showing.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { UserId } from '../ids.js';
import { log, needsLog } from '../modlog/modlog.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { lacks, outranks } from '../rules.js';
import { callBy } from '../users/calling.js';
import { keepName } from '../users/linking.js';
import type { Person } from '../users/person.js';
import { showAnew } from '../users/shown.js';
import { livingUser, type User, users } from '../users/users.js';
import {
  clientStateOf,
  clientStates,
  displayNameOf,
  nameIn,
  profileTables,
  withoutName,
} from './profiles.js';

export interface ProfileCommands {
  /**
   * Sets a user's whole profile, what their clients keep for themselves, or both; what is left out stays. `display_name` of the profile, text
   * that is not blank, is the display name from now on, and without it there is none; what auth brings goes over neither. The first display
   * name of somebody unnamed becomes their name, with a handle made of it. Others than the user need `nick.others` and must not be outranked.
   * Whoever is silenced sets no other display name, but for that first one.
   */
  'user.profile': {
    input: {
      readonly by: Actor;
      readonly user: UserId;
      /** Free JSON, at most `profileBytes`. */
      readonly profile?: Readonly<Record<string, unknown>>;
      /** Free JSON, at most `clientStateBytes`. */
      readonly state?: Readonly<Record<string, unknown>>;
    };
    result: { readonly person: Person };
  };
}

export function profileNoun(config: DomainConfig): Noun {
  const { profileBytes, clientStateBytes, displayNameLength } = config.limits;

  const withProfile = (
    tx: Tx,
    record: User,
    profile: NonNullable<User['profile']>,
  ): User | Rejection<RejectionCode> => {
    if (bytesOf(profile) > profileBytes) return refuse('profile-too-large', { limit: profileBytes });
    const name = nameIn(profile);
    if (name !== undefined && [...name].length > displayNameLength)
      return refuse('text-too-long', { limit: displayNameLength });
    return { ...callBy(tx, config, record, name), profile: withoutName(profile), ownProfile: true };
  };

  const rules: Rules<ProfileCommands> = {
    'user.profile': {
      needs: (_, { by, user }) => (by === user ? [] : needsLog('user_update')),
      decide(tx, { by, user, profile, state }) {
        const no = by === user ? undefined : lacks(tx, config, by, 'nick.others');
        if (no !== undefined) return no;
        const record = livingUser(tx, user);
        if (record === undefined) return refuse('user-unknown');
        const actor = by === 'host' || by === 'chat' || by === user ? undefined : tx.get(users, by);
        if (actor !== undefined && outranks(tx, config, user, actor)) return refuse('user-outranks');
        if (state !== undefined) {
          if (bytesOf(state) > clientStateBytes)
            return refuse('client-state-too-large', { limit: clientStateBytes });
          tx.put(clientStates, { user, state });
        }
        const next = profile === undefined ? record : withProfile(tx, record, profile);
        if (!('handle' in next)) return next;
        const called = by === user && record.unnamed ? undefined : next.displayName;
        const silenced = mayNotShow(tx, config, by, called, displayNameOf(record));
        if (silenced !== undefined) return silenced;
        if (next !== record) tx.put(users, next);
        if (next.name !== record.name) keepName(tx, next);
        if (next.profile !== undefined) nameUploads(tx, user, record.profile, next.profile);
        if (by !== user) {
          const displayName =
            next.displayName === record.displayName ? undefined : (next.displayName ?? null);
          const target = { user, name: record.handle };
          log(tx, config, by, 'user_update', { target, displayName, profile: profile !== undefined });
        }
        const own = by === user || state !== undefined ? { state: clientStateOf(tx, user) } : {};
        return { person: showAnew(tx, config, record, next, 'profile', { by, ...own }) };
      },
    },
  };
  return { name: 'profiles', tables: profileTables, rules: rules as Noun['rules'] };
}

/** As JSON in UTF-8. */
function bytesOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}

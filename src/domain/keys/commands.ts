import type { Noun, Rules } from '../../core/command.js';
import { setProfile } from '../groups/profiles.js';
import type { UserId } from '../ids.js';
import { refuse } from '../rejections.js';
import { users } from '../users/users.js';
import {
  addPackage,
  forgetPackages,
  keyPackageBytes,
  keyTables,
  needsPackages,
  takePackage,
} from './keys.js';

export interface KeyCommands {
  /**
   * Stores key packages (base64) in this order, all or none. `lastResort` replaces the one before; of the others ten are kept, and those beyond
   * are `dropped`. `fingerprint` of the signing key: empty or left out, it stays.
   */
  'keys.add': {
    input: {
      readonly by: UserId;
      readonly packages: readonly { readonly data: string; readonly lastResort: boolean }[];
      readonly fingerprint?: string;
    };
    result: { readonly dropped: number };
  };
  /** Takes a key package of a user for whoever asks: each regular one is given out once, the last resort as often as it must be. */
  'keys.take': { input: { readonly user: UserId }; result: { readonly data: string } };
  /** Removes every key package of a user, the last resort too. */
  'keys.reset': { input: { readonly by: UserId }; result: undefined };
}

export function keyNoun(): Noun {
  const rules: Rules<KeyCommands> = {
    'keys.add': {
      decide(tx, { by, packages, fingerprint }) {
        if (tx.get(users, by) === undefined) return refuse('user-unknown');
        // Three bytes are four characters.
        const longest = Math.ceil(keyPackageBytes / 3) * 4;
        if (packages.some(({ data }) => data.length === 0 || data.length > longest))
          return refuse('key-package-invalid');
        const last = packages.filter(({ lastResort }) => lastResort).at(-1);
        let dropped = 0;
        for (const one of packages) {
          // Of many last resorts the last one takes the place of the others, which nobody could be given.
          if (one.lastResort && one !== last) continue;
          if (!addPackage(tx, { user: by, data: one.data }, one.lastResort)) dropped++;
        }
        if (fingerprint) setProfile(tx, by, { fingerprint });
        return { dropped };
      },
    },
    'keys.take': {
      needs: (view, { user }) => needsPackages(view, [user]),
      decide(tx, { user }) {
        const data = takePackage(tx, user);
        return data === undefined ? refuse('key-package-none') : { data };
      },
    },
    'keys.reset': {
      decide(tx, { by }) {
        if (tx.get(users, by) === undefined) return refuse('user-unknown');
        forgetPackages(tx, by);
        return undefined;
      },
    },
  };
  return { name: 'keys', tables: keyTables, rules: rules as Noun['rules'] };
}

import type { Noun, Rules } from '../../core/command.js';
import type { DomainConfig } from '../config.js';
import { isPast, modlog, modlogTables } from './modlog.js';

export interface ModlogCommands {
  /** Removes those of the entries that have been kept for long enough. */
  'modlog.purge': {
    input: { readonly ids: readonly number[] };
    result: { readonly purged: number };
  };
}

export function modlogNoun(config: DomainConfig): Noun {
  const rules: Rules<ModlogCommands> = {
    'modlog.purge': {
      needs: (_, { ids }) => [{ table: modlog as never, ids }],
      decide(tx, { ids }) {
        const past = ids.filter((id) => {
          const entry = tx.get(modlog, id);
          return entry !== undefined && isPast(config, entry, tx.at);
        });
        for (const id of past) tx.remove(modlog, id);
        return { purged: past.length };
      },
    },
  };
  return { name: 'modlog', tables: modlogTables, rules: rules as Noun['rules'] };
}

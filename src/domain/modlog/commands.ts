import type { Noun, Rules } from '../../core/command.js';
import { holdsAs } from '../acting.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import { refuse } from '../rejections.js';
import { isPast, log, modlog, modlogTables, needsLog } from './modlog.js';

export interface ModlogCommands {
  /** Writes down that somebody had the host's plugins loaded anew, or one of them; nothing else is done. Needs `manage_server`. */
  'modlog.plugins': {
    input: { readonly by: Actor; readonly plugin?: string };
    result: undefined;
  };
  /** Removes those of the entries that have been kept for long enough. */
  'modlog.purge': {
    input: { readonly ids: readonly number[] };
    result: { readonly purged: number };
  };
}

export function modlogNoun(config: DomainConfig): Noun {
  const rules: Rules<ModlogCommands> = {
    'modlog.plugins': {
      needs: () => needsLog('plugins_reload'),
      decide(tx, { by, plugin }) {
        if (!holdsAs(tx, config, by, 'manage_server')) return refuse('not-permitted');
        log(tx, config, by, 'plugins_reload', { plugin });
        return undefined;
      },
    },
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

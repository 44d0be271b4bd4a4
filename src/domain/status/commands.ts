import type { Noun, Rules } from '../../core/command.js';
import { mayNotShow } from '../acting.js';
import type { DomainConfig } from '../config.js';
import type { UserId } from '../ids.js';
import { refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { personNow } from '../users/present.js';
import {
  chosenStatus,
  type Status,
  type StatusKind,
  statuses,
  statusKinds,
  statusOf,
  statusTables,
} from './status.js';

export interface StatusCommands {
  /** Chooses how a user is seen from now on, also after a restart. Answers with how they are now. Whoever is silenced gives no new text. */
  'status.set': {
    input: { readonly user: UserId; readonly status: StatusKind; readonly text?: string };
    result: { readonly status: Status };
  };
}

export function statusNoun(config: DomainConfig): Noun {
  const limit = config.limits.statusTextLength;
  const rules: Rules<StatusCommands> = {
    'status.set': {
      decide(tx, { user, status: kind, text = '' }) {
        const person = personNow(tx, config, user);
        if (person === undefined) return refuse('user-unknown');
        if (!statusKinds.includes(kind) || (text.length > limit && [...text].length > limit))
          return refuse('status-invalid', { limit });
        const silenced = mayNotShow(tx, config, user, text, chosenStatus(tx, user).text);
        if (silenced !== undefined) return silenced;
        const before = statusOf(tx, user);
        tx.put(statuses, { user, status: kind, text });
        const status = statusOf(tx, user);
        tell(tx, 'user_status', { person, before, status });
        return { status };
      },
    },
  };
  return { name: 'status', tables: statusTables, rules: rules as Noun['rules'] };
}

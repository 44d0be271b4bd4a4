import type { Noun, Rules } from '../../core/command.js';
import { mayNotShow } from '../acting.js';
import type { DomainConfig } from '../config.js';
import type { UserId } from '../ids.js';
import { refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { online } from '../sessions/online.js';
import { personOf } from '../users/person.js';
import { showAway } from '../users/shown.js';
import { livingUser } from '../users/users.js';
import {
  chosenStatus,
  idleReason,
  isTooLong,
  type Status,
  type StatusKind,
  statuses,
  statusKinds,
  statusOf,
  statusTables,
} from './status.js';

export interface StatusCommands {
  /**
   * Chooses how a user is seen from now on, also after a restart: `idle` is being away, all others but `invisible` end that. Answers with how they are
   * now. Whoever is silenced gives no new text.
   */
  'status.set': {
    input: { readonly user: UserId; readonly status: StatusKind; readonly text?: string };
    result: { readonly status: Status };
  };
}

export function statusNoun(config: DomainConfig): Noun {
  const rules: Rules<StatusCommands> = {
    'status.set': {
      decide(tx, { user, status: kind, text = '' }) {
        const record = livingUser(tx, user);
        if (record === undefined) return refuse('user-unknown');
        if (!statusKinds.includes(kind) || isTooLong(config, text))
          return refuse('status-invalid', { limit: config.limits.statusTextLength });
        const silenced = mayNotShow(tx, config, user, text, chosenStatus(tx, user).text);
        if (silenced !== undefined) return silenced;
        const before = statusOf(tx, user);
        tx.put(statuses, { user, status: kind, text });
        const row = tx.get(online, user);
        // Who hides is shown nowhere: what they are besides may stay.
        const away = kind === 'invisible' ? row?.person.away : idleReason(tx, user);
        if (row !== undefined && row.person.away !== away) showAway(tx, config, row, record, away);
        const person = tx.get(online, user)?.person ?? personOf(tx, config, record);
        const status = statusOf(tx, user);
        tell(tx, 'user_status', { person, before, status });
        return { status };
      },
    },
  };
  return { name: 'status', tables: statusTables, rules: rules as Noun['rules'] };
}

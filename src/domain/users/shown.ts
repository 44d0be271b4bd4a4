import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import type { ChatEvent } from '../events.js';
import { addLine } from '../lines/lines.js';
import { showAs } from '../places/surroundings.js';
import { nextId, tell } from '../rules.js';
import { type Online, online } from '../sessions/online.js';
import { type Person, personOf } from './person.js';
import type { User } from './users.js';

type Update = ChatEvent<'user_update'>;

/** Shows somebody who is online as they look now, and tells it. */
export function showNow(
  tx: Tx,
  config: DomainConfig,
  row: Online,
  person: Person,
  cause: Update['cause'],
  more: Pick<Update, 'by' | 'state'> = {},
): Person {
  const id = nextId(tx);
  showAs(tx, row, person);
  const place = row.channel === undefined ? {} : { channel: row.channel };
  if (cause === 'nick' && row.channel !== undefined) {
    const line = { id, at: tx.at, kind: 'nick', person, before: row.person } as const;
    addLine(tx, row.channel, line, config.limits.linesPerChannel);
  }
  tell(tx, 'user_update', { before: row.person, person, cause, id, ...place, ...more });
  return person;
}

/** Shows somebody who is online as away, for a reason that may be empty, or with `undefined` as back. */
export function showAway(
  tx: Tx,
  config: DomainConfig,
  row: Online,
  record: User,
  away: string | undefined,
): Person {
  return showNow(tx, config, row, personOf(tx, config, record, { nick: row.person.nick, away }), 'away');
}

/** The same whether or not they are online, by their record before and now; of nobody who is away and the same is anything told. */
export function showAnew(
  tx: Tx,
  config: DomainConfig,
  record: User,
  next: User,
  cause: 'name' | 'profile',
  more: Pick<Update, 'by' | 'state'> = {},
): Person {
  const row = tx.get(online, next.id);
  const before = row?.person ?? personOf(tx, config, record);
  const person = personOf(tx, config, next, before);
  if (row !== undefined) return showNow(tx, config, row, person, cause, more);
  if (next !== record) tell(tx, 'user_update', { before, person, cause, id: nextId(tx), ...more });
  return person;
}

import { type Alias, aliases, aliasKeys, maxAliasLength } from '../../domain/messages/aliases.js';
import type { Message } from '../../domain/messages/messages.js';
import type { DialectHost } from '../dialect.js';
import { messageIdOf } from './context.js';

/** Imported messages by the ids they had on the server they come from. The same id may be in several channels. */
export type OldIds = ReadonlyMap<string, readonly Message[]>;

/** Ids of another kind than this chat gives out, among fields of a request. */
export function oldIdsIn(request: Readonly<Record<string, unknown>>, fields: readonly string[]): string[] {
  return fields
    .map((field) => request[field])
    .filter((id): id is string => typeof id === 'string' && id !== '' && id.length <= maxAliasLength)
    .filter((id) => messageIdOf(id) === undefined);
}

export async function findOldIds(
  { archive }: Pick<DialectHost, 'archive'>,
  ids: readonly string[],
): Promise<OldIds> {
  const found = new Map<string, Message[]>();
  for (const id of ids) {
    const rows = await archive.rows(aliases.name, aliasKeys(id));
    const keys = rows.flatMap((row) => (row === undefined ? [] : [(row.row as Alias).message]));
    const kept = keys.length === 0 ? [] : await archive.rows('messages', keys);
    // Others may share the hash.
    const list = kept.flatMap((row) => (row === undefined ? [] : [row.row as Message]));
    found.set(
      id,
      list.filter((message) => message.alias === id),
    );
  }
  return found;
}

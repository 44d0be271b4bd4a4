import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { type Chat, createChat } from '../../src/chat.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import { letIn } from './let-in.js';
import { sqlOf } from './sqlite-check.js';

/** A chat as a host would open it. */
export function openChat(file: string): Promise<Chat> {
  return createChat({ storage: sqlite({ file }), auth: letIn, dialects: [sockchat()] });
}

/** Writes so many messages into the default channel of a file, a second apart, the newest just now. */
export async function addMessages(file: string, count: number): Promise<void> {
  const [channel] = await sqlOf(file, `SELECT key FROM channels WHERE row ->> 'name' = 'lounge'`);
  const id = String(channel?.key);
  const from = (Date.now() - 1_588_377_600_000 - count * 1_000) * 256;
  await sqlOf(
    file,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO messages (key, part, row)
     SELECT ? + i * 256000, ?, json_object('id', ? + i * 256000, 'channel', ?, 'at', ? + i * 1000, 'author',
       json_object('user', '1', 'number', 1, 'handle', 'ann', 'rank', 1, 'can', 1024), 'text', 'message ' || i) FROM n`,
    count,
    from,
    id,
    from,
    id,
    Date.now() - count * 1_000,
  );
}

/** Writes so many accounts into a file, numbered from 1. */
export async function addAccounts(file: string, count: number): Promise<void> {
  await sqlOf(
    file,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO users (key, row)
     SELECT CAST(i AS TEXT), json_object('id', CAST(i AS TEXT), 'provider', 'test', 'identity', CAST(i AS TEXT), 'name', 'user' || i,
       'handle', 'user' || i, 'number', i, 'colour', '#a1b2c3', 'rank', 1, 'createdAt', 1700000000000 + i) FROM n`,
    count,
  );
  await sqlOf(
    file,
    `INSERT INTO last_seen (key, row) SELECT key, json_object('user', key, 'at', 1700000000000) FROM users WHERE true
     ON CONFLICT (key) DO NOTHING`,
  );
  await sqlOf(
    file,
    `INSERT INTO numbers (key, row) SELECT key, json_object('number', key, 'provider', 'test') FROM users WHERE true
     ON CONFLICT (key) DO NOTHING`,
  );
}

import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

type Value = string | number | null;

const code = `
const { parentPort, workerData } = require('node:worker_threads');
const builtin = process.getBuiltinModule?.('node:sqlite');
const { DatabaseSync } = builtin ?? require(workerData.driver);
const db = new DatabaseSync(workerData.file, { timeout: 2000 });
parentPort.postMessage(db.prepare(workerData.sql).all(...workerData.values).map((row) => ({ ...row })));
`;

/**
 * Runs one statement on a file that others may have open, as a host with an SQL shell would. In a thread of its own: one driver
 * keeps a closed file open until its statements are collected, which the end of a thread does for certain.
 */
export async function sqlOf(file: string, sql: string, ...values: Value[]): Promise<Record<string, Value>[]> {
  const driver = createRequire(import.meta.url).resolve('@photostructure/sqlite');
  const worker = new Worker(code, { eval: true, execArgv: [], workerData: { file, sql, values, driver } });
  const exited = once(worker, 'exit');
  const [rows] = await once(worker, 'message');
  await exited;
  return rows;
}

export async function integrityOf(file: string): Promise<unknown> {
  const [row] = await sqlOf(file, 'PRAGMA integrity_check');
  return row?.integrity_check;
}

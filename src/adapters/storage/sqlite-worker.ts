import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { ChatError } from '../../core/errors.js';
import type { Opened } from '../../core/ports.js';
import { backupFile } from './sqlite-backup.js';
import { type Calls, type OpenFile, type Reply, type Request, toPlain } from './sqlite-calls.js';
import { type Database, sqlFailure } from './sqlite-driver.js';
import { SqliteFile } from './sqlite-file.js';
import { takeLease } from './sqlite-lease.js';

/** The worker thread that all SQL of one open file runs in. Calls are begun in the order they come in. */

let lease: Database | undefined;
let file: SqliteFile | undefined;
let waiting = true;
/** Calls that let others through before they are done. */
const running = new Set<Promise<void>>();

type Answer<Name extends keyof Calls> = ReturnType<Calls[Name]> | Promise<ReturnType<Calls[Name]>>;

const calls: { [Name in keyof Calls]: (...args: Parameters<Calls[Name]>) => Answer<Name> } = {
  lease: takeIt,
  open,
  stopWaiting: () => {
    waiting = false;
  },
  commit: (batch) => opened().commit(batch),
  lastCommitted: () => opened().lastCommitted(),
  rows: (table, keys) => opened().rows(table, keys),
  query: (query) => opened().query(query),
  count: (query) => opened().count(query),
  putBody: (id, at, bytes) => opened().bodies.put(id, at, bytes),
  beginBody: () => opened().bodies.begin(),
  addPiece: (body, index, bytes) => opened().bodies.add(body, index, bytes),
  finishBody: (body, id, at, size) => opened().bodies.finish(body, id, at, size),
  dropBody: (body) => opened().bodies.drop(body),
  findBody: (id) => opened().bodies.find(id),
  readPiece: (body, index) => opened().bodies.piece(body, index),
  removeBodies: (ids) => opened().bodies.remove(ids),
  listBodies: (after, limit) => opened().bodies.list(after, limit),
  backup: backupFile,
  close,
};

const port = parentPort;
if (port === null) throw new Error('this file is the worker of the SQLite storage');
port.on('message', (request: Request) => {
  const call = calls[request.name] as (...args: readonly unknown[]) => unknown;
  try {
    const answer = call(...request.args);
    if (!(answer instanceof Promise)) return send({ id: request.id, value: answer });
    const done = answer.then(
      (value) => send({ id: request.id, value }),
      (thrown) => sendError(request, thrown),
    );
    if (request.name === 'close') return;
    running.add(done);
    void done.then(() => running.delete(done));
  } catch (thrown) {
    sendError(request, thrown);
  }
});

async function takeIt(path: string, wait: boolean): Promise<void> {
  lease = await takeLease(realPath(path), () => wait && waiting);
}

async function open(options: OpenFile): Promise<Opened> {
  file = await SqliteFile.open({ ...options, file: realPath(options.file) });
  return file.opened;
}

async function close(): Promise<void> {
  waiting = false;
  await Promise.all(running);
  try {
    file?.close();
  } finally {
    lease?.close();
    file = undefined;
    lease = undefined;
    setImmediate(() => port?.close());
  }
}

function opened(): SqliteFile {
  if (file === undefined) throw new ChatError('storage-closed', 'the storage is not open');
  return file;
}

/** One file, one lease, whatever links lead to it. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw sqlFailure(`cannot open ${file}`, thrown);
  }
  try {
    return join(realpathSync(dirname(file)), basename(file));
  } catch (thrown) {
    throw sqlFailure(`cannot open ${file}`, thrown);
  }
}

function send(reply: Reply): void {
  port?.postMessage(reply);
}

function sendError(request: Request, thrown: unknown): void {
  send({ id: request.id, error: toPlain(sqlFailure(`${request.name} failed`, thrown)) });
}

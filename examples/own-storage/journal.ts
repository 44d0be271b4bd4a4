import { type FileHandle, open } from 'node:fs/promises';
import { type Batch, type Bodies, ChatError, type OpenOptions, type Storage, type TableSpec } from 'polylect';
import { memory } from 'polylect/storage/memory';
import { checkBatch } from './check.js';
import { takeLock } from './lock.js';

/** One line of the file. */
type Line =
  | { readonly format: number; readonly tables: readonly TableSpec[] }
  | { readonly batch: Batch }
  | { readonly body: string; readonly at: number; readonly bytes: string }
  | { readonly gone: readonly string[] };

/**
 * Storage in a file that is only ever appended to: one line of JSON for each batch, on the disk before `commit` resolves. Opening reads the
 * file from its start, so the data live in memory; a last line without an end was cut off by a crash and was never acknowledged.
 *
 * What reads (`rows`, `query`, `count`) is left to `memory()`. The file grows for ever: this is an example, not a database.
 */
export function journal(file: string): Storage {
  /** The time of the body that is put into the copy in memory. */
  let bodyAt = 0;
  const copy = memory({ now: () => bodyAt });
  /** The last call: each waits for the one before it. */
  let last: Promise<unknown> = Promise.resolve();
  let opened:
    | { readonly handle: FileHandle; readonly tables: readonly TableSpec[]; unlock(): Promise<void> }
    | undefined;
  let size = 0;
  /** A write failed: behind `size` there may be a part of it. */
  let untidy = false;

  /** Runs after all calls before it; refuses when the storage is not open now. */
  function inTurn<T>(run: (handle: FileHandle) => Promise<T>): Promise<T> {
    if (opened === undefined) return Promise.reject(new ChatError('storage-closed', `${file} is not open`));
    const { handle } = opened;
    const done = last.then(() => run(handle));
    last = done.catch(() => {});
    return done;
  }

  async function append(handle: FileHandle, line: Line): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    try {
      if (untidy) await handle.truncate(size);
      untidy = true;
      await handle.write(bytes, 0, bytes.length, size);
      await handle.datasync();
    } catch (thrown) {
      throw new ChatError('storage-failed', `${file} could not be written`, {
        retryable: true,
        cause: thrown,
      });
    }
    untidy = false;
    size += bytes.length;
  }

  /** Brings the copy in memory to where the file is. Returns the format of the opening before, 0 if there was none. */
  async function replay(handle: FileHandle): Promise<number> {
    const text = await handle.readFile('utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    size = Buffer.byteLength(whole);
    untidy = whole !== text;
    const lines = whole
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
    const known = new Map<string, TableSpec>();
    let format = 0;
    for (const line of lines) {
      if (!('tables' in line)) continue;
      format = line.format;
      for (const table of line.tables) known.set(table.name, table);
    }
    const tables = [...known.values()];
    const { lastCommitted } = await copy.open({ format, tables, takeover: 'refuse' });
    for (const line of lines) {
      if ('batch' in line && line.batch.n > lastCommitted) await copy.commit(line.batch);
      if ('body' in line) {
        bodyAt = line.at;
        await copy.bodies.put(line.body, Buffer.from(line.bytes, 'base64'));
      }
      if ('gone' in line) await copy.bodies.remove(line.gone);
    }
    await copy.close();
    return format;
  }

  const bodies: Bodies = {
    put: async (id, bytes) => {
      // A line holds a whole body, so this storage is not one for large files.
      const parts: Uint8Array[] = [];
      if (bytes instanceof Uint8Array) parts.push(bytes);
      else for await (const part of bytes) parts.push(new Uint8Array(part));
      const line = { body: id, at: Date.now(), bytes: Buffer.concat(parts).toString('base64') };
      return inTurn(async (handle) => {
        bodyAt = line.at;
        // In memory first: it refuses what cannot be an id. Nothing points to a body before `put` resolves.
        await copy.bodies.put(id, Buffer.from(line.bytes, 'base64'));
        await append(handle, line);
      });
    },
    read: (id, range) => inTurn(() => copy.bodies.read(id, range)),
    remove: (ids) =>
      inTurn(async (handle) => {
        await copy.bodies.remove(ids);
        await append(handle, { gone: ids });
      }),
    list: (page) => inTurn(() => copy.bodies.list(page)),
  };

  return {
    bodies,
    async open(options: OpenOptions) {
      const unlock = await takeLock(`${file}.lock`, options);
      options.leased?.();
      // `a` makes the file where there is none; `r+` lets a write say where it goes.
      await (await open(file, 'a')).close();
      const handle = await open(file, 'r+');
      try {
        const before = await replay(handle);
        const found = await copy.open(options);
        const tables = options.tables.filter((table) => table.class !== 'live');
        await append(handle, { format: options.format, tables });
        opened = { handle, tables, unlock };
        return { ...found, format: before };
      } catch (thrown) {
        await copy.close();
        await handle.close();
        await unlock();
        throw thrown;
      }
    },
    commit: (batch) => {
      const tables = opened?.tables ?? [];
      // Rows are objects that nobody changes, so they may wait for their turn as they are.
      return inTurn(async (handle) => {
        checkBatch(batch, tables, await copy.lastCommitted());
        if (batch.n === (await copy.lastCommitted())) return;
        await append(handle, { batch });
        await copy.commit(batch);
      });
    },
    lastCommitted: () => inTurn(() => copy.lastCommitted()),
    rows: (table, keys) => inTurn(() => copy.rows(table, keys)),
    query: (query) => inTurn(() => copy.query(query)),
    count: (query) => inTurn(() => copy.count(query)),
    async close() {
      const { handle, unlock } = opened ?? {};
      opened = undefined;
      await last;
      await copy.close();
      await handle?.close();
      await unlock?.();
    },
  };
}

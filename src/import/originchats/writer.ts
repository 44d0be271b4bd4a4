import type { Change, Key, Row } from '../../core/change.js';
import { ChatError } from '../../core/errors.js';
import { engineTable } from '../../core/ids.js';
import type { Storage } from '../../core/ports.js';
import { table } from '../../core/table.js';

/** How far an import is; in the database beside the chat's own tables, which do not know it. */
export interface Progress {
  readonly source: 'originchats';
  /** Of the folder and of the version of this importer: another one gives other batches. */
  readonly fingerprint: string;
  /** When it was first started: milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Number of the newest batch. */
  readonly batches: number;
  readonly done: boolean;
}

export const progressTable = table<Progress>({
  name: 'imports',
  class: 'resident',
  key: 'text',
  id: (row) => row.source,
});

/** Changes and characters of JSON, as far as they are known, of one batch. */
const [maxChanges, maxBytes] = [9_900, 8_388_608];

/** Batches that may be on their way to storage. */
const maxUnderWay = 2;

/**
 * Numbers changes into batches. The same changes give the same batches, so those that storage has from an earlier run are made again and
 * not written. Without a storage nothing is written.
 */
export class Writer {
  /** The newest id that was given out. */
  lastId = 0;
  #n = 0;
  #changes: Change[] = [];
  #bytes = 0;
  readonly #underWay: Promise<void>[] = [];

  constructor(
    private readonly storage: Pick<Storage, 'commit'> | undefined,
    /** The newest batch that storage has. */
    private readonly committed: number,
    private readonly progress: Pick<Progress, 'source' | 'fingerprint' | 'startedAt'>,
  ) {}

  /** Batches so far. */
  get batches(): number {
    return this.#n;
  }

  /** Adds a change. Returns whether a batch is full: then {@link Writer.flush} is due. */
  add(change: Change, bytes = 256): boolean {
    this.#changes.push(change);
    this.#bytes += bytes;
    return this.#changes.length >= maxChanges || this.#bytes >= maxBytes;
  }

  put(name: string, key: Key, row: Row, part = '', bytes?: number): boolean {
    return this.add({ op: 'put', table: name, key, in: part, row }, bytes);
  }

  /** Sends off what has gathered. Waits while too much is on its way. */
  async flush(done = false): Promise<void> {
    if (this.#changes.length === 0 && !done) return;
    const n = ++this.#n;
    const progress: Progress = { ...this.progress, batches: n, done };
    this.put(progressTable.name, progress.source, progress);
    // Ids of the chat begin above all that are imported.
    this.put(engineTable.name, 'ids', { key: 'ids', ceiling: this.lastId + 1 });
    const changes = this.#changes;
    this.#changes = [];
    this.#bytes = 0;
    if (this.storage === undefined || n <= this.committed) return;
    const commit = Promise.resolve(this.storage.commit({ n, after: n - 1, changes }));
    // Told by whoever waits for it.
    commit.catch(() => {});
    this.#underWay.push(commit);
    if (this.#underWay.length >= maxUnderWay || done) await this.#underWay.shift();
  }

  /** Stores the rest and marks the import as done. */
  async finish(): Promise<void> {
    await this.flush(true);
    await Promise.all(this.#underWay);
    if (this.#n < this.committed)
      throw new ChatError('storage-conflict', 'the database has more batches than this import makes');
  }
}

import type { EngineOptions } from './engine-options.js';
import { asChatError, ChatError } from './errors.js';
import { engineTable } from './ids.js';
import { fillTable } from './loader.js';
import type { Opened } from './ports.js';
import type { State } from './state.js';
import type { Table } from './table.js';
import { late, within } from './within.js';

/** What an engine starts from. */
export interface Start extends Opened {
  /** How far ids may have been given out. */
  readonly ceiling: number;
}

/**
 * Opens the storage and reads what belongs in memory. Neither opening nor a page of rows may take longer than `storageOpenMs`; waiting for
 * another process to give the lease back may.
 */
export async function openStorage(
  options: EngineOptions,
  tables: readonly Table[],
  state: State,
  signal: AbortSignal | undefined,
): Promise<Start> {
  const { storage, clock, limits } = options;
  const inTime = async <T>(what: string, work: Promise<T>): Promise<T> => {
    const done = await within(clock, limits.storageOpenMs, work);
    if (done !== late) return done;
    const text = `${what} took longer than ${limits.storageOpenMs} ms (storageOpenMs)`;
    throw new ChatError('storage-failed', text, { retryable: true });
  };
  const opened = await open(options, tables, signal, inTime);
  try {
    for (const one of tables) {
      if (one.class !== 'resident' && one.class !== 'lazy') continue;
      const query = (page: Parameters<typeof storage.query>[0]) =>
        inTime(`reading ${one.name}`, storage.query(page));
      await fillTable(query, state, one.name);
    }
    const [ids] = await inTime('reading the ids', storage.rows(engineTable.name, ['ids']));
    return { ...opened, ceiling: (ids?.row as { ceiling: number } | undefined)?.ceiling ?? 0 };
  } catch (thrown) {
    // A storage that does not answer may not close either.
    await inTime('closing the storage', storage.close()).catch((failure) => failed(options, failure));
    throw thrown;
  }
}

async function open(
  options: EngineOptions,
  tables: readonly Table[],
  signal: AbortSignal | undefined,
  inTime: <T>(what: string, work: Promise<T>) => Promise<T>,
): Promise<Opened> {
  const { storage, format, takeover } = options;
  let leased = () => {};
  const lease = new Promise<void>((resolve) => {
    leased = resolve;
  });
  const stored = [engineTable, ...tables].filter((one) => one.class !== 'live');
  const opening = storage.open({
    tables: stored.map(({ name, class: kind, key }) => ({ name, class: kind, key })),
    format,
    takeover,
    leased,
    ...(signal === undefined ? {} : { signal }),
  });
  if (takeover === 'wait') await Promise.race([opening, lease]);
  try {
    return await inTime('opening the storage', opening);
  } catch (thrown) {
    // What comes too late is given back. After any other failure there is nothing to close.
    opening
      .then(() => storage.close())
      .catch((failure) => {
        if (failure !== thrown) failed(options, failure);
      });
    throw thrown;
  }
}

function failed({ report }: EngineOptions, thrown: unknown): void {
  report(asChatError('storage-failed', 'storage could not be given back', thrown));
}

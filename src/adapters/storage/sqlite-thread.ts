import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { asChatError, ChatError } from '../../core/errors.js';
import { type Calls, fromPlain, type Reply } from './sqlite-calls.js';

interface Pending {
  resolve(value: unknown): void;
  reject(error: ChatError): void;
}

/** The worker as seen from outside. It keeps the process alive only while calls are under way. */
export class SqliteThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  #calls = 0;
  /** Why no more calls are taken. */
  #dead: ChatError | undefined;

  constructor(workerUrl: URL | string | undefined) {
    this.#worker = startWorker(workerUrl);
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (thrown) => this.#die(thrown));
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#die(new Error(`it ended with code ${code}`));
        resolve();
      });
    });
  }

  call<Name extends keyof Calls>(
    name: Name,
    args: Parameters<Calls[Name]>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<ReturnType<Calls[Name]>> {
    return new Promise((resolve, reject) => {
      if (this.#dead !== undefined) return reject(this.#dead);
      const id = ++this.#calls;
      try {
        this.#worker.postMessage({ id, name, args }, transfer);
      } catch (thrown) {
        return reject(asChatError('options-invalid', `${name} was given what cannot be copied`, thrown));
      }
      if (this.#pending.size === 0) this.#worker.ref();
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Lets calls under way finish, then ends the thread. Does not fail when the thread is dead already. */
  async end(): Promise<void> {
    const closing = this.#dead === undefined ? this.call('close', []) : undefined;
    try {
      await closing;
    } finally {
      this.#worker.ref();
      await this.#exited;
    }
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ('error' in reply) pending?.reject(fromPlain(reply.error));
    else pending?.resolve(reply.value);
  }

  #die(thrown: unknown): void {
    this.#dead ??= new ChatError('storage-failed', `the thread that runs SQLite is gone: ${String(thrown)}`, {
      cause: thrown,
    });
    for (const pending of this.#pending.values()) pending.reject(this.#dead);
    this.#pending.clear();
  }
}

/** Flags of the host's process, loaders and hooks among them, are not for this thread. */
const options = { execArgv: [] };

function startWorker(url: URL | string | undefined): Worker {
  if (url !== undefined) return new Worker(url, options);
  if (import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./sqlite-worker.source.mjs', import.meta.url), options);
  }
  if (existsSync(new URL('./sqlite-worker.js', import.meta.url))) {
    // Written out like this, bundlers that know the pattern take the file along.
    return new Worker(new URL('./sqlite-worker.js', import.meta.url), options);
  }
  // A build may move this code, or what it takes for `import.meta.url`, to a file that entries share, one folder up.
  return new Worker(new URL('./storage/sqlite-worker.js', import.meta.url), options);
}

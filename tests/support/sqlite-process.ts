import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What `sqlite-child.ts` tells its parent. */
export interface Told {
  readonly event: 'open' | 'committed' | 'counted' | 'failed' | 'closed';
  readonly n: number;
  readonly code?: string;
  readonly message?: string;
  readonly retryable?: boolean;
  readonly errcode?: number;
}

const script = fileURLToPath(new URL('./sqlite-child.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Another process with a storage of its own. */
export class SqliteProcess {
  readonly child: ChildProcess;
  readonly told: Told[] = [];
  readonly exited: Promise<unknown>;
  #news: () => void = () => {};
  #read = 0;

  /** @param shell - shell commands run before, in the same process. */
  constructor(mode: 'hold' | 'write' | 'fill' | 'body' | 'try', file: string, shell = ':') {
    const command = [process.execPath, '--import', 'tsx', script, mode, file];
    this.child = spawn('sh', ['-c', `${shell}; exec "$@"`, 'sh', ...command], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.exited = once(this.child, 'exit');
    this.child.on('message', (told: Told) => {
      this.told.push(told);
      this.#news();
    });
  }

  /** The next thing told that has not been read yet. */
  async next(): Promise<Told> {
    const deadline = AbortSignal.timeout(15_000);
    while (this.#read >= this.told.length) {
      await new Promise<void>((resolve, reject) => {
        this.#news = resolve;
        void this.exited.then(() =>
          reject(new Error(`the process ended after ${JSON.stringify(this.told)}`)),
        );
        deadline.onabort = () => reject(new Error(`nothing more in 15 s than ${JSON.stringify(this.told)}`));
      });
    }
    return this.told[this.#read++] as Told;
  }

  say(message: string): void {
    this.child.send(message);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

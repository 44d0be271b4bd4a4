import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SockProbe } from './sock-probe.js';

/** What `durable-child.ts` is started with. */
export interface ChildOptions {
  readonly file: string;
  readonly synchronous?: 'full' | 'normal';
  readonly takeover?: 'refuse' | 'wait';
  /** Where to note the number of the batch handed to storage last, and of the one done last: two doubles. */
  readonly marks?: string;
}

/** What it tells. */
export type ChildTold =
  /** It is about to open the file, as soon as nobody else has it. */
  | { readonly event: 'waiting' }
  | { readonly event: 'open'; readonly port: number; readonly ms: number; readonly committed: number }
  | { readonly event: 'failed' | 'error'; readonly code: string; readonly message: string }
  | { readonly event: 'drained'; readonly ms: number; readonly ended: number; readonly unstored: number };

/** What it is asked. */
export type ChildWish =
  | { readonly dieAfter: number }
  | { readonly drain: { readonly timeoutMs?: number; readonly spreadMs?: number } };

type Told<E extends ChildTold['event']> = Extract<ChildTold, { readonly event: E }>;

const script = fileURLToPath(new URL('./durable-child.ts', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Another process with a chat of its own. */
export class DurableProcess {
  readonly told: ChildTold[] = [];
  readonly exited: Promise<unknown>;
  readonly #child: ChildProcess;
  #gone = false;
  #news: () => void = () => {};
  #port = 0;

  constructor(options: ChildOptions) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(options)], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.exited = once(this.#child, 'exit').then(() => {
      this.#gone = true;
      this.#news();
    });
    this.#child.on('message', (told: ChildTold) => {
      this.told.push(told);
      this.#news();
    });
  }

  /** The first thing of a kind that it tells. */
  async tells<E extends ChildTold['event']>(event: E, withinMs = 20_000): Promise<Told<E>> {
    const late = performance.now() + withinMs;
    for (;;) {
      const found = this.told.find((one) => one.event === event);
      if (found !== undefined) return found as Told<E>;
      if (this.#gone)
        throw new Error(`the process ended before ${event}, after ${JSON.stringify(this.told)}`);
      await new Promise<void>((resolve, reject) => {
        const text = `no ${event} in ${withinMs} ms, only ${JSON.stringify(this.told)}`;
        const timer = setTimeout(() => reject(new Error(text)), Math.max(0, late - performance.now()));
        this.#news = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async opened(): Promise<Told<'open'>> {
    const open = await this.tells('open');
    this.#port = open.port;
    return open;
  }

  /** Where Conclave is spoken. */
  get conclaveUrl(): string {
    return `http://127.0.0.1:${this.#port}/conclave/api/v1`;
  }

  connect(): Promise<SockProbe> {
    return SockProbe.open(`ws://127.0.0.1:${this.#port}/sock`);
  }

  async visit(id: string, kind = 'staff'): Promise<SockProbe> {
    return (await this.connect()).login(id, kind);
  }

  ask(wish: ChildWish): void {
    this.#child.send(wish);
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }
}

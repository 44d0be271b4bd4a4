import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** An example in a process of its own, run against the source. */
export class ExampleProcess {
  readonly child: ChildProcess;
  /** All it has printed. */
  said = '';
  readonly exited: Promise<unknown>;
  #news: () => void = () => {};

  /** @param file - path of the program, relative to the repository's top. */
  constructor(file: string, env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, ['--import', 'tsx', file], {
      cwd: root,
      env: { ...process.env, PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said += text;
        this.#news();
      });
    }
    this.exited = once(this.child, 'exit');
  }

  /** Waits until it has printed something, and gives what the expression took from it. */
  async says(what: RegExp): Promise<RegExpExecArray> {
    const deadline = AbortSignal.timeout(15_000);
    for (;;) {
      const found = what.exec(this.said);
      if (found !== null) return found;
      await new Promise<void>((resolve, reject) => {
        this.#news = resolve;
        void this.exited.then(() => reject(new Error(`it ended after saying ${this.said}`)));
        deadline.onabort = () => reject(new Error(`did not say ${what} in 15 s, but ${this.said}`));
      });
    }
  }

  /** The port it listens on. */
  async port(): Promise<number> {
    return Number((await this.says(/http:\/\/localhost:(\d+)/))[1]);
  }

  /** Lets it end in good order. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.exited;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

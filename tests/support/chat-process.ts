import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./chat-child.ts', import.meta.url));

/** A chat server in a process of its own, on a port of its own. */
export class ChatProcess {
  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts one on a file; `port` 0 takes any free one. */
  static async start(file: string, port = 0): Promise<ChatProcess> {
    const child = spawn(process.execPath, ['--import', 'tsx', script, file, String(port)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const exited = once(child, 'exit').then(([code]) => {
      throw new Error(`the server ended with ${code} before it listened`);
    });
    const told = await Promise.race([
      once(child, 'message', { signal: AbortSignal.timeout(15_000) }),
      exited,
    ]);
    exited.catch(() => {});
    return new ChatProcess(child, Number(told[0]));
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/sock`;
  }

  /** Where OriginChats is spoken. */
  get originUrl(): string {
    return `ws://127.0.0.1:${this.port}/`;
  }

  /** Where Venueless is spoken. */
  get venuelessUrl(): string {
    return `ws://127.0.0.1:${this.port}/ws/world/demo/`;
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}

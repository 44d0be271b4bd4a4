import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The command line tool in a process of its own, from its source. */
export class CliProcess {
  readonly child: ChildProcess;
  /** What it wrote. */
  out = '';
  told = '';
  readonly exited: Promise<number | null>;

  constructor(...args: string[]) {
    const command = ['--import', 'tsx', 'src/cli/polylect.ts', ...args];
    this.child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (data) => {
      this.out += data;
    });
    this.child.stderr?.on('data', (data) => {
      this.told += data;
    });
    this.exited = once(this.child, 'close').then(([code]) => code as number | null);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

// What a process costs, read from /proc, and how to start one on a CPU of its own.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** CPU milliseconds of all threads of a process so far, by the scheduler's own count in nanoseconds. */
export function cpuMs(pid) {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // The thread has ended.
    }
  }
  return ns / 1e6;
}

/** Write calls of a process so far. */
export function writeCalls(pid) {
  return Number(/^syscw: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

/** Files a process may have open. */
export function openFilesLimit() {
  // Node raises its own limit to the hard one at start.
  const limits = readFileSync('/proc/self/limits', 'utf8');
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 1024);
}

const hasTaskset = spawnSync('taskset', ['--version']).status === 0;
export const isPinned = hasTaskset && availableParallelism() > 1;

/** Why measurements are softer than they could be here; nothing if servers and clients have a CPU each. */
export function pinningRemark() {
  if (!hasTaskset) return 'not pinned: there is no `taskset` here, so server and client may share a CPU';
  if (!isPinned) return 'not pinned: there is one CPU only, shared by server and client';
  return undefined;
}

const running = new Set();

/** Starts a Node script with an IPC channel, on one CPU where that is possible. */
export function start(cpu, file, args, { flags = [], env = {} } = {}) {
  const command = [process.execPath, ...flags, file, ...args];
  const [program, ...rest] = isPinned ? ['taskset', '-c', String(cpu), ...command] : command;
  const child = spawn(program, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The next message of a child that has this kind. Rejects when the child ends first, or after `ms`. */
export function heard(child, kind, ms) {
  return new Promise((resolve, reject) => {
    const stop = (error) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      if (error) reject(error);
    };
    const onMessage = (message) => {
      if (message.kind !== kind) return;
      stop();
      resolve(message);
    };
    const onExit = (code) => stop(new Error(`ended with ${code} while "${kind}" was waited for`));
    const timer = setTimeout(() => stop(new Error(`no "${kind}" within ${ms} ms`)), ms);
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}

/** Ends a child and waits until it is gone. */
export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(hard);
}

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

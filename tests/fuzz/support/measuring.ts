import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Test workers are started without the flag, and an uncollected heap says nothing.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use, once everything is collected that can be. */
export function settledHeap(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** How long something takes, and what it answers. */
export function timed<Result>(run: () => Result): readonly [tookMs: number, result: Result] {
  const startedAt = performance.now();
  const result = run();
  return [performance.now() - startedAt, result];
}

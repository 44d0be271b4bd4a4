import { performance } from 'node:perf_hooks';
import type { Chat } from '../../../src/chat.js';
import type { Door } from '../../../src/delivery/connection.js';

/** No input may cost more of the process. */
const MAX_INPUT_MS = 50;

/** Times every frame that goes in. */
export function watched() {
  const seen = { slowest: 0, slow: [] as string[], inputs: 0 };
  const door = (chat: Chat): Door => ({
    get draining() {
      return chat.draining;
    },
    limitsOf: (dialect) => chat.limitsOf(dialect),
    fetch: (dialect, request) => chat.fetch(dialect, request),
    accept(dialect, transport, address, realm) {
      const receiver = chat.accept(dialect, transport, address, realm);
      if (receiver === undefined) return undefined;
      return {
        closed: () => receiver.closed(),
        receive(data) {
          const cpu = process.cpuUsage();
          const start = performance.now();
          receiver.receive(data);
          const took = performance.now() - start;
          const { user: used, system } = process.cpuUsage(cpu);
          seen.inputs++;
          // Of the process, not of others on a shared machine: what the wall clock says must have been worked.
          const worked = Math.min(took, (used + system) / 1_000);
          seen.slowest = Math.max(seen.slowest, worked);
          if (worked > MAX_INPUT_MS) seen.slow.push(`${worked} ms: ${String(data).slice(0, 200)}`);
        },
      };
    },
  });
  return { seen, door };
}

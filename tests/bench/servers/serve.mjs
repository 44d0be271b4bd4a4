// What every server of the bench does besides serving: say where it listens, and what memory it holds when asked.
import { setTimeout as sleep } from 'node:timers/promises';

/** Listens on a free port of the loopback interface and tells the parent which. */
export function serve(http) {
  http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
    process.send({ kind: 'listening', port: http.address().port });
  });
  process.on('message', async (message) => {
    // An end that lets a profile be written.
    if (message.kind === 'end') return process.exit();
    if (message.kind !== 'memory') return;
    // Before the collection: what an operator sees. After it: what the server cannot do without.
    const { rss } = process.memoryUsage();
    for (let i = 0; i < 3; i++) {
      globalThis.gc();
      await sleep(100);
    }
    const { heapUsed, external, rss: collected } = process.memoryUsage();
    process.send({ kind: 'memory', rss, collected, held: heapUsed + external });
  });
}

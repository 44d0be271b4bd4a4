import { afterEach, expect, it } from 'vitest';
import { type EchoClient, type Started, start, until } from '../../support/echo-client.js';

let running: Started | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** How many there are of each kind of thing that keeps the process alive, and of listeners of the server and the process. */
function leftovers({ server, chat }: Started): Record<string, number> {
  const found: Record<string, number> = {};
  // Timers of the test's own waiting come and go.
  for (const kind of process.getActiveResourcesInfo())
    if (kind !== 'Timeout' && kind !== 'Immediate') found[kind] = (found[kind] ?? 0) + 1;
  for (const emitter of [server, process])
    for (const name of emitter.eventNames())
      found[`${emitter === server ? 'server' : 'process'} ${String(name)}`] = emitter.listenerCount(name);
  const { connections, sessions, waiting } = chat.health();
  return { ...found, connections, sessions, waiting };
}

/** How many timers are running, those that do not keep the process alive too. */
function counted(): { readonly running: () => number; restore(): void } {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const timers = new Set<unknown>();
  globalThis.setTimeout = ((run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = set(() => {
      timers.delete(timer);
      run(...args);
    }, ms);
    timers.add(timer);
    return timer;
  }) as typeof setTimeout;
  globalThis.clearTimeout = (timer) => {
    timers.delete(timer);
    clear(timer);
  };
  const restore = () => Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  return { running: () => timers.size, restore };
}

it('1,000 connections in waves leave no timers, listeners, sockets or sessions behind', {
  timeout: 60_000,
}, async () => {
  const one = await start();
  running = one;
  const wave = async (ends: (client: EchoClient, index: number) => void) => {
    const clients = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        // Every third never logs in.
        const client = index % 3 === 0 ? one.client() : await one.member(`p${index}`);
        if (index % 3 === 0) await client.next('hello');
        return client;
      }),
    );
    clients.forEach(ends);
    await Promise.all(clients.map((client) => client.close()));
    await until('end of all', () => one.chat.health().connections === 0);
    await until('end of the sockets', () => !process.getActiveResourcesInfo().includes('TCPSocketWrap'));
  };
  const ways: ((client: EchoClient) => void)[] = [
    (client) => client.socket.close(1000),
    (client) => client.socket.terminate(),
    // A frame that is none: the server closes.
    (client) => client.socket.send('x'.repeat(100_000)),
    (client) => client.socket.close(),
  ];
  const ending = (round: number) => (client: EchoClient, index: number) =>
    ways[(round + index) % ways.length]?.(client);

  await wave(ending(0));
  const before = leftovers(one);
  const timers = counted();
  try {
    for (let round = 1; round <= 10; round++) await wave(ending(round));
    // The one of the sweeper, and the one that this asks with.
    await until('end of all timers but two', () => timers.running() <= 2);
    expect(leftovers(one)).toEqual(before);
  } finally {
    timers.restore();
  }
});

import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { ChatProcess } from './chat-process.js';
import { temporaryFolder } from './temporary-folder.js';

/** What a test has to itself. */
export interface Place {
  readonly server: ChatProcess;
  /** Has a client end with the test. */
  keep<C extends { close(): void }>(client: C): C;
  /** Starts another server on the same file and port, once the first was killed. */
  restart(): Promise<void>;
}

/** A chat in a process of its own for each test of a file, whose clients end with it. */
export function servedClients(): Place {
  let folder: ReturnType<typeof temporaryFolder>;
  let server: ChatProcess;
  let clients: { close(): void }[] = [];
  const start = (port?: number) => ChatProcess.start(join(folder.path, 'chat.sqlite'), port);

  beforeEach(async () => {
    folder = temporaryFolder();
    server = await start();
    clients = [];
  });

  afterEach(async () => {
    for (const client of clients) client.close();
    await server.kill();
    folder.remove();
  });

  return {
    get server() {
      return server;
    },
    keep(client) {
      clients.push(client);
      return client;
    },
    async restart() {
      server = await start(server.port);
    },
  };
}

/** What clients have in common: typed events, here by name alone. */
interface Telling {
  on(name: never, listener: never): unknown;
  off(name: never, listener: never): unknown;
}

/** Makes what waits for an event of a client that satisfies, for at most ten seconds. `E`: the client's events. */
export function hearing<E extends { [N in keyof E]: (about: never) => void }>() {
  return <N extends keyof E & string>(
    client: Telling,
    name: N,
    is: (about: Parameters<E[N]>[0]) => boolean = () => true,
  ): Promise<Parameters<E[N]>[0]> =>
    new Promise((resolve, reject) => {
      const seen: unknown[] = [];
      const timer = setTimeout(
        () => reject(new Error(`no ${name} as wanted, only ${JSON.stringify(seen)}`)),
        10_000,
      );
      const listener = (about: Parameters<E[N]>[0]) => {
        if (!is(about)) return void seen.push(about);
        clearTimeout(timer);
        client.off(name as never, listener as never);
        resolve(about);
      };
      client.on(name as never, listener as never);
    });
}

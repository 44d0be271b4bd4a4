import { originchats } from '../../../../src/dialects/originchats/index.js';
import { JsonProbe } from '../../../support/json-probe.js';
import { type ServeOptions, serve, type TestServer, type Who } from './server.js';

/** A chat that speaks OriginChats too. */
export function serveBoth(options: ServeOptions = {}): Promise<TestServer> {
  return serve({ beside: { '/': originchats() }, ...options });
}

/** Logs somebody in by OriginChats; the same identity as by {@link TestServer.arrive}. */
export async function connectElsewhere(server: TestServer, name: string, who: Who = {}): Promise<JsonProbe> {
  const client = await JsonProbe.open(server.url.replace(/sock$/, ''), name);
  server.elsewhere.push(client);
  client.send({ cmd: 'auth', validator: server.words(name, who).slice('1→'.length) });
  await client.until((frame) => frame.cmd === 'ready', 'ready');
  return client;
}

/** {@link connectElsewhere}, and everything that follows from it. */
export async function arriveElsewhere(server: TestServer, name: string, who: Who = {}): Promise<JsonProbe> {
  const client = await connectElsewhere(server, name, who);
  await server.settle();
  return client;
}

/** Ends a connection of the other protocol, and waits until the chat knows. */
export async function leaveElsewhere(server: TestServer, client: JsonProbe): Promise<void> {
  const before = server.chat.health().connections;
  await client.close();
  while (server.chat.health().connections === before) await new Promise((resolve) => setImmediate(resolve));
  await server.settle();
}

/** Lets seconds pass, with a sweep in each. */
export async function pass(server: TestServer, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await server.clock.advance(1_000);
    await server.settle();
  }
}

/** How long lists wait after a change, and a second more for the sweep that notices it. */
export const settled = 6;

import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { attach } from '../../../src/adapters/sockets/ws.js';
import { memory } from '../../../src/adapters/storage/memory.js';
import { createChat } from '../../../src/chat.js';
import { sockchat } from '../../../src/dialects/sockchat/index.js';
import { letIn } from '../../support/let-in.js';
import { SockProbe } from '../../support/sock-probe.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An application as docs/embedding.md has it. */
async function application() {
  const chat = await createChat({ storage: memory(), auth: letIn, dialects: [sockchat()] });
  const app = Fastify();
  app.get('/online', () => chat.users.online().map(({ handle }) => handle));
  app.post('/say', async (request) => {
    const lounge = chat.channels.byName('lounge');
    if (lounge === undefined) throw new Error('no lounge');
    return chat.messages.send(lounge.id, String((request.body as { text: string }).text));
  });
  attach(app.server, chat, { sockchat: '/chat' });
  app.addHook('preClose', async () => void (await chat.drain()));
  await app.listen({ host: '127.0.0.1', port: 0 });
  ends.push(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  return { app, chat, http: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` };
}

it('serves a chat beside the routes of Fastify', async () => {
  const { http, ws } = await application();
  const ann = await SockProbe.login(`${ws}/chat`, '1');
  expect(await (await fetch(`${http}/online`)).json()).toEqual(['user1']);
  const said = await fetch(`${http}/say`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'from a route' }),
  });
  expect(said.status).toBe(200);
  expect((await ann.nextOf('message')).text).toBe('0\fsay\ffrom a route');
  ann.say('hello');
  expect((await ann.nextOf('message')).text).toBe('hello');
});

it('leaves to Fastify what is its own to refuse', async () => {
  const { http, ws } = await application();
  const missing = await fetch(`${http}/nothing`);
  expect([missing.status, await missing.json()]).toEqual([404, expect.objectContaining({ statusCode: 404 })]);
  await expect(SockProbe.open(`${ws}/other`)).rejects.toThrow('404');
});

it('drains the chat when the application is closed, though people are in it', async () => {
  const { app, ws } = await application();
  const ann = await SockProbe.login(`${ws}/chat`, '1');
  await app.close();
  expect(await ann.end()).toBe(1012);
});

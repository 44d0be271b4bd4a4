import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { attach } from '../../../src/adapters/sockets/ws.js';
import type { Door } from '../../../src/delivery/connection.js';

it('an answer whose body breaks off ends at once, also while its client does not read', async () => {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const door: Door = {
    accept: () => undefined,
    draining: false,
    limitsOf: () => ({ frameBytes: 1, routes: true }),
    fetch: async () =>
      new Response(
        new ReadableStream<Uint8Array>({
          start: (given) => {
            controller = given;
          },
        }),
      ),
  };
  const server = createServer();
  attach(server, door, { any: '/' });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  // Far more than the system takes in for whoever does not read.
  for (let i = 0; i < 64; i++) controller?.enqueue(new Uint8Array(2 ** 20));
  for (let before: number | null | undefined; before !== controller?.desiredSize; ) {
    before = controller?.desiredSize;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(controller?.desiredSize).toBeLessThan(0);
  controller?.error(new Error('broken'));
  const open = () => new Promise<number>((done) => server.getConnections((_, count) => done(count)));
  const end = Date.now() + 5_000;
  while ((await open()) > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await open()).toBe(0);
  socket.destroy();
  await new Promise((done) => server.close(done));
});

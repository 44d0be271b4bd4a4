import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { StandingClock } from '../sockchat/support/clock.js';
import { type ConclaveServer, seen, serve } from './support/server.js';

/** The event stream (section 10). */
export function streams(): void {
  let server: ConclaveServer;
  afterEach(async () => {
    await server?.stop();
    expect(server.errors).toEqual([]);
  });
  const until = async (holds: () => boolean) => {
    const end = Date.now() + 5_000;
    while (!holds()) {
      if (Date.now() > end) throw new Error('it did not come about');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const open = () => server.chat.health().connections;

  it('[Conclave 10] opens at once with the headers that clients insist on, and says nothing at first', async () => {
    server = await serve();
    const alice = await server.arrive('alice');
    const stream = await alice.listen();
    const { headers, status } = stream.response;
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream',
      'no-cache',
    ]);
    expect(stream.text).toBe('');
    expect(seen(await server.ask('/events'))).toEqual([401, 200, 'missing Authorization header']);
  });

  it('[Conclave 10, 16] writes an event as one line of hexadecimal digits and an empty line', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    await alice.bring(group, bob);
    await alice.heard();
    const [stream] = alice.streams;
    if (stream === undefined) return;
    stream.text = '';
    await alice.done(`/groups/${group}/remove`, wire.RemoveMemberRequest, { userId: bob.bytes });
    await stream.until(() => stream.text.endsWith('\n\n'));
    expect(stream.text).toBe(`data: 22240a10${group}1210${bob.id}\n\n`);
  });

  it('[Conclave 10] every stream of somebody brings each event once, in the same order', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    await alice.bring(group, bob);
    const second = await bob.listen();
    await bob.heard();
    const sent = await Promise.all(Array.from({ length: 50 }, () => alice.send(group, 1)));
    const told = sent.sort((a, b) => a - b).map((number) => `message ${group} ${number} ${alice.id}`);
    expect(await bob.heard()).toEqual(told);
    expect((await second.settle()).filter((item) => item.startsWith('message'))).toEqual(told);
  });

  it('[Conclave 10] keeps quiet streams alive by a comment every fifteen seconds, anew after each event', async () => {
    const clock = new StandingClock();
    server = await serve({ clock });
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    await alice.bring(group, bob);
    await bob.heard();
    const [stream] = bob.streams;
    if (stream === undefined) return;
    stream.text = '';
    await clock.advance(14_000);
    await alice.send(group, 1);
    await stream.until(() => stream.text !== '');
    const event = stream.text;
    await clock.advance(14_000);
    await bob.heard();
    stream.text = '';
    expect(event).toMatch(/^data: [0-9a-f]+\n\n$/);
    await clock.advance(15_000);
    await stream.until(() => stream.text !== '');
    expect(stream.text).toBe(':\n\n');
    await clock.advance(15_000);
    await stream.until(() => stream.text.length > 3);
    expect(stream.text).toBe(':\n\n:\n\n');
  });

  it('[Conclave 4.1] each request makes the token good for its whole time again; a stream ends with it', async () => {
    const clock = new StandingClock();
    server = await serve({ clock, conclave: { tokenTtlSeconds: 100 } });
    const alice = await server.arrive('alice');
    await clock.advance(99_000);
    const stream = await alice.listen();
    await clock.advance(99_000);
    expect((await alice.ask('/me')).status).toBe(200);
    await clock.advance(99_000);
    expect(stream.ended).toBe(false);
    await clock.advance(2_000);
    await stream.until(() => stream.ended);
    expect(seen(await alice.ask('/me'))).toEqual([401, 202, 'invalid or expired token']);
  });

  it('forgets a stream whose client goes', async () => {
    server = await serve();
    const { alice } = await server.cast('alice');
    const second = await alice.listen();
    expect(open()).toBe(2);
    second.abort();
    await until(() => open() === 1);
    const group = await alice.group('team');
    await alice.done(`/groups/${group}/delete`);
    expect((await alice.heard()).length).toBe(1);
  });

  it('forgets streams whose clients go while they are opened', async () => {
    server = await serve();
    const { token } = await server.arrive('alice');
    const head = `GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    for (let i = 0; i < 50; i++)
      await new Promise<void>((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => {
          socket.write(head);
          setTimeout(() => socket.destroy(), i % 5);
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve());
      });
    await until(() => open() === 0);
    const rows = server.chat.read((view) => [...view.all({ name: 'streams' } as never)].length);
    expect(rows).toBe(0);
  });

  it('cuts a stream that nobody reads, and tells the host', async () => {
    server = await serve({ limits: { outboxBytes: 4_096 } });
    const { alice } = await server.cast('alice');
    const bob = await server.arrive('bob');
    const group = await alice.group('team');
    await alice.bring(group, bob);
    const cut: unknown[] = [];
    server.chat.on('slow_reader', (facts) => cut.push(facts));
    // Without a socket, which would take in some megabytes for whoever does not read.
    const request = new Request(`${server.url}/api/v1/events`, { headers: bob.headers });
    const response = await server.chat.fetch('conclave', request);
    expect(open()).toBe(2);
    // A frame has some hundred bytes.
    for (let i = 0; i < 100; i++) await alice.send(group, 1);
    expect(cut).toMatchObject([{ reason: expect.stringContaining('outboxBytes') }]);
    expect(await alice.heard()).toEqual([`update ${group} commit`]);
    // Whoever begins to read then gets what was written, and its end.
    const text = (await response?.text()) ?? '';
    expect(text).toMatch(/^(data: [0-9a-f]+\n\n)+$/);
    expect(text.length).toBeLessThan(8_192);
    await until(() => open() === 1);
  });

  it('opens as many streams of one user as it is told to', async () => {
    server = await serve({ conclave: { streamsPerUser: 2 } });
    const { alice } = await server.cast('alice');
    const second = await alice.listen();
    expect(seen(await alice.ask('/events'))).toEqual([429, 0, 'too many requests']);
    second.abort();
    await until(() => open() === 1);
    await alice.listen();
    const bob = await server.arrive('bob');
    await bob.listen();
  });

  it('ends streams when the chat drains, and opens none then', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    const began = Date.now();
    const drained = await server.chat.drain({ timeoutMs: 5_000 });
    expect(drained.ended).toBe(0);
    expect(Date.now() - began).toBeLessThan(4_000);
    for (const { streams } of [alice, bob])
      for (const stream of streams) await stream.until(() => stream.ended);
  });

  it('does not wait for ever for a client that does not read the end', async () => {
    server = await serve();
    const bob = await server.arrive('bob');
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bob.token}\r\n\r\n`);
    await until(() => open() === 1);
    socket.pause();
    expect((await server.chat.drain({ timeoutMs: 5_000 })).ended).toBe(0);
    socket.destroy();
  });
}

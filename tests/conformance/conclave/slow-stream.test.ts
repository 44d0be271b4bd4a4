import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { innerId, userOfConclaveId, uuidOfPath } from '../../../src/dialects/conclave/ids.js';
import type { GroupId } from '../../../src/index.js';
import { type ConclaveServer, type Person, serve } from './support/server.js';

let server: ConclaveServer;
afterEach(async () => {
  await server?.stop();
  expect(server.errors).toEqual([]);
});

/** Reads a stream for as long as it is there; checks that each message is the next. */
class Counter {
  heard = 0;
  wrong: string | undefined;

  static async open({ headers, server }: Person): Promise<Counter> {
    const counter = new Counter();
    const { body } = await fetch(`${server.url}/api/v1/events`, { headers });
    void counter.#read(body as unknown as AsyncIterable<Uint8Array>);
    return counter;
  }

  async #read(body: AsyncIterable<Uint8Array>): Promise<void> {
    const take = wire.eventStreamReader();
    let last: number | undefined;
    try {
      for await (const chunk of body)
        for (const item of take(chunk)) {
          const event = item.kind === 'event' ? item.event : undefined;
          if (event?.case !== 'newMessage') continue;
          const { sequenceNum } = event.value;
          if (last !== undefined && sequenceNum !== last + 1) this.wrong ??= `${sequenceNum} after ${last}`;
          last = sequenceNum;
          this.heard++;
        }
    } catch (thrown) {
      this.wrong ??= String(thrown);
    }
  }
}

/** Waits until something holds. */
async function until(what: string, holds: () => boolean): Promise<void> {
  const late = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > late) throw new Error(`waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

it('[Conclave 10] a client that does not read its stream is cut at outboxBytes, and the others miss nothing', {
  timeout: 120_000,
}, async () => {
  const outboxBytes = 262_144;
  server = await serve({ limits: { outboxBytes } });
  const [alice, bob, carol] = [
    await server.arrive('alice'),
    await server.arrive('bob'),
    await server.arrive('carol'),
  ];
  const team = await alice.group('team');
  for (const one of [bob, carol]) await alice.bring(team, one);
  const cut: string[] = [];
  server.chat.on('slow_reader', ({ reason }) => cut.push(reason));
  const reader = await Counter.open(carol);
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bob.token}\r\n\r\n`);
  await until('both streams', () => server.chat.health().connections === 2);
  socket.pause();
  const { chat } = server;
  const by = chat.read((view) => userOfConclaveId(view, uuidOfPath(alice.id) ?? ''))?.id;
  const group = innerId('group', uuidOfPath(team) ?? '') as GroupId;
  if (by === undefined) throw new Error('nobody sends');
  let sent = 0;
  // The kernel takes some megabytes on the way, at about ninety bytes a message.
  for (; cut.length === 0 && sent < 400_000; sent += 1_000) {
    await Promise.all(Array.from({ length: 1_000 }, () => chat.run('group.send', { by, group, data: '' })));
    await until('the one who reads', () => reader.heard >= sent + 1_000);
  }
  expect(cut).toEqual([expect.stringMatching(/^[0-9]+ bytes unread, limit 262144 \(outboxBytes\)$/)]);
  const [unread = 0] = /[0-9]+/.exec(cut[0] ?? '')?.map(Number) ?? [];
  // What was decided in one turn is written at once.
  expect(unread).toBeLessThan(outboxBytes + 1_000 * 200);
  await until('its end', () => chat.health().connections === 1);
  for (let n = 0; n < 100; n++) await alice.send(team, 1);
  await until('the last messages', () => reader.heard >= sent + 100);
  expect([reader.heard, reader.wrong]).toEqual([sent + 100, undefined]);
  // Whoever was cut opens another, and hears again.
  const again = await Counter.open(bob);
  await alice.send(team, 1);
  await until('the new stream', () => again.heard === 1);
  socket.destroy();
});

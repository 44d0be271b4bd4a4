import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  clientFrame,
  type RawClient,
  type Started,
  start,
  stopAll,
  until,
} from '../../support/echo-client.js';

afterEach(stopAll);

async function open(one: Started): Promise<RawClient> {
  const raw = await one.raw();
  await raw.upgrade();
  await until('hello', () => raw.frames().length === 1);
  return raw;
}

/** A login frame of exactly so many bytes of payload. */
function sized(bytes: number): string {
  const text = JSON.stringify({ do: 'address', pad: '' });
  return JSON.stringify({ do: 'address', pad: 'x'.repeat(bytes - text.length) });
}

describe('a frame', () => {
  it('of the largest size is taken, one byte more is closed with 1009', async () => {
    const one = await start({ echo: { limits: { bytesBeforeLogin: 1_000_000 } } });
    const client = one.client();
    client.send(sized(65_536));
    await client.next('address');
    client.send(sized(65_537));
    expect((await client.close()).code).toBe(1009);
    await until('end', () => one.chat.health().connections === 0);
  });

  it('takes its largest size from its dialect', async () => {
    const one = await start({ echo: { limits: { frameBytes: 100 } } });
    const client = one.client();
    client.send(sized(100));
    await client.next('address');
    client.send(sized(101));
    expect((await client.close()).code).toBe(1009);
  });

  it('that announces 100 MiB is closed with 1009 before any of it is there', async () => {
    const one = await start();
    const raw = await open(one);
    const before = process.memoryUsage().rss;
    raw.socket.write(clientFrame('', { announced: 100 * 2 ** 20 }));
    expect(await raw.closeCode()).toBe(1009);
    for (let i = 0; i < 100 && !raw.closed; i++) raw.socket.write(Buffer.alloc(65_536));
    await until('end', () => one.chat.health().connections === 0);
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 2 ** 20);
  });

  it('of bytes is sent back as bytes, of text as text', async () => {
    const one = await start();
    const client = one.client();
    client.send(Buffer.from([0, 255, 1, 254]));
    expect((await client.next('bytes')).bytes).toEqual(Buffer.from([0, 255, 1, 254]));
    client.send(Buffer.alloc(0));
    expect((await client.next('bytes')).bytes).toEqual(Buffer.alloc(0));
    client.send({ do: 'address' });
    await client.next('address');
  });

  it('that is none is closed with the code of its fault', async () => {
    const one = await start();
    const faults: [Buffer, number][] = [
      [clientFrame('x', { opcode: 3 }), 1002],
      [Buffer.from([0x81, 0x01, 0x78]), 1002],
      [Buffer.from([0xc1, 0x80, 0, 0, 0, 0]), 1002],
      [clientFrame(Buffer.from([0xff, 0xfe])), 1007],
      [clientFrame(Buffer.alloc(126), { opcode: 9 }), 1002],
      [clientFrame('x', { opcode: 0 }), 1002],
    ];
    for (const [bytes, code] of faults) {
      const raw = await open(one);
      raw.socket.write(bytes);
      expect(await raw.closeCode()).toBe(code);
    }
    await until('end of all', () => one.chat.health().connections === 0);
  });
});

describe('fragments', () => {
  it('may be 256, one more is closed with 1008', async () => {
    const one = await start();
    const message = (count: number) => {
      const text = sized(count);
      return Buffer.concat(
        [...text].map((char, i) => clientFrame(char, { opcode: i === 0 ? 1 : 0, fin: i === count - 1 })),
      );
    };
    const raw = await open(one);
    raw.socket.write(message(256));
    await until('answer', () => raw.frames().length === 2);
    raw.socket.write(message(257));
    expect(await raw.closeCode()).toBe(1008);
  });

  it('without end cost little', async () => {
    const one = await start();
    const raw = await open(one);
    const fragment = clientFrame('x', { opcode: 0, fin: false });
    const many = Buffer.concat(Array.from({ length: 10_000 }, () => fragment));
    const before = process.memoryUsage();
    raw.socket.write(clientFrame('x', { fin: false }));
    for (let i = 0; i < 100 && !raw.closed; i++) {
      if (!raw.socket.write(many)) await Promise.race([once(raw.socket, 'drain'), once(raw.socket, 'close')]);
    }
    expect(await raw.closeCode()).toBe(1008);
    await until('end', () => one.chat.health().connections === 0);
    expect(process.memoryUsage().heapUsed - before.heapUsed).toBeLessThan(32 * 2 ** 20);
  });

  it('of a frame that come byte by byte are closed with 1008 beyond the limit of pieces', async () => {
    const one = await start({ attach: { limits: { bufferedChunks: 8 } } });
    const raw = await open(one);
    raw.socket.setNoDelay();
    const bytes = clientFrame(sized(500));
    let sent = 0;
    // Each byte goes out by itself, once the one before it has been taken in.
    while (!raw.closed && sent < bytes.length && raw.frames().length === 1) {
      raw.socket.write(bytes.subarray(sent, ++sent));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await raw.closeCode()).toBe(1008);
  });
});

describe('control frames', () => {
  it('are never inside other frames, whoever writes them', async () => {
    const one = await start();
    const raw = await open(one);
    raw.socket.write(clientFrame('{"do":"login","name":"raw"}'));
    const speaker = await one.member('speaker');
    const texts = Array.from({ length: 300 }, (_, n) => `${n} ${'x'.repeat(n * 7)}`);
    for (const text of texts) {
      speaker.send({ do: 'say', text });
      raw.socket.write(clientFrame(`ping ${text.slice(0, 3)}`, { opcode: 9 }));
      if (texts.indexOf(text) % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await until('all messages and pongs', () => {
      const frames = raw.frames();
      return (
        frames.filter((frame) => frame.opcode === 10).length === 300 &&
        frames.filter((frame) => frame.payload.includes('"message"')).length === 300
      );
    });
    const heard = raw
      .frames()
      .filter((frame) => frame.opcode === 1)
      .map((frame) => JSON.parse(frame.payload.toString()) as { message?: string });
    expect(heard.flatMap((packet) => packet.message ?? [])).toEqual(texts);
  });

  it('that close are answered, and nothing is written after the answer', async () => {
    const one = await start();
    const raw = await open(one);
    raw.socket.write(clientFrame('{"do":"login","name":"raw"}'));
    await until('welcome', () => raw.frames().length === 3);
    raw.socket.write(clientFrame(Buffer.from([3, 232]), { opcode: 8 }));
    for (let i = 0; i < 20; i++) await one.chat.messages.announce('after');
    expect(await raw.closeCode()).toBe(1000);
    await until('end', () => one.chat.health().connections === 0);
    expect(raw.frames().at(-1)?.opcode).toBe(8);
  });
});

describe('a socket that is', () => {
  it('half closed and unread is gone after the grace', async () => {
    const one = await start({ attach: { limits: { closeMs: 200 } } });
    const raw = await open(one);
    raw.socket.write(clientFrame('{"do":"login","name":"raw"}'));
    await until('welcome', () => raw.frames().length === 3);
    raw.socket.pause();
    const speaker = await one.member('speaker');
    // More than the operating system keeps for it, so that something stays unread.
    let sent = 0;
    await until('something unread', () => {
      for (let i = 0; i < 50; i++) speaker.send({ do: 'say', text: `${sent++} ${'x'.repeat(4_000)}` });
      return sent > 1_200;
    });
    raw.socket.end();
    await until('end', () => one.chat.health().connections === 1, 5_000);
  });

  it('closed and does not answer is gone after the grace', async () => {
    const one = await start({ attach: { limits: { closeMs: 200 } } });
    const raw = await open(one);
    raw.socket.write(clientFrame('{"do":"login","name":"raw"}'));
    await until('welcome', () => raw.frames().length === 3);
    const [user] = one.chat.users.online();
    if (user === undefined) throw new Error('nobody is online');
    await one.chat.users.kick(user.user, 'why');
    expect(await raw.closeCode()).toBe(4001);
    expect(one.chat.health().connections).toBe(1);
    await until('end', () => one.chat.health().connections === 0, 5_000);
    await until('closed socket', () => raw.closed);
  });

  it('reset is gone at once', async () => {
    const one = await start();
    const raw = await open(one);
    raw.socket.resetAndDestroy();
    await until('end', () => one.chat.health().connections === 0);
  });

  it('one of 1,000 half open or 1,000 that never log in is gone within the limits', async () => {
    const one = await start({
      echo: { limits: { loginMs: 1_000 } },
      server: { headersTimeout: 1_000, requestTimeout: 1_000, connectionsCheckingInterval: 200 },
    });
    const { port } = one.server.address() as AddressInfo;
    const upgrade =
      'GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    let gone = 0;
    const sockets: Socket[] = [];
    for (let i = 0; i < 2_000; i++) {
      const socket = connect(port, '127.0.0.1', () => {
        if (i >= 1_000) socket.write(upgrade);
        else if (i >= 500) socket.write(upgrade.slice(0, 40));
      });
      socket.on('error', () => {}).on('data', () => {});
      socket.once('close', () => gone++);
      // Answers neither the close frame nor the end.
      sockets.push(socket);
    }
    await until('connections', () => one.chat.health().connections > 900);
    await until('end of all', () => gone === 2_000, 15_000);
    expect(one.chat.health().connections).toBe(0);
    for (const socket of sockets) socket.destroy();
  });
});

describe('a connection before login', () => {
  it('may send 20 frames, one more is closed with 1008', async () => {
    const one = await start();
    const client = one.client();
    for (let i = 0; i < 20; i++) client.send({ do: 'address' });
    await until('20 answers', () => client.log.filter((packet) => 'address' in packet).length === 20);
    expect(client.closed).toBeUndefined();
    client.send({ do: 'address' });
    expect(await client.next('goodbye')).toEqual({ goodbye: 'login-flood' });
    expect((await client.close()).code).toBe(1008);
  });

  it('may send 64 KiB, one byte more is closed with 1008', async () => {
    const one = await start();
    const client = one.client();
    client.send(sized(32_768));
    client.send(sized(32_768));
    await client.next('address');
    await client.next('address');
    client.send('1');
    expect((await client.close()).code).toBe(1008);
  });
});

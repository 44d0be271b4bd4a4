import { afterEach, describe, expect, it } from 'vitest';
import { socketLimits } from '../../../src/adapters/sockets/ws.js';
import { clientFrame, type EchoClient, start, stopAll, until } from '../../support/echo-client.js';

afterEach(stopAll);

/** Opens connections one after the other and says how each went. */
async function outcomes(count: number, open: (n: number) => EchoClient): Promise<('open' | number)[]> {
  const found: ('open' | number)[] = [];
  for (let n = 0; n < count; n++) found.push(await open(n).outcome());
  return found;
}

const proxied = { trustProxy: ['loopback'] };

describe('an origin', () => {
  it.each<[string, string | undefined, 'open' | 403]>([
    ['missing', undefined, 'open'],
    ['listed', 'https://good.example', 'open'],
    ['listed, in other case', 'https://GOOD.example', 'open'],
    ['null', 'null', 403],
    ['foreign', 'https://evil.example', 403],
    ['a suffix of evil', 'https://good.example.evil.example', 403],
    ['a prefix of evil', 'https://evil-good.example', 403],
    ['another port', 'https://good.example:444', 403],
    ['another scheme', 'http://good.example', 403],
    ['international', 'https://xn--gd-kka.example', 403],
    ['with a user name', 'https://good.example@evil.example', 403],
    ['the right host, another port', 'http://127.0.0.1:1', 403],
  ])('that is %s', async (_, origin, outcome) => {
    const { client } = await start({ attach: { origins: ['https://good.example'] } });
    expect(await client(origin === undefined ? {} : { headers: { origin } }).outcome()).toBe(outcome);
  });

  it('of the same host is let in', async () => {
    const { client, port } = await start();
    expect(await client({ headers: { origin: `http://127.0.0.1:${port}` } }).outcome()).toBe('open');
  });

  it('that is refused opens no connection and counts for nothing', async () => {
    const { client, chat } = await start({ attach: { ...proxied, limits: { connectsPerWindow: 1 } } });
    const headers = { origin: 'https://evil.example', 'x-forwarded-for': '192.0.2.1' };
    expect(await outcomes(3, () => client({ headers }))).toEqual([403, 403, 403]);
    expect(chat.health().connections).toBe(0);
    expect(await client({ from: '192.0.2.1' }).outcome()).toBe('open');
  });
});

describe('an address', () => {
  it('may have 16 connections at once, the 17th is answered with 429', async () => {
    const { client, chat } = await start({ attach: proxied });
    const clients: EchoClient[] = [];
    const open = () => {
      const one = client({ from: '192.0.2.1' });
      clients.push(one);
      return one;
    };
    const limit = socketLimits.connectionsPerAddress;
    expect(await outcomes(limit + 1, open)).toEqual([...Array(limit).fill('open'), 429]);
    expect(clients[limit]?.retryAfter).toBeUndefined();
    expect(await client({ from: '192.0.2.2' }).outcome()).toBe('open');
    clients[0]?.end();
    await until('end of one', () => chat.health().connections === limit);
    expect(await open().outcome()).toBe('open');
    expect(await open().outcome()).toBe(429);
  });

  it('may open 32 in ten minutes, the 33rd is told when to come back', async () => {
    let now = 1_700_000_000_000;
    const { client, chat } = await start({ attach: { ...proxied, now: () => now } });
    const limit = socketLimits.connectsPerWindow;
    for (let n = 0; n < limit; n++) {
      const one = client({ from: '2001:db8::1' });
      expect(await one.outcome()).toBe('open');
      one.end();
      await until('end', () => chat.health().connections === 0);
    }
    const late = client({ from: '2001:db8:0:0:1::1' });
    expect([await late.outcome(), late.retryAfter]).toEqual([429, '600']);
    expect(await client({ from: '2001:db8:0:1::1' }).outcome()).toBe('open');
    now += socketLimits.windowMs;
    expect(await client({ from: '2001:db8::2' }).outcome()).toBe('open');
  });

  it('of this machine is free', async () => {
    const { client } = await start();
    const outcome = await outcomes(socketLimits.connectsPerWindow + 2, () => client());
    expect(outcome.every((one) => one === 'open')).toBe(true);
  });

  it('is the proxy’s unless the proxy is trusted', async () => {
    const { client } = await start();
    const one = client({ from: '192.0.2.1' });
    one.send({ do: 'address' });
    expect(await one.next('address')).toEqual({ address: '127.0.0.1' });
  });

  it('is shown whole, and banned with its network', async () => {
    const { client, chat } = await start({ attach: proxied });
    const logIn = async (from: string) => {
      const one = client({ from });
      one.send({ do: 'address' });
      expect(await one.next('address')).toEqual({ address: from });
      one.send({ do: 'login', name: from });
      return until('answer', () => one.log.find((packet) => 'ok' in packet || 'refused' in packet));
    };
    expect(await logIn('2001:db8::1')).toEqual({ ok: 'login' });
    await chat.users.banAddress('2001:DB8:0:0::77');
    expect(await logIn('2001:db8::2')).toEqual({ refused: 'address-banned' });
    expect(await logIn('2001:db8:0:1::2')).toEqual({ ok: 'login' });
    await chat.users.unbanAddress('2001:db8::9');
    expect(await logIn('2001:db8::3')).toEqual({ ok: 'login' });
  });

  it('is read from Forwarded where the proxy writes that', async () => {
    const { client } = await start({ attach: { ...proxied, proxyHeader: 'forwarded' } });
    const one = client({ headers: { forwarded: 'for="[2001:db8::5]:999"', 'x-forwarded-for': '6.6.6.6' } });
    one.send({ do: 'address' });
    expect(await one.next('address')).toEqual({ address: '2001:db8::5' });
  });
});

describe('a handshake', () => {
  it('is answered with 503 while the chat drains', async () => {
    const { client, chat } = await start();
    const early = client();
    await early.next('hello');
    const drained = chat.drain({ timeoutMs: 2_000 });
    expect(await client().outcome()).toBe(503);
    expect(await early.next('goodbye')).toEqual({ goodbye: 'drain' });
    expect((await early.close()).code).toBe(1001);
    expect(await drained).toEqual({ ended: 0, unstored: 0 });
    expect(await client().outcome()).toBe(503);
  });

  it('offers no subprotocol and no compression', async () => {
    const { raw } = await start();
    const one = await raw();
    const head = await one.upgrade([
      'Sec-WebSocket-Protocol: chat, superchat',
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    ]);
    expect(head).toContain('101 Switching Protocols');
    expect(head.toLowerCase()).not.toMatch(/protocol:|extensions/);
  });

  it.each([
    ['without a key', ['Sec-WebSocket-Key: short'], /400/],
    ['of an unknown version', ['Sec-WebSocket-Version: 7'], /400/],
    ['to something else', ['Upgrade: h2c'], /400/],
  ])('%s is refused', async (_, headers, status) => {
    const { raw, client } = await start();
    const one = await raw();
    expect(await one.upgrade(headers)).toMatch(status);
    await until('end', () => one.closed);
    expect(await client().outcome()).toBe('open');
  });

  it('with 2,000 headers is answered, and the server lives', async () => {
    const { raw, client } = await start({ server: { maxHeaderSize: 1_000_000 } });
    const one = await raw();
    const many = Array.from({ length: 2_000 }, (_, n) => `x${n}: ${n}`);
    expect(await one.upgrade(many)).toMatch(/^HTTP\/1\.1 (101|400|431)/);
    // The same before the headers that matter.
    const other = await raw();
    const text = `GET /echo HTTP/1.1\r\n${many.join('\r\n')}\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    other.socket.write(text);
    await until('answer', () => other.received.length > 0 || other.closed);
    expect(await client().outcome()).toBe('open');
  });

  it('that breaks off costs nothing', async () => {
    const { raw, client, chat } = await start({ attach: { origins: [] } });
    for (const headers of [[], ['Origin: https://evil.example']]) {
      const one = await raw();
      const lines = [
        'GET /echo HTTP/1.1',
        'Host: a',
        'Connection: Upgrade',
        'Upgrade: websocket',
        ...headers,
      ];
      one.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      one.socket.resetAndDestroy();
    }
    expect(await client().outcome()).toBe('open');
    await until('the one', () => chat.health().connections === 1);
  });

  it('may be followed by the first frames at once', async () => {
    const { raw } = await start();
    const one = await raw();
    const head = one.upgrade();
    one.socket.write(clientFrame('{"do":"address"}'));
    await head;
    await until('both packets', () => one.frames().length === 2);
    expect(one.frames().map((frame) => frame.payload.toString())).toEqual([
      '{"hello":"echo"}',
      '{"address":"127.0.0.1"}',
    ]);
  });
});

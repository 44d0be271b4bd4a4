import { afterEach, describe, expect, it } from 'vitest';
import { StandingClock } from '../../conformance/sockchat/support/clock.js';
import { clientFrame, type RawClient, type Started, start, until } from '../../support/echo-client.js';

let running: Started | undefined;
afterEach(async () => {
  // The clock may stand still: nobody is waited for.
  running?.server.closeAllConnections();
  running = undefined;
});

/** A chat whose clock stands still, with a raw client that is logged in. */
async function idle(limits: { idlePingMs?: number; idleTimeoutMs?: number }) {
  const clock = new StandingClock();
  const one = await start({ echo: { limits }, chat: { clock } });
  running = one;
  const reasons: string[] = [];
  one.chat.on('user_disconnect', ({ reason }) => reasons.push(reason));
  const raw = await one.raw();
  await raw.upgrade();
  raw.socket.write(clientFrame(JSON.stringify({ do: 'login', name: 'anna' })));
  await until('welcome', () => raw.received.includes('welcome'));
  return { ...one, raw, clock, reasons };
}

const pings = (raw: RawClient) => raw.frames().filter((frame) => frame.opcode === 9).length;

/** Lets what is on its way arrive, on either side. */
async function settled(port: number): Promise<void> {
  for (let round = 0; round < 2; round++) await (await fetch(`http://127.0.0.1:${port}/echo/people`)).text();
}

describe('a client that is silent', () => {
  it('is pinged once after idlePingMs, and ended after idleTimeoutMs with the reason timeout', async () => {
    const { raw, port, clock, chat, reasons } = await idle({ idlePingMs: 30_000, idleTimeoutMs: 75_000 });
    // The first sweep is the one that heard the login.
    await clock.advance(30_000);
    await settled(port);
    expect(pings(raw)).toBe(0);
    await clock.advance(1_000);
    await settled(port);
    expect(pings(raw)).toBe(1);
    await clock.advance(44_000);
    await settled(port);
    expect([pings(raw), reasons, chat.health().connections]).toEqual([1, [], 1]);
    await clock.advance(1_000);
    expect(await raw.closeCode()).toBe(1001);
    await until('end of the session', () => reasons.length > 0);
    expect(reasons).toEqual(['timeout']);
    expect(raw.received.includes('"goodbye":"timeout"')).toBe(true);
    await until('end, though it answers nothing', () => chat.health().connections === 0);
  });

  it.each([
    ['answers pings', clientFrame('', { opcode: 10 })],
    ['pings itself', clientFrame('', { opcode: 9 })],
    ['sends anything', clientFrame('{"do":"address"}')],
  ])('and %s stays', async (_, frame) => {
    const { raw, port, clock, chat } = await idle({ idlePingMs: 30_000, idleTimeoutMs: 75_000 });
    for (let round = 1; round <= 5; round++) {
      await clock.advance(60_000);
      await settled(port);
      expect(pings(raw)).toBe(round);
      raw.socket.write(frame);
      await settled(port);
    }
    await clock.advance(1_000);
    expect(chat.health().sessions).toBe(1);
    expect(raw.closed).toBe(false);
  });

  it('is left alone by default', async () => {
    const { raw, port, clock, chat } = await idle({});
    await clock.advance(3_600_000);
    await settled(port);
    expect([pings(raw), chat.health().sessions]).toEqual([0, 1]);
  });
});

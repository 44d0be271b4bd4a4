import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { clientFrame, until } from '../../support/echo-client.js';
import type { ServerTold } from '../../support/slow-reader-server.js';

const script = fileURLToPath(new URL('../../support/slow-reader-server.ts', import.meta.url));

/** Reads messages off a connection without keeping them, and checks that each is the next. */
class Reader {
  heard = 0;
  wrong: string | undefined;
  /** From when each message was sent until it was here, in µs; the clock is the same in both processes. */
  readonly took: number[] = [];
  #head = Buffer.alloc(0);
  /** Bytes of the frame at hand that are still to come. */
  #left = 0;

  constructor(readonly socket: Socket) {
    socket.on('data', (data) => this.#read(data));
    socket.on('error', () => {});
  }

  #read(data: Buffer): void {
    let at = 0;
    while (at < data.length) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, data.length - at);
        this.#left -= skipped;
        at += skipped;
        continue;
      }
      // The longest head there is here, and the beginning of a message with its number.
      const wanted = this.#head.length === 0 ? 64 : 64 - this.#head.length;
      this.#head = Buffer.concat([this.#head, data.subarray(at, at + wanted)]);
      at += wanted;
      at -= this.#frame();
    }
  }

  /** Takes the frame at whose head it stands, if enough of it is there. Returns how much too much was taken. */
  #frame(): number {
    const head = this.#head;
    if (head.length < 4) return 0;
    const short = (head[1] as number) < 126;
    const length = short ? (head[1] as number) + 2 : head.readUInt16BE(2) + 4;
    if (head.length < Math.min(64, length)) return 0;
    const text = head.toString('latin1', short ? 2 : 4);
    const [, number, sent] = /^\{"message":" *([0-9]+) ([0-9]+) /.exec(text) ?? [];
    if (number !== undefined) {
      this.took.push(Number(process.hrtime.bigint() / 1_000n) - Number(sent));
      if (Number(number) !== this.heard++) this.wrong ??= `${number} at ${this.heard - 1}`;
    }
    this.#head = Buffer.alloc(0);
    this.#left = Math.max(0, length - head.length);
    return Math.max(0, head.length - length);
  }
}

/** The value that 99 of 100 do not exceed. */
function p99(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;
}

/** Opens a WebSocket and logs in. */
async function join(port: number, name: string): Promise<Reader> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  socket.write(`GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}`);
  socket.write(clientFrame(JSON.stringify({ do: 'login', name })));
  let text = '';
  while (!text.includes('"welcome"')) text += String((await once(socket, 'data'))[0]);
  return new Reader(socket);
}

it('is cut within its limit while 200 MB go to its channel, and the other 99 miss nothing', {
  timeout: 400_000,
}, async () => {
  const [warmUp, quiet, count, bytes] = [500, 1_000, 5_000, 40_000];
  const args = [warmUp, quiet, count, bytes].map(String);
  const child = fork(script, args, { execArgv: ['--expose-gc', '--import', 'tsx'] });
  const exited = once(child, 'exit');
  try {
    const told: ServerTold[] = [];
    child.on('message', (one: ServerTold) => told.push(one));
    const find = <E extends ServerTold['event']>(event: E, ms: number) =>
      until(
        event,
        () => told.find((one): one is Extract<ServerTold, { event: E }> => one.event === event),
        ms,
      );
    const { port } = await find('listening', 15_000);
    const slow = await join(port, 'slow');
    const others: Reader[] = [];
    for (let n = 0; n < 99; n++) others.push(await join(port, `reader${n}`));
    child.send('go');
    const warm = await find('warm', 120_000);
    await until('first messages', () => slow.heard === warmUp + quiet);
    slow.socket.pause();
    child.send('go');
    const done = await find('done', 300_000);
    await until('all messages', () => others.every((one) => one.heard === warmUp + quiet + count), 15_000);
    expect(others.map((one) => one.wrong)).toEqual(others.map(() => undefined));
    expect(told.filter((one) => one.event === 'cut')).toEqual([
      { event: 'cut', reason: expect.stringMatching(/^[0-9]+ bytes unread, limit 1048576 \(outboxBytes\)$/) },
    ]);
    // One frame more than the limit, and the close frame.
    expect(done.unread).toBeLessThan(1_048_576 + bytes + 200);
    expect(done.unread).toBeGreaterThan(0);
    expect(done.connections).toBe(99);
    const mb = (memory: number) => `${(memory / 1e6).toFixed(1)} MB`;
    const grown = ({ kept, all }: typeof done.grown) => `${mb(kept)} (with V8's young generation ${mb(all)})`;
    const [without, during] = [
      p99(others.flatMap(({ took }) => took.slice(warmUp, warmUp + quiet))),
      p99(others.flatMap(({ took }) => took.slice(warmUp + quiet))),
    ];
    console.log(`grown by ${grown(warm.quiet)} with nobody slow, then by ${grown(done.grown)}`);
    console.log(`p99 ${without / 1e3} ms with nobody slow, ${during / 1e3} ms with one`);
    expect(done.grown.kept).toBeLessThan(64 * 2 ** 20);
    expect(during / without).toBeLessThan(10);
    for (const { socket } of [slow, ...others]) socket.destroy();
  } finally {
    child.kill();
    await exited;
  }
});

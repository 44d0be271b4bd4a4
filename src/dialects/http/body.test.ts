import { expect, it } from 'vitest';
import { heapUsed } from '../../../tests/support/heap.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { bytesOfBody } from './body.js';

const bounds = { clock: new ManualClock(), stallMs: 1_000, maxBytes: 1_048_576 };

function requestOf(body: ReadableStream<Uint8Array>): Request {
  return new Request('http://x/', { method: 'POST', body, duplex: 'half' } as RequestInit);
}

it('puts a body together, however it comes', async () => {
  const whole = Uint8Array.from({ length: 20_000 }, (_, at) => at);
  for (const size of [1, 4_096, 4_097, 20_000]) {
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= whole.length) return controller.close();
        controller.enqueue(whole.slice(at, at + size));
        at += size;
      },
    });
    expect(Buffer.compare(await bytesOfBody(requestOf(body), bounds), whole)).toBe(0);
  }
});

it('keeps no more of a body that comes byte by byte than of one that comes at once', async () => {
  const length = 200_000;
  let sent = 0;
  let allSent = () => {};
  const isSent = new Promise<void>((resolve) => {
    allSent = resolve;
  });
  const before = heapUsed();
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent++ < length) controller.enqueue(Uint8Array.of(1));
        else allSent();
      },
    },
    { highWaterMark: 0 },
  );
  const request = requestOf(body);
  const reading = bytesOfBody(request, bounds);
  await isSent;
  expect(heapUsed() - before).toBeLessThan(length * 20);
  const stalled = expect(reading).rejects.toThrow('stalled');
  await bounds.clock.advance(1_000);
  await stalled;
});

import { expect, it } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.js';
import { EventStream } from './event-stream.js';

const bytes = (text: string) => new TextEncoder().encode(text);

function opened() {
  const clock = new ManualClock();
  const stream = new EventStream(clock);
  let closed = 0;
  stream.receiver = { receive: () => {}, closed: () => closed++ };
  return { clock, stream, reader: stream.body.getReader(), closed: () => closed };
}

it('counts what was written until it is asked for', async () => {
  const { stream, reader } = opened();
  stream.write(bytes('one'));
  stream.write(bytes('two!'));
  expect(stream.buffered()).toBe(7);
  expect((await reader.read()).value).toEqual(bytes('one'));
  expect(stream.buffered()).toBe(4);
});

it('hands on at once what somebody waits for', async () => {
  const { stream, reader } = opened();
  const next = reader.read();
  await Promise.resolve();
  stream.write(bytes('one'));
  expect(stream.buffered()).toBe(0);
  expect((await next).value).toEqual(bytes('one'));
});

it('ends after what was written when it is closed, once', async () => {
  const { stream, reader, closed } = opened();
  stream.write(bytes('one'));
  stream.close();
  stream.close();
  stream.write(bytes('late'));
  expect(closed()).toBe(0);
  expect((await reader.read()).value).toEqual(bytes('one'));
  expect((await reader.read()).done).toBe(true);
  expect(closed()).toBe(1);
});

it('ends at once when it is closed with nothing to say, whether or not somebody waits', async () => {
  for (const waiting of [false, true]) {
    const { stream, reader, closed } = opened();
    const next = waiting ? reader.read() : undefined;
    await Promise.resolve();
    stream.close();
    expect(closed()).toBe(1);
    expect((await (next ?? reader.read())).done).toBe(true);
  }
});

it('breaks off when nobody reads the rest in time', async () => {
  const { clock, stream, reader, closed } = opened();
  stream.write(bytes('one'));
  stream.close();
  await clock.advance(3_000);
  expect([closed(), stream.over, stream.buffered()]).toEqual([1, true, 0]);
  await expect(reader.read()).rejects.toThrow('ended');
});

it('tells that its reader is gone', async () => {
  const { stream, reader, closed } = opened();
  stream.write(bytes('one'));
  await reader.cancel();
  stream.write(bytes('two'));
  stream.terminate();
  expect([closed(), stream.buffered()]).toEqual([1, 0]);
});

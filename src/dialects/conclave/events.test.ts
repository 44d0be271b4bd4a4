import { describe, expect, it } from 'vitest';
import { eventStreamReader, frameOf, laggedFrame, type StreamItem } from './codec.js';
import { fromHex, validVectors } from './vectors/load.js';

const groupId = fromHex('00112233445566778899aabbccddeeff');
const removedUserId = fromHex('102132435465768798a9bacbdcedfe0f');
const REMOVED = '22240a1000112233445566778899aabbccddeeff1210102132435465768798a9bacbdcedfe0f';
const removed = { case: 'memberRemoved', value: { groupId, removedUserId } } as const;

function itemsOf(...chunks: (string | Uint8Array)[]): StreamItem[] {
  const read = eventStreamReader();
  return chunks.flatMap((chunk) => read(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk));
}

describe('frames', () => {
  it('[conclave 10] an event is one data line of lower-case hexadecimal digits and an empty line', () => {
    expect(frameOf({ event: removed })).toBe(`data: ${REMOVED}\n\n`);
  });

  it('[conclave 10] what was missed is a number in a frame of its own name', () => {
    expect(laggedFrame(17)).toBe('event: lagged\ndata: 17\n\n');
    expect(itemsOf(laggedFrame(17))).toEqual([{ kind: 'lagged', count: 17 }]);
  });

  it('[conclave 16] every golden event is read from its frame', () => {
    const events = validVectors.filter(
      ({ type, source }) => type === 'ServerEvent' && source === 'specification 16',
    );
    expect(events).toHaveLength(9);
    const items = itemsOf(events.map(({ wire }) => `data: ${wire}\n\n`).join(''));
    expect(items).toMatchObject(events.map(({ message }) => ({ kind: 'event', ...message })));
  });
});

describe('the stream reader', () => {
  const text = [
    ':\n\n',
    `data: ${REMOVED}\n\n`,
    'event: lagged\r\ndata: 3\r\n\r\n',
    `: a comment\r\rdata:${REMOVED.toUpperCase()}\r\r`,
    'id: 7\nretry: 5\n: ü\n\n',
    `event: message\ndata: ${REMOVED}\n\n`,
  ].join('');
  const items = [
    { kind: 'event', event: removed },
    { kind: 'lagged', count: 3 },
    { kind: 'event', event: removed },
    { kind: 'event', event: removed },
  ];
  const bytes = new TextEncoder().encode(text);

  it('reads comments over and takes LF, CR and both as the end of a line', () => {
    expect(itemsOf(text)).toEqual(items);
    expect(itemsOf(`\uFEFF${text}`)).toEqual(items);
  });

  it('reads the same wherever the bytes are cut in two', () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(itemsOf(bytes.subarray(0, at), bytes.subarray(at)), `cut at ${at}`).toEqual(items);
    }
  });

  it('reads the same byte by byte, empty chunks between them', () => {
    expect(itemsOf(...Array.from(bytes, (byte) => [Uint8Array.of(byte), new Uint8Array(0)]).flat())).toEqual(
      items,
    );
  });

  it('tells an event with the empty line behind it, not before', () => {
    expect(itemsOf(`data: ${REMOVED}\n`)).toEqual([]);
    expect(itemsOf(`data: ${REMOVED}\n`, '\n')).toEqual([{ kind: 'event', event: removed }]);
  });

  it.each([
    ['an event of a later version', 'data: 5200\n\n'],
    ['no event at all', 'event: ready\ndata: 1\n\n'],
  ])('tells of %s as unknown', (_what, frame) => {
    expect(itemsOf(frame)).toEqual([{ kind: 'unknown' }]);
  });

  it.each([
    ['half a byte', 'data: 4a0\n\n', '4a0'],
    ['no digits', 'data: 4g00\n\n', '4g00'],
    ['digits of two lines', 'data: 4a\ndata: 00\n\n', '4a\n00'],
    ['bytes that are no message', 'data: 4a05\n\n', '4a05'],
    ['a count that is none', 'event: lagged\ndata: many\n\n', 'many'],
  ])('tells of %s as malformed and reads on', (_what, frame, data) => {
    expect(itemsOf(`${frame}${laggedFrame(1)}`)).toEqual([
      { kind: 'malformed', data },
      { kind: 'lagged', count: 1 },
    ]);
  });

  it.each([
    ['line', `data: ${'00'.repeat(40_000)}`],
    ['frame of short lines', 'data: 00\n'.repeat(10_000)],
    ['comment', `:${'x'.repeat(80_000)}`],
  ])('keeps no more than a part of an endless %s, and reads on behind it', (_what, endless) => {
    const [first, second, ...rest] = itemsOf(endless, `\n\n${laggedFrame(1)}`);
    expect(first).toMatchObject({ kind: 'malformed' });
    expect((first as { data: string }).data.length).toBeLessThanOrEqual(200);
    expect([second, ...rest]).toEqual([{ kind: 'lagged', count: 1 }]);
  });
});

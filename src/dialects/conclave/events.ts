import { decode } from './decode.js';
import { encode } from './encode.js';
import { ServerEvent } from './gen/messages.js';
import type { Sparse } from './schema.js';

/** What a frame of the event stream tells. */
export type StreamItem =
  | { readonly kind: 'event'; readonly event: NonNullable<ServerEvent['event']> }
  /** So many events of this stream were left out: read all state again. */
  | { readonly kind: 'lagged'; readonly count: number }
  /** An event that this codec does not know. */
  | { readonly kind: 'unknown' }
  /** No event at all; `data` is at most 200 characters of it. */
  | { readonly kind: 'malformed'; readonly data: string };

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const SHOWN = 200;

/** The most of a frame that is read, in characters: far beyond the largest event, whose texts have at most 64 bytes each. */
const MAX_FRAME = 65_536;

/**
 * The text that carries an event on the stream: one `data` line with lower-case hexadecimal digits, and an empty line
 * (section 10).
 */
export function frameOf(event: Sparse<ServerEvent>): string {
  let digits = '';
  for (const byte of encode(ServerEvent, event)) digits += HEX[byte];
  return `data: ${digits}\n\n`;
}

/** The text that tells a stream how many events it missed. */
export function laggedFrame(count: number): string {
  return `event: lagged\ndata: ${count}\n\n`;
}

/**
 * Reads an event stream, however its bytes are cut. Lines end with LF, CR or both; comments and fields other than
 * `data` and `event` are read over. A frame is complete with the empty line behind it.
 *
 * @returns a function that takes the next bytes and returns what became complete with them. It never throws.
 * @see WHATWG HTML, 9.2.6 Interpreting an event stream.
 * @example
 * const read = eventStreamReader();
 * for await (const chunk of response.body) for (const item of read(chunk)) console.log(item.kind);
 */
export function eventStreamReader(): (chunk: Uint8Array) => StreamItem[] {
  const utf8 = new TextDecoder();
  let line = '';
  let afterReturn = false;
  let name = '';
  let data: string | undefined;
  let isTooLong = false;

  /** What is kept of a text that must not grow without end. */
  const bounded = (text: string): string => {
    if (text.length <= MAX_FRAME) return text;
    isTooLong = true;
    return text.slice(0, SHOWN);
  };

  const endFrame = (items: StreamItem[]): void => {
    if (isTooLong) items.push(malformed(data ?? ''));
    else if (data !== undefined && data !== '') items.push(itemOf(name, data));
    name = '';
    data = undefined;
    isTooLong = false;
  };

  const endLine = (items: StreamItem[]): void => {
    const text = line;
    line = '';
    if (text === '') return endFrame(items);
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') name = value;
    if (field === 'data') data = bounded(data === undefined ? value : `${data}\n${value}`);
  };

  return (chunk) => {
    const items: StreamItem[] = [];
    let text = utf8.decode(chunk, { stream: true });
    if (text === '') return items;
    // The LF of a CR LF that was cut in two.
    if (afterReturn && text.startsWith('\n')) text = text.slice(1);
    afterReturn = text.endsWith('\r');
    const lines = text.split(/\r\n|\r|\n/);
    lines.forEach((part, index) => {
      line = bounded(line + part);
      if (index < lines.length - 1) endLine(items);
    });
    return items;
  };
}

function itemOf(name: string, data: string): StreamItem {
  if (name === 'lagged') {
    const count = /^\d{1,15}$/.test(data) ? Number(data) : undefined;
    return count === undefined ? malformed(data) : { kind: 'lagged', count };
  }
  if (name !== '' && name !== 'message') return { kind: 'unknown' };
  const bytes = bytesOf(data);
  const read = bytes === undefined ? undefined : decode(ServerEvent, bytes);
  if (read?.ok !== true) return malformed(data);
  const { event } = read.message;
  return event === undefined ? { kind: 'unknown' } : { kind: 'event', event };
}

function malformed(data: string): StreamItem {
  return { kind: 'malformed', data: data.slice(0, SHOWN) };
}

/** The bytes of hexadecimal digits of either case, undefined for other text. */
function bytesOf(digits: string): Uint8Array | undefined {
  if (digits.length % 2 === 1 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
}

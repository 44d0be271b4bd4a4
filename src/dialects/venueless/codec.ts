import { parseJson } from '../json.js';
import type { Arrival, Frame } from './packets.js';

export type { Arrival, Frame, Request } from './packets.js';

/** Deepest nesting of a client's frame: what is deeper is malformed, since ids and pings are written out again. */
const maxDepth = 32;

/** The same of a server's frame, which has what clients sent within some levels of its own. */
const maxServerDepth = 64;

/** Text of a frame to what it is. Never throws. */
export function decodeClient(text: string): Arrival {
  const value = parseJson(text, maxDepth);
  if (!Array.isArray(value) || typeof value[0] !== 'string') return { kind: 'malformed' };
  const [action, second, third] = value as [string, unknown, unknown];
  if (action === 'ping') return { kind: 'ping', echo: second ?? null };
  const request = {
    action,
    echo: value.length === 3 ? ([second] as const) : ([] as const),
    // Requests of two elements have no id: what follows the action is the payload, as in `authenticate`.
    payload: value.length > 2 ? third : second,
  };
  return { kind: action === 'authenticate' ? 'authenticate' : 'request', request };
}

/** A frame to text. */
export function encodeServer(frame: Frame): string {
  return JSON.stringify(frame);
}

/** For clients: text of a frame from the server; `undefined` if it is none. */
export function decodeServer(text: string): readonly [name: string, ...rest: unknown[]] | undefined {
  const value = parseJson(text, maxServerDepth);
  return Array.isArray(value) && typeof value[0] === 'string' ? (value as [string]) : undefined;
}

/** For clients: a request to text. */
export function encodeClient(frame: Frame): string {
  return JSON.stringify(frame);
}

import { deeperThan, parseJson } from '../json.js';
import type { Arrival, Frame } from './packets.js';

export type { Arrival, Frame, Request } from './packets.js';

/** Deepest nesting of a client's frame. Ids and pings that are deeper are malformed, since they are written out again; payloads are refused. */
const maxDepth = 32;

/** The same of a server's frame, which has what clients sent within some levels of its own. */
const maxServerDepth = 64;

/** Text of a frame to what it is. Never throws. */
export function decodeClient(text: string): Arrival {
  // Parsing takes any depth; whatever goes through the values afterwards need not.
  const isDeep = deeperThan(text, maxDepth);
  const value = parseJson(text);
  if (!Array.isArray(value) || typeof value[0] !== 'string') return { kind: 'malformed' };
  const [action, second, third] = value as [string, unknown, unknown];
  const fits = (part: unknown) => !isDeep || isWithin(part, maxDepth - 1);
  if (action === 'ping') return fits(second) ? { kind: 'ping', echo: second ?? null } : { kind: 'malformed' };
  const echo = value.length === 3 ? ([second] as const) : ([] as const);
  if (!echo.every(fits)) return { kind: 'malformed' };
  // Requests of two elements have no id: what follows the action is the payload, as in `authenticate`.
  const payload = value.length > 2 ? third : second;
  const request = fits(payload) ? { action, echo, payload } : { action, echo, payload: null, tooDeep: true };
  return { kind: action === 'authenticate' ? 'authenticate' : 'request', request };
}

/** Whether arrays and objects in a value are nested no deeper. */
function isWithin(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return most > 0 && Object.values(value).every((one) => isWithin(one, most - 1));
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

import { deeperThan, parseJson } from '../json.js';
import type { Arrival, Frame, Request } from './packets.js';

export type { Arrival, Frame, Request } from './packets.js';

/** Arrays and objects may be nested this deep; what the protocol has needs five. */
export const maxDepth = 32;

/** Text of a frame to a request. Never throws. Binary frames are not for this function: they are ignored (section 1). */
export function decodeClient(text: string): Arrival {
  if (deeperThan(text, maxDepth))
    return { kind: 'malformed', val: 'Invalid message format: nested too deep' };
  const value = parseJson(text);
  if (value === undefined) return { kind: 'malformed', val: 'Invalid message format: not JSON' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      kind: 'malformed',
      val: `Invalid message format: expected a dictionary, got ${pythonType(value)}`,
    };
  }
  return { kind: 'request', request: value as Request };
}

/** A frame to text. */
export function encodeServer(frame: Frame): string {
  return JSON.stringify(frame);
}

/** For clients: text of a frame from the server; `undefined` if it is none. */
export function decodeServer(text: string): Frame | undefined {
  const value = parseJson(text, maxDepth) as Partial<Frame> | undefined;
  return typeof value === 'object' && value !== null && typeof value.cmd === 'string'
    ? (value as Frame)
    : undefined;
}

/** For clients: a request to text. */
export function encodeClient(request: Request): string {
  return JSON.stringify(request);
}

/** The original names types as its language does (section 2). */
export function pythonType(value: unknown): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'object') return 'dict';
  return Number.isInteger(value) ? 'int' : 'float';
}

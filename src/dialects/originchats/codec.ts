import type { Arrival, Frame, Request } from './packets.js';

export type { Arrival, Frame, Request } from './packets.js';

/** Arrays and objects may be nested this deep; what the protocol has needs five. */
export const maxDepth = 32;

/** Text of a frame to a request. Never throws. Binary frames are not for this function: they are ignored (section 1). */
export function decodeClient(text: string): Arrival {
  if (deeperThan(text, maxDepth))
    return { kind: 'malformed', val: 'Invalid message format: nested too deep' };
  const value = parsed(text);
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
  const value = parseJson(text) as Partial<Frame> | undefined;
  return typeof value === 'object' && value !== null && typeof value.cmd === 'string'
    ? (value as Frame)
    : undefined;
}

/** For clients: a request to text. */
export function encodeClient(request: Request): string {
  return JSON.stringify(request);
}

/** What a JSON text says. `undefined`: it is not JSON, or nested too deep. */
export function parseJson(text: string): unknown {
  return deeperThan(text, maxDepth) ? undefined : parsed(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Looks at brackets outside strings only, so that what follows is bounded before anything is built. */
function deeperThan(text: string, most: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > most) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
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

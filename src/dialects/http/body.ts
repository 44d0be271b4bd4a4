import type { Clock } from '../../core/ports.js';
import { late, within } from '../../core/within.js';

/** How a body is read. */
export interface BodyBounds {
  readonly clock: Clock;
  /** How long nothing may come. */
  readonly stallMs: number;
  readonly maxBytes: number;
}

/** Why a body was not read to its end. */
export class BodyFault extends Error {
  constructor(readonly code: 'too-large' | 'stalled') {
    super(`body: ${code}`);
  }
}

/** Whether a request says itself that its body is larger. */
export function saysMoreThan(request: Request, maxBytes: number): boolean {
  return Number(request.headers.get('content-length') ?? 0) > maxBytes;
}

/** The body of a request as it comes. Throws {@link BodyFault}. */
export async function* piecesOf(request: Request, bounds: BodyBounds): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  if (reader === undefined) return;
  let read = 0;
  try {
    for (;;) {
      const next = await within(bounds.clock, bounds.stallMs, reader.read());
      if (next === late) throw new BodyFault('stalled');
      if (next.done) return;
      read += next.value.length;
      if (read > bounds.maxBytes) throw new BodyFault('too-large');
      yield next.value;
    }
  } finally {
    // Whoever sends it may be gone, and is told by the answer otherwise.
    reader.cancel().catch(() => {});
  }
}

/**
 * The whole body. Throws {@link BodyFault}. Its pieces are not kept: each of them may be a byte, and takes a hundred times as much in memory.
 */
export async function bytesOfBody(request: Request, bounds: BodyBounds): Promise<Uint8Array> {
  let bytes = new Uint8Array(Math.min(4_096, bounds.maxBytes));
  let filled = 0;
  for await (const piece of piecesOf(request, bounds)) {
    const needed = filled + piece.length;
    if (needed > bytes.length) {
      const larger = new Uint8Array(Math.min(bounds.maxBytes, Math.max(needed, bytes.length * 2)));
      larger.set(bytes.subarray(0, filled));
      bytes = larger;
    }
    bytes.set(piece, filled);
    filled = needed;
  }
  return bytes.subarray(0, filled);
}

/** The whole body as text. Throws {@link BodyFault}. */
export async function textOfBody(request: Request, bounds: BodyBounds): Promise<string> {
  return new TextDecoder().decode(await bytesOfBody(request, bounds));
}

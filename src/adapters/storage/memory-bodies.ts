import type { Bodies, Body, BodyRange } from '../../core/ports.js';
import { OrderedKeys } from './key-order.js';
import { checkLimit, checkText, partOf } from './tables.js';

/** Bytes in one piece of reading. */
const pieceBytes = 65_536;

/** Bodies in this process's memory. Bytes are copied on their way in and out. */
export class MemoryBodies implements Bodies {
  readonly #bodies = new Map<string, { at: number; bytes: Uint8Array }>();
  readonly #ids = new OrderedKeys();
  readonly #now: () => number;
  readonly #checkOpen: () => void;

  constructor(now: () => number, checkOpen: () => void) {
    this.#now = now;
    this.#checkOpen = checkOpen;
  }

  async put(id: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    this.#checkOpen();
    checkText('id', id);
    const whole = bytes instanceof Uint8Array ? new Uint8Array(bytes) : await gather(bytes);
    this.#checkOpen();
    this.#bodies.set(id, { at: this.#now(), bytes: whole });
    this.#ids.add(id);
  }

  async read(id: string, range?: BodyRange): Promise<Body | undefined> {
    this.#checkOpen();
    checkText('id', id);
    const bytes = this.#bodies.get(id)?.bytes;
    if (bytes === undefined) return undefined;
    const { from, to } = partOf(bytes.length, range);
    return { size: bytes.length, bytes: pieces(bytes, from, to) };
  }

  async remove(ids: readonly string[]): Promise<void> {
    this.#checkOpen();
    for (const id of ids) checkText('id', id);
    for (const id of ids) {
      this.#bodies.delete(id);
      this.#ids.remove(id);
    }
  }

  async list(page: { after?: string; limit: number }): Promise<{ id: string; at: number; bytes: number }[]> {
    this.#checkOpen();
    checkLimit(page.limit);
    if (page.after !== undefined) checkText('after', page.after);
    const found = [];
    for (const id of this.#ids.rising(page.after, undefined)) {
      if (found.length === page.limit) break;
      const body = this.#bodies.get(id as string) as { at: number; bytes: Uint8Array };
      found.push({ id: id as string, at: body.at, bytes: body.bytes.length });
    }
    return found;
  }
}

async function gather(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const part of parts) {
    kept.push(new Uint8Array(part));
    size += part.length;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of kept) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function* pieces(bytes: Uint8Array, from: number, to: number): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; at += pieceBytes) yield bytes.slice(at, Math.min(at + pieceBytes, to));
}

import { ChatError } from '../../core/errors.js';
import type { Bodies, Body, BodyRange } from '../../core/ports.js';
import { pieceBytes } from './sqlite-calls.js';
import type { SqliteThread } from './sqlite-thread.js';
import { checkLimit, checkText, partOf } from './tables.js';

/** Bodies as the adapter hands them to its worker: piece by piece, each waited for. */
export class SqliteBodies implements Bodies {
  readonly #now: () => number;
  readonly #thread: () => SqliteThread;

  /** `thread` throws while the storage is not open. */
  constructor(now: () => number, thread: () => SqliteThread) {
    this.#now = now;
    this.#thread = thread;
  }

  async put(id: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const thread = this.#thread();
    checkText('id', id);
    // The caller's bytes may be a view of something large, and stay the caller's.
    const parts = bytes instanceof Uint8Array ? [new Uint8Array(bytes)] : bytes;
    let body: number | undefined;
    let count = 0;
    let size = 0;
    const take = async (piece: Uint8Array<ArrayBuffer>) => {
      this.#still(thread);
      body ??= await thread.call('beginBody', []);
      size += piece.length;
      await thread.call('addPiece', [body, count++, piece], [piece.buffer]);
    };
    try {
      let piece = new Uint8Array(pieceBytes);
      let filled = 0;
      for await (const part of parts) {
        for (let at = 0; at < part.length; ) {
          // A full piece goes only when more comes: a body of one piece is written at once.
          if (filled === pieceBytes) {
            await take(piece);
            piece = new Uint8Array(pieceBytes);
            filled = 0;
          }
          const some = part.subarray(at, at + pieceBytes - filled);
          piece.set(some, filled);
          filled += some.length;
          at += some.length;
        }
      }
      const last = piece.slice(0, filled);
      this.#still(thread);
      if (body === undefined) await thread.call('putBody', [id, this.#now(), last], [last.buffer]);
      else {
        await take(last);
        await thread.call('finishBody', [body, id, this.#now(), size]);
      }
    } catch (thrown) {
      // What cannot be removed now is removed at the next opening.
      if (body !== undefined) await thread.call('dropBody', [body]).catch(() => {});
      throw thrown;
    }
  }

  async read(id: string, range?: BodyRange): Promise<Body | undefined> {
    const thread = this.#thread();
    checkText('id', id);
    const found = await thread.call('findBody', [id]);
    if (found === undefined) return undefined;
    const { from, to } = partOf(found.size, range);
    return { size: found.size, bytes: this.#pieces(thread, id, found.body, from, to) };
  }

  async remove(ids: readonly string[]): Promise<void> {
    const thread = this.#thread();
    for (const id of ids) checkText('id', id);
    await thread.call('removeBodies', [ids]);
  }

  async list(page: { after?: string; limit: number }): Promise<{ id: string; at: number; bytes: number }[]> {
    const thread = this.#thread();
    checkLimit(page.limit);
    if (page.after !== undefined) checkText('after', page.after);
    return thread.call('listBodies', [page.after, page.limit]);
  }

  async *#pieces(
    thread: SqliteThread,
    id: string,
    body: number,
    from: number,
    to: number,
  ): AsyncGenerator<Uint8Array> {
    for (let at = from; at < to; ) {
      this.#still(thread);
      const index = Math.floor(at / pieceBytes);
      const piece = await thread.call('readPiece', [body, index]);
      if (piece === undefined)
        throw new ChatError('storage-failed', `body ${id} was removed while it was read`);
      const start = index * pieceBytes;
      const some = piece.subarray(at - start, to - start);
      at += some.length;
      yield some;
    }
  }

  /** A storage that was closed and opened again has another thread. */
  #still(thread: SqliteThread): void {
    if (this.#thread() !== thread) throw new ChatError('storage-closed', 'the storage was closed meanwhile');
  }
}

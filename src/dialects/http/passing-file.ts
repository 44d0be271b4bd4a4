import type { Digest } from '../../core/ports.js';

/** What is remembered of a file while it passes: its hash, its size, and what it begins with. */
export class PassingFile {
  /** Bytes that have passed. */
  size = 0;
  #head = new Uint8Array(0);
  #hash: string | undefined;

  /** @param headBytes - how much of its beginning is remembered. */
  constructor(
    private readonly digest: Digest,
    private readonly headBytes: number,
  ) {}

  /** What it begins with. */
  get head(): Uint8Array {
    return this.#head;
  }

  /** Its SHA-256 in hexadecimal, once all of it has passed. */
  get hash(): string {
    this.#hash ??= this.digest.hex();
    return this.#hash;
  }

  /** The file, for whoever stores it. */
  async *passing(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of file) {
      this.digest.update(piece);
      this.size += piece.length;
      if (this.#head.length < this.headBytes) {
        const part = piece.subarray(0, this.headBytes - this.#head.length);
        const head = new Uint8Array(this.#head.length + part.length);
        head.set(this.#head);
        head.set(part, this.#head.length);
        this.#head = head;
      }
      yield piece;
    }
  }
}

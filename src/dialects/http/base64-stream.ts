/** Values of the letters of base64; 64 for white space, 65 for padding, 255 for anything else. */
const values = new Uint8Array(256).fill(255);
for (const [value, letter] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries())
  values[letter.charCodeAt(0)] = value;
for (const space of '\t\n\f\r ') values[space.charCodeAt(0)] = 64;
values['='.charCodeAt(0)] = 65;

/**
 * Decodes base64 that comes letter by letter. White space is left out and padding may be, as browsers have it (WHATWG Infra, forgiving-base64
 * decode); letters of the alphabet for URLs are wrong.
 */
export class Base64Stream {
  #bits = 0;
  /** Letters in `#bits`, 0 to 3. */
  #held = 0;
  #padding = 0;
  #out: Uint8Array = new Uint8Array(0);
  #filled = 0;

  /** Makes room for what so many letters decode to; before {@link Base64Stream.add}. */
  begin(letters: number): void {
    this.#out = new Uint8Array(Math.ceil(((letters + 3) * 3) / 4));
    this.#filled = 0;
  }

  /** Whether the letter with this code may stand there. */
  add(code: number): boolean {
    const value = code < 256 ? (values[code] as number) : 255;
    if (value < 64) {
      if (this.#padding > 0) return false;
      this.#bits = (this.#bits << 6) | value;
      if (++this.#held < 4) return true;
      this.#held = 0;
      this.#out[this.#filled++] = this.#bits >> 16;
      this.#out[this.#filled++] = this.#bits >> 8;
      this.#out[this.#filled++] = this.#bits;
      this.#bits = 0;
      return true;
    }
    if (value === 65) return ++this.#padding <= 2;
    return value === 64;
  }

  /** Adds the letters at the beginning of `bytes.subarray(from)` as far as they are whole groups; returns how many there were. */
  addPlain(bytes: Uint8Array, from: number): number {
    if (this.#held > 0 || this.#padding > 0) return 0;
    const out = this.#out;
    let filled = this.#filled;
    let i = from;
    for (; i + 3 < bytes.length; i += 4) {
      const a = values[bytes[i] as number] as number;
      const b = values[bytes[i + 1] as number] as number;
      const c = values[bytes[i + 2] as number] as number;
      const d = values[bytes[i + 3] as number] as number;
      if ((a | b | c | d) > 63) break;
      out[filled++] = (a << 2) | (b >> 4);
      out[filled++] = (b << 4) | (c >> 2);
      out[filled++] = (c << 6) | d;
    }
    this.#filled = filled;
    return i - from;
  }

  /** Whether what came is whole; adds what is left. */
  end(): boolean {
    const { padding, held } = { padding: this.#padding, held: this.#held };
    if (held === 1 || (padding > 0 && held + padding !== 4)) return false;
    if (held > 1) this.#out[this.#filled++] = held === 2 ? this.#bits >> 4 : this.#bits >> 10;
    if (held === 3) this.#out[this.#filled++] = this.#bits >> 2;
    return true;
  }

  /** Bytes since `begin`. */
  get decoded(): Uint8Array {
    return this.#out.subarray(0, this.#filled);
  }
}

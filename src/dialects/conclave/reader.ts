import { BYTES, FIXED32, FIXED64, GROUP_END, GROUP_START, VARINT } from './wire-types.js';

/** Why bytes are no message. */
export type DecodeErrorCode =
  /** They end inside a key, a value or a group. */
  | 'truncated'
  /** A number of more than ten bytes or 64 bits. */
  | 'bad-varint'
  /** Field number 0, or a key of more than 32 bits. */
  | 'bad-key'
  /** A known field with another wire type, or a wire type that does not exist. */
  | 'wrong-wire-type'
  /** A `string` that is not UTF-8. */
  | 'bad-utf8'
  /** A group that ends where none, or another one, began. */
  | 'bad-group'
  /** Groups inside each other, more than 100 deep with the messages around them. */
  | 'too-deep'
  /** A 64-bit number beyond ±(2^53 - 1), which a JavaScript number cannot hold. */
  | 'number-too-large';

/** Only groups can come near it: no message of the schema holds itself. */
const MAX_DEPTH = 100;
const MAX_VARINT_BYTES = 10;
/** ASCII strings up to this length, as most names are, are put together here, which is faster than the decoder. */
const SHORT_TEXT = 24;
/** The part of a number above its low 32 bits. */
const HIGH = 2 ** 32;

/** Keeps a byte order mark at the beginning, which belongs to the text. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
export const NO_BYTES = new Uint8Array(0);

/**
 * Reads wire values one after the other. The first failure stands in `failure` and moves the reader to the end, so that
 * loops that run while there is something left to read come to theirs.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #end: number;
  /** The two halves of the last number. */
  #low = 0;
  #high = 0;
  failure: { readonly code: DecodeErrorCode; readonly at: number } | undefined;

  constructor(bytes: Uint8Array) {
    // Of the plain class: `slice` of Node's Buffer does not copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.byteLength;
  }

  get hasMore(): boolean {
    return this.#at < this.#end;
  }

  fail(code: DecodeErrorCode, at = this.#at): void {
    this.failure ??= { code, at };
    this.#at = this.#end;
  }

  /** A field's number and wire type: `no * 8 + wireType`. 0 after a failure, which is no key. */
  key(): number {
    const at = this.#at;
    this.#varint();
    const key = this.#low >>> 0;
    if (this.failure === undefined && (this.#high !== 0 || key < 8)) this.fail('bad-key', at);
    return this.failure === undefined ? key : 0;
  }

  bool(): boolean {
    this.#varint();
    return this.#low !== 0 || this.#high !== 0;
  }

  uint32(): number {
    this.#varint();
    return this.#low >>> 0;
  }

  enumNumber(): number {
    this.#varint();
    return this.#low | 0;
  }

  uint64(): number {
    const at = this.#at;
    this.#varint();
    return this.#safe((this.#high >>> 0) * HIGH + (this.#low >>> 0), at);
  }

  int64(): number {
    const at = this.#at;
    this.#varint();
    return this.#safe((this.#high | 0) * HIGH + (this.#low >>> 0), at);
  }

  /** A copy. */
  bytes(): Uint8Array {
    const end = this.#length();
    if (this.#at === end) return NO_BYTES;
    const value = this.#bytes.slice(this.#at, end);
    this.#at = end;
    return value;
  }

  string(): string {
    const end = this.#length();
    const start = this.#at;
    this.#at = end;
    if (end - start <= SHORT_TEXT) {
      let text = '';
      let at = start;
      for (; at < end; at += 1) {
        const byte = this.#bytes[at] as number;
        if (byte > 0x7f) break;
        text += String.fromCharCode(byte);
      }
      if (at === end) return text;
    }
    try {
      return utf8.decode(this.#bytes.subarray(start, end));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.fail('bad-utf8', start);
      return '';
    }
  }

  /** Goes into a sub-message; {@link leave} with what this returns goes on behind it. */
  enter(): number {
    const outerEnd = this.#end;
    this.#end = this.#length();
    return outerEnd;
  }

  leave(outerEnd: number): void {
    this.#end = outerEnd;
    if (this.failure !== undefined) this.#at = outerEnd;
  }

  /** Reads over the value of a field that nobody knows, whose key was just read. `depth` is that of its message. */
  skip(key: number, depth: number): void {
    const groups: number[] = [];
    let next = key;
    do {
      if (groups.length > 0) next = this.#keyInGroup();
      if (this.failure !== undefined) return;
      const wireType = next & 7;
      if (wireType === GROUP_START) {
        groups.push(next >>> 3);
        if (depth + groups.length > MAX_DEPTH) return this.fail('too-deep');
      } else if (wireType === GROUP_END) {
        if (groups.pop() !== next >>> 3) return this.fail('bad-group');
      } else this.#skipValue(wireType);
    } while (groups.length > 0 && this.failure === undefined);
  }

  #keyInGroup(): number {
    if (!this.hasMore) this.fail('truncated');
    return this.key();
  }

  #skipValue(wireType: number): void {
    if (wireType === VARINT) this.#varint();
    else if (wireType === BYTES) this.#at = this.#length();
    else if (wireType === FIXED64) this.#at = this.#endAfter(8);
    else if (wireType === FIXED32) this.#at = this.#endAfter(4);
    else this.fail('wrong-wire-type');
  }

  /** Where a value ends that begins with its length; the reader is behind the length then. */
  #length(): number {
    this.#varint();
    return this.#endAfter((this.#high >>> 0) * HIGH + (this.#low >>> 0));
  }

  #endAfter(length: number): number {
    if (length > this.#end - this.#at) this.fail('truncated');
    return this.failure === undefined ? this.#at + length : this.#end;
  }

  #safe(value: number, at: number): number {
    if (Number.isSafeInteger(value)) return value;
    this.fail('number-too-large', at);
    return 0;
  }

  /** Leaves a number of up to 64 bits in `#low` and `#high`, 0 after a failure. */
  #varint(): void {
    const start = this.#at;
    let low = 0;
    let high = 0;
    for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
      if (this.#at >= this.#end) return this.#noNumber('truncated', this.#at);
      const byte = this.#bytes[this.#at] as number;
      this.#at += 1;
      const part = byte & 0x7f;
      if (index < 4) low |= part << (7 * index);
      else if (index > 4) high |= part << (7 * index - 32);
      else {
        low |= part << 28;
        high = part >>> 4;
      }
      if (byte > 0x7f) continue;
      // The tenth byte has room for the last of 64 bits.
      if (index === MAX_VARINT_BYTES - 1 && byte > 1) break;
      this.#low = low;
      this.#high = high;
      return;
    }
    this.#noNumber('bad-varint', start);
  }

  #noNumber(code: DecodeErrorCode, at: number): void {
    this.#low = 0;
    this.#high = 0;
    this.fail(code, at);
  }
}

import { closeSync, openSync, readSync } from 'node:fs';

/** One message as it stands in a file. */
export interface FileRecord {
  /** The line, or the place in the array, from 1. */
  readonly at: number;
  /** `undefined`: longer than {@link maxRecordBytes}. Good until the next record is asked for. */
  readonly bytes: Buffer | undefined;
  /** Bytes of the file up to its end. */
  readonly read: number;
}

/** Longest record that is read. */
export const maxRecordBytes = 33_554_432;

/** The first piece of a file that is read; later ones grow. */
const firstBytes = 4_096;

const [newline, space, quote, backslash, comma] = [0x0a, 0x20, 0x22, 0x5c, 0x2c];

/**
 * The messages of one file, one after the other: a JSON object on each line, padded with spaces, or one JSON array of objects (specification of
 * OriginChats, section 12). The file is open only while a piece is read, so that thousands can be read at once.
 */
export class Records {
  readonly #file: string;
  /** Largest piece that is read at once, unless a record is longer. */
  readonly #most: number;
  #offset = 0;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where the record that is looked for begins. */
  #start = 0;
  #at = 0;
  #ended = false;
  #nextRead = firstBytes;
  #isArray: boolean | undefined;

  constructor(file: string, most: number) {
    this.#file = file;
    this.#most = Math.max(most, firstBytes);
  }

  /** The next record that is not blank; `undefined` at the end. Throws what reading throws. */
  next(): FileRecord | undefined {
    this.#isArray ??= this.#begin();
    for (;;) {
      const record = this.#isArray ? this.#element() : this.#line();
      if (record?.bytes === undefined || record.bytes.length > 0) return record;
    }
  }

  #begin(): boolean {
    this.#more();
    // A byte order mark is not part of the first record.
    if (this.#bytes.subarray(0, 3).toString('latin1') === '\u00ef\u00bb\u00bf') this.#start = 3;
    const from = this.#start;
    for (;;) {
      const at = this.#skipBlank(this.#start);
      if (at < this.#bytes.length) {
        const isArray = this.#bytes[at] === 0x5b;
        this.#start = isArray ? at + 1 : from;
        return isArray;
      }
      if (!this.#more()) return false;
    }
  }

  #line(): FileRecord | undefined {
    let searched = this.#start;
    let tooLong = false;
    for (;;) {
      const end = this.#bytes.indexOf(newline, searched);
      const isLast = end < 0 && this.#ended;
      if (end >= 0 || isLast) {
        const from = this.#start;
        const to = isLast ? this.#bytes.length : end;
        this.#start = isLast ? to : end + 1;
        if (isLast && from >= to && !tooLong) return undefined;
        return this.#found(from, to, tooLong);
      }
      if (this.#bytes.length - this.#start > maxRecordBytes) {
        tooLong = true;
        this.#start = this.#bytes.length;
      }
      searched = this.#bytes.length - this.#start;
      this.#more();
    }
  }

  #element(): FileRecord | undefined {
    let depth = 0;
    let inString = false;
    let tooLong = false;
    let begun = false;
    let i = this.#start;
    for (;;) {
      for (; i < this.#bytes.length; i++) {
        const byte = this.#bytes[i] as number;
        if (inString) {
          if (byte === backslash) i++;
          else if (byte === quote) inString = false;
          continue;
        }
        if (!begun && (byte === comma || isBlank(byte))) {
          this.#start = i + 1;
          continue;
        }
        const closes = byte === 0x7d || byte === 0x5d;
        const ends = depth === 0 && (byte === comma || closes);
        if (ends) {
          if (byte !== comma) this.#ended = true;
          const from = this.#start;
          this.#start = byte === comma ? i + 1 : this.#bytes.length;
          return begun ? this.#found(from, i, tooLong) : undefined;
        }
        begun = true;
        if (byte === quote) inString = true;
        else if (byte === 0x7b || byte === 0x5b) depth++;
        else if (closes) depth--;
      }
      const overshot = i - this.#bytes.length;
      if (this.#bytes.length - this.#start > maxRecordBytes) {
        tooLong = true;
        this.#start = this.#bytes.length;
      }
      const done = this.#bytes.length - this.#start;
      if (!this.#more()) {
        const from = this.#start;
        this.#start = this.#bytes.length;
        return begun ? this.#found(from, this.#bytes.length, tooLong) : undefined;
      }
      i = done + overshot;
    }
  }

  #found(from: number, to: number, tooLong: boolean): FileRecord {
    this.#at++;
    const read = this.#offset - this.#bytes.length + this.#start;
    const isKept = !tooLong && to - from <= maxRecordBytes;
    return { at: this.#at, bytes: isKept ? this.#trimmed(from, to) : undefined, read };
  }

  #trimmed(from: number, to: number): Buffer {
    let end = to;
    while (end > from && isBlank(this.#bytes[end - 1] as number)) end--;
    return this.#bytes.subarray(this.#skipBlank(from, end), end);
  }

  #skipBlank(from: number, to = this.#bytes.length): number {
    let at = from;
    while (at < to && isBlank(this.#bytes[at] as number)) at++;
    return at;
  }

  /** Reads on, letting go of what lies before the record that is looked for. Returns false at the end of the file. */
  #more(): boolean {
    if (this.#ended) return false;
    const kept = this.#bytes.subarray(this.#start);
    const size = Math.max(this.#nextRead, kept.length);
    const bytes = Buffer.allocUnsafe(kept.length + size);
    kept.copy(bytes);
    const read = readAt(this.#file, bytes, kept.length, this.#offset);
    this.#offset += read;
    this.#nextRead = Math.min(this.#most, this.#nextRead * 4);
    this.#bytes = bytes.subarray(0, kept.length + read);
    this.#start = 0;
    if (read === 0) this.#ended = true;
    return read > 0;
  }
}

function isBlank(byte: number): boolean {
  return byte === space || (byte >= 0x09 && byte <= 0x0d);
}

function readAt(file: string, into: Buffer, from: number, offset: number): number {
  const open = openSync(file, 'r');
  try {
    return readSync(open, into, from, into.length - from, offset);
  } finally {
    closeSync(open);
  }
}

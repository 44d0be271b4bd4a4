import { Base64Stream } from '../http/base64-stream.js';

/** What an upload says besides the file (section 9). What is missing or of another type is left out. */
export interface UploadFields {
  readonly validator_key?: string;
  readonly validator?: string;
  readonly name?: string;
  readonly mime_type?: string;
  readonly channel?: string;
  readonly expires_in_days?: number;
  /** Whether there was a file, be it empty. */
  readonly file: boolean;
}

/**
 * Why a body is not taken, and at which byte.
 *
 * - `malformed`: no JSON object, or one with two files.
 * - `too-large`: more than 8 KiB besides the file.
 * - `file-invalid`: the file is neither base64 nor a data URI in base64.
 * - `file-too-large`: the file has more bytes than it may.
 */
export interface UploadFault {
  readonly ok: false;
  readonly code: 'malformed' | 'too-large' | 'file-invalid' | 'file-too-large';
  readonly at: number;
}

/** Bytes of JSON that may surround the file. */
const maxRestBytes = 8_192;
/** Characters before the data of a data URI. */
const maxPrefix = 256;
const maxDepth = 32;

const quote = 0x22;
const backslash = 0x5c;
const escaped: Readonly<Record<string, number>> = {
  '"': 0x22,
  '\\': 0x5c,
  '/': 0x2f,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
};

/**
 * Decodes the body of an upload (section 9) piece by piece: a JSON object whose `file` is a data URI or base64 of any length. The file is given
 * out as it comes; of the rest at most 8 KiB are kept. Fields may be in any order, escapes in any text.
 */
export class UploadBodyDecoder {
  /** Everything but the content of the file: it is JSON if and only if the body is. */
  readonly #rest = new Uint8Array(maxRestBytes);
  #restLength = 0;
  #mode: 'between' | 'text' | 'file' = 'between';
  #depth = 0;
  /** The next text of the outermost object is a key. */
  #keyNext = false;
  /** Where the key that is being read begins in `#rest`. */
  #keyStart: number | undefined;
  /** The value that comes next is the file. */
  #fileNext = false;
  #fileSeen = false;
  /** A backslash came; in the file, what follows it so far. */
  #escape: string | undefined;
  /** What the file begins with, until it is known whether that is a data URI. */
  #prefix: string | undefined = '';
  readonly #base64 = new Base64Stream();
  #fileBytes = 0;
  #at = 0;
  #fault: UploadFault | undefined;

  /** @param maxFileBytes - what the file may have, decoded. */
  constructor(private readonly maxFileBytes: number) {}

  /** Takes in a piece; gives the part of the file that is in it. After a fault, the same fault. */
  push(chunk: Uint8Array): { readonly ok: true; readonly file: Uint8Array } | UploadFault {
    if (this.#fault !== undefined) return this.#fault;
    this.#base64.begin(chunk.length + maxPrefix);
    for (let i = 0; i < chunk.length; i++, this.#at++) {
      if (this.#mode === 'file' && this.#prefix === undefined && this.#escape === undefined) {
        const plain = this.#base64.addPlain(chunk, i);
        i += plain;
        this.#at += plain;
        if (i === chunk.length) break;
      }
      const byte = chunk[i] as number;
      const code = this.#mode === 'file' ? this.#fileByte(byte) : this.#restByte(byte);
      if (code !== undefined) return this.#fail(code);
    }
    const file = this.#base64.decoded;
    this.#fileBytes += file.length;
    return this.#fileBytes > this.maxFileBytes ? this.#fail('file-too-large') : { ok: true, file };
  }

  /** The body is over. */
  end(): { readonly ok: true; readonly fields: UploadFields } | UploadFault {
    if (this.#fault !== undefined) return this.#fault;
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        this.#rest.subarray(0, this.#restLength),
      );
      const parsed = JSON.parse(text);
      // A key that comes twice means what it says last, but what it said first is gone out.
      if (this.#fileSeen && parsed.file !== '') return this.#fail('malformed');
      return { ok: true, fields: this.#fields(parsed) };
    } catch {
      return this.#fail('malformed');
    }
  }

  #fields(parsed: object): UploadFields {
    const field = (name: string): unknown =>
      Object.hasOwn(parsed, name) ? (parsed as Record<string, unknown>)[name] : undefined;
    const text = (name: 'validator_key' | 'validator' | 'name' | 'mime_type' | 'channel') => {
      const value = field(name);
      return typeof value === 'string' ? { [name]: value } : {};
    };
    const days = field('expires_in_days');
    return {
      ...text('validator_key'),
      ...text('validator'),
      ...text('name'),
      ...text('mime_type'),
      ...text('channel'),
      ...(typeof days === 'number' && Number.isFinite(days) ? { expires_in_days: days } : {}),
      file: this.#fileSeen,
    };
  }

  #fail(code: UploadFault['code']): UploadFault {
    this.#fault = { ok: false, code, at: this.#at };
    return this.#fault;
  }

  #restByte(byte: number): UploadFault['code'] | undefined {
    if (this.#restLength === maxRestBytes) return 'too-large';
    this.#rest[this.#restLength++] = byte;
    if (this.#mode === 'text') {
      if (this.#escape !== undefined) this.#escape = undefined;
      else if (byte === backslash) this.#escape = '';
      else if (byte === quote) return this.#textEnds();
      return undefined;
    }
    return this.#between(byte);
  }

  #between(byte: number): UploadFault['code'] | undefined {
    switch (byte) {
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
      case 0x3a: // :
        return undefined;
      case quote:
        return this.#textBegins();
      case 0x7b: // {
      case 0x5b: // [
        if (this.#depth === 0 && byte !== 0x7b) return 'malformed';
        this.#fileNext = false;
        this.#keyNext = this.#depth === 0;
        return ++this.#depth > maxDepth ? 'malformed' : undefined;
      case 0x7d: // }
      case 0x5d: // ]
        return --this.#depth < 0 ? 'malformed' : undefined;
      case 0x2c: // ,
        this.#keyNext = this.#depth === 1;
        this.#fileNext = false;
        return undefined;
      default:
        return this.#depth === 0 ? 'malformed' : undefined;
    }
  }

  #textBegins(): UploadFault['code'] | undefined {
    if (this.#depth === 0) return 'malformed';
    if (this.#fileNext && this.#depth === 1) {
      this.#fileNext = false;
      this.#mode = 'file';
      if (this.#fileSeen) return 'malformed';
      this.#fileSeen = true;
      return undefined;
    }
    if (this.#keyNext && this.#depth === 1) this.#keyStart = this.#restLength - 1;
    this.#mode = 'text';
    return undefined;
  }

  #textEnds(): UploadFault['code'] | undefined {
    this.#mode = 'between';
    if (this.#keyStart === undefined) return undefined;
    const raw = new TextDecoder().decode(this.#rest.subarray(this.#keyStart, this.#restLength));
    this.#keyStart = undefined;
    this.#keyNext = false;
    try {
      this.#fileNext = JSON.parse(raw) === 'file';
    } catch {
      return 'malformed';
    }
    return undefined;
  }

  #fileByte(byte: number): UploadFault['code'] | undefined {
    if (this.#escape !== undefined) return this.#escapedByte(this.#escape, byte);
    if (byte === backslash) {
      this.#escape = '';
      return undefined;
    }
    if (byte !== quote) return byte < 0x20 ? 'malformed' : this.#fileLetter(byte);
    this.#mode = 'between';
    if (this.#restLength === maxRestBytes) return 'too-large';
    this.#rest[this.#restLength++] = quote;
    return this.#fileEnds();
  }

  #escapedByte(before: string, byte: number): UploadFault['code'] | undefined {
    const sequence = before + String.fromCharCode(byte);
    if (sequence[0] === 'u') {
      if (!/^u[0-9a-fA-F]{0,4}$/.test(sequence)) return 'malformed';
      this.#escape = sequence.length < 5 ? sequence : undefined;
      return sequence.length < 5 ? undefined : this.#fileLetter(Number.parseInt(sequence.slice(1), 16));
    }
    this.#escape = undefined;
    const code = Object.hasOwn(escaped, sequence) ? escaped[sequence] : undefined;
    return code === undefined ? 'malformed' : this.#fileLetter(code);
  }

  /** One character of the file, unescaped. */
  #fileLetter(code: number): UploadFault['code'] | undefined {
    if (this.#prefix === undefined) return this.#base64.add(code) ? undefined : 'file-invalid';
    if (code > 0x7f) return 'file-invalid';
    this.#prefix += String.fromCharCode(code);
    const prefix = this.#prefix.toLowerCase();
    if (!'data:'.startsWith(prefix.slice(0, 5))) return this.#prefixIsData();
    if (code !== 0x2c) return prefix.length > maxPrefix ? 'file-invalid' : undefined;
    this.#prefix = undefined;
    return prefix.endsWith(';base64,') ? undefined : 'file-invalid';
  }

  #fileEnds(): UploadFault['code'] | undefined {
    if (this.#prefix?.includes(':')) return 'file-invalid';
    const wrong = this.#prefixIsData();
    return wrong ?? (this.#base64.end() ? undefined : 'file-invalid');
  }

  /** It is no data URI: what was held back is the first of the file. */
  #prefixIsData(): UploadFault['code'] | undefined {
    const held = this.#prefix ?? '';
    this.#prefix = undefined;
    for (let i = 0; i < held.length; i++) if (!this.#base64.add(held.charCodeAt(i))) return 'file-invalid';
    return undefined;
  }
}

/** A fault where nothing can be returned: among the bytes of a file. */
export class UploadBodyError extends Error {
  constructor(readonly fault: UploadFault) {
    super(`upload body: ${fault.code} at byte ${fault.at}`);
  }
}

/**
 * The bytes of the file in a body, as they come, for `Bodies.put`. When they are over, `decoder.end()` has the rest. Throws
 * {@link UploadBodyError}.
 */
export async function* fileOf(
  decoder: UploadBodyDecoder,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    const taken = decoder.push(chunk);
    if (!taken.ok) throw new UploadBodyError(taken);
    if (taken.file.length > 0) yield taken.file;
  }
  const whole = decoder.end();
  if (!whole.ok) throw new UploadBodyError(whole);
}

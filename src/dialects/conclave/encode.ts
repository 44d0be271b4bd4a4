import type { FieldKind, FieldSchema, MessageSchema, Sparse } from './schema.js';
import { wireTypeOf } from './wire-types.js';

type Fields = Readonly<Record<string, unknown>>;

const UINT32_MAX = 0xffffffff;
const INT32_MAX = 0x7fffffff;
const HIGH = 2 ** 32;
/** ASCII strings up to this length, as most names are, are written here, which is faster than the encoder. */
const SHORT_TEXT = 24;

const utf8 = new TextEncoder();

/**
 * Writes one message: fields in the order of their numbers, defaults left out (section 2). A lone surrogate in a string
 * goes out as U+FFFD.
 *
 * @throws RangeError on a number that its field cannot hold: a fraction, one beyond 32 bits or ±(2^53 - 1), a negative
 * one in an unsigned field.
 * @example
 * encode(LoginRequest, { username: 'alice', password: 'password123' });
 */
export function encode<Message>(
  schema: MessageSchema<Message>,
  message: Sparse<NoInfer<Message>>,
): Uint8Array {
  const plan: number[] = [];
  const writer = new Writer(sizeOf(schema, message as Fields, plan), plan);
  writeMessage(writer, schema, message as Fields);
  return writer.bytes;
}

/** What is written for a field: nothing, its value, or the values of a list. */
function presentValue(field: FieldSchema, message: Fields): unknown {
  if (field.oneof === undefined) return message[field.name];
  const chosen = message[field.oneof] as { readonly case: string; readonly value: unknown } | undefined;
  return chosen?.case === field.name ? chosen.value : undefined;
}

function isDefault(kind: FieldKind, value: unknown): boolean {
  if (kind === 'bytes') return (value as Uint8Array).byteLength === 0;
  return value === '' || value === 0 || value === false;
}

/** The bytes a message takes. The lengths of strings and sub-messages go to `plan` in the order of writing. */
function sizeOf(schema: MessageSchema, message: Fields, plan: number[]): number {
  let size = 0;
  for (const field of schema.fields) {
    const value = presentValue(field, message);
    if (value === undefined) continue;
    if (field.repeated) {
      for (const item of value as readonly unknown[]) size += sizeOfField(field, item, plan);
    } else if (!isDefault(field.kind, value)) size += sizeOfField(field, value, plan);
  }
  return size;
}

function sizeOfField(field: FieldSchema, value: unknown, plan: number[]): number {
  return varintSize(field.no * 8) + sizeOfValue(field, value, plan);
}

function sizeOfValue(field: FieldSchema, value: unknown, plan: number[]): number {
  switch (field.kind) {
    case 'bytes':
      return withLength((value as Uint8Array).byteLength);
    case 'string': {
      const length = utf8Length(value as string);
      plan.push(length);
      return withLength(length);
    }
    case 'message': {
      const place = plan.push(0) - 1;
      const length = sizeOf(field.of as MessageSchema, value as Fields, plan);
      plan[place] = length;
      return withLength(length);
    }
    case 'bool':
      return 1;
    default:
      checkNumber(field, value as number);
      return varintSize(value as number);
  }
}

function withLength(length: number): number {
  return varintSize(length) + length;
}

function checkNumber({ kind, name }: FieldSchema, value: number): void {
  const least = kind === 'int64' ? Number.MIN_SAFE_INTEGER : kind === 'enum' ? -INT32_MAX - 1 : 0;
  const most = kind === 'uint32' ? UINT32_MAX : kind === 'enum' ? INT32_MAX : Number.MAX_SAFE_INTEGER;
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} is ${value}, which ${kind} cannot hold`);
  }
}

/** Negative numbers take all of 64 bits. */
function varintSize(value: number): number {
  if (value < 0) return 10;
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

/** As the encoder writes it, where a lone surrogate takes the three bytes of U+FFFD. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit <= 0x7f) continue;
    length += unit <= 0x7ff ? 1 : 2;
    // The two units of a pair make four bytes.
    if (unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) at += 1;
  }
  return length;
}

class Writer {
  readonly bytes: Uint8Array;
  readonly #plan: readonly number[];
  #at = 0;
  #planned = 0;

  constructor(size: number, plan: readonly number[]) {
    this.bytes = new Uint8Array(size);
    this.#plan = plan;
  }

  varint(value: number): void {
    if (value < 0) return this.#negative(value);
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.bytes[this.#at++] = (rest % 0x80) | 0x80;
    this.bytes[this.#at++] = rest;
  }

  /** In two's complement of 64 bits. */
  #negative(value: number): void {
    let low = value >>> 0;
    let high = Math.floor(value / HIGH) >>> 0;
    for (let index = 0; index < 9; index += 1) {
      this.bytes[this.#at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.bytes[this.#at++] = low;
  }

  /** Writes the length that is next in the plan. */
  plannedLength(): number {
    const length = this.#plan[this.#planned++] as number;
    this.varint(length);
    return length;
  }

  content(bytes: Uint8Array): void {
    this.varint(bytes.byteLength);
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.byteLength;
  }

  string(text: string): void {
    const length = this.plannedLength();
    if (length === text.length && length <= SHORT_TEXT) {
      for (let at = 0; at < length; at += 1) this.bytes[this.#at + at] = text.charCodeAt(at);
    } else utf8.encodeInto(text, this.bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
  }
}

function writeMessage(writer: Writer, schema: MessageSchema, message: Fields): void {
  for (const field of schema.fields) {
    const value = presentValue(field, message);
    if (value === undefined) continue;
    if (field.repeated) {
      for (const item of value as readonly unknown[]) writeField(writer, field, item);
    } else if (!isDefault(field.kind, value)) writeField(writer, field, value);
  }
}

function writeField(writer: Writer, field: FieldSchema, value: unknown): void {
  const { kind, no } = field;
  writer.varint(no * 8 + wireTypeOf(kind));
  if (kind === 'string') writer.string(value as string);
  else if (kind === 'bytes') writer.content(value as Uint8Array);
  else if (kind === 'message') {
    writer.plannedLength();
    writeMessage(writer, field.of as MessageSchema, value as Fields);
  } else writer.varint(kind === 'bool' ? 1 : (value as number));
}

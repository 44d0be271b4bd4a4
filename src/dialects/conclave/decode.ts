import { type DecodeErrorCode, NO_BYTES, Reader } from './reader.js';
import type { FieldKind, FieldSchema, MessageSchema } from './schema.js';
import { GROUP_END, wireTypeOf } from './wire-types.js';

/** Bytes that are no message of the type asked for. */
export interface DecodeFailure {
  readonly ok: false;
  readonly code: DecodeErrorCode;
  /** Where, in bytes from the beginning. */
  readonly at: number;
}

/** A message, or why there is none. */
export type DecodeResult<Message> = { readonly ok: true; readonly message: Message } | DecodeFailure;

type Fields = Record<string, unknown>;

interface OneOf {
  readonly case: string;
  readonly value: Fields;
}

/**
 * Reads one message. Unknown fields are read over, the last value of a field holds, sub-messages of the same field are
 * merged, and no bytes at all are the message of nothing but defaults (section 2).
 *
 * @param bytes - a whole body; what is read from it are copies.
 * @returns every member of the message, defaults included. Never throws.
 * @example
 * const read = decode(LoginRequest, body);
 * if (read.ok) console.log(read.message.username);
 */
export function decode<Message>(schema: MessageSchema<Message>, bytes: Uint8Array): DecodeResult<Message> {
  const reader = new Reader(bytes);
  const message = blank(schema);
  fill(reader, schema, message, 0);
  if (reader.failure !== undefined) return { ok: false, ...reader.failure };
  return { ok: true, message: message as Message };
}

function blank(schema: MessageSchema): Fields {
  const message: Fields = {};
  for (const field of schema.fields) {
    if (field.oneof !== undefined) message[field.oneof] = undefined;
    else message[field.name] = field.repeated ? [] : defaultOf(field.kind);
  }
  return message;
}

function defaultOf(kind: FieldKind): unknown {
  if (kind === 'string') return '';
  if (kind === 'bytes') return NO_BYTES;
  return kind === 'bool' ? false : 0;
}

function fieldOf(schema: MessageSchema, no: number): FieldSchema | undefined {
  for (const field of schema.fields) if (field.no === no) return field;
  return undefined;
}

/** Reads fields into a message until its bytes end; `depth` is 0 for the outermost. */
function fill(reader: Reader, schema: MessageSchema, message: Fields, depth: number): void {
  while (reader.hasMore) {
    const key = reader.key();
    if (key === 0) return;
    const field = fieldOf(schema, key >>> 3);
    if (field === undefined) {
      if ((key & 7) === GROUP_END) return reader.fail('bad-group');
      reader.skip(key, depth);
    } else if ((key & 7) !== wireTypeOf(field.kind)) return reader.fail('wrong-wire-type');
    else if (field.of !== undefined) readMessage(reader, field, field.of, message, depth + 1);
    else {
      const value = readScalar(reader, field.kind);
      if (field.repeated) (message[field.name] as unknown[]).push(value);
      else message[field.name] = value;
    }
  }
}

function readMessage(
  reader: Reader,
  field: FieldSchema,
  schema: MessageSchema,
  message: Fields,
  depth: number,
): void {
  const value = messageToFill(field, schema, message);
  const outerEnd = reader.enter();
  fill(reader, schema, value, depth);
  reader.leave(outerEnd);
}

/** A new one for a list and for a case of a oneof that was not the last; otherwise the one that is there. */
function messageToFill(field: FieldSchema, schema: MessageSchema, message: Fields): Fields {
  if (field.oneof !== undefined) {
    const chosen = message[field.oneof] as OneOf | undefined;
    if (chosen?.case === field.name) return chosen.value;
    const value = blank(schema);
    message[field.oneof] = { case: field.name, value } satisfies OneOf;
    return value;
  }
  const value = blank(schema);
  (message[field.name] as Fields[]).push(value);
  return value;
}

function readScalar(reader: Reader, kind: FieldKind): unknown {
  switch (kind) {
    case 'string':
      return reader.string();
    case 'bytes':
      return reader.bytes();
    case 'bool':
      return reader.bool();
    case 'uint32':
      return reader.uint32();
    case 'uint64':
      return reader.uint64();
    case 'int64':
      return reader.int64();
    default:
      return reader.enumNumber();
  }
}

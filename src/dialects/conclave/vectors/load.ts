import type { DecodeErrorCode, MessageSchema } from '../codec.js';
import * as messages from '../gen/messages.js';
import list from './vectors.json' with { type: 'json' };

type Types = {
  [Name in keyof typeof messages]: (typeof messages)[Name] extends MessageSchema ? Name : never;
};

interface VectorBase {
  readonly name: string;
  /** Where the bytes come from. */
  readonly source: string;
  readonly type: Types[keyof Types];
  /** Hexadecimal. */
  readonly wire: string;
}

/** Bytes that are a message. */
export interface ValidVector extends VectorBase {
  /** Without what has its default. */
  readonly message: Readonly<Record<string, unknown>>;
  /** True where our encoder writes the same otherwise. */
  readonly decodeOnly?: boolean;
}

/** Bytes that are none. */
export interface InvalidVector extends VectorBase {
  readonly error: { readonly code: DecodeErrorCode; readonly at: number };
}

/** The bytes of hexadecimal digits. */
export function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** In the file, bytes within a message stand as `{ "hex": "…" }`. */
function withBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withBytes);
  if ('hex' in value) return fromHex(String(value.hex));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withBytes(inner)]));
}

/** Every vector of the dialect, for the tests of codec, server and client. */
export const vectors = list.map((vector) =>
  'message' in vector ? { ...vector, message: withBytes(vector.message) } : vector,
) as unknown as readonly (ValidVector | InvalidVector)[];

/** Those with a message. */
export const validVectors = vectors.filter((vector): vector is ValidVector => 'message' in vector);

/** Those with an error. */
export const invalidVectors = vectors.filter((vector): vector is InvalidVector => 'error' in vector);

/** The table of each type of message, by name. */
export const schemas: ReadonlyMap<string, MessageSchema> = new Map(
  Object.values(messages).flatMap((value) =>
    typeof value === 'object' && 'fields' in value ? [[value.name, value as MessageSchema]] : [],
  ),
);

/** The table that a vector is for. */
export function schemaOf(vector: VectorBase): MessageSchema<unknown> {
  const schema = schemas.get(vector.type);
  if (schema === undefined) throw new Error(`no message is called ${vector.type}`);
  return schema;
}

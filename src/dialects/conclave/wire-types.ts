import type { FieldKind } from './schema.js';

/** How long a value is, from the low three bits of a key. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const GROUP_START = 3;
export const GROUP_END = 4;
export const FIXED32 = 5;

/** The only one that a field may have. */
export function wireTypeOf(kind: FieldKind): number {
  return kind === 'string' || kind === 'bytes' || kind === 'message' ? BYTES : VARINT;
}

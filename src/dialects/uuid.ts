/** What ids are shown of: each kind has UUIDs of its own. */
export type UuidKind = 'user' | 'room' | 'channel' | 'bot' | 'group' | 'invite' | 'welcome';

/** The name of each kind in ASCII: its UUIDs end with it, and their checksums begin with it. */
const kinds: Readonly<Record<UuidKind, { readonly seed: number; readonly ending: string }>> = {
  user: named(0x75736572),
  room: named(0x726f6f6d),
  channel: named(0x6368616e),
  bot: named(0x626f7420),
  group: named(0x67727570),
  invite: named(0x696e7674),
  welcome: named(0x77656c63),
};

/** The bytes in hexadecimal. */
const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * An id of the chat's series as a UUID of version 8 (RFC 9562, section 5.8): for protocols whose ids are UUIDs. The same id always gives the
 * same UUID, and {@link idOf} gives it back, with nothing remembered. It is no secret: whoever knows the scheme can make and read them.
 *
 * `llllllll-hhhh-80hh-cccc-cccckkkkkkkk`: the lower 32 bits of the id, the next 16 and the upper 5, a checksum of 30 bits below the variant, and
 * the kind.
 *
 * @param id - decimal text or number, from 0 to 2^53 - 1. Throws a `RangeError` if it is no such number.
 */
export function uuidOf(kind: UuidKind, id: string | number): string {
  const number = Number(id);
  if (!Number.isSafeInteger(number) || number < 0 || id === '') throw new RangeError(`no id: ${id}`);
  return write(kind, Math.floor(number / 0x1_0000_0000), number >>> 0);
}

/** The id that a UUID shows, as decimal text; `undefined` unless it is one of this kind's. Letters may be of either case. Never throws. */
export function idOf(kind: UuidKind, text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length !== 36) return undefined;
  const low = Number.parseInt(text.slice(0, 8), 16);
  const high = Number.parseInt(text.slice(16, 18) + text.slice(9, 13), 16);
  // Whatever else is wrong with it, there is one way to write the UUID of these bits.
  if (!(low >= 0 && high >= 0 && high < 0x20_0000) || write(kind, high, low) !== text.toLowerCase())
    return undefined;
  return String(high * 0x1_0000_0000 + low);
}

function write(kind: UuidKind, high: number, low: number): string {
  const { seed, ending } = kinds[kind];
  const sum = mix(mix(seed ^ low) ^ high);
  return (
    `${hex(low >>> 24)}${hex(low >>> 16)}${hex(low >>> 8)}${hex(low)}-${hex(high >>> 8)}${hex(high)}-80${hex(high >>> 16)}-` +
    `${hex(((sum >>> 24) & 0x3f) | 0x80)}${hex(sum >>> 16)}-${hex(sum >>> 8)}${hex(sum)}${ending}`
  );
}

function named(seed: number) {
  return { seed, ending: seed.toString(16) };
}

function hex(bits: number): string {
  return bytes[bits & 0xff] as string;
}

/** Spreads 32 bits over 32 bits: the finalizer of MurmurHash3. */
function mix(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

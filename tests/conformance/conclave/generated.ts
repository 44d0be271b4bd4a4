import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import type { FieldSchema, MessageSchema } from '../../../src/dialects/conclave/codec.js';
import type { Random } from '../../support/random.js';

/** Messages as plain objects, of our codec or of the other one. */
export type Fields = Record<string, unknown>;

const proto = readFileSync(
  new URL('../../../src/dialects/conclave/proto/conclave.proto', import.meta.url),
  'utf8',
);

/** The schema as another implementation of protobuf reads it. */
export const reflected = protobuf.parse(proto).root.lookup('conclave.v1') as protobuf.Namespace;

/** A message as the other implementation has it, in our form. */
export function inOurForm(schema: MessageSchema, message: Fields): Fields {
  const result: Fields = {};
  for (const field of schema.fields) {
    const { name, of, oneof } = field;
    const value = message[name];
    if (oneof !== undefined) {
      result[oneof] ??= undefined;
      if (message[oneof] === name)
        result[oneof] = { case: name, value: inOurForm(of as MessageSchema, value as Fields) };
    } else if (of === undefined) result[name] = value;
    else result[name] = (value as Fields[]).map((item) => inOurForm(of, item));
  }
  return result;
}

/** A message of ours in the form of the other implementation. */
export function inTheirForm(schema: MessageSchema, message: Fields): Fields {
  const result: Fields = {};
  for (const { name, of, oneof } of schema.fields) {
    const chosen =
      oneof === undefined ? undefined : (message[oneof] as { case: string; value: Fields } | undefined);
    if (oneof !== undefined) {
      if (chosen?.case === name) result[name] = inTheirForm(of as MessageSchema, chosen.value);
    } else if (message[name] === undefined) continue;
    else if (of === undefined) result[name] = message[name];
    else result[name] = (message[name] as Fields[]).map((item) => inTheirForm(of, item));
  }
  return result;
}

/** Whether two messages are the same, whichever kind of array their bytes are in. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Uint8Array || other instanceof Uint8Array) {
    return one instanceof Uint8Array && other instanceof Uint8Array && Buffer.compare(one, other) === 0;
  }
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => same((one as Fields)[name], (other as Fields)[name]))
  );
}

const EDGES: Readonly<Record<string, readonly (number | boolean)[]>> = {
  bool: [true],
  uint32: [1, 127, 128, 2 ** 31, 2 ** 32 - 1],
  uint64: [1, 127, 128, 2 ** 31, 2 ** 32, 2 ** 53 - 1],
  int64: [1, -1, -127, -(2 ** 31), -(2 ** 32), 2 ** 32 - 1, -(2 ** 53) + 1, 2 ** 53 - 1],
  enum: [1, 2, 100, 403, 999, -1, 2 ** 31 - 1, -(2 ** 31)],
};
const LETTERS = [
  'a',
  'Z',
  '0',
  ' ',
  '\0',
  '\x7f',
  'é',
  '߿',
  'ࠀ',
  '€',
  '\uFEFF',
  '\uFFFD',
  '😀',
  '\u{10FFFF}',
];

/** A message with about half of its fields, and no default in them. */
export function messageFrom(schema: MessageSchema, random: Random): Fields {
  const message: Fields = {};
  const lengths = [1, 2, 8, 16, 64, 65];
  const valueFor = ({ kind, of }: FieldSchema): unknown => {
    if (of !== undefined) return messageFrom(of, random);
    if (kind === 'string') {
      const letters = random.chance(0.5) ? LETTERS.slice(0, 4) : LETTERS;
      return Array.from({ length: random.pick(lengths) }, () => random.pick(letters)).join('');
    }
    if (kind === 'bytes') {
      const length = random.chance(0.005) ? 20_000 : random.pick([16, ...lengths]);
      return Uint8Array.from({ length }, () => random.below(256));
    }
    return random.chance(0.5) || kind === 'bool' ? random.pick(EDGES[kind] ?? []) : 1 + random.below(2 ** 20);
  };
  const oneofs = new Map<string, FieldSchema[]>();
  for (const field of schema.fields) {
    if (field.oneof !== undefined) oneofs.set(field.oneof, [...(oneofs.get(field.oneof) ?? []), field]);
    else if (random.chance(0.5)) continue;
    else if (field.repeated)
      message[field.name] = Array.from({ length: 1 + random.below(3) }, () => valueFor(field));
    else message[field.name] = valueFor(field);
  }
  for (const [name, fields] of oneofs) {
    const chosen = random.pick(fields);
    if (random.chance(0.9)) message[name] = { case: chosen.name, value: valueFor(chosen) };
  }
  return message;
}

/** How the other implementation shows what it read: numbers as numbers, defaults and the chosen case of a oneof too. */
export const SHOWN = { longs: Number, defaults: true, arrays: true, oneofs: true } as const;

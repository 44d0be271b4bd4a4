import type { MessageSchema, Sparse } from './schema.js';

/**
 * A message whose UUIDs are text: lower-case with hyphens where they are read; in upper case or without hyphens too where they are given. They are the `bytes` of
 * the schema whose names end with `Id`, `Ids` or `By`.
 */
export type WithIds<T> = T extends string | number | boolean | undefined | Uint8Array
  ? T
  : T extends readonly (infer Item)[]
    ? readonly WithIds<Item>[]
    : T extends { readonly case: infer Case; readonly value: infer Value }
      ? { readonly case: Case; readonly value: WithIds<Value> }
      : {
          readonly [Name in keyof T]: Name extends `${string}${'Id' | 'Ids' | 'By'}`
            ? T[Name] extends Uint8Array
              ? string
              : T[Name] extends readonly Uint8Array[]
                ? readonly string[]
                : T[Name]
            : WithIds<T[Name]>;
        };

type Fields = Readonly<Record<string, unknown>>;

/** The same message with its UUIDs as text. */
export function idsToText<Message>(schema: MessageSchema<Message>, message: Message): WithIds<Message> {
  return converted(schema, message as Fields, (bytes) => uuidOf(bytes as Uint8Array)) as WithIds<Message>;
}

/** The same message with its UUIDs as bytes. Throws a `TypeError` for text that is none. */
export function idsToBytes<Message>(
  schema: MessageSchema<Message>,
  message: Sparse<WithIds<Message>>,
): Sparse<Message> {
  return converted(schema, message as Fields, (text) => bytesOf(text as string)) as Sparse<Message>;
}

/** A UUID in lower-case with hyphens. Throws a `TypeError` for text that is none. */
export function uuidOfText(text: string): string {
  return uuidOf(bytesOf(text));
}

/** A message field by field, each of its UUIDs by `idOf`. No message with a oneof has any of its own. */
function converted(schema: MessageSchema, message: Fields, idOf: (id: unknown) => unknown): Fields {
  const made: Record<string, unknown> = {};
  for (const { name, kind, of } of schema.fields) {
    const convert = (value: unknown) => {
      if (of !== undefined) return converted(of, value as Fields, idOf);
      return kind === 'bytes' && /(Ids?|By)$/.test(name) ? idOf(value) : value;
    };
    const value = message[name];
    if (value !== undefined) made[name] = Array.isArray(value) ? value.map(convert) : convert(value);
  }
  return made;
}

/** Empty for a field that was left out. */
function uuidOf(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function bytesOf(text: string): Uint8Array {
  const digits = text.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/i.test(digits)) throw new TypeError(`${JSON.stringify(text)} is no UUID`);
  return Uint8Array.from({ length: 16 }, (_, at) => Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16));
}

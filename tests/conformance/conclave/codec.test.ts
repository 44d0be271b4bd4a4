import { describe, expect, it } from 'vitest';
import {
  decode,
  ErrorCode,
  encode,
  GroupRole,
  GroupUpdateType,
  GroupVisibility,
  type MessageSchema,
} from '../../../src/dialects/conclave/codec.js';
import { schemas } from '../../../src/dialects/conclave/vectors/load.js';
import { randomFrom } from '../../support/random.js';
import { type Fields, inOurForm, inTheirForm, messageFrom, reflected, SHOWN, same } from './generated.js';

const MESSAGES = Number(process.env.POLYLECT_CODEC_MESSAGES ?? 10_000);
const SEED = Number(process.env.POLYLECT_FUZZ_SEED ?? 20_250_413);

const enums = new Map<string, object>(
  Object.entries({ ErrorCode, GroupRole, GroupUpdateType, GroupVisibility }),
);

/** The tables in the words of the other implementation. */
function rowsOf(schema: MessageSchema) {
  return schema.fields.map(({ no, name, kind, of, repeated, oneof }) => ({
    no,
    name,
    type: of?.name ?? kind,
    repeated: repeated === true,
    oneof,
  }));
}

describe('the generated tables', () => {
  it('[conclave 7] have every message of the schema, with its fields', () => {
    const theirs = reflected.nestedArray.flatMap((item) => {
      if (!('fieldsArray' in item)) return [];
      const fields = reflected.lookupType(item.name).fieldsArray.map((field) => {
        const { resolvedType } = field.resolve();
        return {
          no: field.id,
          name: field.name,
          type: resolvedType !== null && 'values' in resolvedType ? 'enum' : field.type,
          repeated: field.repeated,
          oneof: field.partOf?.name,
        };
      });
      return [[item.name, fields.sort((one, other) => one.no - other.no)]];
    });
    expect([...schemas.values()].map((schema) => [schema.name, rowsOf(schema)])).toEqual(theirs);
  });

  it('[conclave 7.1] have every enum with its numbers', () => {
    for (const item of reflected.nestedArray) {
      if (!('values' in item)) continue;
      const ours = enums.get(item.name) ?? {};
      const prefix = `${item.name.replace(/\B[A-Z]/g, '_$&').toUpperCase()}_`;
      const named = Object.entries(ours).map(([name, number]) => [prefix + name, number]);
      expect(Object.fromEntries(named)).toEqual(item.values);
    }
  });
});

describe('the codec beside another implementation', () => {
  it.each([...schemas.values()].map((schema) => [schema.name, schema] as const))(
    '[conclave 2] writes and reads the same bytes of %s',
    (name, schema) => {
      const type = reflected.lookupType(name);
      const random = randomFrom(SEED);
      for (let count = 0; count < (schema.fields.length === 0 ? 1 : MESSAGES); count += 1) {
        const message = messageFrom(schema, random);
        const bytes = encode(schema, message);
        const theirs = type.encode(type.fromObject(inTheirForm(schema, message))).finish();
        if (!same(bytes, new Uint8Array(theirs)))
          expect({ message, bytes }).toEqual({ message, bytes: theirs });
        const read = decode(schema, theirs);
        const shown = inOurForm(schema, type.toObject(type.decode(bytes), SHOWN));
        if (!read.ok || !same(read.message, shown)) expect(read).toEqual({ ok: true, message: shown });
        if (!same(encode(schema, (read as { message: Fields }).message), bytes))
          expect(read).toEqual(message);
      }
    },
    60_000,
  );
});

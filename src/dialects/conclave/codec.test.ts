import { describe, expect, it } from 'vitest';
import {
  decode,
  ErrorCode,
  ErrorResponse,
  encode,
  GetMessagesResponse,
  GroupInfo,
  LoginRequest,
  PublicGroupInfo,
  RegisterResponse,
  SendMessageResponse,
  ServerEvent,
  UpdateGroupRequest,
} from './codec.js';
import { fromHex, invalidVectors, schemaOf, schemas, validVectors, vectors } from './vectors/load.js';

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

describe('vectors', () => {
  it.each(validVectors.map((vector) => [vector.name, vector] as const))(
    '[conclave vectors] %s is read',
    (_name, vector) => {
      const read = decode(schemaOf(vector), fromHex(vector.wire));
      expect(read).toMatchObject({ ok: true, message: vector.message });
      // What the vector does not name has its default.
      if (read.ok)
        expect(encode(schemaOf(vector), read.message as object)).toEqual(
          encode(schemaOf(vector), vector.message),
        );
    },
  );

  it.each(
    validVectors
      .filter(({ decodeOnly }) => decodeOnly !== true)
      .map((vector) => [vector.name, vector] as const),
  )('[conclave vectors] %s is written byte for byte', (_name, vector) => {
    expect(hexOf(encode(schemaOf(vector), vector.message))).toBe(vector.wire);
  });

  it.each(invalidVectors.map((vector) => [vector.name, vector] as const))(
    '[conclave vectors] %s is refused with its code and place',
    (_name, vector) => {
      expect(decode(schemaOf(vector), fromHex(vector.wire))).toStrictEqual({ ok: false, ...vector.error });
    },
  );

  it('has a name of its own for every vector', () => {
    expect(new Set(vectors.map((vector) => vector.name)).size).toBe(vectors.length);
  });
});

describe('reading', () => {
  it.each([...schemas.values()].map((schema) => [schema.name, schema] as const))(
    '[conclave 2] an empty body is the %s of nothing but defaults, which is written as no bytes',
    (_name, schema) => {
      const read = decode(schema, new Uint8Array(0));
      expect(read.ok).toBe(true);
      if (read.ok) expect(encode(schema, read.message as object)).toHaveLength(0);
    },
  );

  it('[conclave 2] gives every member of a message its default', () => {
    expect(decode(GroupInfo, new Uint8Array(0))).toStrictEqual({
      ok: true,
      message: {
        groupId: new Uint8Array(0),
        alias: '',
        members: [],
        groupName: '',
        mlsGroupId: '',
        messageExpirySeconds: 0,
        visibility: 0,
      },
    });
    expect(decode(ServerEvent, new Uint8Array(0))).toStrictEqual({ ok: true, message: { event: undefined } });
  });

  it('copies what it reads, from a Buffer too', () => {
    const body = Buffer.from('0a0700112233445566', 'hex');
    const read = decode(RegisterResponse, body);
    body.fill(0);
    const userId = fromHex('00112233445566');
    expect(read).toStrictEqual({ ok: true, message: { userId } });
  });

  it('reads from the middle of a larger buffer and no further', () => {
    const larger = fromHex('ffff0a0161120162ffff');
    const read = decode(LoginRequest, larger.subarray(2, 8));
    expect(read).toStrictEqual({ ok: true, message: { username: 'a', password: 'b' } });
  });
});

describe('writing', () => {
  it('takes a message whose members are left out or undefined', () => {
    expect(hexOf(encode(ErrorResponse, { message: undefined, errorCode: ErrorCode.INPUT_BAD_REQUEST }))).toBe(
      '1064',
    );
    expect(encode(LoginRequest, {})).toHaveLength(0);
  });

  it('writes a lone surrogate as U+FFFD and a pair as it is, in short and in long texts', () => {
    for (const filler of ['', 'x'.repeat(100)]) {
      const read = decode(LoginRequest, encode(LoginRequest, { username: `\uD800😀\uDC00${filler}\uD83D` }));
      expect(read).toMatchObject({ ok: true, message: { username: `\uFFFD😀\uFFFD${filler}\uFFFD` } });
    }
  });

  it('writes lists of long messages whose lengths take several bytes', () => {
    const messages = [100, 127, 128, 20_000].map((size, index) => ({
      sequenceNum: 2 ** 32 + index,
      senderId: new Uint8Array(16).fill(index),
      mlsMessage: new Uint8Array(size).fill(7),
      createdAt: 1_700_000_000,
    }));
    const bytes = encode(GetMessagesResponse, { messages });
    expect(decode(GetMessagesResponse, bytes)).toStrictEqual({ ok: true, message: { messages } });
  });

  it.each([
    [SendMessageResponse, { sequenceNum: -1 }],
    [SendMessageResponse, { sequenceNum: 1.5 }],
    [SendMessageResponse, { sequenceNum: Number.NaN }],
    [SendMessageResponse, { sequenceNum: 2 ** 53 }],
    [SendMessageResponse, { sequenceNum: Number.POSITIVE_INFINITY }],
    [UpdateGroupRequest, { messageExpirySeconds: -(2 ** 53) }],
    [PublicGroupInfo, { memberCount: 2 ** 32 }],
    [PublicGroupInfo, { memberCount: -1 }],
    [ErrorResponse, { errorCode: 2 ** 31 }],
    [ErrorResponse, { errorCode: -(2 ** 31) - 1 }],
  ] as const)('throws on a number that its field cannot hold: %o %o', (schema, message) => {
    expect(() => encode<object>(schema, message)).toThrow(RangeError);
  });
});

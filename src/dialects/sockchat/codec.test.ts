import { describe, expect, it } from 'vitest';
import { decodeClient, decodeServer, encodeClient, encodeServer, parseInteger } from './codec.js';
import { integerField } from './fields.js';
import { PACKETS } from './packet-table.js';
import { type ClientPacket, MESSAGE_FLAGS, type ServerPacket, type UserFields } from './packets.js';
import { byDirection, invalidVectors, type ValidVector, validVectors, vectors } from './vectors/load.js';

const user: UserFields = {
  id: '7',
  name: 'seven',
  colour: 'inherit',
  permissions: { rank: 1, kick: false, logs: false, nick: true, create: 0 },
};

const decode = byDirection(decodeClient, decodeServer);

function encode(vector: ValidVector): string {
  return vector.direction === 'client'
    ? encodeClient(vector.packet)
    : encodeServer(vector.packet, vector.options);
}

describe('vectors', () => {
  it.each(validVectors.map((vector) => [vector.direction, vector.name, vector] as const))(
    '[sockchat vectors] %s: %s is read',
    (direction, _name, vector) => {
      expect(decode(direction)(vector.wire)).toStrictEqual({ ok: true, packet: vector.packet });
    },
  );

  it.each(
    validVectors
      .filter((vector) => vector.decodeOnly !== true)
      .map((vector) => [vector.direction, vector.name, vector] as const),
  )('[sockchat vectors] %s: %s is written byte for byte', (_direction, _name, vector) => {
    expect(encode(vector)).toBe(vector.wire);
  });

  it.each(invalidVectors.map((vector) => [vector.direction, vector.name, vector] as const))(
    '[sockchat vectors] %s: %s is refused with its code and place',
    (direction, _name, vector) => {
      expect(decode(direction)(vector.wire)).toStrictEqual({ ok: false, ...vector.error });
    },
  );

  it('has a name of its own for every vector', () => {
    expect(new Set(vectors.map((vector) => vector.name)).size).toBe(vectors.length);
  });

  it.each(PACKETS.map((row) => [row.section, row.direction, row.kind] as const))(
    '[sockchat %s] a vector exists for %s %s in both ways',
    (_section, direction, kind) => {
      const both = validVectors.filter(
        (vector) =>
          vector.direction === direction && vector.packet.kind === kind && vector.decodeOnly !== true,
      );
      expect(both.length).toBeGreaterThan(0);
    },
  );
});

describe('packet table', () => {
  type Row<Direction> = Extract<(typeof PACKETS)[number], { direction: Direction }>['kind'];
  type Missing = Exclude<ServerPacket['kind'], Row<'server'>> | Exclude<ClientPacket['kind'], Row<'client'>>;

  it('has a row for every kind, once', () => {
    const none: [Missing] extends [never] ? true : false = true;
    expect(none).toBe(true);
    expect(new Set(PACKETS.map((row) => `${row.direction} ${row.kind}`)).size).toBe(PACKETS.length);
  });

  it.each(validVectors.map((vector) => [vector.name, vector] as const))(
    'says the number and sub id of: %s',
    (_name, vector) => {
      const row = PACKETS.find(
        (one) => one.direction === vector.direction && one.kind === vector.packet.kind,
      );
      const [number, sub = ''] = vector.wire.split('\t');
      expect(Number(number)).toBe(row?.number);
      if (row?.sub === '#') expect(sub).toMatch(/^[0-9]+$/);
      else if (row?.sub !== null) expect(sub).toBe(row?.sub);
    },
  );
});

describe('numbers', () => {
  it.each(['0', '1', '-1', '007', '9007199254740991', '-9007199254740991'])(
    '[sockchat 2] %j is an integer',
    (text) => {
      expect(parseInteger(text)).toBe(Number(text));
    },
  );

  it.each([
    ...[
      '',
      '-',
      '-0',
      '-00',
      '+1',
      ' 1',
      '1 ',
      '1\n',
      '1e3',
      '0x10',
      '1.0',
      '1_000',
      '1,000',
      'NaN',
      'Infinity',
    ],
    ...[
      '９',
      '٣',
      '1\u0000',
      '−1',
      '9007199254740992',
      '-9007199254740992',
      '12345678901234567890',
      '00000000000000001',
    ],
  ])('[sockchat 2] %j is no integer', (text) => {
    expect(parseInteger(text)).toBeNull();
  });

  it.each([
    [Number.NaN, '0'],
    [-0, '0'],
    [-0.4, '0'],
    [1.9, '1'],
    [1e21, '9007199254740991'],
    [-Infinity, '-9007199254740991'],
  ])('[sockchat 2] the number %d goes out as %s', (value, wire) => {
    expect(integerField(value)).toBe(wire);
  });
});

describe('separators', () => {
  it('[sockchat 10] a tab in a message becomes four spaces, a line feed a break, a form feed and NUL nothing', () => {
    const packet: ServerPacket = {
      kind: 'message',
      atSeconds: 1,
      userId: '7',
      text: 'a\tb\nc\fd\0e\rf',
      messageId: '9',
      flags: MESSAGE_FLAGS,
    };
    expect(encodeServer(packet)).toBe('2\t1\t7\ta    b <br/> cde\rf\t9\t10010');
  });

  it('[sockchat 7] the form feeds of a notice stay, in the backlog as well', () => {
    const bot = { id: '-1', name: 'ChatBot', colour: 'inherit', permissions: null };
    const line = { atSeconds: 1, text: '0\fsay\fa\tb', messageId: '9', flags: MESSAGE_FLAGS };
    expect(encodeServer({ kind: 'message', userId: '-1', ...line })).toBe(
      '2\t1\t-1\t0\fsay\fa    b\t9\t10010',
    );
    expect(encodeServer({ kind: 'context_message', user: bot, notify: false, ...line })).toBe(
      '7\t1\t1\t-1\tChatBot\tinherit\t\t0\fsay\fa    b\t9\t0\t10010',
    );
  });

  it('[sockchat 2.1] a name, colour, id or channel loses every separator', () => {
    const dirty = { ...user, id: '7\t8', name: 'a\tb\nc\rd\fe\0f', colour: '#fff\t' };
    expect(encodeServer({ kind: 'user_update', user: dirty })).toBe('10\t78\tabcdef\t#fff\t1 0 0 1 0');
    expect(encodeServer({ kind: 'channel_switch', channel: 'Lo\tunge\n' })).toBe('5\t2\tLounge');
  });

  it('[sockchat 1] a lone surrogate goes out as U+FFFD and a pair stays', () => {
    expect(encodeServer({ kind: 'channel_remove', name: 'a\uD800b😀' })).toBe('4\t2\ta\uFFFDb😀');
    expect(encodeClient({ kind: 'message', userId: '1', text: '\uDC00😀' })).toBe('2\t1\t\uFFFD😀');
  });

  it('[sockchat 1] a client sends four spaces for a tab in a message and drops it in login words', () => {
    expect(encodeClient({ kind: 'message', userId: '1', text: 'a\tb\nc' })).toBe('2\t1\ta    b\nc');
    expect(encodeClient({ kind: 'auth', args: ['a\tb', ''] })).toBe('1\tab\t');
    expect(encodeClient({ kind: 'ping', userId: '\t1' })).toBe('0\t1');
  });
});

describe('options', () => {
  it('[sockchat 5 S5] permissions stay out of 5.0 unless asked for', () => {
    const packet: ServerPacket = { kind: 'channel_user_add', user, messageId: '9' };
    expect(encodeServer(packet)).toBe('5\t0\t7\tseven\tinherit\t9');
    expect(encodeServer(packet, { channelJoinPerms: true })).toBe('5\t0\t7\tseven\tinherit\t1 0 0 1 0\t9');
  });

  it('[sockchat 5 S9] a ban without end is -1 in words too', () => {
    const packet: ServerPacket = { kind: 'forced_disconnect', banned: true, untilSeconds: -1 };
    expect(encodeServer(packet, { legacyDisconnectWords: true })).toBe('9\tban\t-1');
  });
});

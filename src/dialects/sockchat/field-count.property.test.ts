import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClient, decodeServer, encodeClient, encodeServer, type ServerEncodeOptions } from './codec.js';
import { decodeNotice, encodeNotice } from './notices.js';
import { PACKETS } from './packet-table.js';
import { BOT_ID, type ClientPacket, MESSAGE_FLAGS, type ServerPacket, type UserFields } from './packets.js';

const RUNS = 100_000;
const TIME_LIMIT_MS = 180_000;

const hostile = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom('\t', '\f', '\n', '\r', '\0', '\uD83D', '\uDE00', '😀', ' ', '<'),
      },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''));

const settings: readonly ServerEncodeOptions[] = [
  {},
  { permissionSeparator: '\f', channelJoinPerms: true, legacyDisconnectWords: true },
];

const user: UserFields = { id: '7', name: 'n', colour: 'c', permissions: null };
const channel = { name: 'n', hasPassword: false, isTemporary: false };
const line = { atSeconds: 1, messageId: '9', flags: MESSAGE_FLAGS };
const gone = {
  kind: 'user_remove',
  userId: '7',
  name: 'n',
  reason: 'r',
  atSeconds: 1,
  messageId: '9',
} as const;
const earlier = { kind: 'context_message', ...line, user, text: 't', notify: true } as const;

/** A packet with a string in one of its fields. */
type Put<Packet> = (s: string) => Packet;

/** Every field of a server's packets that holds text, by kind; the places of a user are added below. */
const serverFields: Readonly<Record<ServerPacket['kind'], readonly Put<ServerPacket>[]>> = {
  pong: [],
  context_clear: [],
  forced_disconnect: [],
  auth_ok: [
    ...inUser((one) => ({ kind: 'auth_ok', user: one, channel: 'c', maxLength: 1 })),
    (s) => ({ kind: 'auth_ok', user, channel: s, maxLength: 1 }),
  ],
  auth_fail: [(s) => ({ kind: 'auth_fail', reason: s, untilSeconds: 1 })],
  user_add: [
    ...inUser((one) => ({ kind: 'user_add', atSeconds: 1, user: one, messageId: '9' })),
    (s) => ({ kind: 'user_add', atSeconds: 1, user, messageId: s }),
  ],
  message: [
    (s) => ({ kind: 'message', ...line, userId: s, text: 't' }),
    (s) => ({ kind: 'message', ...line, userId: '7', text: s }),
    (s) => ({ kind: 'message', ...line, userId: BOT_ID, text: s }),
    (s) => ({ kind: 'message', ...line, userId: '7', text: 't', messageId: s }),
  ],
  user_remove: [
    (s) => ({ ...gone, userId: s }),
    (s) => ({ ...gone, name: s }),
    (s) => ({ ...gone, reason: s }),
    (s) => ({ ...gone, messageId: s }),
  ],
  channel_add: [(s) => ({ kind: 'channel_add', ...channel, name: s })],
  channel_update: [
    (s) => ({ kind: 'channel_update', ...channel, oldName: s }),
    (s) => ({ kind: 'channel_update', ...channel, oldName: 'o', name: s }),
  ],
  channel_remove: [(s) => ({ kind: 'channel_remove', name: s })],
  channel_user_add: [
    ...inUser((one) => ({ kind: 'channel_user_add', user: one, messageId: '9' })),
    (s) => ({ kind: 'channel_user_add', user, messageId: s }),
  ],
  channel_user_remove: [
    (s) => ({ kind: 'channel_user_remove', userId: s, messageId: '9' }),
    (s) => ({ kind: 'channel_user_remove', userId: '7', messageId: s }),
  ],
  channel_switch: [(s) => ({ kind: 'channel_switch', channel: s })],
  message_delete: [(s) => ({ kind: 'message_delete', messageId: s })],
  context_users: inUser((one) => ({
    kind: 'context_users',
    users: [
      { ...one, visible: true },
      { ...user, visible: false },
    ],
  })),
  context_message: [
    ...inUser((one) => ({ ...earlier, user: one })),
    (s) => ({ ...earlier, text: s }),
    (s) => ({ ...earlier, user: { ...user, id: BOT_ID }, text: s }),
    (s) => ({ ...earlier, messageId: s }),
  ],
  context_channels: [(s) => ({ kind: 'context_channels', channels: [{ ...channel, name: s }, channel] })],
  user_update: inUser((one) => ({ kind: 'user_update', user: one })),
  capabilities: [(s) => ({ kind: 'capabilities', capabilities: ['TYPING', s] })],
  typing: [
    (s) => ({ kind: 'typing', channel: s, userId: '7', atSeconds: 1 }),
    (s) => ({ kind: 'typing', channel: 'c', userId: s, atSeconds: 1 }),
  ],
  server_info: [
    (s) => ({ kind: 'server_info', server: s, capabilities: [] }),
    (s) => ({ kind: 'server_info', server: 'n', capabilities: [s, 'b'] }),
  ],
};

const clientFields: Readonly<Record<ClientPacket['kind'], readonly Put<ClientPacket>[]>> = {
  ping: [(s) => ({ kind: 'ping', userId: s })],
  auth: [(s) => ({ kind: 'auth', args: [s, 'b'] }), (s) => ({ kind: 'auth', args: ['a', s] })],
  message: [
    (s) => ({ kind: 'message', userId: s, text: 't' }),
    (s) => ({ kind: 'message', userId: '7', text: s }),
  ],
  capabilities: [(s) => ({ kind: 'capabilities', capabilities: [s, 'TYPING'] })],
  typing: [
    (s) => ({ kind: 'typing', userId: s, channel: 'c' }),
    (s) => ({ kind: 'typing', userId: '7', channel: s }),
  ],
  client_info: [
    (s) => ({ kind: 'client_info', client: s, capabilities: [] }),
    (s) => ({ kind: 'client_info', client: 'n', capabilities: ['a', s] }),
  ],
};

function inUser(make: (user: UserFields) => ServerPacket): readonly Put<ServerPacket>[] {
  return [
    (s) => make({ ...user, id: s }),
    (s) => make({ ...user, name: s }),
    (s) => make({ ...user, colour: s }),
  ];
}

const fieldsIn = (wire: string): number => wire.split('\t').length;

describe('field count', () => {
  it('looks at every kind of packet', () => {
    expect(Object.keys(serverFields).length + Object.keys(clientFields).length).toBe(PACKETS.length);
  });

  it(
    '[sockchat 1, 5] no string in any text field of a server makes another field',
    () => {
      const puts = Object.values(serverFields).flat();
      fc.assert(
        fc.property(hostile, fc.constantFrom(...puts), fc.constantFrom(...settings), (s, put, options) => {
          const wire = encodeServer(put(s), options);
          expect(fieldsIn(wire)).toBe(fieldsIn(encodeServer(put('x'), options)));
          expect(wire).not.toMatch(/[\0\n]|\p{Cs}/u);
          expect(decodeServer(wire).ok).toBe(true);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    TIME_LIMIT_MS,
  );

  it(
    '[sockchat 1, 4] no string in any text field of a client makes another field',
    () => {
      const puts = Object.values(clientFields).flat();
      fc.assert(
        fc.property(hostile, fc.constantFrom(...puts), (s, put) => {
          const wire = encodeClient(put(s));
          expect(fieldsIn(wire)).toBe(fieldsIn(encodeClient(put('x'))));
          expect(wire).not.toMatch(/\p{Cs}/u);
          expect(decodeClient(wire).ok).toBe(true);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    TIME_LIMIT_MS,
  );

  it(
    '[sockchat 7] no string in an argument of a notice makes another argument',
    () => {
      fc.assert(
        fc.property(fc.array(hostile, { maxLength: 4 }), (args) => {
          const wire = encodeNotice('information', 'x', [...args, 'end']);
          expect(wire).not.toMatch(/[\0\t\n]|\p{Cs}/u);
          const read = decodeNotice(wire);
          expect(read.ok && read.notice.args.length).toBe(args.length + 1);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    TIME_LIMIT_MS,
  );
});

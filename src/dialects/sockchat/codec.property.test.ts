import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClient, decodeServer, encodeClient, encodeServer, type ServerEncodeOptions } from './codec.js';
import { encodeNotice } from './notices.js';
import { PACKETS } from './packet-table.js';
import { BOT_ID, type ClientPacket, type ServerPacket } from './packets.js';

const RUNS = 100_000;
const LEAST_PER_KIND = 1_000;
const TIME_LIMIT_MS = 180_000;

// What no field can carry is left out: what becomes of it is looked at in the test of field counts.
const clean = (forbidden: RegExp, max: number) =>
  fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 0x10ffff }) },
      ),
      { maxLength: max },
    )
    .map((points) => String.fromCodePoint(...points).replace(forbidden, ''));
const line = clean(/[\0\t\n\f\r]|\p{Cs}/gu, 12);
const text = clean(/[\0\t\n\f]|\p{Cs}/gu, 40);
const clientText = clean(/\t|\p{Cs}/gu, 40);
const integer = fc.maxSafeInteger();
const bool = fc.boolean();
const userId = fc.oneof(fc.nat().map(String), line);
const messageId = fc.oneof(fc.maxSafeNat().map(String), fc.constant('welcome'));
const flags = fc.record({ bold: bool, italic: bool, underline: bool, colon: bool, private: bool });
const notice = fc
  .tuple(fc.constantFrom('information' as const, 'error' as const), line, fc.array(text, { maxLength: 3 }))
  .map(([type, id, args]) => encodeNotice(type, id, args));
const permissions = fc.option(
  fc.record({ rank: integer, kick: bool, logs: bool, nick: bool, create: fc.constantFrom(0, 1, 2) }),
  { freq: 8 },
);
const userFields = { id: userId, name: line, colour: line, permissions };
const user = fc.record(userFields);
const channel = { name: line, hasPassword: bool, isTemporary: bool };
const capabilities = fc.array(fc.stringMatching(/^[A-Z_][A-Z0-9_]{1,8}$/), { maxLength: 4 });
const words = fc.array(
  line.filter((word) => word !== ''),
  { maxLength: 3 },
);
const spoken = fc.oneof(
  fc.tuple(
    userId.filter((id) => id !== BOT_ID),
    text,
  ),
  fc.tuple(fc.constant(BOT_ID), notice),
);

type Kinds<Packet extends { kind: string }> = { [Kind in Packet['kind']]: fc.Arbitrary<Packet> };
const is = <Kind extends string>(kind: Kind) => fc.constant(kind);

const server: Kinds<ServerPacket> = {
  pong: fc.record({ kind: is('pong'), serverTimeSeconds: integer }, { requiredKeys: ['kind'] }),
  auth_ok: fc.record(
    { kind: is('auth_ok'), user, channel: line, maxLength: fc.integer({ min: 1 }) },
    { requiredKeys: ['kind', 'user', 'channel'] },
  ),
  auth_fail: fc.record(
    { kind: is('auth_fail'), reason: line, untilSeconds: integer },
    { requiredKeys: ['kind', 'reason'] },
  ),
  user_add: fc.record({ kind: is('user_add'), atSeconds: integer, user, messageId }),
  message: fc
    .tuple(spoken, fc.record({ kind: is('message'), atSeconds: integer, messageId, flags }))
    .map(([[id, words], rest]) => ({ ...rest, userId: id, text: words })),
  user_remove: fc.record({
    kind: is('user_remove'),
    userId,
    name: line,
    reason: line,
    atSeconds: integer,
    messageId,
  }),
  channel_add: fc.record({ kind: is('channel_add'), ...channel }),
  channel_update: fc.record({ kind: is('channel_update'), oldName: line, ...channel }),
  channel_remove: fc.record({ kind: is('channel_remove'), name: line }),
  channel_user_add: fc.record({ kind: is('channel_user_add'), user, messageId }),
  channel_user_remove: fc.record({ kind: is('channel_user_remove'), userId, messageId }),
  channel_switch: fc.record({ kind: is('channel_switch'), channel: line }),
  message_delete: fc.record({ kind: is('message_delete'), messageId }),
  context_users: fc.record({
    kind: is('context_users'),
    users: fc.array(fc.record({ ...userFields, visible: bool }), { maxLength: 4 }),
  }),
  context_message: fc
    .tuple(
      spoken,
      user,
      fc.record({ kind: is('context_message'), atSeconds: integer, messageId, notify: bool, flags }),
    )
    .map(([[id, words], author, rest]) => ({ ...rest, user: { ...author, id }, text: words })),
  context_channels: fc.record({
    kind: is('context_channels'),
    channels: fc.array(fc.record(channel), { maxLength: 4 }),
  }),
  context_clear: fc.record({ kind: is('context_clear'), mode: fc.constantFrom(0, 1, 2, 3, 4) }),
  forced_disconnect: fc.oneof(
    fc.record({ kind: is('forced_disconnect'), banned: fc.constant(false as const) }),
    fc.record({ kind: is('forced_disconnect'), banned: fc.constant(true as const), untilSeconds: integer }),
  ),
  user_update: fc.record({ kind: is('user_update'), user }),
  capabilities: fc.record({ kind: is('capabilities'), capabilities }),
  typing: fc.record({ kind: is('typing'), channel: line, userId, atSeconds: integer }),
  server_info: fc.record({ kind: is('server_info'), server: line, capabilities: words }),
};

const client: Kinds<ClientPacket> = {
  ping: fc.record({ kind: is('ping'), userId }),
  auth: fc.record({
    kind: is('auth'),
    args: fc.array(clientText, { maxLength: 5 }),
  }),
  message: fc.record({ kind: is('message'), userId, text: clientText }),
  capabilities: fc.record({ kind: is('capabilities'), capabilities }),
  typing: fc.record({ kind: is('typing'), userId, channel: line }),
  client_info: fc.record({ kind: is('client_info'), client: line, capabilities: words }),
};

type Sent = ['client', ClientPacket] | ['server', ServerPacket];
const sent: fc.Arbitrary<Sent> = fc.oneof(
  ...Object.values(client).map((arbitrary) => arbitrary.map((packet): Sent => ['client', packet])),
  ...Object.values(server).map((arbitrary) => arbitrary.map((packet): Sent => ['server', packet])),
);

const settings: readonly ServerEncodeOptions[] = [
  {},
  { permissionSeparator: '\f', channelJoinPerms: true, legacyDisconnectWords: true },
];

/** 5.0 carries permissions only where they are asked for. */
function asCarried(packet: ServerPacket, options: ServerEncodeOptions): ServerPacket {
  if (packet.kind !== 'channel_user_add' || options.channelJoinPerms === true) return packet;
  return { ...packet, user: { ...packet.user, permissions: null } };
}

describe('round trip', () => {
  it(
    '[sockchat 4, 5, 12] reads back what it wrote, for every kind and every option',
    () => {
      const counts = new Map<string, number>();
      fc.assert(
        fc.property(sent, ([direction, packet]) => {
          const row = `${direction} ${packet.kind}`;
          counts.set(row, (counts.get(row) ?? 0) + 1);
          if (direction === 'client') {
            expect(decodeClient(encodeClient(packet))).toEqual({ ok: true, packet });
            return;
          }
          for (const options of settings) {
            const packetCarried = asCarried(packet, options);
            const read = decodeServer(encodeServer(packet, options));
            expect(read).toEqual({ ok: true, packet: packetCarried });
          }
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
      for (const row of PACKETS) {
        const name = `${row.direction} ${row.kind}`;
        expect(counts.get(name) ?? 0, name).toBeGreaterThanOrEqual(LEAST_PER_KIND);
      }
    },
    TIME_LIMIT_MS,
  );
});

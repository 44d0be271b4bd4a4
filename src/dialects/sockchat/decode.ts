import {
  looksLikePermissions,
  parseCapabilities,
  parseFlags,
  parseInfo,
  parseInteger,
  parsePermissions,
} from './fields.js';
import type { ClientPacket, ListedChannel, ListedUser, ServerPacket, UserFields } from './packets.js';
import { NO_END } from './packets.js';

/**
 * Why a frame is no packet.
 *
 * - `empty`: nothing in the frame.
 * - `not-a-number`: field 0 is not made of ASCII digits.
 * - `unknown-packet`, `unknown-subpacket`: a number outside version 1 and its drafts; to be ignored, it may be an extension.
 * - `missing-field`: fewer fields than the packet needs.
 * - `bad-integer`, `bad-permissions`, `bad-flags`, `bad-value`: a field breaks its type.
 */
export type DecodeErrorCode =
  | 'empty'
  | 'not-a-number'
  | 'unknown-packet'
  | 'unknown-subpacket'
  | 'missing-field'
  | 'bad-integer'
  | 'bad-permissions'
  | 'bad-flags'
  | 'bad-value';

/** A refusal; `at` is the index of the first field that is wrong or missing, from 0. */
export interface DecodeFailure {
  readonly ok: false;
  readonly code: DecodeErrorCode;
  readonly at: number;
}

/** What a decoder answers. */
export type DecodeResult<Packet> = { readonly ok: true; readonly packet: Packet } | DecodeFailure;

const PACKET_NUMBER = /^[0-9]+$/;

/**
 * Reads what a client sent (sections 1, 4 and 12). Never throws. The server drops a frame that is refused and keeps the
 * connection open. Packet 3 is that of the 2021 draft if it has one field, and that of the 2025 draft if it has more.
 *
 * Ids and words come back exactly as sent. Fields after the text of a message are part of the text, with their TABs.
 *
 * @param text - one text frame; the caller bounds its size.
 * @example decodeClient('2\t7\thello') // { ok: true, packet: { kind: 'message', userId: '7', text: 'hello' } }
 */
export function decodeClient(text: string): DecodeResult<ClientPacket> {
  const first = text.indexOf('\t');
  const number = first === -1 ? text : text.slice(0, first);
  const refusal = checkNumber(text, number);
  if (refusal !== null) return refusal;
  switch (Number(number)) {
    case 0: {
      if (first === -1) return fail('missing-field', 1);
      const end = text.indexOf('\t', first + 1);
      return done({ kind: 'ping', userId: text.slice(first + 1, end === -1 ? undefined : end) });
    }
    case 1:
      return done({ kind: 'auth', args: first === -1 ? [] : text.slice(first + 1).split('\t') });
    case 2: {
      if (first === -1) return fail('missing-field', 1);
      const second = text.indexOf('\t', first + 1);
      if (second === -1) return fail('missing-field', 2);
      return done({ kind: 'message', userId: text.slice(first + 1, second), text: text.slice(second + 1) });
    }
    case 3: {
      const fields = text.split('\t');
      if (fields.length < 2) return tooShort(fields);
      if (fields.length === 2)
        return done({ kind: 'capabilities', capabilities: parseCapabilities(field(fields, 1)) });
      return done({
        kind: 'client_info',
        client: field(fields, 1),
        capabilities: parseInfo(field(fields, 2)),
      });
    }
    case 4: {
      const fields = text.split('\t');
      if (fields.length < 3) return tooShort(fields);
      return done({ kind: 'typing', userId: field(fields, 1), channel: field(fields, 2) });
    }
    default:
      return fail('unknown-packet', 0);
  }
}

/**
 * Reads what a server sent (sections 5 and 12), in every form that servers of this protocol are known to send (section 14).
 * Never throws. Fields behind the expected ones are ignored; in packet 11 they tell the two drafts apart.
 *
 * @param text - one text frame; the caller bounds its size.
 * @example decodeServer('5\t2\tLounge') // { ok: true, packet: { kind: 'channel_switch', channel: 'Lounge' } }
 */
export function decodeServer(text: string): DecodeResult<ServerPacket> {
  const fields = text.split('\t');
  const number = fields[0] ?? '';
  const refusal = checkNumber(text, number);
  if (refusal !== null) return refusal;
  switch (Number(number)) {
    case 0: {
      if (fields.length < 2) return tooShort(fields);
      const serverTimeSeconds = parseInteger(field(fields, 1));
      return done(serverTimeSeconds === null ? { kind: 'pong' } : { kind: 'pong', serverTimeSeconds });
    }
    case 1:
      return readAuth(fields);
    case 2: {
      if (fields.length < 5) return tooShort(fields);
      const atSeconds = parseInteger(field(fields, 1));
      if (atSeconds === null) return fail('bad-integer', 1);
      const flags = parseFlags(fields[5]);
      if (flags === null) return fail('bad-flags', 5);
      const [userId, body, messageId] = [field(fields, 2), field(fields, 3), field(fields, 4)];
      return done({ kind: 'message', atSeconds, userId, text: body, messageId, flags });
    }
    case 3: {
      if (fields.length < 6) return tooShort(fields);
      const atSeconds = parseInteger(field(fields, 4));
      if (atSeconds === null) return fail('bad-integer', 4);
      const [userId, name, reason] = [field(fields, 1), field(fields, 2), field(fields, 3)];
      return done({ kind: 'user_remove', userId, name, reason, atSeconds, messageId: field(fields, 5) });
    }
    case 4:
      return readChannelEvent(fields);
    case 5:
      return readChannelUserEvent(fields);
    case 6:
      return fields.length < 2
        ? tooShort(fields)
        : done({ kind: 'message_delete', messageId: field(fields, 1) });
    case 7:
      return readContext(fields);
    case 8: {
      if (fields.length < 2) return tooShort(fields);
      const mode = parseInteger(field(fields, 1));
      if (mode === null) return fail('bad-integer', 1);
      if (mode !== 0 && mode !== 1 && mode !== 2 && mode !== 3 && mode !== 4) return fail('bad-value', 1);
      return done({ kind: 'context_clear', mode });
    }
    case 9: {
      if (fields.length < 2) return tooShort(fields);
      const word = field(fields, 1);
      if (word === '0' || word === 'kick') return done({ kind: 'forced_disconnect', banned: false });
      // A ban whose end cannot be read is still a ban: a client that dropped it would connect again at once.
      return done({
        kind: 'forced_disconnect',
        banned: true,
        untilSeconds: parseInteger(field(fields, 2)) ?? NO_END,
      });
    }
    case 10: {
      if (fields.length < 5) return tooShort(fields);
      const user = readUser(fields, 1);
      return user === null ? fail('bad-permissions', 4) : done({ kind: 'user_update', user });
    }
    case 11: {
      if (fields.length < 2) return tooShort(fields);
      if (fields.length === 2)
        return done({ kind: 'capabilities', capabilities: parseCapabilities(field(fields, 1)) });
      return done({
        kind: 'server_info',
        server: field(fields, 1),
        capabilities: parseInfo(field(fields, 2)),
      });
    }
    case 12: {
      if (fields.length < 4) return tooShort(fields);
      const atSeconds = parseInteger(field(fields, 3));
      if (atSeconds === null) return fail('bad-integer', 3);
      return done({ kind: 'typing', channel: field(fields, 1), userId: field(fields, 2), atSeconds });
    }
    default:
      return fail('unknown-packet', 0);
  }
}

function readAuth(fields: readonly string[]): DecodeResult<ServerPacket> {
  if (fields.length < 2) return tooShort(fields);
  const answer = field(fields, 1);
  if (answer === 'y') {
    if (fields.length < 7) return tooShort(fields);
    const user = readUser(fields, 2);
    if (user === null) return fail('bad-permissions', 5);
    const channel = field(fields, 6);
    const maxLength = readMaxLength(fields);
    return done(
      maxLength === null ? { kind: 'auth_ok', user, channel } : { kind: 'auth_ok', user, channel, maxLength },
    );
  }
  if (answer === 'n') {
    if (fields.length < 3) return tooShort(fields);
    const reason = field(fields, 2);
    const untilSeconds = parseInteger(field(fields, 3));
    return done(
      untilSeconds === null ? { kind: 'auth_fail', reason } : { kind: 'auth_fail', reason, untilSeconds },
    );
  }
  const atSeconds = parseInteger(answer);
  if (atSeconds === null) return fail('bad-integer', 1);
  if (fields.length < 7) return tooShort(fields);
  const user = readUser(fields, 2);
  if (user === null) return fail('bad-permissions', 5);
  return done({ kind: 'user_add', atSeconds, user, messageId: field(fields, 6) });
}

/**
 * The length is in index 7, except that one server generation put a version there and an id behind it, and the next put
 * an id there and the length behind it. An id is never an integer of this protocol, so the pair tells the forms apart.
 */
function readMaxLength(fields: readonly string[]): number | null {
  const [seventh, eighth] = [parseInteger(field(fields, 7)), parseInteger(field(fields, 8))];
  const isVersionAndId = field(fields, 7) === '2' && field(fields, 8).length === 32;
  const length = isVersionAndId ? null : (seventh ?? eighth);
  return length === null || length < 1 ? null : length;
}

function readChannelEvent(fields: readonly string[]): DecodeResult<ServerPacket> {
  switch (fields[1]) {
    case '0':
      if (fields.length < 5) return tooShort(fields);
      return done({ kind: 'channel_add', ...readChannel(fields, 2) });
    case '1':
      if (fields.length < 6) return tooShort(fields);
      return done({ kind: 'channel_update', oldName: field(fields, 2), ...readChannel(fields, 3) });
    case '2':
      return fields.length < 3 ? tooShort(fields) : done({ kind: 'channel_remove', name: field(fields, 2) });
    default:
      return unknownSub(fields);
  }
}

function readChannelUserEvent(fields: readonly string[]): DecodeResult<ServerPacket> {
  switch (fields[1]) {
    case '0': {
      if (fields.length < 6) return tooShort(fields);
      // Both forms may carry further fields, and a message id never looks like permissions.
      if (fields.length > 6 && looksLikePermissions(field(fields, 5))) {
        const user = readUser(fields, 2);
        if (user === null) return fail('bad-permissions', 5);
        return done({ kind: 'channel_user_add', user, messageId: field(fields, 6) });
      }
      const [id, name, colour] = [field(fields, 2), field(fields, 3), field(fields, 4)];
      const user = { id, name, colour, permissions: null };
      return done({ kind: 'channel_user_add', user, messageId: field(fields, 5) });
    }
    case '1':
      if (fields.length < 4) return tooShort(fields);
      return done({ kind: 'channel_user_remove', userId: field(fields, 2), messageId: field(fields, 3) });
    case '2':
      return fields.length < 3
        ? tooShort(fields)
        : done({ kind: 'channel_switch', channel: field(fields, 2) });
    default:
      return unknownSub(fields);
  }
}

function readContext(fields: readonly string[]): DecodeResult<ServerPacket> {
  const sub = fields[1];
  if (sub === '1') {
    if (fields.length < 10) return tooShort(fields);
    const atSeconds = parseInteger(field(fields, 2));
    if (atSeconds === null) return fail('bad-integer', 2);
    const user = readUser(fields, 3);
    if (user === null) return fail('bad-permissions', 6);
    const flags = parseFlags(fields[10]);
    if (flags === null) return fail('bad-flags', 10);
    const [text, messageId] = [field(fields, 7), field(fields, 8)];
    const notify = field(fields, 9) !== '0';
    return done({ kind: 'context_message', atSeconds, user, text, messageId, notify, flags });
  }
  if (sub !== '0' && sub !== '2') return unknownSub(fields);
  if (fields.length < 3) return tooShort(fields);
  const count = parseInteger(field(fields, 2));
  if (count === null || count < 0) return fail('bad-integer', 2);
  const width = sub === '0' ? 5 : 3;
  // Compared before anything is allocated: the count is the server's word only.
  if (count * width > fields.length - 3) return tooShort(fields);
  const end = 3 + count * width;
  if (sub === '2') {
    const channels: ListedChannel[] = [];
    for (let index = 3; index < end; index += width) channels.push(readChannel(fields, index));
    return done({ kind: 'context_channels', channels });
  }
  const users: ListedUser[] = [];
  for (let index = 3; index < end; index += width) {
    const user = readUser(fields, index);
    if (user === null) return fail('bad-permissions', index + 3);
    users.push({ ...user, visible: field(fields, index + 4) !== '0' });
  }
  return done({ kind: 'context_users', users });
}

function readUser(fields: readonly string[], start: number): UserFields | null {
  const permissions = parsePermissions(field(fields, start + 3));
  if (permissions === 'bad') return null;
  const [id, name, colour] = [field(fields, start), field(fields, start + 1), field(fields, start + 2)];
  return { id, name, colour, permissions };
}

function readChannel(fields: readonly string[], start: number): ListedChannel {
  return {
    name: field(fields, start),
    hasPassword: field(fields, start + 1) !== '0',
    isTemporary: field(fields, start + 2) !== '0',
  };
}

function checkNumber(text: string, number: string): DecodeFailure | null {
  if (text === '') return fail('empty', 0);
  return PACKET_NUMBER.test(number) ? null : fail('not-a-number', 0);
}

function unknownSub(fields: readonly string[]): DecodeFailure {
  return fields.length < 2 ? tooShort(fields) : fail('unknown-subpacket', 1);
}

function tooShort(fields: readonly string[]): DecodeFailure {
  return fail('missing-field', fields.length);
}

function field(fields: readonly string[], index: number): string {
  return fields[index] ?? '';
}

function fail(code: DecodeErrorCode, at: number): DecodeFailure {
  return { ok: false, code, at };
}

function done<Packet extends ServerPacket | ClientPacket>(packet: Packet): DecodeResult<Packet> {
  return { ok: true, packet };
}

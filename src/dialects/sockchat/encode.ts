import {
  boolField,
  capabilitiesField,
  flagsField,
  infoField,
  integerField,
  lineField,
  noticeField,
  type PermissionSeparator,
  permissionsField,
  textField,
} from './fields.js';
import { BOT_ID, type ClientPacket, type ServerPacket, type UserFields } from './packets.js';

/** Where deployed clients disagree with each other; the defaults follow the version 1 document. */
export interface ServerEncodeOptions {
  /** Between the parts of permissions (section 2.2). Default one space; the original web client needs a form feed. */
  readonly permissionSeparator?: PermissionSeparator;
  /** Send permissions in 5.0 (section 5 S5). Default false; the original web client reads the long form. */
  readonly channelJoinPerms?: boolean;
  /** Send `kick` and `ban` in packet 9 (section 5 S9). Default false; the original web client knows only the words. */
  readonly legacyDisconnectWords?: boolean;
}

const DEFAULTS: ServerEncodeOptions = {};

/**
 * Writes one packet for clients (sections 5 and 12). Never throws on a well-typed packet, and every field stays one field
 * whatever it holds: see `textField` and `lineField` for what happens to separators.
 *
 * @returns the text of one WebSocket frame, without lone surrogates.
 * @example encodeServer({ kind: 'channel_switch', channel: 'Lounge' }) // '5\t2\tLounge'
 */
export function encodeServer(packet: ServerPacket, options: ServerEncodeOptions = DEFAULTS): string {
  switch (packet.kind) {
    case 'message':
      return `2\t${integerField(packet.atSeconds)}\t${lineField(packet.userId)}\t${
        packet.userId === BOT_ID ? noticeField(packet.text) : textField(packet.text)
      }\t${lineField(packet.messageId)}\t${flagsField(packet.flags)}`;
    case 'pong':
      return packet.serverTimeSeconds === undefined
        ? '0\tpong'
        : `0\t${integerField(packet.serverTimeSeconds)}`;
    case 'auth_ok': {
      const start = `1\ty\t${userFields(packet.user, options)}\t${lineField(packet.channel)}`;
      return packet.maxLength === undefined ? start : `${start}\t${integerField(packet.maxLength)}`;
    }
    case 'auth_fail': {
      const start = `1\tn\t${lineField(packet.reason)}`;
      return packet.untilSeconds === undefined ? start : `${start}\t${integerField(packet.untilSeconds)}`;
    }
    case 'user_add':
      return `1\t${integerField(packet.atSeconds)}\t${userFields(packet.user, options)}\t${lineField(packet.messageId)}`;
    case 'user_remove':
      return `3\t${lineField(packet.userId)}\t${lineField(packet.name)}\t${lineField(packet.reason)}\t${integerField(
        packet.atSeconds,
      )}\t${lineField(packet.messageId)}`;
    case 'channel_add':
      return `4\t0\t${lineField(packet.name)}\t${boolField(packet.hasPassword)}\t${boolField(packet.isTemporary)}`;
    case 'channel_update':
      return `4\t1\t${lineField(packet.oldName)}\t${lineField(packet.name)}\t${boolField(packet.hasPassword)}\t${boolField(
        packet.isTemporary,
      )}`;
    case 'channel_remove':
      return `4\t2\t${lineField(packet.name)}`;
    case 'channel_user_add': {
      const { user } = packet;
      const fields =
        options.channelJoinPerms === true
          ? userFields(user, options)
          : `${lineField(user.id)}\t${lineField(user.name)}\t${lineField(user.colour)}`;
      return `5\t0\t${fields}\t${lineField(packet.messageId)}`;
    }
    case 'channel_user_remove':
      return `5\t1\t${lineField(packet.userId)}\t${lineField(packet.messageId)}`;
    case 'channel_switch':
      return `5\t2\t${lineField(packet.channel)}`;
    case 'message_delete':
      return `6\t${lineField(packet.messageId)}`;
    case 'context_users': {
      let wire = `7\t0\t${packet.users.length}`;
      for (const user of packet.users) wire += `\t${userFields(user, options)}\t${boolField(user.visible)}`;
      return wire;
    }
    case 'context_message':
      return `7\t1\t${integerField(packet.atSeconds)}\t${userFields(packet.user, options)}\t${
        packet.user.id === BOT_ID ? noticeField(packet.text) : textField(packet.text)
      }\t${lineField(packet.messageId)}\t${boolField(packet.notify)}\t${flagsField(packet.flags)}`;
    case 'context_channels': {
      let wire = `7\t2\t${packet.channels.length}`;
      for (const { name, hasPassword, isTemporary } of packet.channels) {
        wire += `\t${lineField(name)}\t${boolField(hasPassword)}\t${boolField(isTemporary)}`;
      }
      return wire;
    }
    case 'context_clear':
      return `8\t${packet.mode}`;
    case 'forced_disconnect': {
      const words = options.legacyDisconnectWords === true;
      if (!packet.banned) return words ? '9\tkick' : '9\t0';
      return `9\t${words ? 'ban' : '1'}\t${integerField(packet.untilSeconds)}`;
    }
    case 'user_update':
      return `10\t${userFields(packet.user, options)}`;
    case 'capabilities':
      return `11\t${capabilitiesField(packet.capabilities)}`;
    case 'server_info':
      return `11\t${lineField(packet.server)}\t${infoField(packet.capabilities)}`;
    case 'typing':
      return `12\t${lineField(packet.channel)}\t${lineField(packet.userId)}\t${integerField(packet.atSeconds)}`;
  }
}

/**
 * Writes one packet for a server (sections 4 and 12). In a message TAB becomes four spaces, as the original client does it; in
 * ids and login words it is removed. Line feeds in a message stay: turning them into HTML is the server's work.
 *
 * @returns the text of one WebSocket frame, without lone surrogates.
 * @example encodeClient({ kind: 'ping', userId: '214' }) // '0\t214'
 */
export function encodeClient(packet: ClientPacket): string {
  switch (packet.kind) {
    case 'ping':
      return `0\t${lineField(packet.userId)}`;
    case 'auth': {
      let wire = '1';
      for (const arg of packet.args) wire += `\t${wellFormed(arg.replaceAll('\t', ''))}`;
      return wire;
    }
    case 'capabilities':
      return `3\t${capabilitiesField(packet.capabilities)}`;
    case 'client_info':
      return `3\t${lineField(packet.client)}\t${infoField(packet.capabilities)}`;
    case 'typing':
      return `4\t${lineField(packet.userId)}\t${lineField(packet.channel)}`;
    case 'message':
      return `2\t${lineField(packet.userId)}\t${wellFormed(packet.text.replaceAll('\t', '    '))}`;
  }
}

function userFields(user: UserFields, options: ServerEncodeOptions): string {
  return `${lineField(user.id)}\t${lineField(user.name)}\t${lineField(user.colour)}\t${permissionsField(
    user.permissions,
    options.permissionSeparator ?? ' ',
  )}`;
}

function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\uFFFD');
}

export type {
  ClientDialect,
  ClientLink,
  ConnectionState,
  LinkedClient,
  LinkListener,
  NextAttempt,
  ReconnectOptions,
} from '../dialects/client-link.js';
export * from '../dialects/conclave/client.js';
export * from '../dialects/originchats/client.js';
export * from '../dialects/sockchat/client.js';
export type { DecodeErrorCode, DecodeFailure, DecodeResult } from '../dialects/sockchat/codec.js';
export {
  decodeNotice,
  NOTICES,
  type Notice,
  type NoticeId,
  type NoticeResult,
  type NoticeRow,
  type NoticeType,
} from '../dialects/sockchat/notices.js';
export type * from '../dialects/sockchat/packets.js';
export { BOT_ID } from '../dialects/sockchat/packets.js';
export * from '../dialects/venueless/client.js';
export { connect } from './connect.js';
export type { ConnectOptions, WebSocketConstructor, WebSocketLike } from './link.js';

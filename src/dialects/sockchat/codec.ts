/**
 * The codec of Sock Chat version 1 and its drafts for extensions: pure functions without state, for servers and clients, in Node and in browsers.
 * One text frame is one packet; fields are joined with TAB, which cannot be escaped (section 1).
 */
export {
  type DecodeErrorCode,
  type DecodeFailure,
  type DecodeResult,
  decodeClient,
  decodeServer,
} from './decode.js';
export { encodeClient, encodeServer, type ServerEncodeOptions } from './encode.js';
export { type PermissionSeparator, parseInteger } from './fields.js';
export { PACKETS, type PacketRow } from './packet-table.js';
export * from './packets.js';

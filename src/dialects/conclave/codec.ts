/**
 * The codec of Conclave: pure functions without state, for servers and clients, in Node and in browsers. Bodies are
 * protobuf messages (section 2), and every type of message comes with a table of its own name: `decode(LoginRequest, body)`.
 */
export { type DecodeFailure, type DecodeResult, decode } from './decode.js';
export { encode } from './encode.js';
export { eventStreamReader, frameOf, laggedFrame, type StreamItem } from './events.js';
export * from './gen/messages.js';
export type { DecodeErrorCode } from './reader.js';
export type { FieldKind, FieldSchema, MessageSchema, Sparse } from './schema.js';

import type { DecodeErrorCode, ServerEncodeOptions } from '../codec.js';
import type { ClientPacket, ServerPacket } from '../packets.js';
import list from './vectors.json' with { type: 'json' };

interface VectorBase {
  readonly name: string;
  /** Where the wire text comes from. */
  readonly source: string;
  readonly wire: string;
  /** True where the form is historic and our encoder writes another one. */
  readonly decodeOnly?: boolean;
}

/** A packet as a client sends it. */
export interface ClientVector extends VectorBase {
  readonly direction: 'client';
  readonly packet: ClientPacket;
}

/** A packet as a server sends it, with the options under which ours writes the same bytes. */
export interface ServerVector extends VectorBase {
  readonly direction: 'server';
  readonly packet: ServerPacket;
  readonly options?: ServerEncodeOptions;
}

/** A wire text that is a packet. */
export type ValidVector = ClientVector | ServerVector;

/** A wire text that is none. */
export interface InvalidVector extends VectorBase {
  readonly direction: 'client' | 'server';
  readonly error: { readonly code: DecodeErrorCode; readonly at: number };
}

/** Every vector of the dialect, for the tests of codec, server and client. */
export const vectors = list as unknown as readonly (ValidVector | InvalidVector)[];

/** Those with a packet. */
export const validVectors = vectors.filter((vector): vector is ValidVector => 'packet' in vector);

/** Those with an error. */
export const invalidVectors = vectors.filter((vector): vector is InvalidVector => 'error' in vector);

/** Picks the function for a direction. */
export function byDirection<Client, Server>(client: Client, server: Server) {
  return (direction: 'client' | 'server'): Client | Server => (direction === 'client' ? client : server);
}

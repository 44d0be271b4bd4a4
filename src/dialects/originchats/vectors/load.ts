import list from './vectors.json' with { type: 'json' };

interface VectorBase {
  readonly name: string;
  /** Where the wire text comes from. */
  readonly source: string;
  /** Who sends it. */
  readonly direction: 'client' | 'server';
  readonly wire: string;
}

/** A wire text that is a request or a frame. */
export interface ValidVector extends VectorBase {
  readonly packet: { readonly cmd: string; readonly [field: string]: unknown };
  /** True where our encoder writes the same otherwise. */
  readonly decodeOnly?: boolean;
}

/** A wire text that is none: what a client is answered, or `no-frame`. */
export interface InvalidVector extends VectorBase {
  readonly error: string;
}

/** Every vector of the dialect, for the tests of codec and client. */
export const vectors = list as unknown as readonly (ValidVector | InvalidVector)[];

/** Those with a packet. */
export const validVectors = vectors.filter((vector): vector is ValidVector => 'packet' in vector);

/** Those with an error. */
export const invalidVectors = vectors.filter((vector): vector is InvalidVector => 'error' in vector);

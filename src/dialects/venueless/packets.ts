/** What the server sends: one JSON array (section 1). */
export type Frame = readonly unknown[];

/** A request: `[action, id, payload]`. */
export interface Request {
  readonly action: string;
  /** The id, to be repeated in the answer; empty unless the frame had exactly three elements. */
  readonly echo: readonly [] | readonly [id: unknown];
  readonly payload: unknown;
  /** The payload was nested too deep to be looked at, and is left out. */
  readonly tooDeep?: boolean;
}

/** What a frame of a client turns out to be. */
export type Arrival =
  | { readonly kind: 'ping'; readonly echo: unknown }
  | { readonly kind: 'authenticate'; readonly request: Request }
  | { readonly kind: 'request'; readonly request: Request }
  /** No JSON array with an action. */
  | { readonly kind: 'malformed' };

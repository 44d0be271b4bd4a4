import type { Identity } from './users/identity.js';

/** What somebody logs in with; one kind per way of logging in. */
export type Credentials =
  /** Sock Chat packet 1: any number of strings, in order. */
  | { readonly kind: 'arguments'; readonly arguments: readonly string[] }
  /** OriginChats `auth`: a validator and the connection's key that an identity service made it for, in this order. */
  | { readonly kind: 'validator'; readonly arguments: readonly [validator: string, key: string] }
  /** A token and nothing else, in protocols that have a place of its own for it. */
  | { readonly kind: 'token'; readonly arguments: readonly [token: string] }
  /** An id that a client made for itself and keeps, and no name (Venueless `authenticate` with `client_id`). */
  | { readonly kind: 'client'; readonly arguments: readonly [clientId: string] };

/** Where the credentials came from. */
export interface AuthContext {
  /** The protocol they were given in. */
  readonly dialect: string;
  /** The client's address, if known. */
  readonly address?: string;
  /** Which of the dialect's worlds, for protocols that have several. */
  readonly realm?: string;
}

/** A refusal. `unreachable`: whoever knows could not be asked. `until`, with `banned`: milliseconds since the Unix epoch, `null` without end. */
export interface Denied {
  readonly denied: 'credentials' | 'name' | 'banned' | 'unreachable';
  readonly until?: number | null;
  /**
   * With `credentials`: what was wrong, for protocols that tell their clients. `expired`: a token that was right once; `invalid`: any other
   * token; `missing`: a token is needed and none was brought.
   */
  readonly detail?: 'expired' | 'invalid' | 'missing';
}

/**
 * Says who somebody is. Answers with an identity or a refusal; nothing at all counts as `{ denied: 'credentials' }`.
 * A call that throws, or takes longer than `authMs` (default 10,000 ms), is a refusal too and is reported as `auth-failed`.
 */
export type Auth = (
  credentials: Credentials,
  context: AuthContext,
) => Identity | Denied | null | undefined | Promise<Identity | Denied | null | undefined>;

export function isDenied(answer: Identity | Denied | null | undefined): answer is Denied {
  return (
    typeof answer === 'object' && answer !== null && 'denied' in answer && typeof answer.denied === 'string'
  );
}

import type { Permission } from '../access/permissions.js';

/**
 * Who somebody is, as the host's auth says. A user of the chat is keyed by (`provider`, `id`): the same `id` from another provider is
 * somebody else. What an identity does not bring is filled from the chat's `defaults`.
 *
 * Hosts may add fields of their own by declaring them on this interface; they are handed back in `user_connect` and not stored.
 */
export interface Identity {
  /** Who vouches, for example `accounts` or `guest`. 1 to 64 characters. */
  readonly provider: string;
  /** Stable and opaque, 1 to 200 characters. Where it is a positive integer below 2^40, Sock Chat shows it as the user's id, unless the user is a guest. */
  readonly id: string;
  /** The wished name; the handle is made from it. */
  readonly name: string;
  /**
   * `name` is only a stopgap, since nobody knows how they are called. It counts for a new user, until they choose a display name or come with a
   * name; whoever is known keeps the name they have. Default `false`.
   */
  readonly unnamed?: boolean;
  /** Any CSS colour. */
  readonly colour?: string;
  /** Higher outranks lower. An integer. */
  readonly rank?: number;
  /** Ordered role names. */
  readonly roles?: readonly string[];
  readonly traits?: readonly string[];
  readonly permissions?: readonly Permission[];
  /**
   * Free JSON that other people may see. `display_name` in it, if it is text, is how they wish to be called where names are no keys. Holds until
   * the user sets a profile of their own; what is left out keeps what is there.
   */
  readonly profile?: Readonly<Record<string, unknown>>;
}

/** Which identity somebody is: whoever vouches, and what they call them. */
export type IdentityRef = Pick<Identity, 'provider' | 'id'>;

export function identityKey(provider: string, id: string): string {
  return `${provider}\u0000${id}`;
}

/** What an identity that does not say is given. */
export interface IdentityDefaults {
  readonly rank: number;
  readonly roles: readonly string[];
  readonly traits: readonly string[];
  readonly permissions: readonly Permission[];
}

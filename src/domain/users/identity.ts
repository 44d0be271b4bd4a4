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
  /** Any CSS colour. */
  readonly colour?: string;
  /** Higher outranks lower. An integer. */
  readonly rank?: number;
  /** Ordered role names. */
  readonly roles?: readonly string[];
  readonly traits?: readonly string[];
  readonly permissions?: readonly Permission[];
  /** Free JSON that other people may see. */
  readonly profile?: Readonly<Record<string, unknown>>;
}

/** What an identity that does not say is given. */
export interface IdentityDefaults {
  readonly rank: number;
  readonly roles: readonly string[];
  readonly traits: readonly string[];
  readonly permissions: readonly Permission[];
}

import type { Actor } from '../domain/events.js';
import type { UserId } from '../domain/ids.js';
import type { Ban } from '../domain/moderation/bans.js';

/** A ban in force: whom or what it keeps out, for how long, and who gave it. */
export type BanFacts = {
  /** Milliseconds since the Unix epoch; `null` without end. */
  readonly until: number | null;
  /** Holds in this protocol only; everywhere if absent. */
  readonly dialect?: string;
  readonly by: Actor;
  readonly reason?: string;
  /** When it was given, in milliseconds since the Unix epoch. */
  readonly at: number;
} & (
  | {
      readonly kind: 'user';
      readonly user: UserId;
      /** As it was then. */
      readonly handle: string;
    }
  | {
      readonly kind: 'address';
      /** As it was given; of IPv6 its /64 is kept out. */
      readonly address: string;
    }
);

export function banFacts({ kind, subject, name, until, dialect, by, text, at }: Ban): BanFacts {
  const whom = kind === 'user' ? { kind, user: subject as UserId, handle: name } : { kind, address: name };
  return {
    ...whom,
    until,
    ...(dialect === undefined ? {} : { dialect }),
    by,
    ...(text === undefined ? {} : { reason: text }),
    at,
  };
}

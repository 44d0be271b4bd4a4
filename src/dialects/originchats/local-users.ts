import type { User } from '../../domain/users/users.js';

/** Who vouches for local accounts (section 3.3). */
export const localProvider = 'local';

/** Ids of local accounts begin so (section 3.3). */
export const localPrefix = 'USR:local_';

/** Where a profile keeps the address of a local account's picture. */
const pictureField = 'pfp_url';

export function isLocal({ provider }: Pick<User, 'provider'>): boolean {
  return provider === localProvider;
}

/** What somebody wishes to be called; a local account that never said is called by its name (section 3.3). */
export function nicknameOf(user: User): string | null {
  return user.displayName ?? (isLocal(user) ? user.handle : null);
}

/** The picture that a local account has set (section 6.5, `pfp_set`). */
export function pictureOf(user: User): string | null {
  const url = isLocal(user) ? user.profile?.[pictureField] : undefined;
  return typeof url === 'string' ? url : null;
}

/** The profile with another picture. */
export function withPicture({ profile }: User, url: string): NonNullable<User['profile']> {
  return { ...profile, [pictureField]: url };
}

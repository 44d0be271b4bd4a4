import type { VenuelessUser } from 'polylect/client';

/** What somebody is called. */
export function nameOf(user: VenuelessUser | undefined): string {
  if (user === undefined) return 'somebody';
  return user.deleted === true ? 'a former member' : (user.profile.display_name ?? 'somebody without a name');
}

/** Text as people read it: `@` and an id becomes `@` and a name. */
export function readable(body: string, users: ReadonlyMap<string, VenuelessUser>): string {
  return body.replace(/@([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/g, (whole, id: string) => {
    const user = users.get(id);
    return user === undefined ? whole : `@${nameOf(user)}`;
  });
}

/** The same backwards, for people of this list. */
export function withMentions(text: string, people: readonly VenuelessUser[]): string {
  // Longer names first: one may begin like another.
  const byLength = [...people].sort((a, b) => nameOf(b).length - nameOf(a).length);
  return byLength.reduce((body, user) => body.replaceAll(`@${nameOf(user)}`, `@${user.id}`), text);
}

import type { VenuelessUser } from 'polylect/client';

/** What somebody is called. */
export function nameOf(user: VenuelessUser | undefined): string {
  if (user === undefined) return 'somebody';
  return user.deleted === true
    ? 'somebody who left'
    : (user.profile.display_name ?? 'somebody without a name');
}

const colours = ['#b3391f', '#8a5a00', '#4d6b1f', '#12705f', '#1f6391', '#5a4fb0', '#8f3f8f', '#a83266'];

/** A colour that is always the same for somebody; the protocol has none. */
export function colourOf(id: string): string {
  const sum = [...id].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return colours[sum % colours.length] ?? '';
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

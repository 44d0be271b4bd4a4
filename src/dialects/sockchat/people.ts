import { allows } from '../../domain/access/permissions.js';
import type { Author, Person } from '../../domain/users/person.js';
import { BOT_ID, type ListedUser, type Permissions, type UserFields } from './packets.js';
import { awayTag, displayName } from './text.js';

/** The server's own voice as packet 7.1 carries it (section 5). */
export function botFields(name: string): UserFields {
  return { id: BOT_ID, name, colour: 'inherit', permissions: null };
}

/** A user's id on this wire (section 2): the stable positive integer. */
export function idOf(person: Pick<Person, 'number'>): string {
  return String(person.number);
}

/** The name that others see, as HTML (section 2.1). */
export function nameOf(person: Pick<Person, 'handle' | 'nick' | 'away'>): string {
  const { handle, nick = null, away } = person;
  return displayName({ name: handle, nickname: nick, away: away === undefined ? null : awayTag(away) });
}

/** From what somebody may do to the five parts (section 2.2). */
export function permissionsOf({ rank, can }: Pick<Person, 'rank' | 'can'>): Permissions {
  const creates = allows(can, 'channel.create');
  return {
    rank,
    kick: allows(can, 'user.kick'),
    logs: false,
    nick: allows(can, 'nick.own'),
    create: creates ? (allows(can, 'channel.permanent') ? 2 : 1) : 0,
  };
}

const known = new WeakMap<Person | Author, ListedUser>();

/** A user as packets carry one. Made once per look of a person: lists of a thousand are sent at every login. */
export function fieldsOf(person: Person | Author): ListedUser {
  const before = known.get(person);
  if (before !== undefined) return before;
  const fields: ListedUser = {
    id: idOf(person),
    name: nameOf(person),
    colour: person.colour?.trim() || 'inherit',
    permissions: permissionsOf(person),
    visible: true,
  };
  known.set(person, fields);
  return fields;
}

/** Whether packets carry the same of somebody. */
export function isAlike(one: ListedUser, other: ListedUser): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

import { ChatError } from '../core/errors.js';
import { channelKinds, isListed } from '../domain/channels/channels.js';

/** What an argument takes, in words, and whether a value is that. */
type Kind = readonly [takes: string, fits: (value: unknown) => boolean];

/** Arguments, or parts of one, by name. */
type Kinds = Readonly<Record<string, Kind>>;

const isText = (value: unknown) => typeof value === 'string';
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** An object whose parts all fit. */
const each = (value: unknown, fits: (part: unknown, name: string) => boolean) =>
  isObject(value) && Object.entries(value).every(([name, part]) => part === undefined || fits(part, name));

export const aText: Kind = ['text', isText];
export const texts: Kind = ['a list of texts', isTexts];
export const integer: Kind = ['a whole number', Number.isSafeInteger];
export const count: Kind = [
  'a whole number from 0',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
];
export const finite: Kind = ['a number', Number.isFinite];
export const flag: Kind = ['true or false', (value) => typeof value === 'boolean'];
export const object: Kind = ['an object', isObject];
/** A time as hosts write it. */
export const moment: Kind = [
  'a time, a valid date, or null',
  (value) => value === null || Number.isFinite(value instanceof Date ? value.getTime() : value),
];

export const maybe = ([takes, fits]: Kind): Kind => [takes, (value) => value === undefined || fits(value)];
const orNull = ([takes, fits]: Kind): Kind => [`${takes}, or null`, (value) => value === null || fits(value)];

const kinds = channelKinds.filter((kind) => isListed({ kind }));
const looks = ['displayName', 'description', 'icon', 'wallpaper'];

/** What there is to say of a channel, see `ChannelWish`. */
export const channelParts: Kinds = {
  name: aText,
  kind: maybe([kinds.join(', '), (value) => kinds.some((kind) => kind === value)]),
  look: maybe([
    'texts, and a size in pixels',
    (value) =>
      each(value, (part, name) =>
        name === 'size' ? Number.isFinite(part) && Number(part) >= 0 : looks.includes(name) && isText(part),
      ),
  ]),
  rank: maybe(integer),
  password: maybe(aText),
  roles: maybe(['lists of texts', (value) => each(value, isTexts)]),
  grants: maybe([
    'lists of texts, or of lists of them',
    (value) =>
      each(value, (list) => Array.isArray(list) && list.every((part) => isText(part) || isTexts(part))),
  ]),
  memberPolicy: maybe([
    'true or false as volatile and forced',
    (value) => each(value, (part, name) => ['volatile', 'forced'].includes(name) && flag[1](part)),
  ]),
};

/** What may be changed about a channel. */
export const channelChanges: Kinds = {
  ...channelParts,
  name: maybe(aText),
  password: maybe(orNull(aText)),
};

/** What may be changed about a role, see `RoleChanges`. */
export const roleChanges: Kinds = {
  name: maybe(aText),
  description: maybe(orNull(aText)),
  colour: maybe(orNull(aText)),
  permissions: maybe(texts),
  hoisted: maybe(flag),
  selfAssignable: maybe(flag),
  category: maybe(orNull(aText)),
  mentionedBy: maybe(orNull(texts)),
};

/** What there is to say of a role, see `RoleWish`. */
export const roleParts: Kinds = {
  ...roleChanges,
  name: aText,
  description: maybe(aText),
  colour: maybe(aText),
  category: maybe(aText),
  mentionedBy: maybe(texts),
};

/** Throws `options-invalid` for the first argument that is of another type than it takes. No value is repeated. */
export function takes(given: Readonly<Record<string, unknown>>, kinds: Kinds, of = ''): void {
  for (const [name, [words, fits]] of Object.entries(kinds))
    if (!fits(given[name])) throw new ChatError('options-invalid', `${of}${name} takes ${words}`);
}

/** The same for the parts of an object, which has no others. */
export function takesParts(what: string, given: unknown, kinds: Kinds): void {
  takes({ [what]: given }, { [what]: object });
  for (const name of Object.keys(given as object))
    if (!Object.hasOwn(kinds, name)) throw new ChatError('options-invalid', `${what} takes no ${name}`);
  takes(given as Readonly<Record<string, unknown>>, kinds, `${what}.`);
}

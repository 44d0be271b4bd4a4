import { ChatError } from '../core/errors.js';
import { noSuch } from '../core/no-such.js';
import { channelActions } from '../domain/access/may.js';
import { channelKinds, isListed } from '../domain/channels/channels.js';

/**
 * What an argument takes, in words; whether a value is that; what its parts are, if it is an object, which then has no others; and what each of its
 * values is, if it is a list.
 */
export type Kind = readonly [
  takes: string,
  fits: (value: unknown) => boolean,
  parts?: Kinds | undefined,
  item?: Kind,
];

/** Arguments, or parts of one, by name. */
export type Kinds = Readonly<Record<string, Kind>>;

const isText = (value: unknown) => typeof value === 'string';
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const aText: Kind = ['text', isText];
export const someText: Kind = ['text that is not empty', (value) => isText(value) && value !== ''];
export const texts: Kind = ['a list of texts', isTexts];
export const integer: Kind = ['a whole number', Number.isSafeInteger];
export const from = (least: number, most = Number.MAX_SAFE_INTEGER): Kind => [
  `a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}`,
  (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
];
export const pageSize = from(1, 10_000);
export const anId: Kind = ['an id', (value) => isText(value) && /^\d+$/.test(value as string)];
export const finite: Kind = ['a number', Number.isFinite];
export const flag: Kind = ['true or false', (value) => typeof value === 'boolean'];
export const aFunction: Kind = ['a function', (value) => typeof value === 'function'];
export const object: Kind = ['an object', isObject];
/** A time as hosts write it. */
export const moment: Kind = [
  'a time, a valid date, or null',
  (value) => value === null || Number.isFinite(value instanceof Date ? value.getTime() : value),
];

export const maybe = ([takes, fits, ...more]: Kind): Kind => [
  takes,
  (value) => value === undefined || fits(value),
  ...more,
];
const orNull = ([takes, fits]: Kind): Kind => [`${takes}, or null`, (value) => value === null || fits(value)];

export const oneOf = (...values: readonly string[]): Kind => [
  values.join(', '),
  (value) => values.some((one) => one === value),
];
export const withParts = (parts: Kinds): Kind => ['an object', isObject, parts];
/** Any of these parts, all alike. */
export const allOf = (names: readonly string[], kind: Kind): Kind =>
  withParts(Object.fromEntries(names.map((name) => [name, maybe(kind)])));
export const listOf = (takes: string, item: Kind): Kind => [takes, Array.isArray, undefined, item];
export const someOf = (takes: string, item: Kind): Kind => [
  takes,
  (value) => Array.isArray(value) && value.length > 0,
  undefined,
  item,
];
/** An object of whatever make that has these methods. */
export const having = (what: string, ...methods: readonly string[]): Kind => [
  `${what}, with ${methods.join(', ')}`,
  (value) => {
    const given = Object(value) as Readonly<Record<string, unknown>>;
    return methods.every((name) => typeof given[name] === 'function');
  },
];

const looks = allOf(['displayName', 'description', 'icon', 'wallpaper'], aText);
const pixels: Kind = ['a size in pixels', (value) => Number.isFinite(value) && Number(value) >= 0];
const conditions: Kind = [
  'a list of texts, or of lists of them',
  (value) => Array.isArray(value) && value.every((part) => isText(part) || isTexts(part)),
];

/** What there is to say of a channel, see `ChannelWish`, in a chat with these world roles. */
export const channelParts = (worldRoles: object): Kinds => ({
  name: aText,
  kind: maybe(oneOf(...channelKinds.filter((kind) => isListed({ kind })))),
  look: maybe(withParts({ ...looks[2], size: maybe(pixels) })),
  rank: maybe(integer),
  // One that is left empty by mistake would be none.
  password: maybe(someText),
  roles: maybe(allOf(channelActions, texts)),
  grants: maybe(allOf(Object.keys(worldRoles), conditions)),
  memberPolicy: maybe(allOf(['volatile', 'forced'], flag)),
});

/** What may be changed about a channel. */
export const channelChanges = (worldRoles: object): Kinds => ({
  ...channelParts(worldRoles),
  name: maybe(aText),
  password: maybe(orNull(someText)),
});

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

/** Throws `options-invalid` for the first argument, or part of one, that is not what it takes. Names what is wrong; no value is repeated. */
export function takes(given: object, kinds: Kinds, of = ''): void {
  for (const [name, kind] of Object.entries(kinds))
    check(`${of}${name}`, (given as Readonly<Record<string, unknown>>)[name], kind);
}

/** The same for an object that has no other parts. */
export function takesParts(what: string, given: unknown, parts: Kinds): void {
  check(what, given, withParts(parts));
}

function check(what: string, value: unknown, [words, fits, parts, item]: Kind): void {
  if (!fits(value)) throw new ChatError('options-invalid', `${what} takes ${words}`);
  if (item !== undefined && Array.isArray(value))
    for (const [at, one] of value.entries()) check(`${what}[${at}]`, one, item);
  if (parts === undefined || !isObject(value)) return;
  knows(what, value, parts);
  takes(value, parts, `${what}.`);
}

/** Throws `options-invalid` for a part that there is not. */
export function knows(what: string, given: object, parts: Kinds): void {
  for (const name of Object.keys(given))
    if (!Object.hasOwn(parts, name)) throw noSuch(what, name, Object.keys(parts));
}

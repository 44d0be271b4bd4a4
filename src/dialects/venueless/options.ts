import type { TraitConditions } from '../../domain/access/grants.js';
import { fold } from '../../domain/users/names.js';
import type { ConnectionLimits } from '../dialect.js';
import { isRecord, OptionChecks } from '../option-checks.js';
import { defaultGrants, defaultRoles } from './default-roles.js';
import { dialectName } from './dialect-name.js';

const checks: OptionChecks = new OptionChecks(dialectName);

/** One world: an address of its own, `/ws/world/<id>/`, to the chat's community. */
export interface WorldOptions {
  /** What clients call it, and the server's own voice in it. Default: its id. */
  readonly title?: string;
  /** Names of the channels that are its rooms, in this order. Default: every text channel that one can get at without a password, in the order of lists. */
  readonly rooms?: readonly string[];
  /** Connections of one user at once, `connectionsPerUser` at most; beyond it the oldest is replaced (section 2), unless they have `world:connections.unlimited`. Default 0: no limit but `connectionsPerUser`. */
  readonly connectionLimit?: number;
  /** Fields that clients offer in profiles, as the web app has them; those with `searchable: true` are looked at by `user.list.search`. Default none. */
  readonly profileFields?: readonly Readonly<Record<string, unknown>>[];
}

/** Pictures of people and files in messages (section 10). Pictures are stored as they come: `width` and `height` of a request are not looked at. */
export interface UploadOptions {
  /** Whether there are any. Default true. */
  readonly enabled: boolean;
  /** Largest file. Default 10,485,760 bytes. Beyond it: HTTP 400, `file.size`. */
  readonly maxBytes: number;
  /** How long an upload may send nothing. Default 30,000 ms. Beyond it: HTTP 408. */
  readonly stallMs: number;
  /** Uploads of one address at once; IPv6 by /64. Default 8 uploads. Beyond it: HTTP 429. */
  readonly uploadsPerAddress: number;
}

/** What {@link venueless} takes. */
export interface VenuelessOptions {
  /** World id (lower-case letters and digits, 50 at most) → the world; at least one. */
  readonly worlds: Readonly<Record<string, WorldOptions>>;
  /** Role → permission strings (section 6). Those named here stand in place of the default role of that name. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  /** Role → conditions under which everybody has it everywhere (section 6). Default `{ attendee: ['attendee'], admin: ['admin'] }`. */
  readonly traitGrants?: Readonly<Record<string, TraitConditions>>;
  /** Trait → badge that people with it wear. Default none. */
  readonly badges?: Readonly<Record<string, string>>;
  /** People on one page of `user.list.search`. Default 20. */
  readonly searchPageSize?: number;
  /** Connections of one user to one world, whatever else the world says and they may; the chat's `sessionsPerUser` does not hold here. Default 100 connections. Beyond it: the oldest is replaced. */
  readonly connectionsPerUser?: number;
  /** Shortest term that `user.list.search` looks for. Default 0 characters. */
  readonly searchMinChars?: number;
  /**
   * Where browsers reach its mount, for the addresses of files: `https://chat.example.org/ws/world`. Default `/ws/world`, a path on the server that
   * the page came from. Files are taken at `<url>/<world>/upload/` and given out at `<url>/<world>/files/<id>/<name>`.
   */
  readonly url?: string;
  /** Files of people. The web app is told where by its own configuration (`upload`). */
  readonly uploads?: Partial<UploadOptions>;
  /** Limits of a connection. Here `idlePingMs` is 30,000 by default, `idleTimeoutMs` 90,000 and `loginMs` 60,000. */
  readonly limits?: Partial<ConnectionLimits>;
}

/** A world with every default filled in. */
export interface World extends Required<Omit<WorldOptions, 'rooms'>> {
  readonly id: string;
  /** Names without regard to case. */
  readonly rooms: readonly string[] | undefined;
  /** What its connections are known by; see `Connection.features`. */
  readonly features: readonly [world: string];
}

/** Options with every default filled in. */
export interface VenuelessSettings extends Required<Omit<VenuelessOptions, 'worlds' | 'limits' | 'uploads'>> {
  readonly worlds: ReadonlyMap<string, World>;
  readonly uploads: UploadOptions;
  readonly limits: ConnectionLimits;
}

/** What the server calls itself: the title of its first world. */
export function titleOf({ worlds }: Pick<VenuelessSettings, 'worlds'>): string {
  const [first] = worlds.values();
  return first?.title ?? '';
}

/** Checks options and fills in defaults. Throws `options-invalid`, naming the option and what it takes. */
export function settings(options: VenuelessOptions): VenuelessSettings {
  checks.object(options);
  const {
    worlds,
    roles = {},
    traitGrants = defaultGrants,
    badges = {},
    searchPageSize = 20,
    connectionsPerUser = 100,
    searchMinChars = 0,
    url = '/ws/world',
    uploads = {},
    limits = {},
    ...rest
  } = options;
  checks.only(rest, {});
  checks.need(isRecord(worlds) && Object.keys(worlds).length > 0, 'worlds', 'at least one world by its id');
  checks.need(
    isRecord(roles) && Object.values(roles).every(isTextList),
    'roles',
    'lists of permissions by role',
  );
  checks.need(
    isRecord(traitGrants) && Object.values(traitGrants).every(isConditions),
    'traitGrants',
    'conditions by role',
  );
  const allRoles = { ...defaultRoles, ...roles };
  checks.only(traitGrants, allRoles, 'traitGrants.');
  checks.need(isRecord(badges) && Object.values(badges).every(isText), 'badges', 'labels by trait');
  checks.whole(searchPageSize, 'searchPageSize', 1, 1_000);
  checks.whole(connectionsPerUser, 'connectionsPerUser', 1, 1_000_000);
  checks.whole(searchMinChars, 'searchMinChars', 0, 1_000);
  checks.need(
    typeof url === 'string' && /^(https?:\/)?\/[^\s?#]*$/.test(url),
    'url',
    'an absolute address (http, https) or a path',
  );
  return {
    worlds: new Map(
      Object.entries(worlds).map(([id, world]) => [id, settleWorld(id, world, connectionsPerUser)]),
    ),
    roles: allRoles,
    traitGrants,
    badges,
    searchPageSize,
    connectionsPerUser,
    searchMinChars,
    url: url.replace(/\/+$/, ''),
    uploads: settleUploads(uploads),
    // The web app pings every 10 s and waits up to 60 s for its login (section 1); somebody silent for 90 s is offline there.
    limits: checks.limits(limits, { loginMs: 60_000, idlePingMs: 30_000, idleTimeoutMs: 90_000 }),
  };
}

function settleUploads(given: Partial<UploadOptions>): UploadOptions {
  checks.need(isRecord(given), 'uploads', 'an object');
  const settled: UploadOptions = {
    enabled: true,
    maxBytes: 10_485_760,
    stallMs: 30_000,
    uploadsPerAddress: 8,
    ...given,
  };
  const { enabled, maxBytes, stallMs, uploadsPerAddress, ...rest } = settled;
  checks.only(rest, {}, 'uploads.');
  checks.need(typeof enabled === 'boolean', 'uploads.enabled', 'true or false');
  checks.whole(maxBytes, 'uploads.maxBytes', 1, 2 ** 40);
  checks.whole(stallMs, 'uploads.stallMs', 1, 2 ** 31 - 1);
  checks.whole(uploadsPerAddress, 'uploads.uploadsPerAddress', 1, 1_000_000);
  return settled;
}

function settleWorld(id: string, given: WorldOptions, connectionsPerUser: number): World {
  checks.need(/^[a-z0-9]{1,50}$/.test(id), 'worlds', 'ids of lower-case letters and digits, 50 at most');
  checks.need(isRecord(given), `worlds.${id}`, 'an object');
  const { title = id, rooms, connectionLimit = 0, profileFields = [], ...rest } = given;
  checks.only(rest, {}, `worlds.${id}.`);
  checks.need(isText(title), `worlds.${id}.title`, 'text');
  checks.need(rooms === undefined || isTextList(rooms), `worlds.${id}.rooms`, 'a list of names of channels');
  checks.whole(connectionLimit, `worlds.${id}.connectionLimit`, 0, connectionsPerUser);
  checks.need(
    Array.isArray(profileFields) && profileFields.every(isRecord),
    `worlds.${id}.profileFields`,
    'a list of fields',
  );
  return { id, title, rooms: rooms?.map(fold), connectionLimit, profileFields, features: [id] };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isConditions(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => isText(one) || isTextList(one));
}

import { ChatError } from '../../core/errors.js';
import type { Door } from '../../delivery/connection.js';

/**
 * Where each dialect is served: `{ sockchat: '/sock' }`.
 *
 * A path begins with `/` and is compared as it stands, without the query. A slash at the end makes no difference, neither here nor
 * in a request. WebSockets are taken at the path itself, HTTP requests there and below. A dialect whose clients say in the path where they
 * belong (its realms) takes WebSockets one segment below its path instead: `/chat/demo` for `{ name: '/chat' }`.
 */
export type Mounts = Readonly<Record<string, string>>;

/** A dialect at its path. */
export interface Mount {
  readonly dialect: string;
  readonly path: string;
  /** Its WebSockets are taken one segment below. */
  readonly realms: boolean;
  /** It takes WebSockets. */
  readonly sockets: boolean;
}

/** What a URL asks for: a mount's WebSockets, and which of its realms, where it has them. */
export interface Asked {
  readonly mount: Mount;
  readonly realm: string | undefined;
}

/** Longest name of a realm, in UTF-16 units. */
const maxRealm = 200;

/** Checks mounts. Throws `options-invalid` naming the dialect. */
export function settleMounts(chat: Pick<Door, 'limitsOf'>, mounts: Mounts): readonly Mount[] {
  if (typeof mounts !== 'object' || mounts === null)
    throw invalid("mounts takes a path by dialect, such as { sockchat: '/sock' }");
  const settled: Mount[] = [];
  for (const [dialect, given] of Object.entries(mounts)) {
    const spoken = chat.limitsOf(dialect);
    if (spoken === undefined) throw invalid(`the chat does not speak ${dialect}`);
    if (typeof given !== 'string' || !/^\/[^?#\s]*$/.test(given))
      throw invalid(`mount ${dialect} takes a path such as /chat`);
    const path = withoutSlash(given);
    const other = settled.find((one) => one.path === path);
    if (other !== undefined) throw invalid(`mounts ${other.dialect} and ${dialect} have the same path`);
    settled.push({ dialect, path, realms: spoken.realms === true, sockets: spoken.sockets !== false });
  }
  if (settled.length === 0) throw invalid('mounts takes at least one path by dialect');
  return settled;
}

/** The mount whose WebSockets a URL asks for. */
export function mountAt(mounts: readonly Mount[], url: string): Asked | undefined {
  const path = pathOf(url);
  const exact = mounts.find((one) => one.path === path);
  if (exact?.sockets) return exact.realms ? undefined : { mount: exact, realm: undefined };
  for (const mount of mounts) {
    const realm = mount.realms && mount.sockets ? realmBelow(mount.path, path) : undefined;
    if (realm !== undefined) return { mount, realm };
  }
  return undefined;
}

/** The one segment by which a path is longer than a mount's, decoded. */
function realmBelow(mount: string, path: string): string | undefined {
  const start = mount === '/' ? mount : `${mount}/`;
  if (!path.startsWith(start) || path.includes('/', start.length)) return undefined;
  try {
    const realm = decodeURIComponent(path.slice(start.length));
    return realm.length > 0 && realm.length <= maxRealm ? realm : undefined;
  } catch {
    return undefined;
  }
}

/** The mount that an HTTP request may concern: the deepest one at or above its path. */
export function mountAbove(mounts: readonly Mount[], url: string): Mount | undefined {
  const path = pathOf(url);
  let found: Mount | undefined;
  for (const one of mounts) {
    const above = one.path === '/' || path === one.path || path.startsWith(`${one.path}/`);
    if (above && (found === undefined || one.path.length > found.path.length)) found = one;
  }
  return found;
}

function pathOf(url: string): string {
  return withoutSlash(url.split('?', 1)[0] as string);
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function invalid(message: string): ChatError {
  return new ChatError('options-invalid', message);
}

import { ChatError } from '../../core/errors.js';
import type { Door } from '../../delivery/connection.js';

/**
 * Where each dialect is served: `{ sockchat: '/sock' }`.
 *
 * A path begins with `/` and is compared as it stands, without the query. A slash at the end makes no difference, neither here nor
 * in a request. WebSockets are taken at the path itself, HTTP requests there and below.
 */
export type Mounts = Readonly<Record<string, string>>;

/** A dialect at its path. */
export interface Mount {
  readonly dialect: string;
  readonly path: string;
}

/** Checks mounts. Throws `options-invalid` naming the dialect. */
export function settleMounts(chat: Pick<Door, 'limitsOf'>, mounts: Mounts): readonly Mount[] {
  const settled: Mount[] = [];
  for (const [dialect, given] of Object.entries(mounts)) {
    if (chat.limitsOf(dialect) === undefined) throw invalid(`the chat does not speak ${dialect}`);
    if (typeof given !== 'string' || !/^\/[^?#\s]*$/.test(given))
      throw invalid(`mount ${dialect} takes a path such as /chat`);
    const path = withoutSlash(given);
    const other = settled.find((one) => one.path === path);
    if (other !== undefined) throw invalid(`mounts ${other.dialect} and ${dialect} have the same path`);
    settled.push({ dialect, path });
  }
  if (settled.length === 0) throw invalid('mounts takes at least one path by dialect');
  return settled;
}

/** The mount whose WebSockets a URL asks for. */
export function mountAt(mounts: readonly Mount[], url: string): Mount | undefined {
  const path = pathOf(url);
  return mounts.find((one) => one.path === path);
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

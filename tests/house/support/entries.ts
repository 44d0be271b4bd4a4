import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Entry {
  /** `.` or `./storage/memory`: the key in the `exports` map. */
  subpath: string;
  /** `polylect` or `polylect/storage/memory`: what a host imports. */
  specifier: string;
  /** `src/adapters/storage/memory.ts` */
  source: string;
}

export interface Manifest {
  name: string;
  files: string[];
  bin: { polylect: string };
  exports?: Record<string, unknown>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as T;
}

export const MANIFEST = readJson<Manifest>('package.json');

const listed = readJson<{ exports: Record<string, string>; internal: Record<string, string> }>(
  'entries.json',
);

/** Everything entries.json promises to export. */
export const ENTRIES: readonly Entry[] = Object.entries(listed.exports).map(([subpath, source]) => ({
  subpath,
  specifier: MANIFEST.name + subpath.slice(1),
  source,
}));

/** Files that are built beside the entries but cannot be imported by name: workers and the like. */
export const INTERNAL: readonly string[] = Object.values(listed.internal);

/** The entries whose source file exists. */
export const PRESENT = ENTRIES.filter((entry) => existsSync(join(ROOT, entry.source)));

/** The entries that are still to be written. */
export const ABSENT = ENTRIES.filter((entry) => !PRESENT.includes(entry));

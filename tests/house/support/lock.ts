import { readJson } from './entries.js';

interface LockedPackage {
  hasInstallScript?: boolean;
  resolved?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

export interface Lock {
  packages: Record<string, LockedPackage>;
}

export const LOCK = readJson<Lock>('package-lock.json');

/**
 * Keys (`node_modules/ws`) of everything a host's install of the named packages brings along: their dependencies,
 * optional ones included, and the peers they require, at any depth.
 */
export function installedWith(lock: Lock, names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string, from: string) => {
    const key = locate(lock, name, from);
    if (key === undefined || found.has(key)) return;
    found.add(key);
    const item = lock.packages[key] ?? {};
    const peers = Object.keys(item.peerDependencies ?? {}).filter(
      (peer) => !item.peerDependenciesMeta?.[peer]?.optional,
    );
    for (const next of [...Object.keys({ ...item.dependencies, ...item.optionalDependencies }), ...peers])
      visit(next, key);
  };
  for (const name of names) visit(name, '');
  return [...found].sort();
}

/** Where Node would find a package: in the nearest `node_modules` going up from the package that asks. */
export function locate(lock: Lock, name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const key = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[key] !== undefined) return key;
    if (folder === '') return undefined;
    if (!folder.includes('/node_modules/')) folder = '';
  }
}

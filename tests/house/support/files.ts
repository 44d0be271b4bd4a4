import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './entries.js';

/** Paths, relative to the repository's top and with `/`, of the files below a folder. Empty when the folder does not exist. */
export function filesBelow(folder: string, ending: string): string[] {
  const found: string[] = [];
  const walk = (path: string) => {
    for (const item of readdirSync(join(ROOT, path), { withFileTypes: true })) {
      if (item.name === 'node_modules' || item.name === 'dist') continue;
      const below = path === '' ? item.name : `${path}/${item.name}`;
      if (item.isDirectory()) walk(below);
      else if (below.endsWith(ending)) found.push(below);
    }
  };
  try {
    walk(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return found.sort();
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ChatError } from '../../core/errors.js';
import type { Report } from './report.js';

/** Longest file that is read whole. Files of messages are not among them. */
const maxWholeBytes = 536_870_912;

/** The files that a data folder has, besides those of single channels and threads. */
const known = ['users.json', 'channels.json', 'roles.json'] as const;

/** Parsed JSON of unknown shape. */
export type Fields = Readonly<Record<string, unknown>>;

/** A data folder of the original server. */
export class DataFolder {
  readonly path: string;

  /** Takes the folder itself or the one that it is called `db` in. Throws `options-invalid` if it is neither. */
  constructor(
    given: string,
    private readonly report: Report,
  ) {
    const isData = (path: string) => known.some((name) => existsSync(join(path, name)));
    const path = [given, join(given, 'db')].find(isData);
    if (path === undefined) {
      const names = known.join(', ');
      throw new ChatError(
        'options-invalid',
        `${given} is no OriginChats data folder: none of ${names} there`,
      );
    }
    this.path = path;
  }

  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** A file that holds an object; empty if it is not there or broken, which is remarked. */
  object(name: string): Fields {
    const value = this.#json(name);
    if (value === undefined) return {};
    if (isFields(value)) return value;
    this.report.skip({ file: name, why: 'is not an object' });
    return {};
  }

  /** The same for a file that holds an array. */
  array(name: string): readonly unknown[] | undefined {
    const value = this.#json(name);
    if (value === undefined || Array.isArray(value)) return value;
    this.report.skip({ file: name, why: 'is not an array' });
    return undefined;
  }

  /** Names of the files of a folder, sorted; none if there is no such folder. */
  names(folder: string, ending: string): string[] {
    if (!existsSync(this.at(folder))) return [];
    return readdirSync(this.at(folder))
      .filter((name) => name.endsWith(ending))
      .sort();
  }

  /** Bytes of a file; `undefined` if there is none. */
  size(...names: string[]): number | undefined {
    const found = statSync(this.at(...names), { throwIfNoEntry: false });
    return found?.isFile() ? found.size : undefined;
  }

  /** Names, sizes and times of change of every file: the same as long as nothing in the folder changes. */
  state(): string[] {
    const all: string[] = [];
    const walk = (folder: string) => {
      for (const entry of readdirSync(this.at(folder), { withFileTypes: true })) {
        const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) walk(name);
        else if (entry.isFile()) {
          const { size, mtimeMs } = statSync(this.at(name));
          all.push(`${name} ${size} ${Math.floor(mtimeMs)}`);
        }
      }
    };
    walk('');
    return all.sort();
  }

  #json(name: string): unknown {
    const size = this.size(name);
    if (size === undefined) {
      // All others are made when they are first needed.
      if ((known as readonly string[]).includes(name)) this.report.skip({ file: name, why: 'is not there' });
      return undefined;
    }
    if (size > maxWholeBytes) {
      this.report.skip({ file: name, why: `is larger than ${maxWholeBytes} bytes` });
      return undefined;
    }
    const text = readFileSync(this.at(name), 'utf8').replace(/^\ufeff/, '');
    if (text.trim() === '') return undefined;
    try {
      return JSON.parse(text);
    } catch {
      this.report.skip({ file: name, why: 'is not JSON' });
      return undefined;
    }
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Unix seconds to milliseconds. */
export function msOf(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value < 1e11 ? Math.round(value * 1_000) : undefined;
}

/** Text that storage takes as a key. */
export function isKey(value: string): boolean {
  return /^[^\0\p{Cs}]{1,200}$/u.test(value);
}

/** Whether a value is nested deeper than a number of arrays and objects. */
export function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((one) => isDeeper(one, most - 1));
}

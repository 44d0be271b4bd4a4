import { firstIdAt } from '../../../../src/core/ids.js';
import type { Json } from '../../../support/json-probe.js';
import { arrows } from '../../../support/sock-probe.js';

/** Ids of the one series around the time that the standing clock tells, as text or as a number. */
const id = /^2857\d{10}$/;

/** A UUID of version 4: here only files have such. */
const random = /^[0-9a-f]{8}-[0-9a-f]{4}-4/;

/** UUIDs, with hyphens or without. */
const uuid = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/g;

/**
 * Names for what differs from run to run: ids of the series are `#1`, `#2`, … in the order in which they were given out, those of before
 * `#-1`, `#-2`, … back from then, the same in all dialects; UUIDs are what they stand for, in angle brackets; times are `T` for then and `T+30` for 30 seconds
 * later.
 */
export class StableNames {
  readonly #ids: Map<string, string>;

  /** `texts`: all that is to be shown, as it came. `since`: when it began, in milliseconds since the Unix epoch. `known`: by UUID without hyphens. */
  constructor(
    texts: readonly string[],
    private readonly since: number,
    private readonly known: ReadonlyMap<string, string>,
  ) {
    const found = new Set(texts.flatMap((text) => text.match(/(?<!\d)2857\d{10}(?!\d)/g) ?? []));
    const sorted = [...found].sort();
    const before = sorted.filter((one) => Number(one) < firstIdAt(since)).length;
    this.#ids = new Map(
      sorted.map((one, index) => [one, `#${index < before ? index - before : index - before + 1}`]),
    );
  }

  /** A frame of Sock Chat as its specification prints one. */
  sock(frame: string): string {
    const fields = frame.split('\t').map((field) => {
      if (/^170\d{7}$/.test(field)) return this.#time(Number(field) * 1000);
      return this.#ids.get(field) ?? field.replace(uuid, (one) => this.#named(one));
    });
    return arrows(fields.join('\t'));
  }

  /** What a stream of Conclave told, word by word. */
  words(told: string): string {
    return told.replace(uuid, (one) => this.#named(one));
  }

  /** A value of JSON. */
  json(value: Json): Json {
    if (typeof value === 'number') return this.#number(value);
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) return value.map((one) => this.json(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [this.#text(key), this.json(one)]));
  }

  #number(value: number): Json {
    const named = this.#ids.get(String(value));
    if (named !== undefined) return named;
    if (value >= 1.7e9 && value < 1.71e9) return this.#time(value * 1000);
    return value >= 1.7e12 && value < 1.71e12 ? this.#time(value) : value;
  }

  #text(text: string): string {
    if (id.test(text)) return this.#ids.get(text) ?? text;
    if (/^2023-11-\d\dT[\d:.]+(?:Z|\+00:00)$/.test(text)) return this.#time(Date.parse(text));
    return text.replace(uuid, (one) => this.#named(one));
  }

  #named(found: string): string {
    const name = this.known.get(found.replaceAll('-', ''));
    if (name !== undefined) return `<${name}>`;
    return random.test(found) ? '(file)' : found;
  }

  #time(ms: number): string {
    const after = (ms - this.since) / 1000;
    if (after === 0) return 'T';
    return after > 0 ? `T+${after}` : `T${after}`;
  }
}

import { hashOf } from '../../domain/messages/aliases.js';

/** An old id that can be looked up. */
export interface IndexedAlias {
  readonly key: number;
  readonly message: number;
  /** Number of the channel. */
  readonly place: number;
}

/** How many messages may have the same hash; see `aliasKeys`. */
const perHash = 4;

/** The old ids of all messages, in about 40 bytes of memory for each: a hash of 84 bits, the new id and the channel. */
export class AliasIndex {
  size = 0;
  /** 0: empty. */
  #keys = new Float64Array(1_024);
  #messages = new Float64Array(1_024);
  #checks = new Uint32Array(1_024);
  #places = new Uint32Array(1_024);

  /** `again`: that channel has it already. `full`: four others have the same hash, so it cannot be looked up. */
  add(alias: string, place: number, message: number): 'added' | 'again' | 'full' {
    const { hash, check } = hashOf(alias);
    for (let key = hash; key < hash + perHash; key++) {
      const slot = this.#slot(key);
      if (this.#keys[slot] === 0) {
        this.#keys[slot] = key;
        this.#messages[slot] = message;
        this.#checks[slot] = check;
        this.#places[slot] = place;
        this.size++;
        if (this.size * 5 > this.#keys.length * 3) this.#grow();
        return 'added';
      }
      if (this.#checks[slot] === check && this.#places[slot] === place) return 'again';
    }
    return 'full';
  }

  /** The message of a channel with this old id. */
  find(alias: string, place: number): number | undefined {
    const { hash, check } = hashOf(alias);
    for (let key = hash; key < hash + perHash; key++) {
      const slot = this.#slot(key);
      if (this.#keys[slot] === 0) return undefined;
      if (this.#checks[slot] === check && this.#places[slot] === place) return this.#messages[slot];
    }
    return undefined;
  }

  /** All of them in ascending order of key, which databases take in fastest. */
  *[Symbol.iterator](): Generator<IndexedAlias> {
    for (const key of this.#keys.filter((one) => one !== 0).sort()) {
      const slot = this.#slot(key);
      yield { key, message: this.#messages[slot] as number, place: this.#places[slot] as number };
    }
  }

  #slot(key: number): number {
    const mask = this.#keys.length - 1;
    let slot = (key + Math.floor(key / 2 ** 32)) & mask;
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, messages, checks, places] = [this.#keys, this.#messages, this.#checks, this.#places];
    const length = keys.length * 2;
    this.#keys = new Float64Array(length);
    this.#messages = new Float64Array(length);
    this.#checks = new Uint32Array(length);
    this.#places = new Uint32Array(length);
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === 0) continue;
      const slot = this.#slot(keys[i] as number);
      this.#keys[slot] = keys[i] as number;
      this.#messages[slot] = messages[i] as number;
      this.#checks[slot] = checks[i] as number;
      this.#places[slot] = places[i] as number;
    }
  }
}

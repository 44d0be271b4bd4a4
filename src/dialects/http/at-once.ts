import { addressKey } from '../../core/address.js';

/** Bounds what is under way of one address at once; IPv6 by /64. */
export class AtOnce {
  readonly #underWay = new Map<string, number>();

  constructor(private readonly most: number) {}

  /** Does it, unless the address has as much under way as it may; `undefined` then. */
  async run<T>(address: string | undefined, work: () => Promise<T>): Promise<T | undefined> {
    const key = address === undefined ? '' : addressKey(address);
    const others = this.#underWay.get(key) ?? 0;
    if (others >= this.most) return undefined;
    this.#underWay.set(key, others + 1);
    try {
      return await work();
    } finally {
      const left = (this.#underWay.get(key) ?? 1) - 1;
      if (left > 0) this.#underWay.set(key, left);
      else this.#underWay.delete(key);
    }
  }
}

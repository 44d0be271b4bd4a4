import type { PasswordHasher } from '../../src/core/ports.js';

/** Hashes at no cost, and counts what it was asked. */
export function cheapHasher(): PasswordHasher & { checked: number } {
  return {
    checked: 0,
    hash: async (password) => `$cheap$${password}`,
    async verify(hash, password) {
      this.checked++;
      return { ok: hash === `$cheap$${password}`, rehash: false };
    },
  };
}

import { bodies } from './storage/bodies.js';
import { lifetime } from './storage/lifetime.js';
import { reading } from './storage/reading.js';
import { opening, type Runner, type StorageTest, type StorageUnderTest } from './storage/suite.js';
import { writing } from './storage/writing.js';

export { contractTables, type Runner, type StorageUnderTest } from './storage/suite.js';

/**
 * Describes what every `Storage` must do, as tests for the runner of your choice. Works with a few thousand rows at most.
 *
 * @param makeStorage - called once per test.
 *
 * @example
 * ```ts
 * import { describe, it } from 'vitest';
 * storageContract({ describe, it }, () => ({ storage: myStorage() }));
 * ```
 */
export function storageContract(
  { describe, it }: Runner,
  makeStorage: () => StorageUnderTest | Promise<StorageUnderTest>,
): void {
  const testing =
    (open: boolean): StorageTest =>
    (name, body) =>
      it(name, async () => {
        const made = await makeStorage();
        try {
          if (open) await made.storage.open(opening());
          await body(made.storage, made);
        } finally {
          await made.storage.close();
          await made.dispose?.();
        }
      });
  for (const part of [writing, reading, bodies, lifetime]) part(describe, testing(true), testing(false));
}

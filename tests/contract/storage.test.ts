import { describe, it } from 'vitest';
import { memory } from '../../src/adapters/storage/memory.js';
import { storageContract } from '../../src/testing/storage.js';

describe('memory', () => {
  storageContract({ describe, it }, () => {
    const storage = memory();
    return { storage, again: () => storage };
  });
});

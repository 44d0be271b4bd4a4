import { join } from 'node:path';
import { describe, it } from 'vitest';
import { memory } from '../../src/adapters/storage/memory.js';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { storageContract } from '../../src/testing/storage.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('memory', () => {
  storageContract({ describe, it }, () => {
    const storage = memory();
    return { storage, again: () => storage };
  });
});

describe('sqlite', () => {
  storageContract({ describe, it }, () => {
    const folder = temporaryFolder();
    const open = () => sqlite({ file: join(folder.path, 'chat.sqlite') });
    return { storage: open(), again: open, dispose: () => folder.remove() };
  });
});

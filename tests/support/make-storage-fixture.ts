// Writes a data file of the present version: node --import tsx tests/support/make-storage-fixture.ts <file>
// Run once for each release that changes the layout; files of older releases stay as they are.
import { rmSync } from 'node:fs';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { contractTables } from '../../src/testing/storage.js';

const file = process.argv[2];
if (file === undefined) throw new Error('which file?');
const storage = sqlite({ file, now: () => 1_700_000_000_000 });
await storage.open({ tables: contractTables, format: 1, takeover: 'refuse' });
await storage.commit({
  n: 1,
  after: 0,
  changes: [
    { op: 'put', table: 'users', key: 'ann', in: '', row: { name: 'Ann' } },
    { op: 'put', table: 'read_marks', key: 'ann', in: '', row: { lobby: 256 } },
  ],
});
await storage.commit({
  n: 2,
  after: 1,
  changes: [
    { op: 'put', table: 'messages', key: 256, in: 'lobby', row: { author: 'ann', text: 'hi \u{1f600}' } },
    { op: 'put', table: 'messages', key: 512, in: 'lobby', row: { author: 'ann', text: 'there' } },
  ],
});
await storage.commit({
  n: 3,
  after: 2,
  changes: [{ op: 'put', table: 'messages', key: 768, in: 'other', row: { author: 'ann', text: 'else' } }],
});
await storage.bodies.put('body', new Uint8Array([1, 2, 3]));
await storage.close();
rmSync(`${file}-lease`);

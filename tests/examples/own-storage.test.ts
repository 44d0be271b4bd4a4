import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractTables, storageContract } from 'polylect/testing';
import { describe, expect, it } from 'vitest';
import { journal } from '../../examples/own-storage/journal.js';
import { ExampleProcess } from '../support/example-process.js';
import { SockProbe } from '../support/sock-probe.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the journal', () => {
  storageContract({ describe, it }, () => {
    const folder = temporaryFolder();
    const open = () => journal(join(folder.path, 'chat.journal'));
    return { storage: open(), again: open, dispose: () => folder.remove() };
  });

  it('takes a line that was cut off for one that was never written', async () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'chat.journal');
    const options = { tables: contractTables, format: 1, takeover: 'refuse' } as const;
    const row = (n: number) => ({ op: 'put', table: 'users', key: `u${n}`, in: '', row: { n } }) as const;
    const storage = journal(file);
    await storage.open(options);
    await storage.commit({ n: 1, after: 0, changes: [row(1)] });
    await storage.close();
    appendFileSync(file, '{"batch":{"n":2,"after":1,"changes":[{"op":"put","table":"us');

    expect((await storage.open(options)).lastCommitted).toBe(1);
    await storage.commit({ n: 2, after: 1, changes: [row(2)] });
    await storage.close();
    expect((await storage.open(options)).lastCommitted).toBe(2);
    expect((await storage.query({ table: 'users', limit: 9 })).map(({ key }) => key)).toEqual(['u1', 'u2']);
    await storage.close();
    for (const line of readFileSync(file, 'utf8').trim().split('\n')) JSON.parse(line);
    folder.remove();
  });
});

describe('a chat on the journal', () => {
  it('has every acknowledged message after its process was killed', async () => {
    const folder = temporaryFolder();
    const FILE = join(folder.path, 'chat.journal');
    const script = 'examples/own-storage/server.ts';
    const killed = new ExampleProcess(script, { FILE });
    const ann = await SockProbe.login(`ws://localhost:${await killed.port()}/sock`, 'client-of-ann', 'Ann');
    for (const text of ['one', 'two', 'three']) ann.say(text);
    // The sender's own copy is the acknowledgement.
    await ann.next('the echo', (packet) => packet[0] === '2' && packet[3] === 'three');
    await killed.kill();

    const again = new ExampleProcess(script, { FILE });
    const bea = await SockProbe.login(`ws://localhost:${await again.port()}/sock`, 'client-of-bea', 'Bea');
    const past = bea.fields.filter(
      (packet) => packet[0] === '7' && packet[1] === '1' && packet[3] === ann.id,
    );
    expect(past.map((packet) => packet[7])).toEqual(['one', 'two', 'three']);
    await again.stop();
    folder.remove();
  });
});

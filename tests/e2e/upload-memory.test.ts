import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { fileOf, UploadBodyDecoder } from '../../src/dialects/originchats/upload-body.js';
import { contractTables } from '../../src/testing/storage.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const mebibyte = 2 ** 20;

/** A body as it comes off a socket, with a file of so many MiB, and what the memory grew to meanwhile. */
class Sender {
  peak = 0;
  readonly hash = createHash('sha256');

  constructor(private readonly mebibytes: number) {}

  async *body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"name":"large.bin","file":"data:application/pdf;base64,');
    // Divisible by 3, so that pieces of base64 stand behind each other.
    const piece = Buffer.alloc(49_152);
    for (let left = this.mebibytes * mebibyte; left > 0; left -= piece.length) {
      const part = piece.subarray(0, Math.min(left, piece.length)).fill(left % 251);
      this.hash.update(part);
      yield Buffer.from(part.toString('base64'));
      this.peak = Math.max(this.peak, process.memoryUsage().rss);
    }
    yield Buffer.from('","channel":"general"}');
  }
}

test('an upload of 100 MiB is stored and read in less than half of its size in memory', async () => {
  const folder = temporaryFolder();
  const storage = sqlite({ file: join(folder.path, 'chat.sqlite') });
  await storage.open({ tables: contractTables, format: 1, takeover: 'refuse' });
  const upload = async (mebibytes: number) => {
    const sender = new Sender(mebibytes);
    const decoder = new UploadBodyDecoder(100 * mebibyte);
    await storage.bodies.put(`of ${mebibytes}`, fileOf(decoder, sender.body()));
    expect(decoder.end()).toMatchObject({ ok: true, fields: { name: 'large.bin', channel: 'general' } });
    return sender;
  };
  // What the collectors of two threads leave lying before they begin shows in a smaller upload already.
  const small = await upload(64);
  const large = await upload(100);
  expect(large.peak - small.peak).toBeLessThan(40 * mebibyte);

  for await (const piece of (await storage.bodies.read('of 64'))?.bytes ?? [])
    expect(piece.length).toBeGreaterThan(0);
  const before = process.memoryUsage().rss;
  const hash = createHash('sha256');
  let peak = 0;
  for await (const piece of (await storage.bodies.read('of 100'))?.bytes ?? []) {
    hash.update(piece);
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  expect(hash.digest('hex')).toBe(large.hash.digest('hex'));
  expect(peak - before).toBeLessThan(40 * mebibyte);
  await storage.close();
  folder.remove();
}, 60_000);

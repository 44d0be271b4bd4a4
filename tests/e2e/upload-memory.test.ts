import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { fileOf, UploadBodyDecoder } from '../../src/dialects/originchats/upload-body.js';
import { contractTables } from '../../src/testing/storage.js';
import { JsonProbe } from '../support/json-probe.js';
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
  expect(large.peak - small.peak).toBeLessThan(50 * mebibyte);

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
  expect(peak - before).toBeLessThan(50 * mebibyte);
  await storage.close();
  folder.remove();
}, 60_000);

const script = fileURLToPath(new URL('../support/upload-server.ts', import.meta.url));

/** Sends a file of so many MiB as a client does, no faster than it is taken; gives its id and hash. */
async function send(url: string, pair: object, mebibytes: number) {
  const request = httpRequest(`${url}/attachments/upload`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  const fields = JSON.stringify({
    ...pair,
    name: 'large.pdf',
    mime_type: 'application/pdf',
    channel: 'general',
  });
  request.write(`${fields.slice(0, -1)},"file":"data:application/pdf;base64,`);
  const hash = createHash('sha256');
  const piece = Buffer.alloc(49_152);
  for (let left = mebibytes * mebibyte; left > 0; left -= piece.length) {
    const part = piece.subarray(0, Math.min(left, piece.length)).fill(left % 251);
    if (left === mebibytes * mebibyte) part.write('%PDF-1.7');
    hash.update(part);
    if (!request.write(part.toString('base64'))) await once(request, 'drain');
  }
  request.end('"}');
  const [response] = await answered;
  let text = '';
  for await (const chunk of response) text += chunk;
  expect([response.statusCode, text]).toEqual([201, expect.stringContaining('attachment')]);
  return { id: JSON.parse(text).attachment.id as string, hash: hash.digest('hex') };
}

test('a server takes and gives a file of 100 MiB by HTTP without holding it', async () => {
  const folder = temporaryFolder();
  const child = fork(script, [join(folder.path, 'chat.sqlite')], {
    // What the young generation keeps is V8's affair.
    execArgv: ['--max-semi-space-size=4', '--import', 'tsx'],
  });
  const told = async () => Number((await once(child, 'message', { signal: AbortSignal.timeout(20_000) }))[0]);
  const peak = async () => {
    const answer = told();
    child.send('peak');
    return (await answer) / mebibyte;
  };
  try {
    const port = await told();
    const probe = await JsonProbe.open(`ws://127.0.0.1:${port}/`);
    const { val } = await probe.next();
    probe.send({ cmd: 'auth', validator: 'anna' });
    const ready = await probe.until((frame) => frame.cmd === 'ready', 'ready');
    const pair = { validator_key: val.validator_key, validator: ready.validator };
    const url = `http://127.0.0.1:${port}`;
    // The first ones make the rooms that the collectors of two threads keep.
    await send(url, pair, 64);
    await peak();
    await send(url, pair, 32);
    const small = await peak();
    const { id, hash } = await send(url, pair, 100);
    expect((await peak()) - small).toBeLessThan(50);

    const digest = createHash('sha256');
    const answer = await fetch(`${url}/attachments/${id}`);
    const reader = answer.body?.getReader();
    for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read())
      digest.update(piece.value);
    expect(digest.digest('hex')).toBe(hash);
    expect((await peak()) - small).toBeLessThan(50);
    await probe.close();
  } finally {
    child.kill('SIGKILL');
    folder.remove();
  }
}, 120_000);

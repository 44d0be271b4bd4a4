import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ExampleProcess } from '../support/example-process.js';
import { SockProbe } from '../support/sock-probe.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const token = 'moderator-token-0123456789';
const folder = temporaryFolder();
const log = join(folder.path, 'moderation.log');
let example: ExampleProcess;
let url: string;

beforeEach(async () => {
  example = new ExampleProcess('examples/plugin/server.ts', { MODERATOR_TOKEN: token, LOG: log });
  url = `ws://localhost:${await example.port()}/sock`;
});

afterEach(async () => {
  await example.kill();
  folder.remove();
});

it('filters words, greets and logs what moderators do', async () => {
  const ann = await SockProbe.login(url, 'client-of-ann', 'Ann');
  await ann.next(
    'a welcome',
    (packet) => packet[0] === '2' && packet[2] === '-1' && packet[3] === '0\fsay\fWelcome, Ann!',
  );
  const mod = await SockProbe.login(url, 'Bearer', token);

  ann.say('oh darn, what the HECK');
  const heard = await mod.next('the message', (packet) => packet[0] === '2' && packet[2] === ann.id);
  expect(heard[3]).toBe('oh ****, what the ****');

  ann.say('/nick heckler');
  expect((await ann.next('a notice', (packet) => packet[0] === '2' && packet[2] === '-1'))[3]).toMatch(
    /Welcome/,
  );
  expect((await ann.next('a notice', (packet) => packet[0] === '2' && packet[2] === '-1'))[3]).toBe(
    '1\fgenerr',
  );

  mod.say('/kick Ann');
  await ann.closed;
  const again = await SockProbe.login(url, 'client-of-ann', 'Ann');
  await again.next('a welcome', (packet) => (packet[3] ?? '').includes('Welcome back, Ann!'));

  await example.stop();
  expect(existsSync(log)).toBe(true);
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      type: 'user_kick',
      reason: 'kick',
      person: expect.objectContaining({ handle: 'Ann' }),
    }),
  ]);
  expect(example.said).not.toContain(token);
});

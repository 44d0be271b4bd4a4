import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { createChat } from '../../src/chat.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import { latest } from '../../src/domain/messages/messages.js';
import { DurableProcess } from '../support/durable-process.js';
import { letIn } from '../support/let-in.js';
import { sqlOf } from '../support/sqlite-check.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const file = join(folder.path, 'chat.sqlite');
const processes: DurableProcess[] = [];

afterAll(async () => {
  for (const process of processes) await process.kill();
  folder.remove();
});

/** Says something in a process that dies as soon as it is acknowledged. Answers with the message's id. */
async function lastWord(text: string): Promise<number> {
  const process = new DurableProcess({ file });
  processes.push(process);
  await process.opened();
  const ann = await process.visit('1');
  ann.say(text);
  const echo = await ann.next('the echo', (packet) => packet[3] === text);
  await process.kill();
  return Number(echo[4]);
}

/** Opens the file, and answers with the newest messages as the chat knows them. */
async function newest(): Promise<number[]> {
  const chat = await createChat({ storage: sqlite({ file }), auth: letIn, dialects: [sockchat()] });
  const found = chat.read((view) => [...view.all(latest)].map((row) => row.id as number));
  await chat.close();
  return found;
}

it('knows the newest message of each channel after a crash that lost the note of it', async () => {
  const noted = async () =>
    (await sqlOf(file, `SELECT row ->> 'id' AS id FROM latest`)).map((row) => Number(row.id));
  const one = await lastWord('one');
  expect(await noted()).toEqual([]);
  expect(await newest()).toEqual([one]);
  const two = await lastWord('two');
  expect(await noted()).toEqual([one]);
  expect(await newest()).toEqual([two]);
  expect(await noted()).toEqual([two]);
  // A message that was taken back, as far as the file knows.
  await sqlOf(file, 'DELETE FROM messages WHERE key = ?', two);
  expect(await newest()).toEqual([one]);
}, 60_000);

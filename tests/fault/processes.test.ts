import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChildOptions, DurableProcess } from '../support/durable-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
const processes: DurableProcess[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'chat.sqlite');
});

afterEach(async () => {
  for (const process of processes.splice(0)) await process.kill();
  folder.remove();
});

function start(options: Omit<ChildOptions, 'file'> = {}): DurableProcess {
  const process = new DurableProcess({ file, ...options });
  processes.push(process);
  return process;
}

/** Texts of the channel's past that a newcomer is told, oldest first. */
async function historyOf(process: DurableProcess, id: string): Promise<string[]> {
  const client = await process.visit(id);
  const past = client.fields.filter((packet) => packet[0] === '7' && packet[1] === '1' && packet[3] !== '-1');
  await client.close();
  return past.map((packet) => packet[7] ?? '');
}

const texts = Array.from({ length: 15 }, (_, i) => `message ${i}`);

async function fill(process: DurableProcess): Promise<void> {
  const ann = await process.visit('1');
  for (const text of texts) ann.say(text);
  await ann.next('the last echo', (packet) => packet[3] === texts.at(-1));
}

describe('a second chat on the same file', { timeout: 60_000 }, () => {
  it('is refused, and the first goes on', async () => {
    const first = start();
    await first.opened();
    await fill(first);
    const second = start();
    expect(await second.tells('failed')).toMatchObject({ code: 'storage-in-use' });
    await second.exited;
    expect(await historyOf(first, '2')).toEqual(texts);
  });

  it('takes over when the first has drained, and clients find all that was said', async () => {
    const first = start();
    await first.opened();
    await fill(first);
    const second = start({ takeover: 'wait' });
    await second.tells('waiting');
    const late = await first.visit('2');
    late.say('the last word');
    await late.next('the echo', (packet) => packet[3] === 'the last word');
    expect(second.told).toEqual([{ event: 'waiting' }]);
    first.ask({ drain: {} });
    expect(await late.closed).toBe(1012);
    await second.opened();
    expect(await first.tells('drained')).toMatchObject({ ended: 0, unstored: 0 });
    await first.exited;
    expect(await historyOf(second, '3')).toEqual([...texts, 'the last word']);
  });

  it('takes over at once when the first dies', async () => {
    const first = start();
    await first.opened();
    await fill(first);
    const second = start({ takeover: 'wait' });
    const third = start({ takeover: 'wait' });
    await second.tells('waiting');
    await third.tells('waiting');
    await first.kill();
    const heir = await Promise.race([second.opened().then(() => second), third.opened().then(() => third)]);
    expect(await historyOf(heir, '2')).toEqual(texts);
    const other = heir === second ? third : second;
    expect(other.told).toEqual([{ event: 'waiting' }]);
    await heir.kill();
    await other.opened();
    expect(await historyOf(other, '3')).toEqual(texts);
  });
});

describe('a process that has drained its chat', { timeout: 60_000 }, () => {
  it('ends by itself: nothing keeps it alive', async () => {
    const process = start();
    await process.opened();
    await fill(process);
    process.ask({ drain: {} });
    await process.exited;
    expect(process.told.filter((one) => one.event === 'error')).toEqual([]);
  });
});

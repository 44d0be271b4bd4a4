// How long a chat takes to start over stored messages: node --import tsx tests/bench/start.ts [messages, default 1000000]
// Prints one line of JSON. Times in ms.
import { join } from 'node:path';
import { addMessages, openChat } from '../support/prefilled.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const messages = Number(process.argv[2] ?? 1_000_000);
const folder = temporaryFolder();
try {
  const file = join(folder.path, 'chat.sqlite');
  await (await openChat(file)).close();
  await addMessages(file, messages);
  const startMs: number[] = [];
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    const chat = await openChat(file);
    startMs.push(Math.round(performance.now() - began));
    await chat.close();
  }
  console.log(JSON.stringify({ messages, startMs }));
} finally {
  folder.remove();
}

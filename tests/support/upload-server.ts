import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attach } from '../../src/adapters/sockets/ws.js';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { originchats } from '../../src/dialects/originchats/index.js';
import { createChat } from '../../src/index.js';

// A chat in a process of its own that takes files: `upload-server.ts <file>`. Any validator is that person.
// Each message from the parent is answered with the peak of the memory since the one before.
const [file = ''] = process.argv.slice(2);
const chat = await createChat({
  storage: sqlite({ file, synchronous: 'normal' }),
  auth: ({ arguments: [name = ''] }) => ({ provider: 'test', id: name, name }),
  dialects: [originchats()],
  channels: [{ name: 'general' }],
});
const server = createServer();
attach(server, chat, { originchats: '/' });

let peak = 0;
const look = () => {
  peak = Math.max(peak, process.memoryUsage.rss());
};
setInterval(look, 5);
process.on('message', () => {
  look();
  process.send?.(peak);
  peak = 0;
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

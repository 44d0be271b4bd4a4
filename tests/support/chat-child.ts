import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attach } from '../../src/adapters/sockets/ws.js';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import { createChat } from '../../src/index.js';

// A chat in a process of its own: `chat-child.ts <file> <port>`. Anybody who says `name`, id and rank is that person.
const [file = '', port = '0'] = process.argv.slice(2);
const chat = await createChat({
  storage: sqlite({ file, synchronous: 'normal' }),
  auth: ({ arguments: [name = '', id = '', rank = '0'] }) =>
    name === 'nobody' ? { denied: 'credentials' } : { provider: 'test', id, name, rank: Number(rank) },
  defaults: { permissions: ['message.send', 'user.kick', 'user.ban', 'channel.create', 'nick.own'] },
  dialects: [sockchat({ extensions: 'v2-2021', welcome: 'Hello, {username}!' })],
  channels: [{ name: 'lounge' }, { name: 'staff' }],
  takeover: 'wait',
});
const server = createServer();
attach(server, chat, { sockchat: '/sock' });
server.listen(Number(port), '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());

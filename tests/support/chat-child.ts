import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attach } from '../../src/adapters/sockets/ws.js';
import { sqlite } from '../../src/adapters/storage/sqlite.js';
import { originchats } from '../../src/dialects/originchats/index.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import { venueless } from '../../src/dialects/venueless/index.js';
import { createChat } from '../../src/index.js';

// A chat in a process of its own: `chat-child.ts <file> <port>`. Anybody who says `name`, id and rank is that person; a validator is
// `name,key`, as the connection has it, a token is the name, and a client id is a guest.
const [file = '', port = '0'] = process.argv.slice(2);
const chat = await createChat({
  storage: sqlite({ file, synchronous: 'normal' }),
  auth: ({ kind, arguments: [first = '', second = '', rank = '0'] }) => {
    if (kind === 'validator') {
      const [name = '', key] = first.split(',');
      return key === second ? { provider: 'other', id: `USR:${name}`, name } : { denied: 'credentials' };
    }
    if (kind === 'token' && first !== 'nobody')
      return { provider: 'third', id: first, name: first, profile: { display_name: first } };
    if (kind === 'client') return { provider: 'browsers', id: first, name: 'guest', unnamed: true };
    if (first === 'nobody') return { denied: 'credentials' };
    return { provider: 'test', id: second, name: first, rank: Number(rank) };
  },
  defaults: {
    permissions: [
      ...(['message.send', 'message.edit.own', 'message.delete.own', 'nick.own'] as const),
      ...(['user.kick', 'user.ban', 'channel.create'] as const),
    ],
  },
  dialects: [
    sockchat({ extensions: 'v2-2021', welcome: 'Hello, {username}!' }),
    originchats({ owners: ['USR:olga'] }),
    venueless({ worlds: { demo: {} }, traitGrants: { attendee: [] } }),
  ],
  channels: [{ name: 'lounge' }, { name: 'staff' }],
  takeover: 'wait',
});
const server = createServer();
attach(server, chat, { sockchat: '/sock', originchats: '/', venueless: '/ws/world' });
server.listen(Number(port), '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());

// An Express application with its own users, and a chat beside its routes.
//   PORT=8080 node --import tsx examples/own-users/server.ts
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Request } from 'express';
import { attach } from 'polylect/sockets/ws';
import { chat } from './chat.js';
import { addUser, logIn, removeUser, type User, userOfToken } from './users.js';

await addUser('ann', 'correct horse', true);
await addUser('bea', 'battery staple');

const app = express();
app.use(express.json());

app.post('/login', async (request, response) => {
  const { name, password } = (request.body ?? {}) as { name?: unknown; password?: unknown };
  const token = await logIn(String(name ?? ''), String(password ?? ''));
  if (token === undefined) response.status(401).json({ error: 'wrong name or password' });
  else response.json({ token });
});

// The application's routes may ask the chat…
app.get('/online', (_request, response) => {
  response.json(chat.users.online().map(({ identity, handle }) => ({ id: identity, name: handle })));
});

// …and act on it: whoever deletes their account leaves the chat for good, wherever they are connected.
app.delete('/me', async (request, response) => {
  const user = userOf(request);
  if (user === undefined) return void response.status(401).end();
  removeUser(user.id);
  const known = chat.users.byIdentity('accounts', String(user.id));
  if (known !== undefined) await chat.users.remove(known.id);
  response.status(204).end();
});

chat.on('user_leave', ({ user_id, username }) => console.log(`${username} (${user_id}) has left for good`));
chat.on('error', (error) => console.error(error.code, error.message));

const server = createServer(app);
attach(server, chat, { sockchat: '/chat' });
server.listen(Number(process.env.PORT ?? 8080), () => {
  const { port } = server.address() as AddressInfo;
  console.log(`listening on http://localhost:${port}, Sock Chat on ws://localhost:${port}/chat`);
});

process.once('SIGTERM', async () => {
  await chat.drain();
  server.close();
  server.closeAllConnections();
});

function userOf(request: Request): User | undefined {
  return userOfToken(/^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
}

// A chat in a plain HTTP server, and two people who hold an encrypted conversation through it.
//   node --import tsx examples/encrypted/server.ts
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChat } from 'polylect';
import { guest } from 'polylect/auth/guest';
import { conclave } from 'polylect/dialects/conclave';
import { argon2 } from 'polylect/hashing/argon2';
import { attach } from 'polylect/sockets/ws';
import { memory } from 'polylect/storage/memory';
import { type Line, Person } from './person.js';

const chat = await createChat({
  storage: memory(),
  auth: guest(),
  hasher: argon2(),
  dialects: [conclave({ registration: 'open' })],
});
chat.on('error', (error) => console.error(error.code, error.message));

const server = createServer();
attach(server, chat, { conclave: '/talk' });
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
const url = `http://localhost:${(server.address() as AddressInfo).port}/talk`;
console.log(`listening on ${url}`);

// From here on it is two clients, which know the server's address and nothing else of it.
const answers: Record<string, string> = {
  'Is anybody listening?': 'Somebody carries it, but nobody can read it.',
  'Even without a word from you, Bob?': 'Even then.',
};
const names = new Map<string, string>();
const tell = ({ from, text }: Line) => console.log(`${names.get(from)}: ${text}`);
const failed = (error: unknown) => console.error('could not be read:', error);

let answered = () => {};
let aliceChanged = () => {};
const alice = await Person.arrive(
  url,
  { username: 'alice', password: 'correct horse' },
  {
    hear(line) {
      tell(line);
      answered();
    },
    failed,
    changed: () => aliceChanged(),
  },
);
const bob: Person = await Person.arrive(
  url,
  { username: 'bob', password: 'battery staple' },
  {
    hear(line) {
      tell(line);
      bob.say(line.groupId, answers[line.text] ?? 'What?').catch(failed);
    },
    failed,
  },
);
for (const { userId, username } of [alice, bob]) names.set(userId, username);

const group = await alice.begin('quiet');
// Bob accepts as soon as he hears of it, and reads what is said from then on.
const together = new Promise<void>((resolve) => {
  aliceChanged = () => {
    if (alice.readersOf(group).length === 2) resolve();
  };
});
await alice.invite(group, 'bob');
await together;
for (const question of Object.keys(answers)) {
  const answer = new Promise<void>((resolve) => {
    answered = resolve;
  });
  await alice.say(group, question);
  await answer;
  // Keys that are taken from somebody later open nothing of what was said before.
  await alice.renew(group);
}

const { messages } = await alice.client.messages(group);
const kept = Buffer.concat(messages.map(({ mlsMessage }) => mlsMessage));
const words = Object.entries(answers).flat();
const readable = words.filter((text) => kept.includes(text)).length;
console.log(`the server keeps ${messages.length} messages and can read ${readable} of them`);

for (const person of [alice, bob]) await person.close();
await chat.drain();
server.close();
server.closeAllConnections();

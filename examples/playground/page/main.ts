import { connect, LoginError, type SockChatClient, sockchat } from 'polylect/client';
import { App } from './app.js';
import { composer } from './composer.js';
import { door } from './door.js';
import { byId } from './elements.js';
import { hostEvents } from './host-events.js';
import type { Person } from './identities.js';
import { messages } from './messages.js';
import { refusal } from './sentences.js';
import { sidebar } from './sidebar.js';
import { connectionStatus } from './status.js';
import { wire } from './wire.js';

const app = new App();
let person: Person | null = null;

const parts = [messages(app), sidebar(app), composer(app), wire(), connectionStatus(app, () => void again())];
hostEvents();

const entrance = door(enter);
byId('leave').addEventListener('click', () => leave(null));
for (const tab of document.querySelectorAll<HTMLButtonElement>('.tabs button')) {
  tab.addEventListener('click', () => app.show(tab.dataset.to ?? 'chat'));
}
app.show('chat');

async function again(): Promise<void> {
  if (person !== null) await enter(person);
}

async function enter(who: Person): Promise<void> {
  app.client?.close();
  person = who;
  const client: SockChatClient = connect(sockchat, `${location.origin.replace(/^http/, 'ws')}/sock`, {
    credentials: ['guest', who.name, who.secret, who.role],
  });
  app.client = client;
  for (const part of parts) part(client);
  goBack(client);
  client.on('disconnected', ({ willReconnect }) => {
    if (willReconnect && entrance.isShut) entrance.problem('The server cannot be reached. Trying again …');
  });
  try {
    await client.login;
    entrance.open();
  } catch (error) {
    leave(error instanceof LoginError ? refusal(error) : null);
  }
}

/** After a lost connection the server puts people where they start: goes back to where one was. */
function goBack(client: SockChatClient): void {
  let room: string | null = null;
  let wanted: string | null = null;
  client.on('disconnected', () => {
    room = client.channel;
  });
  client.on('login', ({ again: isAgain, channel }) => {
    wanted = isAgain && room !== null && room !== channel ? room : null;
  });
  client.on('channels', () => {
    if (wanted !== null && client.channels.has(wanted)) client.join(wanted);
    wanted = null;
  });
}

function leave(why: string | null): void {
  const { client } = app;
  app.client = null;
  client?.close();
  entrance.close(why);
}

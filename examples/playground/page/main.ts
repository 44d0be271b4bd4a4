import { connect, LoginError, type SockChatClient, sockchat } from 'polylect/client';
import { App } from './app.js';
import { composer } from './composer.js';
import { byId } from './elements.js';
import { hostEvents } from './host-events.js';
import { lastName, type Person, personCalled, type Role, usualRole } from './identities.js';
import { messages } from './messages.js';
import { refusal } from './sentences.js';
import { sidebar } from './sidebar.js';
import { connectionStatus } from './status.js';
import { wire } from './wire.js';

const app = new App();
let person: Person | null = null;

const parts = [messages(app), sidebar(app), composer(app), wire(), connectionStatus(app, () => void again())];
hostEvents();

const form = byId<HTMLFormElement>('login-form');
const name = byId<HTMLInputElement>('name');
const roles = [...form.querySelectorAll<HTMLInputElement>('input[name=role]')];

name.value = lastName();
offerRole();
name.addEventListener('input', offerRole);
name.focus();
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const typed = name.value.trim();
  if (typed === '') return problem('Choose a name first.');
  const role = roles.find((one) => one.checked)?.value === 'moderator' ? 'moderator' : 'member';
  void enter(personCalled(typed, role));
});
byId('leave').addEventListener('click', () => leave(null));
for (const tab of document.querySelectorAll<HTMLButtonElement>('.tabs button')) {
  tab.addEventListener('click', () => app.show(tab.dataset.to ?? 'chat'));
}
app.show('chat');

function offerRole(): void {
  const role: Role = usualRole(name.value.trim());
  for (const one of roles) one.checked = one.value === role;
}

function problem(text: string | null): void {
  byId('login-problem').textContent = text ?? '';
  byId('login-problem').hidden = text === null;
  if (text !== null) name.focus();
}

async function again(): Promise<void> {
  if (person !== null) await enter(person);
}

async function enter(who: Person): Promise<void> {
  app.client?.close();
  person = who;
  problem(null);
  const client: SockChatClient = connect(sockchat, `${location.origin.replace(/^http/, 'ws')}/sock`, {
    credentials: ['guest', who.name, who.secret, who.role],
  });
  app.client = client;
  for (const part of parts) part(client);
  goBack(client);
  byId<HTMLButtonElement>('enter').disabled = true;
  client.on('disconnected', ({ willReconnect }) => {
    if (willReconnect && document.body.dataset.screen === 'login') {
      problem('The server cannot be reached. Trying again …');
    }
  });
  try {
    await client.login;
    byId('login').hidden = true;
    byId('app').hidden = false;
    document.body.dataset.screen = 'app';
    byId('text').focus();
  } catch (error) {
    leave(error instanceof LoginError ? refusal(error) : null);
  } finally {
    byId<HTMLButtonElement>('enter').disabled = false;
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
  byId('login').hidden = false;
  byId('app').hidden = true;
  document.body.dataset.screen = 'login';
  document.title = 'polylect playground';
  problem(why);
  name.focus();
}

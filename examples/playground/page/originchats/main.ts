import {
  ClientError,
  connect,
  type OriginChatsClient,
  OriginChatsLoginError,
  originchats,
} from 'polylect/client';
import { door } from '../door.js';
import { button, byId, h } from '../elements.js';
import { hostEvents } from '../host-events.js';
import type { Person } from '../identities.js';
import { Conversation } from './conversation.js';
import { lists } from './lists.js';
import { wire } from './wire.js';

let client: OriginChatsClient | null = null;
let person: Person | null = null;

const conversation = new Conversation();
const showLists = lists(
  (channel) => {
    conversation.enter(channel);
    show('chat');
    byId('text').focus();
  },
  () => conversation.channel,
);
const watchWire = wire();
const entrance = door(enter);
hostEvents();

byId('leave').addEventListener('click', () => leave(null));
for (const tab of document.querySelectorAll<HTMLButtonElement>('.tabs button'))
  tab.addEventListener('click', () => show(tab.dataset.to ?? 'chat'));
addEventListener('online', () => client?.retry());
show('chat');

/** Where everything does not fit, shows one part. */
function show(view: string): void {
  document.body.dataset.view = view;
  for (const tab of document.querySelectorAll<HTMLButtonElement>('.tabs button'))
    tab.setAttribute('aria-pressed', String(tab.dataset.to === view));
}

async function enter(who: Person): Promise<void> {
  client?.close();
  person = who;
  const now = connect(originchats, `${location.origin.replace(/^http/, 'ws')}/origin`, {
    credentials: { validator: (key) => JSON.stringify(['guest', who.name, who.secret, who.role, key]) },
  });
  client = now;
  watchWire(now);
  status(now);
  now.on('change', (part) => {
    if (now !== client) return;
    if (part === 'channels') firstChannel(now);
    if (part === 'messages' || part === 'typing') conversation.show();
    if (part === 'channels' || part === 'users') showLists(now);
  });
  try {
    await now.login;
    conversation.use(now);
    entrance.open();
  } catch (error) {
    if (now === client) leave(reasonOf(error));
  }
}

function firstChannel(now: OriginChatsClient): void {
  const names = now.channels.filter((one) => one.type === 'text').map((one) => one.name);
  if (names.includes(conversation.channel)) return;
  const [first] = names;
  if (first !== undefined) conversation.enter(first);
}

function reasonOf(error: unknown): string | null {
  if (error instanceof OriginChatsLoginError) return error.text;
  return error instanceof ClientError && error.code !== 'closed' ? error.message : null;
}

function leave(why: string | null): void {
  const before = client;
  client = null;
  before?.close();
  entrance.close(why);
}

/** How the connection is doing, and what to do when it is gone. */
function status(now: OriginChatsClient): void {
  const banner = byId('banner');
  const tell = (state: string, text: string) => {
    byId('status').dataset.state = state;
    byId('status-text').textContent = text;
    byId<HTMLButtonElement>('send').disabled = now.state !== 'online';
  };
  now.on('state', (state) => {
    if (now === client && (state === 'connecting' || state === 'authenticating'))
      tell('waiting', 'Connecting');
  });
  now.on('login', () => {
    banner.hidden = true;
    tell('online', 'Connected');
    conversation.reload();
  });
  now.on('disconnected', ({ willReconnect }) => {
    if (now !== client) return;
    if (willReconnect && entrance.isShut) entrance.problem('The server cannot be reached. Trying again …');
    tell(willReconnect ? 'waiting' : 'ended', willReconnect ? 'Reconnecting' : 'Not connected');
    banner.hidden = false;
    banner.classList.toggle('ended', !willReconnect);
    banner.replaceChildren(
      h('span', {}, willReconnect ? 'Connection lost. Trying again …' : 'The connection has ended.'),
      willReconnect
        ? button('Try now', () => now.retry(), 'small')
        : button('Log in again', () => void again(), 'small primary'),
    );
  });
}

async function again(): Promise<void> {
  if (person !== null) await enter(person);
}

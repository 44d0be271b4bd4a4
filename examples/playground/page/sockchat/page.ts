import { connect, type Disconnect, LoginError, type SockChatClient, sockchat } from 'polylect/client';
import type { Frame } from '../frame/frame.js';
import type { Page } from '../frame/mount.js';
import { App } from './app.js';
import { writing } from './composer.js';
import { messages } from './messages.js';
import { ending, refusal } from './sentences.js';
import { sidebar } from './sidebar.js';
import { wire } from './wire.js';

export function sockchatPage(frame: Frame): Page {
  const app = new App(frame);
  const parts = [messages(app), sidebar(app), writing(app), wire(frame)];
  return {
    words: {
      lead: 'A chat server of your own, with its insides showing. Open a second tab under another name to talk to yourself.',
      moderator: 'Rank 9: may kick, ban, silence, delete and see addresses; not act on each other',
      member: 'Rank 1: may talk, whisper, rename and open rooms',
      rooms: 'Rooms',
      unit: 'packet',
    },
    connect({ name, secret, role }, listener) {
      const client: SockChatClient = connect(sockchat, `${location.origin.replace(/^http/, 'ws')}/sock`, {
        credentials: ['guest', name, secret, role],
      });
      app.client = client;
      for (const part of parts) part(client);
      goBack(client);
      client.on('state', () => listener.state());
      client.on('login', () => listener.login());
      client.on('disconnected', (event) => listener.disconnected(event, why(event)));
      return client;
    },
    refusal: (error) => (error instanceof LoginError ? refusal(error) : null),
  };
}

function why({ reason, until }: Disconnect): string {
  return {
    kick: 'You were sent away. You may come back.',
    ban: `You were banned.${ending(until)}`,
    refused: 'The server did not let you back in.',
    lost: 'The connection is gone.',
    closed: '',
  }[reason];
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

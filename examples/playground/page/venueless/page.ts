import { ClientError, connect, VenuelessLoginError, venueless } from 'polylect/client';
import type { Frame } from '../frame/frame.js';
import type { Page } from '../frame/mount.js';
import { App } from './app.js';
import { conversation } from './conversation.js';
import { sidebar } from './sidebar.js';
import { wire } from './wire.js';

export function venuelessPage(frame: Frame): Page {
  const app = new App(frame);
  const parts = [conversation(app), sidebar(app)];
  const watchWire = wire(frame);
  app.changed = () => {
    for (const show of parts) show();
  };
  return {
    words: {
      lead: 'The same chat as an event’s web app speaks it: rooms that one joins, direct messages, and a name of one’s own.',
      moderator: 'May silence, ban and delete',
      member: 'May talk, react, write to people and block them',
      rooms: 'Rooms',
      unit: 'frame',
    },
    connect({ name, secret, role }, listener) {
      const client = connect(venueless, `${location.origin.replace(/^http/, 'ws')}/ws/world/demo/`, {
        // A guest: whoever has the id is that person. The playground's auth takes the role from its end.
        credentials: { clientId: `${secret}.${role}` },
      });
      app.use(client, name);
      watchWire(client);
      client.on('state', () => listener.state());
      client.on('login', () => listener.login());
      client.on('disconnected', (event) => listener.disconnected(event, why[event.reason]));
      return client;
    },
    refusal(error) {
      if (error instanceof VenuelessLoginError) return refused(error);
      return error instanceof ClientError && error.code !== 'closed' ? error.message : null;
    },
  };
}

const why = {
  lost: 'The connection is gone.',
  closed: '',
  refused: 'You may not come in any more: you have been banned.',
  replaced: 'You are connected somewhere else, once too often.',
  denied: 'You have left for good.',
  fatal: 'The server gave up on this connection.',
  reload: 'The server wants you to log in again.',
} as const;

function refused({ reason }: VenuelessLoginError): string {
  return reason === 'auth.denied' ? 'You are banned.' : `The server does not let you in: ${reason}.`;
}

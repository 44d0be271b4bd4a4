import { ClientError, connect, OriginChatsLoginError, originchats } from 'polylect/client';
import type { Frame } from '../frame/frame.js';
import type { Page } from '../frame/mount.js';
import { Conversation } from './conversation.js';
import { lists } from './lists.js';
import { wire } from './wire.js';

export function originchatsPage(frame: Frame): Page {
  const conversation = new Conversation(frame);
  const showLists = lists(frame, conversation);
  const watchWire = wire(frame);
  return {
    words: {
      lead: 'The same chat through another protocol: whoever speaks Sock Chat is in the same rooms.',
      moderator: 'Rank 9: sees the staff channel',
      member: 'Rank 1: may talk and react',
      rooms: 'Channels',
      unit: 'frame',
    },
    connect({ name, secret, role }, listener) {
      const client = connect(originchats, `${location.origin.replace(/^http/, 'ws')}/origin`, {
        credentials: { validator: (key) => JSON.stringify(['guest', name, secret, role, key]) },
      });
      conversation.use(client);
      watchWire(client);
      client.on('change', (part) => {
        if (client !== conversation.client) return;
        if (part === 'channels') conversation.enterFirst();
        if (part === 'messages' || part === 'typing') conversation.show();
        if (part === 'channels' || part === 'users') showLists(client);
      });
      client.on('state', () => listener.state());
      client.on('login', () => {
        listener.login();
        conversation.reload();
      });
      let said = 'The connection has ended';
      client.on('disconnect', ({ reason }) => {
        said = reason;
      });
      client.on('disconnected', (event) => listener.disconnected(event, `${said}.`));
      return client;
    },
    refusal(error) {
      if (error instanceof OriginChatsLoginError) return error.text;
      return error instanceof ClientError && error.code !== 'closed' ? error.message : null;
    },
  };
}

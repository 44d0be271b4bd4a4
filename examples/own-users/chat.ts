import { createChat } from 'polylect';
import { callback } from 'polylect/auth/callback';
import { sockchat } from 'polylect/dialects/sockchat';
import { memory } from 'polylect/storage/memory';
import { userOfToken } from './users.js';

// All that the chat needs to know of the application's users.
export const chat = await createChat({
  storage: memory(),
  auth: callback(([scheme, token = '']) => {
    const user = scheme === 'Bearer' ? userOfToken(token) : undefined;
    if (user === undefined) return undefined;
    const { id, name, moderates } = user;
    if (!moderates) return { id, name };
    return {
      id,
      name,
      rank: 5,
      permissions: ['message.send', 'message.delete.any', 'user.kick', 'user.ban'],
    };
  }),
  dialects: [sockchat({ welcome: 'Hello, {username}!' })],
});

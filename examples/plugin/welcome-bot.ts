import type { Chat } from 'polylect';

/** Greets whoever comes, in the channel they come into. Returns what stops it. */
export function welcomeBot(chat: Chat): () => void {
  const isNew = new Set<string>();
  const onJoin: Parameters<typeof chat.on<'user_join'>>[1] = ({ person }) => {
    isNew.add(person.user);
  };
  const onConnect: Parameters<typeof chat.on<'user_connect'>>[1] = async ({ person, channel }) => {
    if (channel === undefined) return;
    const words = isNew.delete(person.user) ? 'Welcome' : 'Welcome back';
    // A rejection is caught by the chat and told as an `error` event.
    await chat.messages.send(channel, `${words}, ${person.handle}!`);
  };
  chat.on('user_join', onJoin).on('user_connect', onConnect);
  return () => void chat.off('user_join', onJoin).off('user_connect', onConnect);
}

import type { OriginChatsClient } from 'polylect/client';
import type { Frame } from '../frame/frame.js';
import { fill, personRow, roomRow, tag } from '../frame/lists.js';
import type { Conversation } from './conversation.js';

/** The lists of channels and people, and oneself. Answers what shows them anew. */
export function lists(frame: Frame, conversation: Conversation): (client: OriginChatsClient) => void {
  const show = (client: OriginChatsClient) => {
    const channels = client.channels.filter((one) => one.type === 'text');
    fill(
      frame.part('rooms'),
      channels.map(({ name }) =>
        roomRow({
          key: name,
          name,
          isHere: name === conversation.channel,
          enter: () => {
            conversation.enter(name);
            show(client);
            frame.showView('chat');
            frame.part('text').focus();
          },
        }),
      ),
    );
    const people = [...client.users.values()]
      .filter(({ status }) => status.status !== 'offline')
      .sort((a, b) => a.username.localeCompare(b.username));
    fill(
      frame.part('people'),
      people.map(({ username, nickname, color, status }) => {
        const isAway = status.status === 'idle';
        return personRow({
          key: username,
          name: nickname ?? username,
          colour: color,
          isAway,
          tags: [
            isAway ? tag(status.text || 'idle', 'away') : null,
            username === client.self?.username ? tag('you') : null,
          ],
        });
      }),
    );
    frame.part('people-count').textContent = String(people.length);
    const name = client.self?.username ?? '';
    frame.showSelf(name, client.users.get(name)?.color ?? null);
  };
  return show;
}

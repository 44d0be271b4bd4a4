import type { Chat } from '../../../src/chat.js';
import { blocks } from '../../../src/domain/blocks/blocks.js';
import { channels } from '../../../src/domain/channels/channels.js';
import { directViewers, isInDirect } from '../../../src/domain/directs/directs.js';
import { members, visitors } from '../../../src/domain/members/members.js';
import { notifications } from '../../../src/domain/notifications/notifications.js';
import { clientStates } from '../../../src/domain/profiles/profiles.js';
import { online, sessions } from '../../../src/domain/sessions/online.js';
import { isFollowing, subscriptions } from '../../../src/domain/subscriptions/subscriptions.js';
import { users } from '../../../src/domain/users/users.js';

/** What must hold of a chat that nothing is done to just now. Returns what does not. */
export function flaws(chat: Pick<Chat, 'read'>): string[] {
  return chat.read((view) => {
    const found: string[] = [];
    const need = (holds: unknown, what: string) => {
      if (!holds) found.push(what);
    };
    const known = (user: string) => view.get(users, user) !== undefined;
    for (const { id, user } of view.all(sessions)) {
      need(known(user), `session ${id} has no user`);
      need(view.get(online, user), `the user of session ${id} is not online`);
    }
    for (const { user, person } of view.all(online)) {
      need(view.one(sessions, 'user', user), `${user} is online without a session`);
      need(person.handle === view.get(users, user)?.handle, `${user} shows an old handle`);
    }
    for (const { session, channel, user } of view.all(subscriptions)) {
      need(view.get(sessions, session)?.user === user, `${session} follows a channel and is not there`);
      need(view.get(channels, channel), `${session} follows a channel that is gone`);
    }
    for (const { channel, user, volatile } of [...view.all(members), ...view.all(visitors)]) {
      need(known(user), `${user} belongs to a channel and is nobody`);
      need(view.get(channels, channel), `${user} belongs to a channel that is gone`);
      need(!volatile || isFollowing(view, channel, user), `${user} visits a channel and is not there`);
    }
    for (const { id, direct } of view.all(channels)) {
      if (direct === undefined) continue;
      const living = direct.members.filter((user) => !direct.gone?.some((one) => one.user === user));
      const there = view.by(members, 'channel', id).map(({ user }) => user);
      need(
        living.length > 0 && there.sort().join() === living.join(),
        `${id} is for ${living}, has ${there}`,
      );
    }
    for (const { by, user } of view.all(blocks))
      need(known(by) && known(user), `${by} has blocked ${user}, and one of them is nobody`);
    for (const { user } of [...view.all(directViewers), ...view.all(clientStates)])
      need(known(user), `something is kept of ${user}, who is nobody`);
    for (const { channel, user, messages: ids } of view.all(notifications)) {
      const direct = view.get(channels, channel)?.direct;
      need(ids.length > 0 && view.get(directViewers, user), `${user} has notifications of nothing`);
      need(direct === undefined || isInDirect(view, channel, user), `${user} has notifications of others`);
    }
    return found;
  });
}

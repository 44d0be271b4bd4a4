import type { Chat } from './chat.js';
import { type Channel, channelByName } from './domain/channels/channels.js';
import type { ChannelWish } from './domain/channels/commands.js';
import type { ChannelId, MessageId, SessionId, UserId } from './domain/ids.js';
import type { Commands } from './domain/index.js';
import { online, type Session, sessions } from './domain/sessions/online.js';
import type { Identity } from './domain/users/identity.js';
import { fold } from './domain/users/names.js';
import type { Person } from './domain/users/person.js';
import { type User, userOfIdentity, users } from './domain/users/users.js';

/** The part of a chat that host actions stand on. */
type Base = Pick<Chat, 'run' | 'read' | 'endSession'>;

/** When something ends: milliseconds since the Unix epoch, a date, or `null` for never. Default `null`. */
export interface Ending {
  readonly until?: number | Date | null;
}

function untilOf({ until }: Ending): number | null {
  if (until === undefined || until === null) return null;
  return typeof until === 'number' ? until : until.getTime();
}

/** `chat.users`: looking users up and acting on them as the host. Every action rejects with `rejected` where the rules refuse. */
export function userActions(chat: Base) {
  return {
    get: (user: UserId): User | undefined => chat.read((view) => view.get(users, user)),
    byIdentity: (provider: string, id: string): User | undefined =>
      chat.read((view) => userOfIdentity(view, { provider, id })),
    byHandle: (handle: string): User | undefined =>
      chat.read((view) => view.one(users, 'fold', fold(handle))),
    /** Everybody who has a session. */
    online: (): Person[] => chat.read((view) => [...view.all(online)].map((row) => row.person)),
    kick: (user: UserId, reason?: string) =>
      chat.run('user.kick', { by: 'host', user, ...(reason === undefined ? {} : { text: reason }) }),
    /** Keeps a user out of every dialect. `addresses`: and the addresses they are connected from. */
    ban: (
      user: UserId,
      options: Ending & { readonly reason?: string; readonly addresses?: boolean } = {},
    ) => {
      const { reason, addresses } = options;
      return chat.run('user.ban', {
        by: 'host',
        user,
        until: untilOf(options),
        ...(reason === undefined ? {} : { text: reason }),
        ...(addresses === undefined ? {} : { addresses }),
      });
    },
    unban: (user: UserId) => chat.run('user.unban', { by: 'host', user }),
    banAddress: (address: string, options: Ending = {}) =>
      chat.run('address.ban', { by: 'host', address, until: untilOf(options) }),
    unbanAddress: (address: string) => chat.run('address.unban', { by: 'host', address }),
    silence: (user: UserId, options: Ending = {}) =>
      chat.run('user.silence', { by: 'host', user, until: untilOf(options) }),
    unsilence: (user: UserId) => chat.run('user.unsilence', { by: 'host', user }),
    /** Changes what the identity says, while it is in use. */
    update: (user: UserId, identity: Partial<Omit<Identity, 'provider' | 'id'>>) =>
      chat.run('user.update', { user, identity }),
    /** Removes the account for good; messages stay with the name they were signed with. */
    remove: (user: UserId) => chat.run('user.leave', { user, via: 'host' }),
  };
}

/** `chat.sessions` */
export function sessionActions(chat: Base) {
  return {
    of: (user: UserId): Session[] => chat.read((view) => view.by(sessions, 'user', user)),
    /** Logs a session out and closes its connection. */
    close: (session: SessionId) => chat.endSession(session),
  };
}

/** `chat.channels` */
export function channelActions(chat: Base) {
  return {
    byName: (name: string): Channel | undefined => chat.read((view) => channelByName(view, name)),
    create: (wish: ChannelWish) => chat.run('channel.create', { by: 'host', ...wish }),
    update: (channel: ChannelId, changes: Omit<Commands['channel.update']['input'], 'by' | 'channel'>) =>
      chat.run('channel.update', { by: 'host', channel, ...changes }),
    remove: (channel: ChannelId) => chat.run('channel.delete', { by: 'host', channel }),
  };
}

/** `chat.messages` */
export function messageActions(chat: Base) {
  return {
    /** Speaks in a channel with the server's own voice. */
    send: (channel: ChannelId, text: string) => chat.run('message.send', { by: 'host', channel, text }),
    /** Speaks to everybody online. */
    announce: (text: string) => chat.run('announce', { by: 'host', text }),
    remove: (id: MessageId) => chat.run('message.delete', { by: 'host', id }),
  };
}

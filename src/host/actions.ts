import { canonicalAddress } from '../core/address.js';
import { ChatError } from '../core/errors.js';
import type { View } from '../core/table.js';
import type { WorldConfig } from '../domain/access/grants.js';
import { blockedBy } from '../domain/blocks/blocks.js';
import { type Channel, channelByName, channels } from '../domain/channels/channels.js';
import type { ChannelWish } from '../domain/channels/commands.js';
import type { ChannelId, SessionId, UserId } from '../domain/ids.js';
import type { CommandName, Commands } from '../domain/index.js';
import { type Member, membersOf } from '../domain/members/members.js';
import { activeBans, activeSilences, type Silence } from '../domain/moderation/bans.js';
import { online, type Session, sessions } from '../domain/sessions/online.js';
import { checkIdentity } from '../domain/users/check-identity.js';
import type { Identity, IdentityRef } from '../domain/users/identity.js';
import { leaderOf, linksOf, refOf } from '../domain/users/links.js';
import { usersAfter } from '../domain/users/listing.js';
import { fold } from '../domain/users/names.js';
import type { Person } from '../domain/users/person.js';
import { recordOfIdentity, type User, users, usersWithId } from '../domain/users/users.js';
import {
  anId,
  aText,
  channelChanges,
  channelParts,
  flag,
  integer,
  maybe,
  moment,
  object,
  pageSize,
  takes,
  takesParts,
  texts,
} from './arguments.js';
import { type BanFacts, banFacts } from './bans.js';

/**
 * The part of a chat that host actions stand on.
 *
 * @internal
 */
export interface Base {
  run<T extends CommandName>(type: T, input: Commands[T]['input']): Promise<Commands[T]['result']>;
  endSession(session: SessionId): Promise<void>;
  read<T>(look: (view: View) => T): T;
}

/** When something ends. */
export interface Ending {
  /** Milliseconds since the Unix epoch, a date, or `null` for never. Default `null`. */
  readonly until?: number | Date | null;
}

function untilOf({ until = null }: Ending): number | null {
  return until instanceof Date ? until.getTime() : until;
}

const ending = { until: maybe(moment) };

function addressOf(address: string): string {
  takes({ address }, { address: aText });
  const known = canonicalAddress(address);
  if (known === undefined) throw new ChatError('options-invalid', `${address} is no IP address`);
  return known;
}

/** One of the identities by which a user logs in. `main`: the one in their record. `leads`: what it says of them holds. */
export interface LinkedIdentity extends IdentityRef {
  readonly main: boolean;
  readonly leads: boolean;
}

function refIn(identity: IdentityRef): IdentityRef {
  takes({ identity }, { identity: object });
  const { provider, id } = identity;
  const checked = checkIdentity({ provider, id, name: '' });
  if (typeof checked === 'string') throw new ChatError('options-invalid', `identity: ${checked}`);
  return { provider, id };
}

/**
 * Looking users up, and acting on them as the host. Actions resolve when their outcome is stored and reject with `rejected` where the rules refuse.
 * Here as in all that a host calls, an argument of another type is `options-invalid`.
 */
export class UserActions {
  constructor(
    private readonly chat: Base,
    private readonly now: () => number,
  ) {}

  /** A user by internal id. */
  get(user: UserId): User | undefined {
    takes({ user }, { user: aText });
    return this.chat.read((view) => view.get(users, user));
  }

  /** The user of an identity, or what a ban has kept of one who left for good (`left`). */
  byIdentity(provider: string, id: string): User | undefined {
    takes({ provider, id }, { provider: aText, id: aText });
    return this.chat.read((view) => recordOfIdentity(view, { provider, id }));
  }

  /** A user by handle, whatever the case. */
  byHandle(handle: string): User | undefined {
    takes({ handle }, { handle: aText });
    return this.chat.read((view) => view.one(users, 'fold', fold(handle)));
  }

  /** A user by their number, see {@link User.number}. */
  byNumber(number: number): User | undefined {
    takes({ number }, { number: integer });
    return this.chat.read((view) => view.one(users, 'number', number));
  }

  /** Everybody whose main identity has this `id`, from whatever provider. */
  withIdentityId(id: string): User[] {
    takes({ id }, { id: aText });
    return this.chat.read((view) => usersWithId(view, id).filter((user) => user.identity === id));
  }

  /**
   * A page of all accounts, the longest known first: those after the user `after`, who need not be there any more, default from the first. `limit`: 1 to
   * 10,000, default 100. Among them are who is {@link User.private}, and who has {@link User.left} and is banned. Takes in memory what it answers with; each
   * page looks at every account once.
   */
  page(page: { readonly after?: UserId | undefined; readonly limit?: number } = {}): User[] {
    takesParts('page', page, { after: maybe(anId), limit: maybe(pageSize) });
    const { after = 0, limit = 100 } = page;
    return this.chat.read((view) => usersAfter(view, Number(after), limit));
  }

  /** All bans in force, of users and of addresses, in the order they were given. */
  bans(): BanFacts[] {
    return this.chat.read((view) => activeBans(view, this.now()).map(banFacts));
  }

  /** All silences in force, in the order they were given. Whoever may silence others speaks all the same. */
  silences(): Silence[] {
    return this.chat.read((view) => activeSilences(view, this.now()));
  }

  /** Everybody who has a session. */
  online(): Person[] {
    return this.chat.read((view) => [...view.all(online)].map((row) => row.person));
  }

  /** Sends somebody who is online away, whatever dialects they came by; they may come back at once. A client's kick holds in its own dialect alone. */
  async kick(user: UserId, reason?: string): Promise<void> {
    takes({ user, reason }, { user: aText, reason: maybe(aText) });
    return this.chat.run('user.kick', {
      by: 'host',
      user,
      ...(reason === undefined ? {} : { text: reason }),
    });
  }

  /** Keeps a user out of every dialect, and sends them away if they are online. `addresses`: and keeps out the addresses they are connected from. */
  async ban(
    user: UserId,
    options: Ending & { readonly reason?: string; readonly addresses?: boolean } = {},
  ): Promise<void> {
    takes({ user }, { user: aText });
    takesParts('options', options, { ...ending, reason: maybe(aText), addresses: maybe(flag) });
    const { reason, addresses } = options;
    return this.chat.run('user.ban', {
      by: 'host',
      user,
      until: untilOf(options),
      ...(reason === undefined ? {} : { text: reason }),
      ...(addresses === undefined ? {} : { addresses }),
    });
  }

  /** Lifts a ban. Bans of addresses stay. */
  async unban(user: UserId): Promise<void> {
    takes({ user }, { user: aText });
    return this.chat.run('user.unban', { by: 'host', user });
  }

  /** Keeps an address (IPv6: its /64) out of every dialect. Connections that are open stay. */
  async banAddress(address: string, options: Ending = {}): Promise<void> {
    takesParts('options', options, ending);
    return this.chat.run('address.ban', { by: 'host', address: addressOf(address), until: untilOf(options) });
  }

  /** Lifts the ban of an address. */
  async unbanAddress(address: string): Promise<void> {
    takes({ address }, { address: aText });
    return this.chat.run('address.unban', { by: 'host', address });
  }

  /** Lets a user read but not send. */
  async silence(user: UserId, options: Ending = {}): Promise<void> {
    takes({ user }, { user: aText });
    takesParts('options', options, ending);
    return this.chat.run('user.silence', { by: 'host', user, until: untilOf(options) });
  }

  /** Lets a silenced user send again. */
  async unsilence(user: UserId): Promise<void> {
    takes({ user }, { user: aText });
    return this.chat.run('user.unsilence', { by: 'host', user });
  }

  /** Has `by` hear nothing more from `user` in whispers and direct channels. */
  async block(by: UserId, user: UserId): Promise<void> {
    takes({ by, user }, { by: aText, user: aText });
    return this.chat.run('user.block', { by, user });
  }

  /** Takes a block back. */
  async unblock(by: UserId, user: UserId): Promise<void> {
    takes({ by, user }, { by: aText, user: aText });
    return this.chat.run('user.unblock', { by, user });
  }

  /** Whom a user has blocked. */
  blocked(by: UserId): User[] {
    takes({ by }, { by: aText });
    return this.chat.read((view) => blockedBy(view, by).flatMap((user) => view.get(users, user) ?? []));
  }

  /**
   * Changes what the identity says, while it is in use; what is left out keeps its value. A new `name` has to make a handle: `rejected` with `name-invalid` if no
   * letter or digit is in it, or more than 32 characters. What else no handle has becomes `_`, and a number goes behind one that is worn.
   */
  async update(
    user: UserId,
    identity: Partial<Omit<Identity, 'provider' | 'id'>>,
  ): Promise<{ readonly person: Person }> {
    takes({ identity }, { identity: object });
    const record = this.get(user);
    const whole = { provider: 'host', id: 'host', name: record?.name ?? 'host', ...identity };
    const checked = checkIdentity(whole);
    if (typeof checked === 'string') throw new ChatError('options-invalid', `identity: ${checked}`);
    return this.chat.run('user.update', { user, identity });
  }

  /**
   * Lets a further identity, which has no user of its own, log in as this user. It brings nothing but who it is. `leads`: what it says of them (name,
   * rank, roles, traits, permissions, colour, profile) holds from its next login on, and what their main identity says no more. Default `false`.
   * Again for an identity that is linked: only `leads` changes; all but the profile is as before it led. Rejects with `rejected` for `user-unknown`, `identity-in-use`, `too-many-identities`.
   */
  async link(user: UserId, identity: IdentityRef, options: { readonly leads?: boolean } = {}): Promise<void> {
    takes({ user }, { user: aText });
    takesParts('options', options, { leads: maybe(flag) });
    const { leads = false } = options;
    return this.chat.run('user.link', { user, identity: refIn(identity), leads });
  }

  /**
   * Takes a further identity away from a user: sessions opened by it end. Whoever logs in by it next is somebody new. Rejects with `rejected` for
   * `user-unknown`, `identity-main`, `identity-unknown`; and for `user-banned`, `user-silenced` while the user is.
   */
  async unlink(user: UserId, identity: IdentityRef): Promise<void> {
    takes({ user }, { user: aText });
    await this.chat.run('user.unlink', { user, identity: refIn(identity) });
  }

  /** By which identities a user logs in: the main one first, then the others in the order they were linked. Empty if there is no such user. */
  identities(user: UserId): LinkedIdentity[] {
    takes({ user }, { user: aText });
    return this.chat.read((view) => {
      const record = view.get(users, user);
      if (record === undefined) return [];
      const all = [record, ...linksOf(view, user)];
      const leader = leaderOf(view, user) ?? record;
      return all.map((one) => ({ ...refOf(one), main: one === record, leads: one === leader }));
    });
  }

  /** Gives a user these roles, in this order, and no others. What the identity says about roles no longer counts. */
  async setRoles(user: UserId, roles: readonly string[]): Promise<void> {
    takes({ user, roles }, { user: aText, roles: texts });
    await this.chat.run('user.roles', { by: 'host', user, roles });
  }

  /** Removes the account for good. Messages stay, with the name they were signed with; a banned user's record is `kept`. */
  async remove(user: UserId): Promise<{ readonly kept: boolean }> {
    takes({ user }, { user: aText });
    return this.chat.run('user.remove', { by: 'host', user, via: 'host' });
  }
}

/** Looking sessions up, and ending them. */
export class SessionActions {
  constructor(private readonly chat: Base) {}

  /** The sessions a user has open. */
  of(user: UserId): Session[] {
    takes({ user }, { user: aText });
    return this.chat.read((view) => view.by(sessions, 'user', user));
  }

  /** Logs a session out, in its own protocol's words, and closes its connection. Nothing happens if it is gone already. */
  async close(session: SessionId): Promise<void> {
    takes({ session }, { session: aText });
    return this.chat.endSession(session);
  }
}

/** Looking channels up, and acting on them as the host. */
export class ChannelActions {
  constructor(
    private readonly chat: Base,
    private readonly world: () => Pick<WorldConfig, 'worldRoles'>,
  ) {}

  /** All channels but the direct ones, in the order they were made. */
  all(): Channel[] {
    return this.chat.read((view) => [...view.all(channels)].filter(({ direct }) => direct === undefined));
  }

  /** A channel by name, whatever the case. */
  byName(name: string): Channel | undefined {
    takes({ name }, { name: aText });
    return this.chat.read((view) => channelByName(view, name));
  }

  /** Makes a channel that lasts. */
  async create(wish: ChannelWish): Promise<{ readonly channel: ChannelId }> {
    takesParts('wish', wish, channelParts(this.world().worldRoles));
    return this.chat.run('channel.create', { by: 'host', ...wish });
  }

  /** Changes a channel's name or who gets in; what is left out stays. */
  async update(
    channel: ChannelId,
    changes: Omit<Commands['channel.update']['input'], 'by' | 'channel'>,
  ): Promise<{ readonly channel: ChannelId }> {
    takes({ channel }, { channel: aText });
    takesParts('changes', changes, channelChanges(this.world().worldRoles));
    return this.chat.run('channel.update', { by: 'host', channel, ...changes });
  }

  /** Who belongs to a channel, in the order they joined. */
  members(channel: ChannelId): Member[] {
    takes({ channel }, { channel: aText });
    return this.chat.read((view) => membersOf(view, channel));
  }

  /** Takes somebody out of a channel's members; they may join again. Nothing happens if they are none. */
  async removeMember(channel: ChannelId, user: UserId): Promise<void> {
    takes({ channel, user }, { channel: aText, user: aText });
    await this.chat.run('member.remove', { by: 'host', user, channel });
  }

  /** Ends a channel and its messages; everybody inside is moved to the default channel. */
  async remove(channel: ChannelId): Promise<void> {
    takes({ channel }, { channel: aText });
    return this.chat.run('channel.delete', { by: 'host', channel });
  }
}

import { channels, mayNotIn } from '../../domain/channels/channels.js';
import type { ChatEvent } from '../../domain/events.js';
import type { ChannelId, UserId } from '../../domain/ids.js';
import { members } from '../../domain/members/members.js';
import { sessionsOf } from '../../domain/sessions/online.js';
import { users } from '../../domain/users/users.js';
import type { DialectHost } from '../dialect.js';
import { dialectName } from './dialect-name.js';

/**
 * Who is to be told of the next message of a room (section 9): members who have not been told since they last read it or joined. Nothing of it
 * is stored: somebody who logs in anew is told once more.
 */
export class UnreadPointers {
  readonly #waiting = new Map<ChannelId, Set<UserId>>();

  constructor(private readonly host: Pick<DialectHost, 'read' | 'config'>) {}

  /** Those who are told now, and not again before they have read. */
  take(channel: ChannelId, sender: UserId | undefined): UserId[] {
    const waiting = this.#waiting.get(channel);
    if (waiting === undefined) return [];
    const told = this.#readers(channel, waiting).filter((user) => user !== sender);
    for (const user of told) waiting.delete(user);
    if (waiting.size === 0) this.#waiting.delete(channel);
    return told;
  }

  heard(event: ChatEvent): void {
    switch (event.type) {
      case 'session_open':
        if (event.dialect === dialectName) this.#came(event.person.user);
        return;
      case 'session_close':
        if (event.dialect === dialectName) this.#went(event.user);
        return;
      case 'member_add':
        if (this.#isHere(event.person.user)) this.#wait(event.channel.channel, event.person.user);
        return;
      case 'member_remove':
        return this.#forget(event.channel.channel, event.person.user);
      case 'read':
        if (event.channel.kind === 'text' && this.#isHere(event.user))
          this.#wait(event.channel.channel, event.user);
        return;
      case 'channel_delete':
        this.#waiting.delete(event.channel.channel);
        return;
    }
  }

  /** Somebody may be a member still of what they may not read any more. */
  #readers(id: ChannelId, waiting: Iterable<UserId>): UserId[] {
    return this.host.read((view) => {
      const channel = view.get(channels, id);
      return [...waiting].filter((user) => {
        const record = view.get(users, user);
        if (channel === undefined || record === undefined) return false;
        return mayNotIn(view, this.host.config, record, channel, 'read') === undefined;
      });
    });
  }

  #isHere(user: UserId): boolean {
    return this.host.read((view) => sessionsOf(view, user).some((one) => one.dialect === dialectName));
  }

  #came(user: UserId): void {
    for (const { channel } of this.host.read((view) => view.by(members, 'user', user)))
      this.#wait(channel, user);
  }

  #went(user: UserId): void {
    if (this.#isHere(user)) return;
    for (const channel of [...this.#waiting.keys()]) this.#forget(channel, user);
  }

  #wait(channel: ChannelId, user: UserId): void {
    const waiting = this.#waiting.get(channel);
    if (waiting === undefined) this.#waiting.set(channel, new Set([user]));
    else waiting.add(user);
  }

  #forget(channel: ChannelId, user: UserId): void {
    const waiting = this.#waiting.get(channel);
    waiting?.delete(user);
    if (waiting?.size === 0) this.#waiting.delete(channel);
  }
}

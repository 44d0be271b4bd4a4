import type { View } from '../../core/table.js';
import { channels, mayNotAs } from '../../domain/channels/channels.js';
import type { ChatEvent } from '../../domain/events.js';
import type { ChannelId, UserId } from '../../domain/ids.js';
import { memberIn, members } from '../../domain/members/members.js';
import type { DialectHost } from '../dialect.js';
import { dialectName } from './dialect-name.js';

/**
 * Who is to be told of the next message of a room (section 9): members who have not been told since they last read it or joined. Nothing of it
 * is stored: somebody who logs in anew is told once more.
 */
export class UnreadPointers {
  readonly #waiting = new Map<ChannelId, Set<UserId>>();
  /** How many connections of this protocol somebody has. */
  readonly #here = new Map<UserId, number>();

  constructor(private readonly host: Pick<DialectHost, 'read' | 'config'>) {}

  /** Those who are told now, and not again before they have read. No event says who they are, so this reads the chat as it is. */
  take(channel: ChannelId, sender: UserId | undefined): UserId[] {
    const waiting = this.#waiting.get(channel);
    if (waiting === undefined) return [];
    const told = this.host.read((view) =>
      [...waiting].filter((user) => user !== sender && this.#concerns(view, channel, user)),
    );
    for (const user of told) this.#forget(channel, user);
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
        return this.#wait(event.channel.channel, event.person.user);
      case 'member_remove':
        return this.#forget(event.channel.channel, event.person.user);
      case 'read':
        if (event.channel.kind === 'text') this.#wait(event.channel.channel, event.user);
        return;
      case 'channel_delete':
        this.#waiting.delete(event.channel.channel);
        return;
    }
  }

  /** Whether somebody belongs to a room and may read it. */
  #concerns(view: View, id: ChannelId, user: UserId): boolean {
    const channel = view.get(channels, id);
    if (channel === undefined || memberIn(view, id, user) === undefined) return false;
    return mayNotAs(view, this.host.config, user, channel, 'read') === undefined;
  }

  #came(user: UserId): void {
    const before = this.#here.get(user) ?? 0;
    this.#here.set(user, before + 1);
    if (before > 0) return;
    for (const { channel } of this.host.read((view) => view.by(members, 'user', user)))
      this.#wait(channel, user);
  }

  #went(user: UserId): void {
    const left = (this.#here.get(user) ?? 0) - 1;
    if (left > 0) {
      this.#here.set(user, left);
      return;
    }
    this.#here.delete(user);
    for (const channel of [...this.#waiting.keys()]) this.#forget(channel, user);
  }

  #wait(channel: ChannelId, user: UserId): void {
    if (!this.#here.has(user)) return;
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

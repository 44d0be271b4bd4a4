import type { View } from '../../core/table.js';
import { channels, factsOf } from '../../domain/channels/channels.js';
import type { DomainConfig } from '../../domain/config.js';
import type { ChatEvent } from '../../domain/events.js';
import type { ChannelId } from '../../domain/ids.js';
import type { User } from '../../domain/users/users.js';
import type { DialectHost } from '../dialect.js';
import { uuidOf } from '../uuid.js';
import type { World } from './options.js';
import type { Frame } from './packets.js';
import { type Crowd, crowdIn, seesRoom } from './worlds.js';

/**
 * How many look at each room, as far as clients are told of it (section 6). A change raises a number; a connection with an older one is told
 * what has changed since, about once a second. So who comes and goes without end costs the others no more than that.
 */
export class Crowds {
  /** Rooms that somebody has looked at, and the number of their last change. */
  readonly #rooms = new Map<ChannelId, { readonly crowd: Crowd; readonly changed: number }>();
  #changes = 0;

  constructor(private readonly host: Pick<DialectHost, 'read'>) {}

  /** The number of the last change. */
  get changes(): number {
    return this.#changes;
  }

  heard(event: ChatEvent): void {
    switch (event.type) {
      case 'subscription_open':
        return event.channel.kind === 'text' ? this.#look([event.channel.channel]) : undefined;
      case 'subscription_close':
        return this.#rooms.has(event.channel) ? this.#look([event.channel]) : undefined;
      case 'session_close':
        // Its subscriptions are not told one by one.
        return this.#look(this.#rooms.keys());
      case 'user_status':
        // Who becomes invisible looks gone.
        if ((event.before.status === 'invisible') === (event.status.status === 'invisible')) return;
        return this.#look(this.#rooms.keys());
      case 'channel_delete':
        this.#rooms.delete(event.channel.channel);
        return;
    }
  }

  /** What has changed since a number, for somebody who sees those rooms. */
  news(view: View, config: DomainConfig, user: User, world: World, since: number): Frame[] {
    const frames: Frame[] = [];
    for (const [id, { crowd, changed }] of this.#rooms) {
      const channel = changed > since ? view.get(channels, id) : undefined;
      if (channel !== undefined && seesRoom(view, config, user, world, factsOf(view, channel)))
        frames.push(['world.user_count_change', { room: uuidOf('room', id), users: crowd }]);
    }
    return frames;
  }

  #look(rooms: Iterable<ChannelId>): void {
    this.host.read((view) => {
      for (const id of rooms) {
        const crowd = crowdIn(view, id);
        if (crowd === (this.#rooms.get(id)?.crowd ?? 'none')) continue;
        this.#changes++;
        this.#rooms.set(id, { crowd, changed: this.#changes });
      }
    });
  }
}

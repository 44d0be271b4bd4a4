import { ChatError } from '../../core/errors.js';
import type { View } from '../../core/table.js';
import { late, within } from '../../core/within.js';
import { channels, mayNotIn } from '../../domain/channels/channels.js';
import type { DomainConfig } from '../../domain/config.js';
import type { ChatEvent } from '../../domain/events.js';
import type { UserId } from '../../domain/ids.js';
import { banOf } from '../../domain/moderation/bans.js';
import { type PushSubscription, subscribers, subscriptionsOf } from '../../domain/push/push.js';
import { online } from '../../domain/sessions/online.js';
import { claimsOf, users } from '../../domain/users/users.js';
import type { DialectHost } from '../dialect.js';
import type { PushOption } from './file-options.js';
import { placeOf, systemAuthor } from './shapes.js';

/** Messages that wait to be sent; beyond it they are left out and counted. */
const maxWaiting = 1_000;
/** Calls of the host's `send` that run at once. */
const atOnce = 8;
const sendMs = 10_000;
/** After so many failures in a row a device is forgotten. */
const failures = 3;
const bodyLength = 120;

interface Job {
  readonly subscription: PushSubscription;
  readonly payload: string;
}

/** Tells the devices of users who are offline of messages that call them (sections 6.1 and 6.12). */
export class PushSender {
  readonly #waiting: Job[] = [];
  #running = 0;
  /** Failures in a row, by endpoint. */
  readonly #failed = new Map<string, number>();

  constructor(
    private readonly host: DialectHost,
    private readonly option: PushOption,
    private readonly dialect: string,
  ) {}

  heard(event: ChatEvent): void {
    if (event.type !== 'message') return;
    for (const job of this.host.read((view) => this.#jobsOf(view, event))) {
      if (this.#waiting.length < maxWaiting) this.#waiting.push(job);
      else this.host.metrics.count('originchats.push_dropped', 1);
    }
    while (this.#running < atOnce && this.#waiting.length > 0) void this.#work();
  }

  #jobsOf(view: View, event: ChatEvent<'message'>): Job[] {
    const { message, channel: facts } = event;
    const { config, clock } = this.host;
    const channel = view.get(channels, facts.channel);
    if (channel === undefined) return [];
    const { channel: place } = placeOf(facts);
    const author = message.author?.handle ?? message.webhook?.name ?? systemAuthor;
    const body = [...message.text].slice(0, bodyLength).join('');
    return [...called(view, this.host.config, event)].flatMap(([id, why]) => {
      const user = view.get(users, id);
      if (user === undefined || id === message.author?.user || view.get(online, id) !== undefined) return [];
      if (banOf(view, 'user', id, this.dialect, clock.now()) !== undefined) return [];
      if (mayNotIn(view, config, user, channel, 'read') !== undefined) return [];
      const payload = JSON.stringify({ title: `#${place} — ${author}${why}`, body, channelName: place });
      return subscriptionsOf(view, id).map((subscription) => ({ subscription, payload }));
    });
  }

  async #work(): Promise<void> {
    this.#running++;
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift())
      await this.#send(job);
    this.#running--;
  }

  async #send({ subscription, payload }: Job): Promise<void> {
    const { endpoint, p256dh, auth } = subscription;
    const send = async () => this.option.send({ endpoint, keys: { p256dh, auth } }, payload);
    try {
      if ((await within(this.host.clock, sendMs, send())) === late)
        throw new ChatError('handler-failed', `push.send took longer than ${sendMs} ms`);
      this.#failed.delete(endpoint);
    } catch (thrown) {
      const gone = isGone(thrown);
      const count = (this.#failed.get(endpoint) ?? 0) + 1;
      if (!gone) this.host.report(new ChatError('handler-failed', 'push.send failed', { cause: thrown }));
      if (!gone && count < failures) return this.#remember(endpoint, count);
      this.#failed.delete(endpoint);
      await this.host.submit('push.unsubscribe', { by: 'host', endpoint });
    }
  }

  /** Of those that failed longest ago, some may have subscribed no more since. */
  #remember(endpoint: string, count: number): void {
    this.#failed.delete(endpoint);
    this.#failed.set(endpoint, count);
    const [oldest] = this.#failed.keys();
    if (this.#failed.size > maxWaiting && oldest !== undefined) this.#failed.delete(oldest);
  }
}

/** Whom a message calls, each once, and how its title says so. */
function called(
  view: View,
  config: DomainConfig,
  { message, mentions }: ChatEvent<'message'>,
): Map<UserId, string> {
  const found = new Map<UserId, string>();
  for (const { user } of mentions.users) if (user !== undefined) found.set(user, '');
  if (mentions.roles.length > 0) {
    for (const id of subscribers(view)) {
      const user = view.get(users, id);
      const roles = user === undefined ? [] : claimsOf(view, config, user).roles;
      const role = mentions.roles.find((one) => roles.includes(one));
      if (role !== undefined && !found.has(id)) found.set(id, ` mentioned @${role}`);
    }
  }
  const answered = message.replyAuthor?.user;
  if (answered !== undefined && message.ping !== false && !found.has(answered))
    found.set(answered, ' replied');
  return found;
}

/** As push services answer of a device that is gone (RFC 8030, section 7.3). */
function isGone(thrown: unknown): boolean {
  const status = typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown && thrown.statusCode;
  return status === 404 || status === 410;
}

import type { Json } from '../../../support/json-probe.js';
import type { Member } from './server.js';

/** A payload of `chat.send` with a text. */
export function text(channel: string, body: unknown, more: object = {}): object {
  return { channel, event_type: 'channel.message', content: { type: 'text', body }, ...more };
}

/** The same with what takes a message back. */
export function gone(channel: string, replaces: unknown): object {
  return { channel, event_type: 'channel.message', content: { type: 'deleted' }, replaces };
}

/** Says something and returns the event of the answer. */
export async function say(who: Member, channel: string, body: string): Promise<Json> {
  return (await who.done('chat.send', text(channel, body))).event;
}

/** All of them join a room; what they were sent of it is forgotten. */
export async function gather(channel: string, ...people: readonly Member[]): Promise<void> {
  for (const one of people) await one.done('chat.join', { channel });
  for (const one of people) await one.settle();
}

/** The direct channel that the first opens with the others; all follow it, and what they were sent of it is forgotten. */
export async function direct(opener: Member, ...others: readonly Member[]): Promise<string> {
  const { id } = await opener.done('chat.direct.create', { users: others.map((one) => one.id), hide: false });
  for (const one of others) await one.done('chat.subscribe', { channel: id });
  for (const one of [opener, ...others]) await one.settle();
  return id;
}

/** The people of a push, as they are named at their login. */
export function users(...people: readonly Member[]): Json {
  return Object.fromEntries(people.map((one) => [one.id, shown(one)]));
}

/** Somebody as pushes show them. */
export function shown({ id, name }: Pick<Member, 'id' | 'name'>, more: object = {}): object {
  return {
    id,
    profile: { display_name: name },
    pretalx_id: null,
    deleted: false,
    badges: [],
    inactive: false,
    ...more,
  };
}

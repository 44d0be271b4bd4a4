import type { View } from '../../core/table.js';
import type { Actor } from '../../domain/events.js';
import type { UserId } from '../../domain/ids.js';
import { mentionsOf } from '../../domain/messages/mentions.js';
import type { Message } from '../../domain/messages/messages.js';
import { uuidOf } from '../uuid.js';
import type { PastEvent } from './history.js';
import { anybodyShape, type Look } from './shapes.js';
import type { VenuelessState } from './state.js';
import type { Voice, Voices } from './voices.js';

/** So many people a connection is remembered to know; once there are more it is sent them again. */
const mostKnown = 10_000;

/** Bytes of JSON of the profiles of one page beyond which no more are sent with it. Of those left out clients ask (`user.fetch`), or are sent them with a later page. */
const peopleBytes = 524_288;

/**
 * The profiles that go with a page of history (section 8.4): of senders, of who reacted and of who is mentioned, unless the connection was sent
 * them with an earlier page. `known`: whom it was sent; those of this page are added.
 */
export function peopleShown(
  view: View,
  past: readonly PastEvent[],
  known: Set<string>,
  look: Look,
  voices: Voices,
): Record<string, object> {
  const users: Record<string, object> = {};
  let left = peopleBytes;
  const show = (uuid: string, shape: () => object) => {
    if (left <= 0 || known.has(uuid)) return;
    known.add(uuid);
    users[uuid] = shape();
    left -= Buffer.byteLength(JSON.stringify(users[uuid]));
  };
  const person = (id: UserId) => show(uuidOf('user', id), () => anybodyShape(view, id, look));
  const voice = (one: Voice) => {
    const shape = voices.shape(one);
    show(shape.id, () => shape);
  };
  const actor = (by: Actor) => {
    if (by === 'host' || by === 'chat') voice({});
    else person(by);
  };
  const sender = (one: Message) => {
    if (one.author === null) voice(one);
    else person(one.author.user);
  };
  const besides = (one: Message) => {
    for (const { by } of one.reactions ?? []) for (const { user } of by) person(user);
    mentioned(one);
  };
  const mentioned = (one: Message) => {
    for (const { user } of mentionsOf(view, one).users) if (user !== undefined) person(user);
  };
  // Who acted comes first: a text can name anybody.
  for (const one of past) {
    if (one.kind === 'member') person(one.line.user.user);
    else if (one.kind === 'message') sender(one.message);
    else actor(one.line.by);
  }
  for (const one of past) {
    if (one.kind === 'message') besides(one.message);
    else if (one.kind === 'revision' && one.message !== undefined) mentioned(one.message);
  }
  if (known.size > mostKnown) known.clear();
  return users;
}

/** Whom a connection knows. Kept by an answer: by the time it is there, a later request may have made the client forget them. */
export function knownNow(state: VenuelessState): Set<string> {
  state.known ??= new Set();
  return state.known;
}

/** Whom a connection knows is forgotten (section 8.4). */
export function forgetKnown(state: VenuelessState): void {
  state.known = undefined;
}

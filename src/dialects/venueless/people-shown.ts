import type { View } from '../../core/table.js';
import type { Actor } from '../../domain/events.js';
import type { UserId } from '../../domain/ids.js';
import type { Message } from '../../domain/messages/messages.js';
import { uuidOf } from '../uuid.js';
import { reviserOf, voiceOf, voiceShape } from './event-shapes.js';
import type { PastEvent } from './history.js';
import { anybodyShape, type Look } from './shapes.js';
import type { VenuelessState } from './state.js';
import { mentionsOf } from './text.js';

/** So many people a connection is remembered to know; once there are more it is sent them again. */
const mostKnown = 10_000;

/**
 * The profiles that go with a page of history (section 8.4): of senders, of who reacted and of who is mentioned, unless the connection was sent
 * them with an earlier page. `known`: whom it was sent; those of this page are added.
 */
export function peopleShown(
  view: View,
  past: readonly PastEvent[],
  known: Set<string>,
  look: Look,
  title: string,
): Record<string, object> {
  const users: Record<string, object> = {};
  const show = (uuid: string, shape: () => object) => {
    if (known.has(uuid)) return;
    known.add(uuid);
    users[uuid] = shape();
  };
  const person = (id: UserId) => show(uuidOf('user', id), () => anybodyShape(view, id, look));
  const actor = (by: Actor) => {
    if (by === 'host' || by === 'chat') show(reviserOf(by), () => voiceShape({}, title));
    else person(by);
  };
  const message = (one: Message) => {
    if (one.author === null) show(voiceOf(one), () => voiceShape(one, title));
    else person(one.author.user);
    for (const { by } of one.reactions ?? []) for (const { user } of by) person(user);
    mentioned(one);
  };
  const mentioned = (one: Message) => {
    for (const { user } of mentionsOf(view, one).users) if (user !== undefined) person(user);
  };
  for (const one of past) {
    if (one.kind === 'member') person(one.line.user.user);
    else if (one.kind === 'message') message(one.message);
    else {
      actor(one.line.by);
      if (one.message !== undefined) mentioned(one.message);
    }
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

import { uuidOf } from '../../src/dialects/uuid.js';
import { type Act, isHeard } from './acts.js';
import { nameOf } from './acts-keeping.js';

/** What goes on between two. */
export const among = {
  whisper(world, a, b) {
    const session = world.session(a, 'sockchat');
    if (session === undefined) return;
    const { model } = world;
    const { person } = session;
    const wanted = world.person(b);
    const name = nameOf(wanted, b) || wanted.name;
    const text = world.text();
    world.sock(session).say(`/msg ${name} ${text}`);
    if (!isHeard(world, person)) return;
    const to = model.online(name);
    if (to === undefined) return model.refuse(session);
    if (to === person) return;
    const reaches = to.direct || model.sessionsOf(to, 'sockchat').length > 0;
    if (to.blocks.has(person.name) || !reaches) return model.refuse(session);
    if (!person.direct && !to.direct) return model.whisper(person, to, text);
    const room = model.directOf(person, to);
    // Whoever blocks the other may still be written to by nobody, and write.
    model.say(room, person, text);
  },
  /** Venueless opens the direct channel of two. */
  direct(world, a, b) {
    const session = world.session(a, 'venueless');
    const to = world.person(b);
    const user = world.userId(to);
    if (session === undefined || user === undefined) return;
    const { model } = world;
    const { person } = session;
    world.venue(session).ask('chat.direct.create', { users: [uuidOf('user', user)], hide: a % 2 > 0 });
    const isBlocked = person.blocks.has(to.name) || to.blocks.has(person.name);
    if (to === person || to.left || person.silenced || isBlocked) return model.refuse(session);
    session.follows.add(model.directOf(person, to).name);
  },
  direct_say(world, a, b) {
    const session = world.session(a, 'venueless');
    const room = world.pick([...world.model.directs.values()], b);
    if (session === undefined || room === undefined) return;
    const { model } = world;
    const { person } = session;
    const text = world.text();
    world.venue(session).say(world.uuid(room), text);
    if (person.silenced || !model.may(person, room, 'send')) return model.refuse(session);
    model.say(room, person, text, {}, session);
  },
  /** Follows a direct channel, or asks for its past. */
  direct_look(world, a, b) {
    const session = world.session(a, 'venueless');
    const room = world.pick([...world.model.directs.values()], b);
    if (session === undefined || room === undefined) return;
    const { model } = world;
    const follows = (a + b) % 2 > 0;
    const channel = world.uuid(room);
    if (follows) world.venue(session).ask('chat.subscribe', { channel });
    else world.venue(session).ask('chat.fetch', { channel, count: 1_000 });
    if (!model.may(session.person, room, 'read')) return model.refuse(session);
    if (follows) session.follows.add(room.name);
    else model.see(session, ...model.history(room, 1_000, session));
  },
  block(world, a, b) {
    const session = world.session(a, 'venueless');
    const whom = world.person(b);
    const user = world.userId(whom);
    if (session === undefined || user === undefined) return;
    const on = a % 3 > 0;
    const { person } = session;
    world.venue(session).ask(on ? 'user.block' : 'user.unblock', { id: uuidOf('user', user) });
    if (whom === person || (on && whom.left)) return world.model.refuse(session);
    if (on) person.blocks.add(whom.name);
    else person.blocks.delete(whom.name);
  },
} satisfies Record<string, Act>;

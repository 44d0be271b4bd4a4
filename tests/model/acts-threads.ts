import type { Act } from './acts.js';
import { isHeld } from './acts.js';
import { forum } from './cast.js';
import { isBy, signatureOf } from './names.js';

/** Threads of a forum: who is told what of them, and that nobody elsewhere is. */
export const threading = {
  thread_new(world, a) {
    const session = world.session(a, 'originchats');
    if (session === undefined) return;
    const { model } = world;
    const { person } = session;
    const name = `thread${world.step}`;
    world.origin(session).send({ cmd: 'thread_create', channel: forum, name });
    if (person.ban !== undefined || model.isMute(person)) return model.refuse(session);
    const creator = signatureOf(person);
    const thread = {
      name,
      creator,
      takers: [creator],
      door: {},
      members: new Set<string>(),
      waiting: new Set<string>(),
      messages: [],
    };
    model.threads.push(thread);
    model.toldOf('new', thread);
  },
  thread_take(world, a, b) {
    const session = world.session(a, 'originchats');
    const thread = world.pick(world.model.threads, b);
    if (session === undefined || thread === undefined) return;
    const { model } = world;
    const { person } = session;
    const act = (['join', 'leave', 'join', 'delete'] as const)[(a + b) % 4] ?? 'join';
    world.origin(session).send({ cmd: `thread_${act}`, thread_id: world.threadId(thread) });
    if (person.ban !== undefined) return model.refuse(session);
    const isMine = isBy(thread.creator, person);
    if (act === 'delete') {
      if (!isMine) return model.refuse(session);
      model.threads.splice(model.threads.indexOf(thread), 1);
      return model.toldOf('end', thread);
    }
    // Whoever made it takes part for good.
    const others = thread.takers.filter((one) => !isBy(one, person));
    if (act === 'leave' && !isMine) thread.takers = others;
    if (act === 'join' && others.length === thread.takers.length)
      thread.takers = [...others, signatureOf(person)];
    model.toldOf(`${act} of ${person.handle}:`, thread);
  },
  thread_say(world, a, b) {
    const session = world.session(a, 'originchats');
    const thread = world.pick(world.model.threads, b);
    if (session === undefined || thread === undefined) return;
    const { model } = world;
    const text = world.text();
    const place = { thread_id: world.threadId(thread) };
    if (a % 4 === 0) {
      world.origin(session).send({ cmd: 'thread_messages', ...place, limit: 200 });
      if (session.person.ban !== undefined) return model.refuse(session);
      return model.see(session, ...model.history(thread, 200, session));
    }
    world.origin(session).send({ cmd: 'message_new', content: text, ...place });
    if (isHeld(world, session)) return;
    if (!model.may(session.person, thread, 'send')) return model.refuse(session);
    model.say(thread, session.person, text, {}, session);
  },
} satisfies Record<string, Act>;

import { type Act, isRoom } from './acts.js';

/** Venueless: who has read how far. */
export const reading = {
  mark(world, a, b) {
    const session = world.session(a, 'venueless');
    if (session === undefined) return;
    const { model } = world;
    const room = world.room(b);
    const id = world.id(room.messages.at(-1)?.key ?? '');
    world.venue(session).ask('chat.mark_read', { channel: world.uuid(room), id });
    if (!isRoom(world, session, room) || !model.may(session.person, room, 'see'))
      return model.refuse(session);
    model.waits(session.person, room);
  },
} satisfies Record<string, Act>;

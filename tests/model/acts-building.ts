import type { Permission } from '../../src/domain/access/permissions.js';
import { type Act, isHeard } from './acts.js';
import { can } from './rules.js';

const names = ['nook', 'den', 'attic'];

/** Rooms are made, changed and ended. */
export const building = {
  sock_build(world, a, b) {
    const session = world.session(a, 'sockchat');
    if (session === undefined) return;
    const { model } = world;
    const { person } = session;
    const sock = world.sock(session);
    const name = names[b % names.length] as string;
    const here = model.room(person.place ?? '');
    const rank = (a + b) % 11;
    const owns = here.owner === person.name;
    /** What changing the room one is in takes. */
    const changes = (permission: Permission) =>
      isChanging && (owns || can(person.claims, permission)) && model.may(person, here, 'manage');
    const isChanging = isHeard(world, person);
    switch (b % 5) {
      case 0:
      case 1: {
        const ranked = b % 5 === 1;
        sock.say(`/create ${ranked ? `${rank} ` : ''}${name}`);
        if (!isHeard(world, person)) return;
        const isTooHigh = ranked && rank > person.claims.rank;
        if (!can(person.claims, 'channel.create') || isTooHigh || model.rooms.has(name))
          return model.refuse(session);
        const temporary = !can(person.claims, 'channel.permanent');
        const door = ranked && rank > 0 ? { rank } : {};
        return model.enter(person, model.makeRoom(name, door, { owner: person.name, temporary }));
      }
      case 2: {
        const which = a % 4 ? name : world.room(a).name;
        sock.say(`/delchan ${which}`);
        if (!isHeard(world, person)) return;
        const room = model.rooms.get(which);
        if (room === undefined || which === 'lounge') return model.refuse(session);
        const isOwn = room.owner === person.name || room.door.grants !== undefined;
        if (!model.may(person, room, 'manage') || !(isOwn || can(person.claims, 'channel.delete')))
          return model.refuse(session);
        return model.removeRoom(room);
      }
      case 3: {
        const password = a % 2 ? 'sesame' : undefined;
        sock.say(`/pwd ${password ?? ''}`);
        if (!isHeard(world, person)) return;
        // Nobody locks where everybody begins.
        const isLocked = here.name === 'lounge' && password !== undefined;
        if (isLocked || !changes('channel.password')) return model.refuse(session);
        const { password: _, ...open } = here.door;
        here.door = { ...open, ...(password === undefined ? {} : { password }) };
        return;
      }
      default: {
        sock.say(`/rank ${rank}`);
        if (!isHeard(world, person)) return;
        if (!changes('channel.rank') || rank > person.claims.rank) return model.refuse(session);
        const { rank: _, ...open } = here.door;
        here.door = { ...open, ...(rank === 0 ? {} : { rank }) };
      }
    }
  },
  host_build(world, a, b) {
    const { model } = world;
    const { channels } = world.rig.chat;
    const name = names[b % names.length] as string;
    const room = model.rooms.get(name);
    if (a % 2 && room !== undefined) {
      const id = world.channelId(room);
      world.host(true, () => channels.remove(id));
      model.removeRoom(room);
    } else {
      world.host(room === undefined, () => channels.create({ name }));
      if (room === undefined) model.makeRoom(name, {});
    }
  },
} satisfies Record<string, Act>;

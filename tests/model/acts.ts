import { building } from './acts-building.js';
import { sealing } from './acts-groups.js';
import { keeping } from './acts-keeping.js';
import { leaving } from './acts-leaving.js';
import { naming } from './acts-names.js';
import { timing } from './acts-origin.js';
import { polling } from './acts-polls.js';
import { reading } from './acts-reading.js';
import { threading } from './acts-threads.js';
import { among } from './acts-two.js';
import { type Claims, type Door, doors, kinds } from './cast.js';
import type { Person, Room, Session } from './facts.js';
import { can } from './rules.js';
import type { World } from './world.js';

/** A command, and what the model says becomes of it; the numbers pick who, with whom and where. */
export type Act = (world: World, a: number, b: number) => unknown;

const emoji = ['👍', '🎉'];

/** Whether Sock Chat hears somebody at all: whoever may say nothing is dropped without a word (section 4). */
export function isHeard({ model }: World, person: Person): boolean {
  return can(person.claims, 'message.send') && !model.isMute(person);
}

/** A room as Venueless has it for somebody: open, and seen or belonged to. */
export function isRoom({ model }: World, { person }: Session, room: Room): boolean {
  if (room.direct !== undefined) return room.members.has(person.name);
  return model.isOpen(room) && (model.may(person, room, 'see') || room.members.has(person.name));
}

/** Whether Venueless lets somebody act in a room: they belong to it, may, and are not silenced, whoever they are. */
function acts(world: World, session: Session, room: Room, action: 'send' | 'react'): boolean {
  const { person } = session;
  const { model } = world;
  if (!isRoom(world, session, room) || person.silenced) return false;
  return model.may(person, room, action) && room.members.has(person.name);
}

/** OriginChats keeps somebody from speaking, and says so: they are banned, or silenced. */
export function isHeld({ model }: World, session: Session): boolean {
  const { ban, silenced } = session.person;
  if (ban !== undefined) model.refuse(session);
  else if (silenced) model.see(session, 'is to wait');
  return ban !== undefined || silenced;
}

const coming = {
  connect: (world, a) => world.connect(a),
  drop(world, a) {
    const session = world.session(a);
    if (session === undefined) return;
    world.clients.get(session.place)?.link.drop();
    world.clients.delete(session.place);
    world.model.gone(session);
  },
  /** Sock Chat goes to another room. */
  enter(world, a, b) {
    const session = world.session(a, 'sockchat');
    if (session === undefined) return;
    const { model } = world;
    const room = world.room(b);
    const typed = [undefined, 'sesame', 'wrong'][b % 3];
    world.sock(session).say(`/join ${room.name}${typed === undefined ? '' : ` ${typed}`}`);
    const { person } = session;
    // A silenced user may still change channels (section 8.9).
    if (!can(person.claims, 'message.send')) return;
    const lets = model.may(person, room, 'enter', typed) && model.may(person, room, 'read', typed);
    if (person.place === room.name || !lets) model.refuse(session);
    else model.enter(person, room);
  },
  /** Venueless joins, leaves, follows and follows no more. */
  join(world, a, b) {
    const session = world.session(a, 'venueless');
    if (session === undefined) return;
    const { model } = world;
    const { person } = session;
    const room = world.room(b);
    const action = (['join', 'join', 'join', 'subscribe', 'leave', 'unsubscribe'] as const)[
      b % 5 === 0 ? a % 6 : b % 4
    ];
    if (action === undefined) return;
    world.venue(session).ask(`chat.${action}`, { channel: world.uuid(room) });
    if (!isRoom(world, session, room)) return model.refuse(session);
    if (action === 'join') {
      if (!model.may(person, room, 'enter')) return model.refuse(session);
      if (!room.members.has(person.name)) model.waits(person, room);
      room.members.add(person.name);
      session.follows.add(room.name);
    } else if (action === 'subscribe') {
      if (!model.may(person, room, 'read')) return model.refuse(session);
      session.follows.add(room.name);
    } else {
      session.follows.delete(room.name);
      if (action !== 'leave') return;
      room.members.delete(person.name);
      room.waiting.delete(person.name);
    }
  },
  async pause(world, a) {
    for (const [place, session] of world.model.sessions) {
      if (session.dialect === 'sockchat') world.sock(session).send(`0\t${world.sock(session).id}`);
      else if (session.dialect === 'originchats') world.origin(session).send({ cmd: 'ping' });
      else world.clients.get(place)?.link.send('["ping",1]');
    }
    await world.rig.advance([1_000, 5_000, 20_000][a % 3] ?? 1_000);
    world.model.pass(world.rig.time.now());
  },
} satisfies Record<string, Act>;

const talking = {
  say(world, a, b) {
    const session = world.session(a);
    if (session === undefined) return;
    const { model } = world;
    const { person, dialect } = session;
    const text = world.text();
    if (dialect === 'sockchat') {
      const action = b % 5 === 0;
      world.sock(session).say(action ? `/me ${text}` : text);
      const room = model.room(person.place ?? '');
      if (isHeard(world, person) && model.may(person, room, 'send'))
        model.say(room, person, text, { action }, session);
      return;
    }
    const room = world.room(b);
    if (dialect === 'originchats') {
      world.origin(session).say(room.name, text);
      if (isHeld(world, session)) return;
      if (!model.isOpen(room) || !model.may(person, room, 'send')) return model.refuse(session);
    } else {
      world.venue(session).say(world.uuid(room), text);
      if (!acts(world, session, room, 'send')) return model.refuse(session);
    }
    model.say(room, person, text, {}, session);
  },
  edit(world, a, b) {
    const found = world.message(b);
    const session = world.session(a, a % 2 ? 'originchats' : 'venueless');
    if (session === undefined || found === undefined) return;
    const { room, said } = found;
    const { model } = world;
    const { person } = session;
    const own = model.isOwn(said, person);
    const id = world.id(said.key);
    const text = world.text();
    if (session.dialect === 'originchats') {
      world.origin(session).send({ cmd: 'message_edit', id: String(id), channel: room.name, content: text });
      const mine = own || can(person.claims, 'message.edit.any');
      if (isHeld(world, session)) return;
      if (!model.isOpen(room) || !mine || !model.may(person, room, 'edit-own')) return model.refuse(session);
    } else {
      world.venue(session).say(world.uuid(room), text, { replaces: id });
      if (!acts(world, session, room, 'send') || !own || !model.may(person, room, 'edit-own'))
        return model.refuse(session);
    }
    model.edit(room, said, text, session);
  },
  remove(world, a, b) {
    const found = world.message(b);
    const session = world.session(a);
    if (session === undefined || found === undefined) return;
    const { room, said } = found;
    const { model } = world;
    const { person, dialect } = session;
    const own = model.isOwn(said, person);
    const outranked = !own && model.rankOf(said) > person.claims.rank;
    const granted = !outranked && model.may(person, room, own ? 'delete-own' : 'delete-any');
    if (dialect === 'sockchat') {
      const key = world.pick(said.shown.slice(-2), a) ?? said.key;
      world.sock(session).say(`/delmsg ${world.id(key)}`);
      if (!isHeard(world, person)) return;
      if (!can(person.claims, 'message.delete.any', 'message.delete.own') || !granted)
        return model.refuse(session);
    } else if (dialect === 'originchats') {
      const id = String(world.id(said.key));
      world.origin(session).send({ cmd: 'message_delete', id, channel: room.name });
      if (!model.isOpen(room) || !granted) return model.refuse(session);
    } else {
      const gone = { event_type: 'channel.message', content: { type: 'deleted' } };
      world
        .venue(session)
        .ask('chat.send', { channel: world.uuid(room), ...gone, replaces: world.id(said.key) });
      if (!acts(world, session, room, 'send') || !granted) return model.refuse(session);
    }
    model.remove(room, said, session);
  },
  react(world, a, b) {
    const found = world.message(b);
    const session = world.session(a, b % 2 ? 'originchats' : 'venueless');
    if (session === undefined || found === undefined) return;
    const { room, said } = found;
    const { model } = world;
    const { person } = session;
    const sign = emoji[a % emoji.length] ?? '👍';
    const on = a % 3 > 0;
    const id = world.id(said.key);
    if (session.dialect === 'originchats') {
      const cmd = on ? 'message_react_add' : 'message_react_remove';
      world.origin(session).send({ cmd, id: String(id), channel: room.name, emoji: sign });
      if (!model.isOpen(room) || !model.may(person, room, 'react') || model.isMute(person))
        return model.refuse(session);
      if (!model.react(room, said, person, sign, on, session)) model.refuse(session);
    } else {
      const reaction = { event: id, reaction: sign, ...(on ? {} : { delete: true }) };
      world.venue(session).ask('chat.react', { channel: world.uuid(room), ...reaction });
      if (!acts(world, session, room, 'react')) return model.refuse(session);
      model.react(room, said, person, sign, on, session);
    }
  },
  /** Asks for a room's past. */
  look(world, a, b) {
    const session = world.session(a, b % 2 ? 'originchats' : 'venueless');
    if (session === undefined) return;
    const { model } = world;
    const room = world.room(b);
    const { person } = session;
    if (session.dialect === 'originchats') {
      world.origin(session).send({ cmd: 'messages_get', channel: room.name, limit: 200 });
      if (!model.isOpen(room) || !model.may(person, room, 'read')) return model.refuse(session);
      // Whoever looks there has read what there is.
      if (room.messages.length > 0) model.waits(person, room);
    } else {
      world.venue(session).ask('chat.fetch', { channel: world.uuid(room), count: 1_000 });
      if (!isRoom(world, session, room) || !model.may(person, room, 'read')) return model.refuse(session);
    }
    model.see(session, ...model.history(room, 200, session));
  },
} satisfies Record<string, Act>;

/** What the host does, and whether the rules let it; `world.host` keeps what came of it. */
const hosting = {
  host_say(world, _, b) {
    const room = world.room(b);
    const text = world.text();
    world.host(true, () => world.rig.chat.messages.send(world.channelId(room), text));
    world.model.say(room, undefined, text);
  },
  silence(world, a, b) {
    const person = world.person(b);
    const user = world.userId(person);
    if (user === undefined) return;
    const { chat } = world.rig;
    const on = a % 2 > 0;
    if (on) world.host(!person.silenced, () => chat.users.silence(user));
    else world.host(person.silenced, () => chat.users.unsilence(user));
    if (on !== person.silenced) world.model.silence(person, on);
  },
  kick(world, _, b) {
    const person = world.person(b);
    const user = world.userId(person);
    if (user === undefined) return;
    const isThere = world.model.sessionsOf(person).length > 0;
    world.host(isThere, () => world.rig.chat.users.kick(user));
    world.model.sendAway(person);
  },
  ban(world, a, b) {
    const person = world.person(b);
    const user = world.userId(person);
    if (user === undefined) return;
    const { model, rig } = world;
    const { chat } = rig;
    const on = a % 3 === 0;
    const until = a % 2 ? {} : { until: model.now + 4_000 };
    if (on) {
      world.host(true, () => chat.users.ban(user, until));
      model.ban(person, until);
    } else {
      world.host(person.ban !== undefined, () => chat.users.unban(user));
      person.ban = undefined;
    }
  },
  /** Somebody becomes somebody of another kind. */
  become(world, a, b) {
    const person = world.person(b);
    const user = world.userId(person);
    if (user === undefined) return;
    const claims = kinds[a % kinds.length] as Claims;
    person.claims = claims;
    world.introduce(person);
    // Of whoever has left for good nothing is there to change.
    world.host(!person.left, () => world.rig.chat.users.update(user, claims));
    world.model.review();
  },
  /** A room gets another door: what the new one has none of stays as it was. */
  rebuild(world, a, b) {
    const room = world.room(b);
    if (room.name === 'lounge') return;
    const door = Object.values(doors)[a % Object.keys(doors).length] as Door;
    world.host(true, () => world.rig.chat.channels.update(world.channelId(room), { ...door }));
    room.door = { ...room.door, ...door };
    world.model.review();
  },
} satisfies Record<string, Act>;

export const allActs: Readonly<Record<string, Act>> = {
  ...coming,
  ...talking,
  ...hosting,
  ...keeping,
  ...among,
  ...naming,
  ...timing,
  ...polling,
  ...reading,
  ...threading,
  ...building,
  ...leaving,
  ...sealing,
};

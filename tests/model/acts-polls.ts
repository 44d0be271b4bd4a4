import type { Act } from './acts.js';
import type { Room, Said } from './facts.js';
import { isBy, signatureOf } from './names.js';
import type { Poll } from './polls.js';
import { can } from './rules.js';
import type { World } from './world.js';

/** What OriginChats alone has in channels: pins, and polls that the others read as text. */
export const polling = {
  pin(world, a, b) {
    const session = world.session(a, 'originchats');
    const found = world.message(b);
    if (session === undefined || found === undefined) return;
    const { room, said } = found;
    const { model } = world;
    const on = (a + b) % 3 > 0;
    const id = String(world.id(said.key));
    world.origin(session).send({ cmd: on ? 'message_pin' : 'message_unpin', id, channel: room.name });
    if (!model.isOpen(room) || !model.may(session.person, room, 'pin')) return model.refuse(session);
    said.pinned = on;
    for (const one of model.shownTo(room, session))
      if (one.dialect === 'originchats') model.see(one, `${on ? 'pin' : 'unpin'} {${said.key}} ${room.name}`);
  },
  ask(world, a, b) {
    const session = world.session(a, 'originchats');
    if (session === undefined) return;
    const { model } = world;
    const { person } = session;
    const room = world.room(b);
    const question = `${world.text()}?`;
    const options = ['tea', 'cake', 'both'].slice(0, 2 + (a % 2));
    const multiple = b % 2 > 0;
    const wish = { question, options, allow_multiselect: multiple };
    world.origin(session).send({ cmd: 'poll_create', channel: room.name, ...wish });
    const asks = model.isOpen(room) && can(person.claims, 'message.send') && !model.isMute(person);
    if (!asks || !model.may(person, room, 'send')) return model.refuse(session);
    const poll = { question, options, multiple, ended: false, votes: [] };
    model.say(room, person, '', { poll });
  },
  vote(world, a, b) {
    const session = world.session(a, 'originchats');
    const found = polls(world, b);
    if (session === undefined || found === undefined) return;
    const { room, said, poll } = found;
    const { model } = world;
    const { person } = session;
    const chosen = [a % 4, (a + b) % 3].slice(0, 1 + (b % 2));
    const message_id = String(world.id(said.key));
    world.origin(session).send({ cmd: 'poll_vote', message_id, option_ids: chosen.map(String) });
    const wished = new Set(chosen);
    const isOne = poll.options.length > Math.max(...chosen) && (poll.multiple || wished.size === 1);
    const mayVote = model.isOpen(room) && model.may(person, room, 'see') && !model.isMute(person);
    if (!mayVote || poll.ended || !isOne) return model.refuse(session);
    const before = poll.votes.findIndex(({ who }) => isBy(who, person));
    const [mine] = before < 0 ? [] : poll.votes.splice(before, 1);
    if (poll.multiple) for (const one of mine?.chosen ?? []) wished.add(one);
    poll.votes.push({ who: signatureOf(person), chosen: [...wished].sort() });
    told(world, found, `vote {${said.key}} ${room.name} ${person.handle} ${[...wished].sort()}`);
  },
  close_poll(world, a, b) {
    const session = world.session(a, 'originchats');
    const found = polls(world, b);
    if (session === undefined || found === undefined) return;
    const { room, said, poll } = found;
    const { model } = world;
    const { person } = session;
    world.origin(session).send({ cmd: 'poll_end', message_id: String(world.id(said.key)) });
    const ends = model.isOwn(said, person) || can(person.claims, 'message.delete.any');
    if (!model.isOpen(room) || !model.may(person, room, 'see') || !ends || poll.ended)
      return model.refuse(session);
    poll.ended = true;
    told(world, found, `end {${said.key}} ${room.name}`);
  },
} satisfies Record<string, Act>;

interface Found {
  readonly room: Room;
  readonly said: Said;
  readonly poll: Poll;
}

function polls(world: World, at: number): Found | undefined {
  const all = [...world.model.rooms.values()].flatMap((room) =>
    room.messages.flatMap((said) => (said.poll === undefined ? [] : [{ room, said, poll: said.poll }])),
  );
  return world.pick(all, at);
}

function told({ model }: World, { room, poll }: Found, what: string): void {
  for (const one of model.hearers(room))
    if (one.dialect === 'originchats') model.see(one, `${what} ${model.votesOf(poll)}`);
}

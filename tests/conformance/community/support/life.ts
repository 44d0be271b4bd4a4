import * as wire from '../../../../src/dialects/conclave/codec.js';
import { userOfConclaveId } from '../../../../src/dialects/conclave/index.js';
import { userOfVenuelessId } from '../../../../src/dialects/venueless/index.js';
import type { UserId } from '../../../../src/domain/ids.js';
import type { Identity } from '../../../../src/domain/users/identity.js';
import type { User } from '../../../../src/domain/users/users.js';
import type { SockProbe } from '../../../support/sock-probe.js';
import type { Person } from '../../conclave/support/server.js';
import type { Member as Originator } from '../../originchats/support/server.js';
import type { Member as Venturer } from '../../venueless/support/server.js';
import type { Town } from './town.js';

/** Channels that lives are led in, besides those of every town. */
export const rooms = [
  { name: 'lounge' },
  { name: 'workshop' },
  { name: 'ideas', kind: 'forum' as const },
  { name: 'booth', kind: 'voice' as const },
];

/** One connection or more in each protocol, all of the same user. */
export interface Everywhere {
  readonly who: Identity;
  readonly user: User;
  readonly sealed: Person;
  readonly sock: SockProbe;
  readonly sockTab: SockProbe;
  readonly origin: Originator;
  readonly originTab: Originator;
  readonly world: Venturer;
  readonly worldTab: Venturer;
}

/** Somebody with an account of Conclave that is linked to an identity of the host's, logged in everywhere, twice in each text protocol. */
export async function everywhere(town: Town, name: string): Promise<Everywhere> {
  const who = town.person(name);
  const sealed = await town.sealed(name);
  const account = userOfConclaveId(town.chat.users, sealed.id);
  if (account === undefined) throw new Error('the account was not made');
  await town.chat.users.link(account.id, { provider: who.provider, id: who.id });
  // What the account is called, so that clients are known by it in every protocol.
  const named = { ...who, name: sealed.name };
  const sock = await town.sock(named);
  const sockTab = await town.sock(named);
  const origin = await town.origin(named);
  const originTab = await town.origin(named);
  const world = await town.world(named, 'lounge');
  const worldTab = await town.world(named, 'lounge');
  const user = town.chat.users.get(account.id);
  if (user === undefined) throw new Error('the account is gone');
  return { who: named, user, sealed, sock, sockTab, origin, originTab, world, worldTab };
}

/** Others who look on, one in each protocol; `sealed` shares a group with whoever is looked at. */
export interface Onlookers {
  readonly sock: SockProbe;
  readonly origin: Originator;
  readonly world: Venturer;
  readonly sealed: Person;
  /** May do everything in the text protocols. */
  readonly staff: Identity;
  readonly staffOrigin: Originator;
  readonly staffWorld: Venturer;
}

export async function onlookers(town: Town): Promise<Onlookers> {
  const staff = town.staff('staff');
  return {
    sock: await town.sock(town.person('saki')),
    origin: await town.origin(town.person('olive')),
    world: await town.world(town.person('vera'), 'lounge'),
    sealed: await town.sealed('conny'),
    staff,
    staffOrigin: await town.origin(staff),
    staffWorld: await town.world(staff, 'lounge'),
  };
}

/** What somebody's life has left behind, by which it is looked for later. */
export interface Life {
  /** A message of theirs in the lounge. */
  readonly message: string;
  /** Their direct channel with one who stays, and one with somebody who has left for good already. */
  readonly direct: string;
  readonly deserted: string;
  readonly group: string;
}

/** Does everything that leaves a row somewhere. */
export async function live(town: Town, one: Everywhere, others: Onlookers): Promise<Life> {
  const { origin, world, sealed, user } = one;
  const say = (channel: string, body: string, by = world) =>
    by.done('chat.send', { channel, event_type: 'channel.message', content: { type: 'text', body } });
  const { message } = await origin.ask({ cmd: 'message_new', channel: 'lounge', content: 'I was here' });
  await origin.ask({ cmd: 'message_react_add', channel: 'lounge', id: message.id, emoji: '👋' });
  await others.staffOrigin.ask({ cmd: 'message_pin', channel: 'lounge', id: message.id });
  const handle = town.chat.users.get(user.id)?.handle;
  await others.origin.ask({
    cmd: 'message_new',
    channel: 'lounge',
    content: `@${handle} hello`,
    reply_to: message.id,
  });
  await origin.ask({ cmd: 'unreads_ack', channel: 'lounge', message_id: message.id });
  await origin.ask({ cmd: 'status_set', status: 'dnd', text: 'at work' });
  const { thread } = await origin.ask({ cmd: 'thread_create', channel: 'ideas', name: `tea ${handle}` });
  await others.origin.ask({ cmd: 'thread_join', thread_id: thread.id });
  const { poll_id } = await origin.ask({
    cmd: 'poll_create',
    channel: 'lounge',
    question: 'Tea?',
    options: ['yes', 'no'],
  });
  await origin.ask({ cmd: 'poll_vote', poll_id, option_id: '0' });
  await origin.ask({
    cmd: 'slash_register',
    commands: [{ name: `roll${user.id}`, description: 'Rolls', options: [] }],
  });
  await origin.ask({ cmd: 'voice_join', channel: 'booth', peer_id: 'p' });
  const there = { users: [others.world.id] };
  const { id: direct } = await world.done('chat.direct.create', there);
  await say(direct, 'between us');
  const goner = await town.world(town.person('goner'));
  const { id: deserted } = await world.done('chat.direct.create', { users: [goner.id] });
  await say(deserted, 'anybody?');
  const gone = userOfVenuelessId(town.chat.users, goner.id)?.id as UserId;
  await town.chat.users.remove(gone);
  await world.done('user.update', { client_state: { seen: true } });
  await others.world.done('user.block', { id: world.id });
  await world.done('user.block', { id: others.staffWorld.id });
  await world.done('chat.mark_read', { channel: direct, id: 1 });

  const group = await sealed.group(`den${user.id}`);
  await sealed.bring(group, others.sealed);
  const past = await others.sealed.group(`past${user.id}`);
  await sealed.send(group, 1, 2, 3);
  await sealed.invite(group, await town.sealed('dave'));
  await others.sealed.invite(past, sealed);
  await sealed.done('/key-packages', wire.UploadKeyPackageRequest, {
    entries: [1, 2].map((n) => ({ data: Uint8Array.of(0, 1, 0, 5, n), isLastResort: n === 1 })),
    signingKeyFingerprint: 'f00dcafe',
  });
  const erin = await town.sealed('erin');
  await sealed.done(`/groups/${group}/ban`, wire.BanMemberRequest, { userId: erin.bytes });
  return { message: message.id, direct, deserted, group };
}

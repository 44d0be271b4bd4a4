import { expect, it } from 'vitest';
import { chain } from '../../src/adapters/auth/chain.js';
import { guest } from '../../src/adapters/auth/guest.js';
import { idOf, uuidOf } from '../../src/dialects/uuid.js';
import type { UserId } from '../../src/domain/ids.js';
import { activeBans } from '../../src/domain/moderation/bans.js';
import { openRoom, serve, type VenuelessServer } from '../conformance/venueless/support/server.js';
import { gather, say } from '../conformance/venueless/support/talk.js';
import type { Json } from '../support/json-probe.js';
import { randomFrom } from '../support/random.js';
import { countingMetrics, liveFuzz, PACKETS, SEED } from './support/live-fuzz.js';
import { flaws } from './support/venueless-flaws.js';
import { commands, requests, type World } from './support/venueless-requests.js';
import { names, roles, Sender } from './support/venueless-senders.js';
import { watched } from './support/watched-door.js';

const live = liveFuzz<VenuelessServer, Sender>();

it(`[venueless 1] survives ${PACKETS} requests in random order, and a well-behaved client misses nothing`, async () => {
  const random = randomFrom(SEED);
  const { counted, metrics } = countingMetrics('venueless');
  const { seen, door } = watched();
  const { clock } = live;
  const here = await serve({
    clock,
    door,
    auth: chain(names, guest()),
    venueless: {
      worlds: { demo: { title: 'Demo' }, small: { connectionLimit: 1 } },
      badges: { staff: 'Crew' },
      limits: { loginMs: 86_400_000, idlePingMs: 0, idleTimeoutMs: 0 },
    },
    channels: [
      { name: 'stage', grants: openRoom },
      { name: 'hall', grants: openRoom, memberPolicy: { forced: true } },
      { name: 'lobby', grants: openRoom, memberPolicy: { volatile: true } },
      { name: 'staff', grants: { participant: ['staff'] } },
    ],
    metrics,
  });
  live.server = here;
  const { chat } = here;
  const stage = chat.channels.byName('stage')?.id;
  const expected: string[] = [];
  const note = (what: string, id: unknown, channel: unknown) => {
    if (channel === stage) expected.push(`${what} ${id}`);
  };
  chat.on('message', ({ message, channel }) => note('event', message.id, channel.channel));
  chat.on('message_edit', ({ edit, channel }) => note('event', edit, channel.channel));
  chat.on('message_delete', ({ edit, channel }) => note('event', edit, channel));
  chat.on('reaction_add', ({ message, channel }) => note('reaction', message.id, channel.channel));
  chat.on('reaction_remove', ({ message, channel }) => note('reaction', message.id, channel.channel));
  chat.on('member_add', ({ id, channel }) => note('event', id, channel.channel));
  chat.on('member_remove', ({ id, channel }) => note('event', id, channel.channel));

  const witness = await here.login('witness', { token: 'witness' });
  const room = witness.channel('stage');
  await gather(room, witness);
  const first = witness.probe.frames.length;
  expected.length = 0;

  const directs: string[] = [];
  const events: number[] = [];
  const keep = <T>(list: T[], one: T, most: number) => {
    if (list.push(one) > most) list.shift();
  };
  const senders = roles.map(
    (role) =>
      new Sender(role, ([name, told]: Json) => {
        if (name === 'chat.event' && told.channel === room) keep(events, told.event_id, 12);
        if (name === 'chat.channels')
          for (const { id, members } of told.channels)
            if (members !== undefined && !directs.includes(id)) keep(directs, id, 20);
      }),
  );
  live.senders = senders;
  const shares = senders.flatMap((one) => Array.from({ length: one.role.share }, () => one));
  const request = requests(random);
  const rooms = ['stage', 'hall', 'lobby', 'staff'].map((name) =>
    uuidOf('channel', chat.channels.byName(name)?.id as string),
  );
  const userOf = ({ id }: Sender) => idOf('user', id) as UserId | undefined;
  const world = (): World => ({
    people: [...new Set(senders.flatMap(({ id }) => id ?? [])), uuidOf('user', 2 ** 40)],
    spared: witness.id,
    rooms,
    directs,
    events,
  });

  /** Waits until everything is answered, lets everybody back in who was sent away, and has those silenced, blocked and banned who are to be. */
  const catchUp = async () => {
    // Requests that are still on their way may have lifted it meanwhile.
    for (const ban of chat.read((view) => activeBans(view, clock.now())))
      if (ban.kind === 'user') await chat.users.unban(ban.subject as UserId).catch(() => {});
    for (const one of senders) {
      const user = userOf(one);
      if (user !== undefined && one.role.fate !== 'silenced')
        await chat.users.unsilence(user).catch(() => {});
    }
    await Promise.all(senders.map((one) => one.ready(here)));
    const alice = senders.find(({ role }) => role.name === 'alice');
    for (const one of senders) {
      const user = userOf(one);
      const by = alice && userOf(alice);
      if (user === undefined) continue;
      const { fate } = one.role;
      if (fate === 'silenced') await chat.users.silence(user).catch(() => {});
      if (fate === 'banned' && random.chance(0.5)) await chat.users.ban(user).catch(() => {});
      if (fate === 'blocked' && by !== undefined) await chat.run('user.block', { by, user }).catch(() => {});
    }
    // Most of them belong to the room, so that they are heard there.
    for (const one of senders)
      if (one.role.as !== 'stranger') one.send(request(world(), ['chat.join', { channel: room }]));
    await Promise.all(senders.map((one) => one.ready(here)));
    await witness.ask('user.online_status', { ids: [] });
    await clock.advance(1_000);
  };

  let sent = 0;
  let rounds = 0;
  while (sent < PACKETS) {
    await catchUp();
    const around = world();
    for (let i = 0; i < 50 && sent < PACKETS; i++) {
      const one = random.pick(shares);
      // Now and then somebody says a great many things at once.
      const burst = random.chance(0.004) ? 100 : 1;
      for (let j = 0; j < burst && sent < PACKETS; j++, sent++) one.send(request(around));
      clock.skip(random.below(200));
    }
    if (rounds++ % 4 === 0) await say(witness, room, `I say ${rounds}`);
  }
  await catchUp();
  await witness.settle();

  const pushed = witness.probe.frames
    .slice(first)
    .filter(([name, told]) => ['chat.event', 'chat.event.reaction'].includes(name) && told.channel === room);
  const witnessed = pushed.map(
    ([name, { event_id: id }]) => `${name === 'chat.event' ? 'event' : 'reaction'} ${id}`,
  );
  const kinds = [...counted].filter(([name]) => name.startsWith('commands.')).sort();
  const decided = kinds.reduce(
    (sum, [name, count]) => sum + (name.startsWith('commands.submitted') ? count : 0),
    0,
  );
  const count = (what: string) => senders.reduce((sum, one) => sum + (one.counts.get(what) ?? 0), 0);
  const told = new Map<string, number>();
  for (const one of senders)
    for (const [what, times] of one.counts) told.set(what, (told.get(what) ?? 0) + times);
  console.log(
    `seed ${SEED}: ${sent} requests sent, ${seen.inputs} frames in, ${decided} commands decided, ` +
      `slowest ${seen.slowest.toFixed(1)} ms, ${witnessed.length} frames witnessed\n` +
      `${[...kinds, ...[...told].sort()].map(([name, times]) => `  ${name}: ${times}`).join('\n')}`,
  );
  expect(witnessed).toEqual(expected);
  expect(senders.flatMap((one) => one.bad)).toEqual([]);
  expect(here.errors).toEqual([]);
  expect(seen.slow).toEqual([]);
  expect(commands.filter((action) => !counted.has(`venueless.commands ${action}`))).toEqual([]);
  expect(decided * 10).toBeGreaterThanOrEqual(sent);
  expect(chat.health().storage).toBe('open');
  for (const what of ['connection.replaced', 'connection.reload', 'server.fatal', 'auth.denied'])
    expect(count(what), what).toBeGreaterThan(0);

  // Ids grow, and what is in the history is what was seen, without what was taken back since.
  const ids = pushed.flatMap(([name, { event_id: id }]) => (name === 'chat.event' ? [id] : []));
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  const { results } = await witness.done('chat.fetch', { channel: room, count: 1_000 });
  const gone = new Set(
    pushed.flatMap(([, { content, replaces }]) => (content.type === 'deleted' ? [replaces] : [])),
  );
  const past = results.map((one: Json) => one.event_id).filter((id: number) => id >= ids[0]);
  expect(past).toEqual(ids.filter((id) => id >= past[0] && !gone.has(id)));
  expect(flaws(chat)).toEqual([]);
}, 180_000);

import { afterEach, describe, expect, it } from 'vitest';
import { commandTable } from '../../src/dialects/sockchat/commands/index.js';
import { settings } from '../../src/dialects/sockchat/options.js';
import type { UserId } from '../../src/domain/ids.js';
import type { CommandName } from '../../src/domain/index.js';
import { activeBans } from '../../src/domain/moderation/bans.js';
import { turn } from '../conformance/sockchat/support/clock.js';
import { serve, stopAll } from '../conformance/sockchat/support/server.js';
import { randomFrom } from '../support/random.js';
import { frames, type World } from './support/sockchat-frames.js';
import { auth, roles, Sender } from './support/sockchat-senders.js';
import { watched } from './support/watched-door.js';

const PACKETS = Number(process.env.POLYLECT_FUZZ_PACKETS ?? 20_000);
const SEED = Number(process.env.POLYLECT_FUZZ_SEED ?? 20_250_413);

afterEach(stopAll);

/** Every command that a client of this protocol can bring about. */
const clientCommands: readonly CommandName[] = [
  ...([
    'session.open',
    'message.send',
    'message.delete',
    'direct.whisper',
    'announce',
    'place.enter',
  ] as const),
  ...(['channel.create', 'channel.update', 'channel.delete', 'user.away', 'user.nick', 'user.kick'] as const),
  'typing.start',
  ...(['user.ban', 'user.unban', 'address.unban', 'user.silence', 'user.unsilence'] as const),
];

describe.each([
  { flood: 'off', banMs: 0 },
  { flood: 'on', banMs: 30_000 },
])('a live server, flood control $flood', ({ flood, banMs }) => {
  it(`[sockchat 1] survives ${PACKETS} packets in random order, and a well-behaved client misses nothing`, async () => {
    const random = randomFrom(SEED + banMs);
    const counted = new Map<string, number>();
    const { seen, door } = watched();
    const server = await serve({
      auth,
      door,
      sockchat: { extensions: 'v2-2021', flood: { banMs } },
      // The time of this test makes leaps; a login in the middle of one is not slow.
      limits: { authMs: 86_400_000 },
      channels: [
        { name: 'Lounge' },
        { name: 'Side' },
        { name: 'Secret', password: 'secret' },
        { name: 'High', rank: 3 },
      ],
      metrics: {
        count: (name, by = 1, labels = {}) => {
          const key = [name, ...Object.values(labels).filter((label) => label !== 'sockchat')].join(' ');
          counted.set(key, (counted.get(key) ?? 0) + by);
        },
        gauge: () => {},
      },
    });
    const { chat, clock } = server;
    const lounge = chat.channels.byName('Lounge')?.id;
    const expected: string[] = [];
    chat.on('message', ({ message }) => message.channel === lounge && expected.push(`${message.id}`));
    chat.on('message_delete', ({ id, channel }) => channel === lounge && expected.push(`deleted ${id}`));
    chat.on('user_connect', ({ id, channel }) => channel === lounge && expected.push(`${id}`));
    chat.on('user_disconnect', ({ id, channel }) => channel === lounge && expected.push(`${id}`));
    chat.on('channel_leave', ({ id, channel }) => channel === lounge && expected.push(`${id}`));
    chat.on(
      'channel_enter',
      ({ id, surroundings }) => surroundings.channel.channel === lounge && expected.push(`${id}`),
    );
    chat.on(
      'user_update',
      ({ id, cause, channel }) => cause === 'nick' && channel === lounge && expected.push(`${id}`),
    );
    chat.on('announcement', ({ id }) => expected.push(`${id}`));

    const witness = await server.connect('Witness');
    witness.send('3→TYPING');
    witness.send('1→Witness');
    await witness.packet('context_channels');
    // Somebody to be pardoned, again and again.
    const ghost = await server.connect('Ghost');
    ghost.send('1→Ghost');
    await ghost.packet('context_channels');
    ghost.terminate();
    await witness.packet('user_remove');
    const ghostId = server.userId('Ghost');
    await server.settle();
    await turn();
    await turn();
    const first = witness.packets.length;
    expected.length = 0;

    const senders = roles.map((role, number) => new Sender(role, number + 1));
    const shares = senders.flatMap((one) => Array.from({ length: one.role.share }, () => one));
    const { frame } = frames(random);
    const world = (): World => ({
      names: [...roles.map((role) => role.name), 'Witness', '~n1'],
      channels: ['Lounge', 'Side', 'Secret', 'High', 'Home', ...Array.from({ length: 9 }, (_, i) => `t${i}`)],
      banned: ['Ghost', 'ghost', '99', '192.0.2.1', '2001:db8::1', '127.0.0.12'],
      ids: expected.slice(-40).filter((id) => !id.startsWith('deleted')),
    });

    const kept = new Set(['Ghost', '192.0.2.1', '2001:db8::1']);
    /** Lets everybody back in who was sent away, and waits until the server has kept up. */
    const catchUp = async () => {
      for (const ban of chat.read((view) => activeBans(view, clock.now()))) {
        // The packets of this round may still be on their way: what they are to find stays.
        if (kept.has(ban.name)) continue;
        if (ban.kind === 'user') await chat.users.unban(ban.subject as UserId).catch(() => {});
        else await chat.users.unbanAddress(ban.subject).catch(() => {});
      }
      await chat.users.ban(ghostId);
      await chat.users.banAddress('192.0.2.1');
      await chat.users.banAddress('2001:db8::1');
      for (const one of senders) {
        const record = chat.users.byHandle(one.role.name);
        if (record !== undefined && one.role.name !== 'Silent')
          await chat.users.unsilence(record.id).catch(() => {});
        if (!one.open) await one.connect(server);
      }
      await witness.ping();
      await clock.advance(1_000);
    };

    await catchUp();
    let sent = 0;
    let rounds = 0;
    while (sent < PACKETS) {
      const around = world();
      for (let i = 0; i < 50 && sent < PACKETS; i++) {
        const one = random.pick(shares);
        // Now and then somebody sends a great many at once.
        const burst = random.chance(0.005) ? 35 : 1;
        for (let j = 0; j < burst && one.open && sent < PACKETS; j++, sent++)
          one.send(frame(one.own, around, one.role.stranger === true ? 0.3 : 0.88));
        clock.skip(random.below(400));
      }
      if (rounds++ % 4 === 0) witness.say(`I say ${rounds}`);
      await catchUp();
    }
    await server.settle();
    await turn();
    await turn();

    const witnessed = witness.packets.slice(first).flatMap((packet) => {
      if (packet.kind === 'message') return packet.flags.private ? [] : [packet.messageId];
      if (packet.kind === 'message_delete') return [`deleted ${packet.messageId}`];
      const alive = ['user_add', 'user_remove', 'channel_user_add', 'channel_user_remove'].includes(
        packet.kind,
      );
      return alive && 'messageId' in packet ? [packet.messageId] : [];
    });
    const names = commandTable('sockchat', settings({})).flatMap((row) => row.names);
    const unreached = names.filter((name) => !counted.has(`sockchat.commands ${name}`));
    const kinds = [...counted].filter(([name]) => name.startsWith('commands.')).sort();
    // A packet submits one command, unless it also ends being away; only the sweeper closes sessions by a command.
    const besides = ['commands.submitted user.away', 'commands.submitted session.close'];
    const decided = kinds.reduce(
      (sum, [name, count]) =>
        sum + (name.startsWith('commands.submitted') && !besides.includes(name) ? count : 0),
      0,
    );
    console.log(
      `seed ${SEED}, flood control ${flood}: ${sent} packets sent, ${seen.inputs} frames in, ${decided} of them decided, ` +
        `slowest ${seen.slowest.toFixed(1)} ms, ${witnessed.length} lines witnessed, flooded ${counted.get('sockchat.flooded') ?? 0}\n` +
        kinds.map(([name, count]) => `  ${name}: ${count}`).join('\n'),
    );
    expect(witnessed).toEqual(expected);
    expect(witness.packets.some(({ kind }) => kind === 'typing')).toBe(true);
    expect(senders.flatMap((one) => one.bad)).toEqual([]);
    expect(server.errors).toEqual([]);
    expect(seen.slow).toEqual([]);
    expect(unreached).toEqual([]);
    expect(clientCommands.filter((type) => !counted.has(`commands.submitted ${type}`))).toEqual([]);
    expect(decided * 2).toBeGreaterThanOrEqual(sent);
    expect(chat.health().storage).toBe('open');
    expect((counted.get('sockchat.flooded') ?? 0) > 0).toBe(banMs > 0);
  }, 180_000);
});

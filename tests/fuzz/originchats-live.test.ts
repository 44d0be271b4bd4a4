import { describe, expect, it } from 'vitest';
import { argon2 } from '../../src/adapters/hashing/argon2.js';
import type { UserId } from '../../src/domain/ids.js';
import { activeBans } from '../../src/domain/moderation/bans.js';
import { type OriginServer, serve } from '../conformance/originchats/support/server.js';
import { randomFrom } from '../support/random.js';
import { countingMetrics, liveFuzz, PACKETS, SEED } from './support/live-fuzz.js';
import { commands, requests, type World } from './support/originchats-requests.js';
import { roles, Sender } from './support/originchats-senders.js';
import { watched } from './support/watched-door.js';

const live = liveFuzz<OriginServer, Sender>();

/** Frames that tell of messages, and what of them is to be the same here and in the chat's own events. */
const shown: Readonly<Record<string, string>> = {
  message_new: 'said',
  message_edit: 'edited',
  message_delete: 'deleted',
  message_react_add: 'reacted',
  message_react_remove: 'unreacted',
  message_pin: 'pinned',
  message_unpin: 'pinned',
};

describe.each([{ limits: 'off' }, { limits: 'on' }])('a live server, rate limits $limits', ({ limits }) => {
  it(`[originchats 2] survives ${PACKETS} requests in random order, and a well-behaved client misses nothing`, async () => {
    const enabled = limits === 'on';
    const random = randomFrom(SEED + Number(enabled));
    const { counted, metrics } = countingMetrics('originchats');
    const { seen, door } = watched();
    const { clock } = live;
    const here = await serve({
      clock,
      door,
      hasher: argon2({ memoryKib: 64, passes: 1 }),
      originchats: {
        // The mode in which every command is there.
        authMode: 'cracked',
        rateLimits: { enabled, cooldownSeconds: 5 },
        limits: { loginMs: 86_400_000 },
      },
      channels: [
        { name: 'general' },
        { name: 'side' },
        { name: 'staff', roles: { see: ['admin'], read: ['admin'], send: ['admin'] } },
      ],
      metrics,
    });
    live.server = here;
    const { chat } = here;
    const general = chat.channels.byName('general')?.id;
    const expected: string[] = [];
    const note = (what: string, id: unknown, channel: unknown) => {
      if (channel === general) expected.push(`${what} ${id}`);
    };
    chat.on('message', ({ message, channel }) => note('said', message.id, channel.channel));
    chat.on('message_edit', ({ message, channel }) => note('edited', message.id, channel.channel));
    chat.on('message_delete', ({ id, channel, place }) => place && note('deleted', id, channel));
    chat.on('reaction_add', ({ message, channel }) => note('reacted', message.id, channel.channel));
    chat.on('reaction_remove', ({ message, channel }) => note('unreacted', message.id, channel.channel));
    chat.on('message_pin', ({ message, channel }) => note('pinned', message.id, channel.channel));

    const witness = await here.arrive('witness', { roles: ['owner', 'user'] });
    const all = { view: ['user', 'owner'], send: ['user'], create_thread: ['user'] };
    for (const [name, type] of [
      ['talk', 'voice'],
      ['ideas', 'text'],
    ])
      await witness.ask({ cmd: 'channel_create', name, type, permissions: all });
    // Forums cannot be made at once (section 6.2).
    await witness.ask({ cmd: 'channel_update', current_name: 'ideas', updates: { type: 'forum' } });

    const ids: string[] = [];
    const remember = (frame: object) => {
      for (const [, id] of JSON.stringify(frame).matchAll(/"(?:id|poll_id|message_id)":"([^"]{1,60})"/g)) {
        ids.push(id as string);
        if (ids.length > 60) ids.shift();
      }
    };
    let bystander = 0;
    const senders = roles.map(
      (role) => new Sender(role, (frame) => ++bystander % 7 === 0 && remember(frame)),
    );
    live.senders = senders;
    const shares = senders.flatMap((one) => Array.from({ length: one.role.share }, () => one));
    const request = requests(random);
    const world = (): World => ({
      names: roles.map((role) => role.name),
      channels: ['side', 'staff', ...Array.from({ length: 9 }, (_, i) => `c${i}`)],
      ids: [...ids, ...expected.slice(-20).map((one) => one.split(' ')[1] as string)],
    });

    /** Lets everybody back in who was sent away, and waits until the server has kept up. */
    const catchUp = async () => {
      for (const ban of chat.read((view) => activeBans(view, clock.now())))
        if (ban.kind === 'user') await chat.users.unban(ban.subject as UserId);
      for (const { role } of senders) {
        const found = chat.users.byHandle(role.name);
        if (found !== undefined) await chat.users.unsilence(found.id).catch(() => {});
      }
      for (const one of senders) await one.ready(here);
      await witness.ask({ cmd: 'ping' });
      await clock.advance(enabled ? 2_000 : 1_000);
    };

    let sent = 0;
    let rounds = 0;
    while (sent < PACKETS) {
      await catchUp();
      const around = world();
      for (let i = 0; i < 50 && sent < PACKETS; i++) {
        const one = random.pick(shares);
        // Now and then somebody says a great many things at once.
        const burst = random.chance(0.004) ? 15 : 1;
        for (let j = 0; j < burst && sent < PACKETS; j++, sent++)
          one.send(request(around, burst > 1 ? 'message_new' : undefined));
        clock.skip(random.below(200));
      }
      if (rounds++ % 4 === 0)
        await witness.ask({ cmd: 'message_new', channel: 'general', content: `I say ${rounds}` });
    }
    await catchUp();
    await witness.ask({ cmd: 'ping' });

    const witnessed = witness.probe.frames.flatMap((frame) => {
      const what = Object.hasOwn(shown, frame.cmd) ? shown[frame.cmd] : undefined;
      if (what === undefined || frame.channel !== 'general' || frame.thread_id) return [];
      return [`${what} ${frame.id ?? frame.message.id}`];
    });
    const kinds = [...counted].filter(([name]) => name.startsWith('commands.')).sort();
    const decided = kinds.reduce(
      (sum, [name, count]) => sum + (name.startsWith('commands.submitted') ? count : 0),
      0,
    );
    const count = (cmd: string) => senders.reduce((sum, one) => sum + (one.counts.get(cmd) ?? 0), 0);
    console.log(
      `seed ${SEED}, rate limits ${limits}: ${sent} requests sent, ${seen.inputs} frames in, ${decided} commands decided, ` +
        `slowest ${seen.slowest.toFixed(1)} ms, ${witnessed.length} frames witnessed, ${count('error')} errors, ` +
        `${count('rate_limit')} rate limits\n${kinds.map(([name, times]) => `  ${name}: ${times}`).join('\n')}`,
    );
    expect(witnessed).toEqual(expected);
    expect(witness.probe.frames.some(({ cmd }) => cmd === 'typing')).toBe(true);
    expect(senders.flatMap((one) => one.bad)).toEqual([]);
    expect(here.errors).toEqual([]);
    expect(seen.slow).toEqual([]);
    expect(commands.filter((cmd) => !counted.has(`originchats.commands ${cmd}`))).toEqual([]);
    expect(decided * 10).toBeGreaterThanOrEqual(sent);
    expect(chat.health().storage).toBe('open');
    // Timeouts and mutes are told in the same way, whether or not there are limits.
    if (enabled) expect(count('rate_limit')).toBeGreaterThan(0);
  }, 180_000);
});

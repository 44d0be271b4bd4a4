import * as wire from '../../../src/dialects/conclave/codec.js';
import { uuidOf } from '../../../src/dialects/uuid.js';
import type { ChannelId } from '../../../src/domain/ids.js';
import { type Plan, seededPlan } from '../../../src/testing/faulty-storage.js';
import { bots } from './actions-bots.js';
import { files } from './actions-files.js';
import { selves } from './actions-selves.js';
import { hex, unhex } from './conclave-client.js';
import { hiddenName, type Town } from './town.js';

/** What somebody does; the numbers pick who, with whom and where. */
export type Action = (town: Town, a: number, b: number) => unknown;

/** Ways in which storage can be gone for longer than it is waited for. */
const outages: readonly Plan[] = [
  (call) => (call === 'commit' ? 'throws' : 'ok'),
  (call, batch) => (call === 'commit' && batch?.changes.length ? 'hangs' : 'ok'),
  (call) => (call === 'commit' || call === 'lastCommitted' ? 'throws' : 'ok'),
  (call) => (call === 'commit' ? 'unknown' : 'ok'),
  () => 'hangs',
];

const faults = ['throws', 'unknown', 'hangs', 'now', 50, 3_000, 8_000, 'conflicts'] as const;

const names = ['c0', 'c1', 'c2', 'c3'];
const emoji = ['👍', '🎉', '🙂'];

const handleOf = (town: Town, at: number) => town.user(at)?.handle ?? 'nobody';
const venueIdOf = (town: Town, at: number) => uuidOf('user', town.user(at)?.id ?? 0);

/** The UUID of a channel that people talk in. */
function roomOf(town: Town, at: number): string {
  const rooms = town.rig.chat.channels.all().filter(({ kind }) => kind === 'text');
  return uuidOf('channel', town.pick(rooms, at)?.id ?? 0);
}

/** Somebody says something, in whatever protocol they have. */
const say: Action = (town, a, b) => {
  const client = town.client(a);
  if (client?.dialect === 'sockchat') town.sock(a)?.say(b % 6 === 0 ? `/me ${town.text()}` : town.text());
  else if (client?.dialect === 'originchats') {
    const last = town.recent.at(-1);
    const reply = b % 5 === 0 && last !== undefined ? { reply_to: String(last.message.id) } : {};
    town.origin(a)?.say(b % 3 ? 'lounge' : 'hall', `${town.text()} @${handleOf(town, b)}`, reply);
  } else town.venue(a)?.say(roomOf(town, b % 3 ? 0 : b), town.text());
};

/** Somebody does something with a message that is there. */
function withMessage(
  act: (town: Town, a: number, id: number, channel: { name: string; id: string }, b: number) => void,
): Action {
  return (town, a, b) => {
    const found = town.pick(town.recent, b);
    if (found !== undefined)
      act(town, a, found.message.id, { name: found.channel.name, id: found.channel.channel }, b);
  };
}

export const people = {
  connect: (town, a) => town.connect(a % town.places.length),
  drop: (town, a) => town.client(a)?.link.drop(),
  vanish: (town, a) => town.client(a)?.link.vanish(),
  stall: (town, a) => town.client(a)?.link.stall(),
  read(town) {
    for (const client of [...town.places, ...town.others]) client?.link.catchUp();
    for (const hermit of town.hermits) hermit?.catchUp();
  },
  ping(town) {
    for (const client of [...town.places, ...town.others]) {
      if (!client?.isOpen) continue;
      if (client.dialect === 'sockchat') client.link.send(`0\t${(client as { id?: string }).id ?? ''}`);
      else if (client.dialect === 'originchats') client.link.send('{"cmd":"ping"}');
      else client.link.send('["ping",1]');
    }
  },
  say,
  edit: withMessage((town, a, id, channel, b) => {
    if (b % 2)
      town
        .origin(a)
        ?.send({ cmd: 'message_edit', id: String(id), channel: channel.name, content: town.text() });
    else town.venue(a)?.say(uuidOf('channel', channel.id), town.text(), { replaces: id });
  }),
  delete: withMessage((town, a, id, channel, b) => {
    if (b % 3 === 0) town.sock(a)?.say(`/delmsg ${id}`);
    else if (b % 3 === 1)
      town.origin(a)?.send({ cmd: 'message_delete', id: String(id), channel: channel.name });
    else {
      const gone = { event_type: 'channel.message', content: { type: 'deleted' }, replaces: id };
      town.venue(a)?.ask('chat.send', { channel: uuidOf('channel', channel.id), ...gone });
    }
  }),
  react: withMessage((town, a, id, channel, b) => {
    const one = emoji[b % emoji.length] ?? '👍';
    const cmd = b % 3 ? 'message_react_add' : 'message_react_remove';
    if (b % 2) town.origin(a)?.send({ cmd, id: String(id), channel: channel.name, emoji: one });
    else {
      const reaction = { event: id, reaction: one, ...(b % 3 ? {} : { delete: true }) };
      town.venue(a)?.ask('chat.react', { channel: uuidOf('channel', channel.id), ...reaction });
    }
  }),
  pin: withMessage((town, a, id, channel) =>
    town.origin(a)?.send({ cmd: 'message_pin', id: String(id), channel: channel.name }),
  ),
  whisper: (town, a, b) => town.sock(a)?.say(`/msg ${handleOf(town, b)} ${town.text()}`),
  direct: (town, a, b) =>
    void town.venue(a)?.ask('chat.direct.create', { users: [venueIdOf(town, b)], hide: b % 2 > 0 }),
  enter(town, a, b) {
    const sock = town.sock(a);
    const target = ['lounge', 'hall', 'staff', 'vault open', 'vault', ...names][b % 9] ?? 'lounge';
    sock?.say(`/join ${target}`);
  },
  join(town, a, b) {
    const client = town.venue(a);
    if (client === undefined) return;
    const channel = roomOf(town, b);
    if (b % 4 === 0) {
      client.ask('user.update', { profile: { display_name: `Person ${client.name}` } });
    }
    town.watch.joining(client, client.ask(b % 3 ? 'chat.join' : 'chat.subscribe', { channel }), channel);
  },
  part(town, a, b) {
    const client = town.venue(a);
    if (client === undefined) return;
    const channel = roomOf(town, b);
    town.watch.parting(client, channel);
    client.ask(b % 2 ? 'chat.leave' : 'chat.unsubscribe', { channel });
  },
  create(town, a, b) {
    const name = names[b % names.length] ?? 'c0';
    if (b % 3 === 0) town.origin(a)?.send({ cmd: 'channel_create', name, type: 'text', permissions: {} });
    else town.sock(a)?.say(b % 3 === 1 ? `/create ${name}` : `/create ${a % 4} ${name}`);
  },
  change(town, a, b) {
    const found = town.rig.chat.channels.byName(names[b % names.length] ?? 'c0');
    const { chat } = town.rig;
    if (found === undefined) return;
    if (b % 5 === 0) town.host(() => chat.channels.remove(found.id));
    else if (b % 5 === 1) town.host(() => chat.channels.update(found.id, { rank: a % 6 }));
    else if (b % 5 === 2)
      town.host(() => chat.channels.update(found.id, { name: names[a % names.length] ?? 'c0' }));
    else if (b % 5 === 3) {
      const client = town.sock(a);
      if (client !== undefined && names.includes(client.channel)) client.say(`/pwd ${a % 2 ? 'open' : ''}`);
    } else town.sock(a)?.say(`/delchan ${found.name}`);
  },
  /** Channels move in the list, and become others. */
  arrange(town, a, b) {
    const client = town.origin(a);
    const name = names[b % names.length] ?? 'c0';
    const type = ['text', 'text', 'voice', 'forum', 'separator'][a % 5] ?? 'text';
    if (b % 2) client?.send({ cmd: 'channel_move', name, position: a % 8 });
    else client?.send({ cmd: 'channel_update', current_name: name, updates: { type } });
  },
  read_up: (town, a, b) => {
    town.origin(a)?.send({ cmd: b % 2 ? 'unreads_get' : 'messages_get', channel: 'lounge' });
    town.venue(a)?.ask('chat.fetch', { channel: roomOf(town, b), count: 10 });
    if (b % 3 === 0)
      town
        .venue(a)
        ?.ask('chat.mark_read', { channel: roomOf(town, b), id: town.recent.at(-1)?.message.id ?? 1 });
  },
  look(town, a, b) {
    if (b % 4 === 0) town.sock(a)?.say(`/nick ${b % 8 ? `nick${b % 5}` : ''}`);
    else if (b % 4 === 1)
      town
        .origin(a)
        ?.send({ cmd: 'status_set', status: ['online', 'idle', 'dnd', 'invisible'][b % 3] ?? 'idle' });
    else if (b % 4 === 2) town.venue(a)?.ask('user.update', { profile: { display_name: `Named ${b % 7}` } });
    else town.sock(a)?.say(`/afk ${b % 2 ? 'tea' : ''}`);
  },
  typing: (town, a) => town.origin(a)?.send({ cmd: 'typing', channel: 'lounge' }),
  poll(town, a, b) {
    const poll_id = town.pick(town.polls, b) ?? '1';
    if (b % 4 === 0)
      town
        .origin(a)
        ?.send({ cmd: 'poll_create', channel: 'lounge', question: town.text(), options: ['yes', 'no'] });
    else if (b % 4 === 3) town.origin(a)?.send({ cmd: 'poll_end', poll_id });
    else
      town
        .origin(a)
        ?.send({ cmd: 'poll_vote', poll_id, option_ids: [String(b % 2)], option_id: String(b % 2) });
  },
  thread(town, a, b) {
    const thread_id = town.pick(town.threads, b) ?? '1';
    const client = town.origin(a);
    const kinds = [
      'thread_create',
      'thread_join',
      'thread_leave',
      'thread_delete',
      'message_new',
      'message_new',
    ];
    const cmd = kinds[b % kinds.length] ?? 'thread_join';
    if (cmd === 'thread_create') client?.send({ cmd, channel: 'talks', name: town.text() });
    else client?.send({ cmd, thread_id, ...(cmd === 'message_new' ? { content: town.text() } : {}) });
  },
  voice(town, a, b) {
    const cmd = ['voice_join', 'voice_join', 'voice_leave', 'voice_mute'][b % 4] ?? 'voice_join';
    town.origin(a)?.send({ cmd, channel: 'phone', peer_id: `peer${b}` });
  },
  block: (town, a, b) =>
    void town.venue(a)?.ask(b % 3 ? 'user.block' : 'user.unblock', { id: venueIdOf(town, b) }),
  moderate(town, a, b) {
    const name = handleOf(town, b);
    const words = [
      `/kick ${name}`,
      `/ban ${name} 20`,
      `/silence ${name} 60`,
      `/unsilence ${name}`,
      `/unban ${name}`,
    ];
    if (b % 2) town.sock(a - (a % 5))?.say(words[a % words.length] ?? '');
    else if (a % 3 === 0)
      town.venue(a)?.ask(b % 4 ? 'user.silence' : 'user.reactivate', { id: venueIdOf(town, b) });
    else
      town
        .origin(a)
        ?.send(
          a % 3 === 1
            ? { cmd: 'user_timeout', user: name, timeout: b % 60 }
            : { cmd: b % 4 ? 'user_unban' : 'user_ban', user: name },
        );
  },
  govern(town, a, b) {
    const { chat } = town.rig;
    const user = town.user(b);
    const lounge = chat.channels.byName('lounge')?.id as ChannelId;
    if (user === undefined) return;
    const acts = [
      () => chat.users.kick(user.id),
      () => chat.users.ban(user.id, { until: town.rig.time.now() + 30_000 }),
      () => chat.users.unban(user.id),
      () => chat.users.silence(user.id, { until: town.rig.time.now() + 60_000 }),
      () => chat.users.unsilence(user.id),
      () => chat.users.update(user.id, { colour: `#${100_000 + (b % 900_000)}`, name: `p${b % 3}x` }),
      () => chat.users.setRoles(user.id, b % 2 ? ['user'] : ['moderator', 'user']),
      () => chat.messages.announce(town.text()),
      () => chat.messages.send(lounge, town.text()),
      () => chat.roles.create({ name: `role${b % 4}` }),
      () => chat.sessions.close(chat.sessions.of(user.id)[0]?.id as never),
    ];
    town.host(acts[a % acts.length]);
  },
  leave(town, a, b) {
    const user = town.user(b);
    if (a % 2) town.origin(a)?.send({ cmd: 'user_leave' });
    else if (user !== undefined) town.host(() => town.rig.chat.users.remove(user.id));
  },
} satisfies Record<string, Action>;

export const hermits = {
  hermit(town, a) {
    const place = a % town.hermits.length;
    const name = `${hiddenName}${place}`;
    const client = town.rig.conclave(name);
    town.hermits[place]?.drop();
    town.hermits[place] = client;
    const asked = client.register(name);
    return town.rig.turn().then(() => {
      if (asked.answer !== undefined || asked.failed !== undefined) client.login(name);
    });
  },
  listen: (town, a) =>
    void town
      .pick(town.hermits, a)
      ?.listen()
      .catch(() => {}),
  hang_up: (town, a) => town.pick(town.hermits, a)?.drop(),
  deaf: (town, a) => town.pick(town.hermits, a)?.stall(),
  den(town, a) {
    const client = town.pick(town.hermits, a);
    const wish = { groupName: `${hiddenName}-den-${town.step}` };
    client?.ask(
      'POST',
      '/groups',
      [wire.CreateGroupRequest, wish],
      [
        wire.CreateGroupResponse,
        ({ groupId }) => {
          town.dens.push({ id: hex(groupId), founder: a % town.hermits.length });
          if (town.dens.length > 6) town.dens.shift();
        },
      ],
    );
  },
  invite(town, a, b) {
    const den = town.pick(town.dens, a);
    const guest = town.pick(town.hermits, b);
    if (den === undefined || guest === undefined) return;
    const sealed = (mark: number) => Uint8Array.of(0, 1, 0, mark, town.step & 255);
    town.hermits[den.founder]?.ask('POST', `/groups/${den.id}/escrow-invite`, [
      wire.EscrowInviteRequest,
      {
        inviteeId: unhex(guest.id),
        commitMessage: sealed(1),
        welcomeMessage: sealed(3),
        groupInfo: sealed(4),
      },
    ]);
  },
  accept(town, a, b) {
    const client = town.pick(town.hermits, a);
    client?.ask('GET', '/invites', undefined, [
      wire.ListPendingInvitesResponse,
      ({ invites }) => {
        const one = town.pick(invites, b);
        if (one !== undefined)
          client.ask('POST', `/invites/${hex(one.inviteId)}/${b % 4 ? 'accept' : 'decline'}`);
      },
    ]);
  },
  seal(town, a, b) {
    const den = town.pick(town.dens, a);
    const path = `/groups/${den?.id ?? '0'.repeat(32)}/messages`;
    const client = town.pick(town.hermits, b);
    if (b % 3)
      client?.ask('POST', path, [wire.SendMessageRequest, { mlsMessage: Uint8Array.of(1, town.step & 255) }]);
    else client?.ask('GET', path);
  },
  den_end(town, a, b) {
    const den = town.pick(town.dens, a);
    if (den !== undefined)
      town.pick(town.hermits, b)?.ask('POST', `/groups/${den.id}/${a % 2 ? 'leave' : 'delete'}`);
  },
  hermit_end: (town, a) =>
    void town
      .pick(town.hermits, a)
      ?.ask('POST', '/delete-account', [wire.DeleteAccountRequest, { password: 'password123' }]),
} satisfies Record<string, Action>;

/** Everything is stored, whatever was in its way, and whoever says who people are does so at once. */
async function calm(town: Town): Promise<void> {
  town.rig.storage.plan = () => 'ok';
  town.rig.bodies.share = 0;
  town.rig.authMs = 0;
  town.rig.storage.release();
  await town.rig.advance(2_000);
}

export const weather = {
  pause: (town, a) => town.rig.advance([20, 100, 500, 2_000, 12_000, 60_000][a % 6] ?? 20),
  storm(town) {
    town.rig.bodies.share = town.options.faults;
    town.rig.storage.plan = seededPlan(town.storm(), faults, town.options.faults);
  },
  outage(town, a) {
    town.rig.storage.plan = outages[a % outages.length] ?? (() => 'hangs');
    return town.rig.advance([100, 4_000, 40_000][a % 3] ?? 100);
  },
  /** Whoever says who people are takes their time. */
  doubt(town, a) {
    town.rig.authMs = [0, 0, 100, 3_000, 20_000][a % 5] ?? 0;
  },
  release: (town) => town.rig.storage.release(1),
  async calm(town) {
    await calm(town);
    // What commits had to be repeated for is repeated with back-off.
    await town.rig.advance(40_000);
    if (town.rig.chat.health().storage === 'open') town.watch.checkSeen();
  },
  jump: (town, a) => town.rig.time.jump([-3_600_000, -5_000, -1, 1, 5_000, 600_000][a % 6] ?? 1),
  async crash(town) {
    await town.rig.crash();
    town.reborn();
  },
  async restart(town) {
    await calm(town);
    const { unstored } = await town.rig.restart();
    if (unstored > 0) town.watch.wrong.push(`${unstored} batches were not stored by an end in good order`);
    town.watch.wrong.push(...town.rig.changed.splice(0));
    town.reborn();
  },
  async empty(town) {
    await calm(town);
    for (const client of [...town.places, ...town.others]) client?.link.drop();
    for (const hermit of town.rig.conclaves) hermit.drop();
    await town.rig.advance(60_000);
    if (town.rig.chat.health().storage === 'open') town.watch.checkEmpty();
  },
} satisfies Record<string, Action>;

export const actions: Readonly<Record<string, Action>> = {
  ...people,
  ...hermits,
  ...weather,
  ...files,
  ...bots,
  ...selves,
};

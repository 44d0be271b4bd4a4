import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sqlite } from '../../../src/adapters/storage/sqlite.js';
import { conclaveClient, connect, originchats, sockchat, venueless } from '../../../src/client/index.js';
import type { Batch } from '../../../src/core/ports.js';
import * as wire from '../../../src/dialects/conclave/codec.js';
import type { Auth } from '../../../src/domain/auth.js';
import type { Identity } from '../../../src/domain/users/identity.js';
import type { Json } from '../../support/json-probe.js';
import { sqlOf } from '../../support/sqlite-check.js';
import { rowsIn, rowsOf, tablesWith } from '../../support/sqlite-rows.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import {
  type Everywhere,
  everywhere,
  type Life,
  live,
  type Onlookers,
  onlookers,
  rooms,
} from './support/life.js';
import { spoken, Town, type TownOptions } from './support/town.js';

const password = 'password123';

/** How somebody is made to leave for good, and what the protocol says of it. */
interface Way {
  readonly words: string;
  readonly go: (town: Town, one: Everywhere, others: Onlookers) => unknown;
  /** What `user_leave` says of it. */
  readonly told: Readonly<Record<string, unknown>>;
  /** Whether it was the leaver's own wish. */
  readonly own: boolean;
  /** What the leaver's sockets in Venueless get. */
  readonly world: readonly Json[];
  /** What whoever asked is answered besides. */
  readonly answer?: readonly [client: string, frame: Json];
}

const denied = [['error', { code: 'auth.denied' }], 'closed 1000'];
const { staff } = { staff: 'staff1' };

const ways: Readonly<Record<string, Way>> = {
  'OriginChats user_leave': {
    words: 'the requester is disconnected; messages stay; later login creates a new account',
    go: (_, { origin }) => origin.send({ cmd: 'user_leave', listener: 'L' }),
    told: { via: 'originchats' },
    own: true,
    world: denied,
  },
  'OriginChats user_delete': {
    words: 'reply {"cmd","user","deleted":true} plus broadcast {"cmd":"user_leave","username"}',
    go: (_, { user }, { staffOrigin }) =>
      staffOrigin.send({ cmd: 'user_delete', user: user.handle, listener: 'D' }),
    told: { via: 'originchats', by: expect.any(String) },
    own: false,
    world: denied,
    answer: [`${staff}@originchats`, { cmd: 'user_delete', user: '<leaver>', deleted: true, listener: 'D' }],
  },
  'Venueless user.delete': {
    words:
      'room memberships and grants removed, DMs with no remaining living member erased; sockets get connection.reload',
    go: (_, { world }, { staffWorld }) => staffWorld.send(['user.delete', 'X', { id: world.id }]),
    told: { via: 'venueless', by: expect.any(String) },
    own: false,
    world: [['connection.reload', {}], 'closed 1000'],
    answer: [`${staff}@venueless`, ['success', 'X', {}]],
  },
  'Conclave delete-account': {
    words: 'Deletes the users row. CASCADE handles the remaining tables',
    go: (_, { sealed }) => sealed.done('/delete-account', wire.DeleteAccountRequest, { password }),
    told: { via: 'conclave' },
    own: true,
    world: denied,
  },
  'chat.users.remove of the host': {
    words: 'one command, whatever asked for it',
    go: ({ chat }, { user }) => chat.users.remove(user.id),
    told: { via: 'host', by: 'host' },
    own: false,
    world: denied,
  },
};

/** Somebody banned who leaves, or is made to, and how the ban ends. */
const banned: Readonly<Record<string, BannedWay>> = {
  'they ask for it by OriginChats, where they hear on': {
    way: 'OriginChats user_leave',
    ban: (_, { user }, { staffOrigin }) => staffOrigin.ask({ cmd: 'user_ban', user: user.handle }),
    end: (_, { user }, { staffOrigin }) => staffOrigin.ask({ cmd: 'user_unban', user: user.handle }),
    first: 'sockchat',
  },
  'staff of OriginChats removes them': {
    way: 'OriginChats user_delete',
    ban: ({ chat }, { user }) => chat.users.ban(user.id),
    end: async (town, { user }) => {
      const mod = await town.sock(town.staff('mod'));
      mod.say(`/unban ${user.handle}`);
    },
    first: 'originchats',
  },
  'staff of Venueless removes them': {
    way: 'Venueless user.delete',
    ban: (_, { world }, { staffWorld }) => staffWorld.done('user.ban', { id: world.id }),
    end: (_, { world }, { staffWorld }) => staffWorld.done('user.reactivate', { id: world.id }),
    first: 'venueless',
  },
  'they delete their account of Conclave, which a ban for a time does not touch': {
    way: 'Conclave delete-account',
    ban: ({ chat, clock }, { user }) => chat.users.ban(user.id, { until: clock.now() + 600_000 }),
    end: async (town) => {
      for (let minutes = 0; minutes < 12; minutes++) await town.pass(60_000);
    },
    first: 'sockchat',
  },
  'the host removes them': {
    way: 'chat.users.remove of the host',
    ban: ({ chat }, { user }) => chat.users.ban(user.id),
    end: ({ chat }, { user }) => chat.users.unban(user.id),
    first: 'originchats',
  },
};

const comeBack = {
  sockchat: (town: Town, who: Identity) => town.sock(who),
  originchats: (town: Town, who: Identity) => town.origin(who),
  venueless: (town: Town, who: Identity) => town.world(who),
} as const;

interface BannedWay {
  readonly way: string;
  readonly ban: (town: Town, one: Everywhere, others: Onlookers) => unknown;
  readonly end: (town: Town, one: Everywhere, others: Onlookers) => unknown;
  /** By which protocol they come back. */
  readonly first: keyof typeof comeBack;
}

/** Sock Chat's refresh of who is there by other protocols comes by its own clock. */
const isRefresh = (frame: Json) => /^(8→1$|7→0→)/.test(String(frame));

/** Where the leaver had rows, but for what stays. */
const theirs = [
  'blocks',
  'client_states',
  'credentials',
  'direct_viewers',
  'group_bans',
  'group_invites',
  'group_members',
  'group_messages',
  'group_profiles',
  'group_senders',
  'key_packages',
  'key_stocks',
  'last_seen',
  'links',
  'members',
  'notifications',
  'pings',
  'reads',
  'statuses',
  'tokens',
  'users',
];

/** Where what they said and did among others stays, under the name they had. */
const staying = ['ballots', 'channels', 'groups', 'member_lines', 'messages', 'modlog', 'polls'];

/** Leaving for good, from every protocol, by somebody who is logged in through all of them. */
export function leaving(): void {
  const folders: ReturnType<typeof temporaryFolder>[] = [];
  let town: Town;
  afterEach(async () => {
    expect(town.errors).toEqual([]);
    await town.stop();
    for (const folder of folders.splice(0)) folder.remove();
  });

  /** A town in a file, with somebody who has lived in it, and others. */
  async function build(options: TownOptions = {}): Promise<{
    readonly file: string;
    readonly one: Everywhere;
    readonly others: Onlookers;
    readonly life: Life;
  }> {
    const folder = temporaryFolder();
    folders.push(folder);
    const file = join(folder.path, 'chat.sqlite');
    town = await Town.open({ storage: sqlite({ file }), channels: rooms, ...options });
    const others = await onlookers(town);
    const one = await everywhere(town, 'lena');
    const life = await live(town, one, others);
    // What may lag is written.
    await town.seen(5_000);
    return { file, one, others, life };
  }
  const rowsWith = async (file: string, { user, who }: Everywhere) => {
    const rows = await rowsOf(file);
    return { rows, tables: tablesWith(rows, [user.id, user.identity, `"${who.id}","provider":"town"`]) };
  };
  const gone = (who: Identity) => town.chat.users.byIdentity(who.provider, who.id);

  test.each(Object.entries(ways))(
    '%s: everybody is told once in their own protocol, no connection of the leaver goes on, and all that was theirs is gone in one batch',
    { timeout: 30_000 },
    async (_, { go, told, own, world, answer }) => {
      const batches: Batch[] = [];
      const folder = temporaryFolder();
      folders.push(folder);
      const storage = sqlite({ file: join(folder.path, 'chat.sqlite') });
      const commit = storage.commit.bind(storage);
      Object.assign(storage, {
        commit(batch: Batch) {
          batches.push(batch);
          return commit(batch);
        },
      });
      const { one, others, life } = await build({ storage });
      const file = join(folder.path, 'chat.sqlite');
      const { handle, id } = one.user;
      const before = await rowsWith(file, one);
      expect(before.tables).toEqual([...theirs, ...staying].sort());
      batches.length = 0;

      await go(town, one, others);
      await town.settle();
      // At once, also what else lags behind.
      expect((await rowsWith(file, one)).tables).toEqual(staying);
      const { by, host, events } = await town.seen(5_000);
      const removals = batches.filter(({ changes }) =>
        changes.some((change) => change.op === 'remove' && change.table === 'users'),
      );
      expect(removals).toHaveLength(1);
      // All that names them goes with that batch: none after it brings a row of theirs.
      const puts = batches
        .slice(batches.indexOf(removals[0] as Batch) + 1)
        .flatMap(({ changes }) => changes.filter(({ op }) => op === 'put'));
      expect(puts.filter((change) => JSON.stringify(change).includes(id))).toEqual([]);

      // Those who look on.
      const voice = { cmd: 'voice_user_left', channel: 'booth', username: handle };
      const left = { cmd: 'user_leave', username: handle, ...(own ? { val: 'User left server' } : {}) };
      const slash = { cmd: 'slash_remove', commands: [`roll${id}`] };
      const away = { cmd: 'user_disconnect', username: handle };
      const member = ['chat.event', 'channel.member', 'leave'];
      const brief = (frame: Json) =>
        frame.cmd === 'channels_get'
          ? 'channels_get'
          : Array.isArray(frame) && frame[0] === 'chat.event'
            ? ['chat.event', frame[1].event_type, frame[1].content.membership]
            : frame;
      const seen = (prefix: string) => {
        const [, frames = []] = Object.entries(by).find(([key]) => key.startsWith(prefix)) ?? [];
        return frames.filter((frame) => !isRefresh(frame)).map(brief);
      };
      const answered = (client: string) =>
        answer?.[0] === client ? [JSON.parse(JSON.stringify(answer[1]).replace('<leaver>', handle))] : [];
      expect(seen('saki')).toEqual([expect.stringMatching(new RegExp(`^3→\\d+→${handle}→leave→T→#\\d+$`))]);
      const sorted = (frames: readonly Json[]) => frames.map((one) => JSON.stringify(one)).sort();
      for (const client of ['olive', `${staff}@originchats`])
        expect(sorted(seen(client))).toEqual(
          sorted([voice, left, slash, away, ...answered(client), 'channels_get']),
        );
      for (const client of ['vera', `${staff}@venueless`])
        expect(sorted(seen(client))).toEqual(sorted([...answered(client), member]));
      expect(seen('conny')).toEqual([`removed <den${id}> <${handle}>`]);
      for (const stranger of ['dave', 'erin', 'goner']) expect(seen(stranger)).toEqual([]);

      // The leaver.
      const asked = own && told.via === 'originchats';
      const mine = asked ? { ...left, listener: 'L' } : left;
      expect(seen(`${handle}@originchats`)).toEqual([voice, mine, ...(asked ? ['closed 1000'] : [])]);
      expect(seen(`${handle}@originchats 2`)).toEqual([voice, left]);
      for (const tab of ['', ' 2']) {
        expect(seen(`${handle}@sockchat${tab}`)).toEqual(['9→0', 'closed 1000']);
        expect(seen(`${handle}@venueless${tab}`)).toEqual(world);
      }
      expect(seen(`${handle}@conclave`)).toEqual(['ended']);
      expect((await one.sealed.ask('/me')).status).toBe(401);
      expect(one.originTab.probe.closedWith).toBeUndefined();
      one.originTab.send({ cmd: 'message_new', channel: 'lounge', content: 'still here' });
      expect(await one.originTab.probe.until(({ cmd }) => cmd === 'auth_error')).toEqual({
        cmd: 'auth_error',
        val: 'Authentication required',
      });

      // The host.
      expect(host.filter((type) => type === 'user_leave')).toHaveLength(1);
      expect(host.filter((type) => type === 'user_disconnect')).toHaveLength(1);
      expect(host).not.toContain('message');
      expect(events.find(({ type }) => type === 'user_leave')).toMatchObject({
        user_id: one.user.identity,
        linked: [{ provider: 'town', id: one.who.id }],
        username: handle,
        user: id,
        kept: false,
        ...told,
      });

      // What is stored.
      const after = await rowsWith(file, one);
      expect(after.tables).toEqual(staying);
      const mark = `"user":"${id}"`;
      expect(rowsIn(after.rows, 'messages').filter((row) => row.includes(mark)).length).toBeGreaterThan(2);
      const direct = (list: readonly string[]) =>
        rowsIn(list, 'channels').filter((row) => row.includes('"kind":"direct"') && row.includes(id));
      expect([direct(before.rows).length, direct(after.rows).length]).toEqual([2, 1]);
      expect(after.rows.join('\n')).not.toContain('anybody?');
      expect(after.rows.join('\n')).toContain('between us');
      expect(rowsIn(after.rows, 'groups').join()).not.toContain(`"founder":"${id}"`);

      // What others read of it.
      const { messages } = await others.origin.ask({ cmd: 'messages_get', channel: 'lounge' });
      expect(messages.find((message: Json) => message.id === life.message)).toMatchObject({
        user: handle,
        content: 'I was here',
        pinned: true,
        reactions: { '👋': [handle] },
      });
      const { members } = await others.world.done('chat.subscribe', { channel: life.direct });
      expect(members).toContainEqual(expect.objectContaining({ id: one.world.id, deleted: true }));
      expect(await others.world.refused('chat.subscribe', { channel: life.deserted })).toEqual({
        code: 'chat.denied',
      });
    },
  );

  test('[sockchat 6.5, 8.5] Sock Chat has no way to leave for good: “/leave does not exist in v1”, and closing is no more than going away', async () => {
    const { one } = await build();
    one.sock.say('/leave');
    const { by } = await town.seen();
    expect(by[`${one.user.handle}@sockchat`]).toEqual([expect.stringContaining('nocmd')]);
    for (const tab of [one.sock, one.sockTab]) await tab.close();
    expect((await town.seen()).host).not.toContain('user_leave');
    expect(gone(one.who)?.id).toBe(one.user.id);
  });

  test.each(Object.entries(banned))(
    '[originchats 8] “a banned account is kept”, when %s: what tells whom the ban means, for every identity and until it ends; then they come as somebody new',
    { timeout: 30_000 },
    async (_, { way, ban, end, first }) => {
      const { file, one, others } = await build();
      const { id, handle } = one.user;
      await town.chat.users.setRoles(id, ['owner', 'user']);
      await town.chat.users.update(id, { rank: 5, profile: { display_name: 'Lena Real', city: 'Riga' } });
      await ban(town, one, others);
      await town.seen();
      await ways[way]?.go(town, one, others);
      const { events } = await town.seen(5_000);
      expect(events.filter(({ type }) => type === 'user_leave')).toMatchObject([{ kept: true, user: id }]);

      // What is stored.
      const { rows, tables } = await rowsWith(file, one);
      expect(tables).toEqual([...staying, 'bans', 'links', 'users'].sort());
      const [row = ''] = rowsIn(rows, 'users').filter((text) => text.startsWith(`users ${id} `));
      const { name, number, createdAt } = one.user;
      const main = { provider: 'conclave', identity: one.user.identity };
      expect(JSON.parse(row.slice(row.indexOf('{')))).toEqual({
        ...{ id, ...main, name, handle, number, createdAt, left: true },
      });

      // Nobody is there, and no protocol lets them in.
      await expect(town.chat.users.remove(id)).rejects.toMatchObject({ cause: { code: 'user-unknown' } });
      const knock = await town.sockServer.connect();
      knock.knock(JSON.stringify(one.who));
      expect((await knock.packet('auth_fail')).reason).toBe('joinfail');
      await expect(town.world(one.who)).rejects.toThrow('auth.denied');
      const probe = await town.originServer.connect();
      probe.send({ cmd: 'auth', validator: JSON.stringify(one.who) });
      expect((await probe.next()).val).toBe('Access denied: You are banned from this server');
      await expect(town.sealedServer.login(one.sealed.name)).rejects.toThrow('invalid username or password');
      await expect(town.sealedServer.register(one.sealed.name)).rejects.toThrow('already exists');
      const { users } = await others.origin.ask({ cmd: 'users_list' });
      expect(users.map((user: Json) => user.username)).not.toContain(handle);
      expect((await town.seen()).host.filter((type) => type.startsWith('user_'))).toEqual([]);

      // The ban ends.
      await end(town, one, others);
      expect((await town.seen(5_000)).host).not.toContain('user_leave');
      expect((await rowsWith(file, one)).tables).toEqual(staying);
      expect([gone(one.who), town.chat.users.get(id), town.chat.users.byHandle(handle)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      await expect(town.sealedServer.login(one.sealed.name)).rejects.toThrow('invalid username or password');

      // A new life.
      await comeBack[first](town, one.who);
      const { host } = await town.seen();
      expect(host.filter((type) => /^user_(join|connect|leave)$/.test(type))).toEqual([
        'user_join',
        'user_connect',
      ]);
      for (const come of Object.values(comeBack)) await come(town, one.who);
      const again = gone(one.who);
      expect(again).toMatchObject({ handle, provider: 'town' });
      expect(again?.id).not.toBe(id);
      for (const part of ['rank', 'assigned', 'left']) expect(again).not.toHaveProperty(part);
      expect(JSON.stringify(again)).not.toContain('Riga');
      expect(await town.sealedServer.register(one.sealed.name)).not.toBe(one.sealed.id);
      expect((await town.seen()).host).not.toContain('user_leave');
    },
  );

  test.each(['in force', 'over', 'long over'])(
    'what an earlier version kept of somebody banned lets nobody in, and goes as far as the ban needs none of it: a ban that is %s',
    async (state) => {
      const { file, one } = await build();
      const { id } = one.user;
      await town.chat.users.setRoles(id, ['owner', 'user']);
      await town.chat.users.ban(id);
      await town.seen(5_000);
      const tables = ['users', 'credentials', 'links', 'statuses'];
      const rows: [table: string, key: string, row: string][] = [];
      for (const table of tables)
        for (const { key, row } of await sqlOf(file, `SELECT key, row FROM ${table}`))
          if (`${key} ${row}`.includes(id) || String(row).includes(one.user.identity))
            rows.push([table, String(key), String(row)]);
      expect(new Set(rows.map(([table]) => table))).toEqual(new Set(tables));
      await town.chat.users.remove(id);
      if (state !== 'in force') await town.chat.users.unban(id);
      await town.stop();
      for (const [table, key, row] of rows) {
        const whole = table === 'users' ? JSON.stringify({ ...JSON.parse(row), left: true }) : row;
        await sqlOf(file, `INSERT OR REPLACE INTO ${table} (key, row) VALUES (?, ?)`, key, whole);
      }

      town = await Town.open({ storage: sqlite({ file }), channels: rooms });
      expect(town.chat.users.get(id)).toMatchObject({ left: true, assigned: ['owner', 'user'] });
      await expect(town.sealedServer.login(one.sealed.name)).rejects.toThrow('invalid username or password');
      if (state === 'long over') {
        // Nobody does anything.
        await town.clock.advance(2_000);
        expect(town.chat.users.get(id)).toBeUndefined();
      } else if (state === 'over') {
        const sock = await town.sock(one.who);
        expect(sock.id).not.toBe(one.sock.id);
        expect(gone(one.who)).not.toHaveProperty('assigned');
        expect(gone(one.who)?.id).not.toBe(id);
        const { host } = await town.seen();
        expect(host.filter((type) => type.startsWith('user_'))).toEqual(['user_join', 'user_connect']);
      } else {
        const knock = await town.sockServer.connect();
        knock.knock(JSON.stringify(one.who));
        expect((await knock.packet('auth_fail')).reason).toBe('joinfail');
      }
      await town.seen();
      const found = (await rowsOf(file)).filter((row) => row.includes(id) || row.includes(one.user.identity));
      expect(tables.filter((table) => rowsIn(found, table).length > 0)).toEqual(
        state === 'in force' ? ['users', 'links'] : [],
      );
      expect(rowsIn(found, 'users').join()).not.toContain('assigned');
    },
  );

  test('nobody is reborn by a client that connects again by itself, whichever way they left, in ten seconds', {
    timeout: 40_000,
  }, async () => {
    const { others } = await build();
    const entries = Object.entries(ways).map(([way, { go }], index) => async () => {
      const one = await everywhere(town, `w${index}`);
      const words = JSON.stringify(one.who);
      const reconnect = { baseMs: 300, capMs: 1_000, stableMs: 100 };
      const ws = `ws://${town.host}`;
      const clients = [
        connect(sockchat, `${ws}/sock`, { credentials: [words], reconnect }),
        connect(originchats, ws, { credentials: { validator: () => words }, reconnect }),
        connect(venueless, `${ws}/world/demo/`, { credentials: { token: words }, reconnect }),
      ];
      const sealed = conclaveClient(`http://${town.host}/conclave`);
      await sealed.login({ username: one.sealed.name, password });
      const stream = sealed.events({ reconnect } as object);
      await Promise.all(clients.map((client) => client.login));
      return { way, go, one, clients, stream };
    });
    const all = [];
    for (const enter of entries) all.push(await enter());
    const logins: unknown[] = [];
    await town.seen();
    for (const { go, one } of all) await go(town, one, others);
    await Promise.all(all.map(({ one }) => one.sock.closed));
    town.chat.on('session_open', (event) => logins.push(event));
    town.chat.on('user_join', (event) => logins.push(event));
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    for (const { way, one, clients, stream } of all) {
      expect([way, gone(one.who), town.chat.users.get(one.user.id)]).toEqual([way, undefined, undefined]);
      expect([way, ...clients.map(({ state }) => state)]).toEqual([way, 'ended', 'ended', 'ended']);
      stream.close();
    }
    expect(logins).toEqual([]);
  });

  test('a deliberate new login is a new life: nothing of the old one is theirs, by whatever protocol they come', async () => {
    const { one, life } = await build();
    await town.chat.users.remove(one.user.id);
    await town.seen();
    const origin = await town.origin(one.who);
    const world = await town.world(one.who, 'lounge');
    const sock = await town.sock(one.who);
    const again = gone(one.who);
    expect(again).toMatchObject({ handle: one.user.handle, provider: 'town' });
    expect(again?.id).not.toBe(one.user.id);
    expect(world.id).not.toBe(one.world.id);
    expect(sock.id).not.toBe(one.sock.id);
    // Their rights over what was said.
    const old = { channel: 'lounge', id: life.message };
    for (const request of [{ cmd: 'message_edit', content: 'mine' }, { cmd: 'message_delete' }])
      expect(await origin.ask({ ...request, ...old })).toMatchObject({ cmd: 'error' });
    const edit = {
      channel: town.channelUuid('lounge'),
      event_type: 'channel.message',
      replaces: Number(life.message),
    };
    for (const content of [{ type: 'text', body: 'mine' }, { type: 'deleted' }])
      expect(await world.refused('chat.send', { ...edit, content })).toEqual({ code: 'chat.denied' });
    await town.seen();
    sock.say(`/delmsg ${life.message}`);
    expect((await town.seen()).by[`${one.user.handle}@sockchat 3`]).toEqual([
      expect.stringContaining('delerr'),
    ]);
    // What waited for them.
    expect(world.welcome).toMatchObject({
      'user.config': { client_state: {} },
      'chat.channels': [],
      'chat.read_pointers': {},
      'chat.notification_counts': {},
    });
    expect(await world.done('user.list.blocked')).toEqual({ users: [] });
    expect(await world.refused('chat.subscribe', { channel: life.direct })).toEqual({ code: 'chat.denied' });
    expect((await origin.ask({ cmd: 'pings_get' })).messages).toEqual([]);
    expect(await origin.ask({ cmd: 'unreads_get' })).not.toMatchObject({ unreads: { lounge: life.message } });
    expect(await origin.ask({ cmd: 'status_get', user: one.user.handle })).toMatchObject({
      status: { status: 'online', text: '' },
    });
    // The account of Conclave is gone with its link.
    await expect(town.sealedServer.login(one.sealed.name)).rejects.toThrow('invalid username or password');
    expect(town.chat.users.identities(again?.id ?? one.user.id)).toHaveLength(1);
  });

  test('leaving by two protocols at the same moment is one leaving', async () => {
    const { one } = await build();
    one.origin.send({ cmd: 'user_leave' });
    one.originTab.send({ cmd: 'user_leave' });
    const { status } = await one.sealed.post('/delete-account', wire.DeleteAccountRequest, { password });
    expect([200, 401]).toContain(status);
    await town.chat.users.remove(one.user.id).catch(() => {});
    const { host } = await town.seen();
    expect(host.filter((type) => /^user_(leave|disconnect|join)$/.test(type))).toEqual([
      'user_leave',
      'user_disconnect',
    ]);
    expect(gone(one.who)).toBeUndefined();
  });

  test('a login that was under way when its user left makes no new account, in any text protocol; one that begins later does', async () => {
    let slow: (() => void)[] | undefined;
    const auth: Auth = async (credentials, context) => {
      if (slow !== undefined) await new Promise<void>((resolve) => slow?.push(resolve));
      return spoken(credentials, context);
    };
    const { one } = await build({ auth });
    const words = JSON.stringify(one.who);
    slow = [];
    const sock = await town.sockServer.connect();
    sock.knock(words);
    const origin = await town.originServer.connect();
    origin.send({ cmd: 'auth', validator: words });
    const world = await town.worldServer.connect();
    world.send(['authenticate', { token: words }]);
    while (slow.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await town.chat.users.remove(one.user.id);
    const waiting = slow;
    slow = undefined;
    for (const go of waiting) go();
    expect((await sock.packet('auth_fail')).reason).toBe('authfail');
    expect(await origin.next()).toEqual({ cmd: 'auth_error', val: 'User not found' });
    expect(await world.next()).toEqual(['error', { code: 'auth.denied' }]);
    const { host } = await town.seen();
    expect(host).not.toContain('user_join');
    expect(gone(one.who)).toBeUndefined();
    await town.sock(one.who);
    expect(gone(one.who)?.id).not.toBe(one.user.id);
  });

  test('what is being said while its author leaves is either a message of theirs or refused, and never one of nobody', async () => {
    const { one, others } = await build();
    for (let n = 0; n < 20; n++) {
      one.sock.say(`sock ${n}`);
      one.originTab.send({ cmd: 'message_new', channel: 'lounge', content: `origin ${n}` });
      if (n === 10) one.origin.send({ cmd: 'user_leave' });
    }
    await town.seen();
    const { messages } = await others.origin.ask({ cmd: 'messages_get', channel: 'lounge', limit: 100 });
    const said = messages.filter(({ content }: Json) => /^(sock|origin) \d+$/.test(content));
    expect(new Set(said.map(({ user }: Json) => user))).toEqual(new Set([one.user.handle]));
    const { host } = await town.seen();
    expect(host).not.toContain('message');
    expect(gone(one.who)).toBeUndefined();
  });

  test('while storage fails nobody leaves: after thirty seconds everybody is still there, and was told nothing', async () => {
    const folder = temporaryFolder();
    folders.push(folder);
    const file = join(folder.path, 'chat.sqlite');
    const storage = sqlite({ file });
    let failing = false;
    const commit = storage.commit.bind(storage);
    Object.assign(storage, {
      commit: (batch: Batch) => (failing ? Promise.reject(new Error('full')) : commit(batch)),
    });
    const { one, others } = await build({ storage });
    const before = await rowsWith(file, one);
    failing = true;
    let refused: unknown;
    void town.chat.users.remove(one.user.id).catch((thrown) => {
      refused = thrown;
    });
    while (refused === undefined) {
      await town.clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    failing = false;
    expect(refused).toMatchObject({ code: 'unavailable' });
    expect(new Set(town.errors.splice(0).map(({ code }) => code))).toEqual(
      new Set(['storage-failed', 'unavailable']),
    );
    const { by, host } = await town.seen();
    expect(Object.entries(by).filter(([, frames]) => !frames.every(isRefresh))).toEqual([]);
    expect(host.filter((type) => type.startsWith('user_'))).toEqual([]);
    expect((await rowsWith(file, one)).tables).toEqual(before.tables);
    expect(gone(one.who)?.id).toBe(one.user.id);
    one.sock.say('still here');
    expect((await others.origin.probe.until(({ cmd }) => cmd === 'message_new')).message.user).toBe(
      one.user.handle,
    );
    expect((await one.sealed.ask('/me')).status).toBe(200);
    await town.seen();
    await town.chat.users.remove(one.user.id);
    expect((await town.seen()).host).toContain('user_leave');
    expect(gone(one.who)).toBeUndefined();
  });
}

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { userOfConclaveId } from '../../../src/dialects/conclave/index.js';
import { uuidOf } from '../../../src/dialects/uuid.js';
import type { User } from '../../../src/domain/users/users.js';
import type { Person } from '../conclave/support/server.js';
import { Town } from './support/town.js';

/** Whoever is known in Conclave alone is nobody to the other protocols, whatever is asked for and by whom. */
export function sealedPeople(): void {
  let town: Town;
  let sealed: Person;
  let user: User;
  beforeAll(async () => {
    town = await Town.open();
    sealed = await town.sealed('zyx');
    const found = userOfConclaveId(town.chat.users, sealed.id);
    if (found === undefined) throw new Error('nobody has this id');
    user = found;
    expect(user.private).toBe(true);
  });
  afterAll(() => town.stop());
  beforeEach(() => town.clear());

  test('no search, list, look-up or act of Venueless finds them, by their id neither', async () => {
    const chief = await town.world(town.staff('chief'), 'lounge');
    const id = uuidOf('user', user.id);
    // Nothing tells theirs from an id that is nobody's: ids can be counted up.
    const nobody = uuidOf('user', town.channelId('lounge'));
    const gone = await chief.done('user.fetch', { id: nobody });
    expect(await chief.done('user.fetch', { id })).toEqual({ ...gone, id });
    expect(await chief.done('user.fetch', { ids: [id] })).toEqual({ [id]: { ...gone, id } });
    for (const action of [
      'user.ban',
      'user.silence',
      'user.reactivate',
      'user.delete',
      'user.admin.update',
      'user.block',
      'user.unblock',
    ])
      expect([action, await chief.refused(action, { id })]).toEqual([action, { code: 'user.not_found' }]);
    for (const [action, payload] of [
      ['user.list.search', { search_term: '', page: 1 }],
      ['user.list.search', { search_term: 'zyx', page: 1 }],
      ['user.list', {}],
      ['user.list.blocked', {}],
    ] as const) {
      const told = JSON.stringify(await chief.done(action, payload));
      expect([action, told.includes('zyx') || told.includes(id)]).toEqual([action, false]);
    }
    expect(await chief.done('user.online_status', { ids: [id] })).toEqual({ [id]: false });
    const content = { type: 'text', body: `hello @${id}` };
    const said = { channel: town.channelUuid('lounge'), event_type: 'channel.message', content };
    expect((await chief.done('chat.send', said)).event.content).toEqual(content);
    expect((await chief.refused('chat.direct.create', { users: [id] })).code).toBe('chat.denied');
  });

  test('no request of OriginChats finds them, by name or id', async () => {
    const chief = await town.origin(town.staff('chief'));
    const updates = { nickname: 'x' };
    for (const name of [sealed.name, user.id, user.identity]) {
      for (const [cmd, more] of [
        ['user_ban', {}],
        ['user_unban', {}],
        ['user_timeout', { timeout: 60 }],
        ['user_delete', {}],
        ['user_update', { updates }],
        ['user_roles_get', {}],
        ['user_roles_set', { roles: ['user'] }],
        ['user_roles_add', { roles: ['user'] }],
        ['user_roles_remove', { roles: ['user'] }],
        ['rate_limit_status', {}],
        ['rate_limit_reset', {}],
        ['status_get', {}],
      ] as const) {
        // Somebody whom nobody has ever heard of is answered the same.
        const answers = [];
        for (const one of [name, 'nobody-at-all']) {
          const { listener: _, ...answer } = await chief.ask({ cmd, user: one, ...more });
          answers.push(JSON.stringify(answer).replaceAll(one, '(name)'));
        }
        expect([cmd, answers[0]]).toEqual([cmd, answers[1]]);
      }
    }
    for (const command of ['ban', 'unban', 'mute', 'unmute']) {
      const args = { username: sealed.name, ...(command === 'mute' ? { duration: 60 } : {}) };
      const answer = await chief.ask({ cmd: 'slash_call', channel: 'workshop', command, args });
      expect([command, JSON.stringify(answer)]).toEqual([command, expect.stringMatching(/not found/)]);
    }
    for (const cmd of ['users_list', 'users_online', 'users_banned_list'])
      expect([cmd, JSON.stringify(await chief.ask({ cmd })).includes(sealed.name)]).toEqual([cmd, false]);
  });

  test('the log of moderation on OriginChats says of nobody private who they are, while the host does', async () => {
    const chief = await town.origin(town.staff('chief'));
    const other = await town.sealed('zyx');
    const gone = userOfConclaveId(town.chat.users, other.id) as User;
    const { users } = town.chat;
    await users.silence(user.id);
    await users.unsilence(user.id);
    await users.ban(user.id);
    await users.unban(user.id);
    await users.remove(gone.id);
    const { entries } = await chief.ask({ cmd: 'modlog_get' });
    const about = entries.slice(0, 5);
    expect(about.map((one: { action: string }) => one.action)).toEqual([
      'user_delete',
      'user_unban',
      'user_ban',
      'user_untimeout',
      'user_timeout',
    ]);
    for (const one of about) expect(one).toMatchObject({ target_id: null, target_name: null, details: {} });
    const told = JSON.stringify(entries);
    for (const secret of ['zyx', user.id, user.identity, gone.id, gone.identity])
      expect(told).not.toContain(secret);
    expect(await chief.ask({ cmd: 'modlog_get', target: user.id })).toMatchObject({ entries: [], total: 0 });
    expect((await town.chat.modlog.page()).entries[0]).toMatchObject({ target: gone.id, private: true });
  });

  test('OriginChats does not count them', async () => {
    const counted = async () => (await (await fetch(`http://${town.host}/info`)).json()).stats.total_users;
    const before = await counted();
    await town.sealed('zyx');
    expect(await counted()).toBe(before);
  });

  test('and is among the others from the first login there', async () => {
    const watcher = await town.world(town.person('watcher'));
    const search = async () =>
      (await watcher.done('user.list.search', { search_term: 'zyx', page: 1 })).results.length;
    expect(await search()).toBe(0);
    const staff = town.person('nurse');
    await town.chat.users.link(user.id, { provider: staff.provider, id: staff.id });
    await town.sock(staff);
    await town.settle();
    expect(await search()).toBe(1);
  });
}

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
    for (const action of ['user.ban', 'user.silence', 'user.reactivate', 'user.block'])
      expect([action, await chief.refused(action, { id })]).toEqual([action, { code: 'user.not_found' }]);
    for (const [action, payload] of [
      ['user.list.search', { search_term: '', page: 1 }],
      ['user.list', {}],
      ['user.list.blocked', {}],
    ] as const) {
      const told = JSON.stringify(await chief.done(action, payload));
      expect([action, told.includes('zyx') || told.includes(id)]).toEqual([action, false]);
    }
    const content = { type: 'text', body: `hello @${id}` };
    const said = { channel: town.channelUuid('lounge'), event_type: 'channel.message', content };
    expect((await chief.done('chat.send', said)).event.content).toEqual(content);
    expect((await chief.refused('chat.direct.create', { users: [id] })).code).toBe('chat.denied');
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

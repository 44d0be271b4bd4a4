import { afterEach, expect, it } from 'vitest';
import { argon2 } from '../../../src/adapters/hashing/argon2.js';
import { sqlite } from '../../../src/adapters/storage/sqlite.js';
import type { Batch } from '../../../src/core/ports.js';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { rowsIn, rowsOf, tablesWith } from '../../support/sqlite-rows.js';
import { hex, type Person, read, type ServeOptions, seen } from './support/server.js';
import { password, Town } from './support/town.js';

/** What goes with the row of a user: what the page calls it, the table, how many rows alice has, and where they name her. */
const cascade: readonly (readonly [words: string, table: string, count: number, column?: string])[] = [
  ['users', 'users', 1, 'id'],
  ['sessions', 'tokens', 1],
  ['how far sessions were renewed', 'token_uses', 1],
  ['key_packages', 'key_packages', 3],
  ['group_members', 'group_members', 4],
  ['pending_welcomes', 'group_welcomes', 2],
  ['message_fetch_watermarks', 'watermarks', 1],
  ['bans about the user', 'group_bans', 1, 'user'],
  ['bans by the user', 'group_bans', 1, 'by'],
  ['flags of joins to come', 'external_joins', 1],
  ['identities that log in as the user', 'links', 1],
];

/** Deletion of an account (section 9), sentence by sentence of the page that describes it. */
export function deletion(): void {
  let town: Town;
  afterEach(async () => {
    const { errors } = town.server;
    await town.stop();
    expect(errors).toEqual([]);
  });
  const build = async (options?: ServeOptions) => {
    town = await new Town().build(options);
    return { ...town.people, groups: town.groups };
  };
  const expunge = (who: Person, word = password) =>
    who.post('/delete-account', wire.DeleteAccountRequest, { password: word });
  /** Deletes alice's account. */
  const go = async () => {
    const answer = await expunge(town.people.alice);
    expect([answer.status, answer.headers.get('content-type'), answer.bytes.length]).toEqual([
      200,
      'application/x-protobuf',
      0,
    ]);
  };
  /** The expiry of the token that asked has slid. */
  const unused = (rows: readonly string[]) => rows.filter((row) => !row.startsWith('token_uses '));
  const login = async (username: string) => {
    const body = wire.encode(wire.LoginRequest, { username, password });
    return seen(await town.server.ask('/login', { method: 'POST', body }));
  };

  it('“permanently and irreversibly”: no token, no login, no restart brings the account back, and its name is another’s', async () => {
    const { alice } = await build();
    const other = await town.server.login('alice');
    await go();
    for (const one of [alice, other])
      expect(seen(await one.ask('/me'))).toEqual([401, 202, 'invalid or expired token']);
    expect(seen(await expunge(alice))).toEqual([401, 202, 'invalid or expired token']);
    expect(await login('alice')).toEqual([401, 202, 'invalid username or password']);
    await town.server.stop();
    await town.open();
    expect(await login('alice')).toEqual([401, 202, 'invalid username or password']);
    expect(seen(await town.server.ask('/me', { headers: alice.headers }))[1]).toBe(202);
    const again = await town.server.arrive('alice');
    expect(again.id).not.toBe(alice.id);
    expect(await town.rooms(again)).toEqual({});
    expect((await again.get('/invites', wire.ListPendingInvitesResponse)).invites).toEqual([]);
  });

  it('“removes all server-side data associated with the user”: no row of any table names them', async () => {
    const { groups, bob } = await build();
    const before = await town.lazyRows();
    expect(tablesWith(before, town.marks)).toEqual([
      'credentials',
      'external_joins',
      'group_bans',
      'group_invites',
      'group_members',
      'group_messages',
      'group_profiles',
      'group_senders',
      'group_welcomes',
      'groups',
      'key_packages',
      'key_stocks',
      'links',
      'token_uses',
      'tokens',
      'users',
      'watermarks',
    ]);
    await go();
    const after = await town.rows();
    expect(tablesWith(after, town.marks)).toEqual([]);
    // Of the rows that named nobody, what invitations and welcomes of theirs had brought along is gone too.
    for (const table of ['group_invite_data', 'group_welcome_data'])
      expect(rowsIn(after, table).length, table).toBeLessThan(rowsIn(before, table).length);
    // Nothing else is: every row that is gone was theirs or of their invitations, and none was changed but for who founded a group.
    const gone = before.filter((row) => !after.includes(row));
    const foreign = gone.filter((row) => tablesWith([row], town.marks).length === 0);
    expect(new Set(foreign.map((row) => row.split(' ')[0]))).toEqual(
      new Set(['group_invite_data', 'group_welcome_data']),
    );
    const left = [...before, ...gone.map((row) => row.replace(/"founder":"\d+",?/, ''))];
    expect(after.filter((row) => !left.includes(row))).toEqual([]);
    expect(
      hex((await bob.get(`/groups/${groups.own}/group-info`, wire.GetGroupInfoResponse)).groupInfo),
    ).toBe('0001000409');
  });

  it('“verifies the provided password against the stored Argon2id hash”: with a wrong one everything stays as it was', async () => {
    const { alice, bob } = await build({ hasher: argon2() });
    const before = await town.lazyRows();
    const [stored = ''] = rowsIn(before, 'credentials').filter((row) => row.includes('"alice"'));
    expect(stored).toMatch(/"\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}"/);
    for (const word of ['password124', '', 'Password123', `${password} `])
      expect(seen(await expunge(alice, word))).toEqual([401, 202, 'invalid password']);
    expect(seen(await alice.post('/delete-account'))).toEqual([401, 202, 'invalid password']);
    const bad = await alice.ask('/delete-account', { method: 'POST', body: Uint8Array.of(0x0a, 9) });
    expect(seen(bad)).toEqual([400, 100, 'invalid request body']);
    expect(seen(await town.server.ask('/delete-account', { method: 'POST' }))[1]).toBe(200);
    expect(unused(await town.lazyRows())).toEqual(unused(before));
    expect(await bob.heard()).toEqual([]);
    expect(alice.streams[0]?.ended).toBe(false);
    expect((await alice.ask('/me')).status).toBe(200);
    await go();
    expect(await login('alice')).toEqual([401, 202, 'invalid username or password']);
  });

  it('“Deletes all pending_invites where the user is either inviter or invitee”, without a word to the other side', async () => {
    const { bob, carol, dave, groups } = await build();
    expect(rowsIn(await rowsOf(town.file), 'group_invites').length).toBe(2);
    await go();
    const after = await rowsOf(town.file);
    expect(rowsIn(after, 'group_invites')).toEqual([]);
    expect(rowsIn(after, 'group_invite_data')).toEqual([]);
    expect(await dave.heard()).toEqual([]);
    expect(await carol.heard()).toEqual([`removed ${groups.open} ${town.people.alice.id}`]);
    expect(seen(await dave.post(`${town.fromAlice}/accept`))).toEqual([404, 300, 'invite not found']);
    expect(seen(await carol.post(`${town.toAlice}/accept`))).toEqual([404, 300, 'invite not found']);
    const path = `/groups/${groups.past}/invites`;
    expect((await carol.get(path, wire.ListGroupPendingInvitesResponse)).invites).toEqual([]);
    expect(await town.rooms(bob)).toHaveProperty('own', ['bob']);
  });

  it('“Deletes all messages where the user is the sender”, commits too, and in groups they have left', async () => {
    const { bob, carol, groups } = await build();
    const { own = '', bens = '', past = '' } = groups;
    const commit = '0001000100';
    expect(await town.messages(bob, own)).toEqual([
      `1 alice ${commit}`,
      '2 alice 0001000109',
      '3 alice 010203',
      '4 bob 04',
    ]);
    expect(await town.messages(bob, bens)).toEqual([`1 bob ${commit}`, '2 alice 010203']);
    expect(await town.messages(carol, past)).toEqual([`1 carol ${commit}`, '2 alice 010203', '3 carol 05']);
    const count = rowsIn(await rowsOf(town.file), 'group_messages').length;
    await go();
    expect(rowsIn(await rowsOf(town.file), 'group_messages').length).toBe(count - 5);
    expect(await town.messages(bob, own)).toEqual(['4 bob 04']);
    expect(await town.messages(bob, bens)).toEqual([`1 bob ${commit}`]);
    expect(await town.messages(carol, past)).toEqual([`1 carol ${commit}`, '3 carol 05']);
    // Numbers of what is gone are not given out again.
    expect(await bob.send(bens, 6)).toBe(3);
  });

  it('“Deletes the users row. CASCADE handles the remaining tables”: so many rows before, and none after', async () => {
    await build();
    const [user = ''] = town.marks;
    const hash = town.marks.at(-1) ?? '';
    const mine = (rows: readonly string[]) =>
      Object.fromEntries(
        cascade.map(([words, table, , column]) => {
          const mark = column === undefined ? user : `"${column}":"${user}"`;
          const own = rowsIn(rows, table).filter((row) => row.includes(mark) || row.includes(hash));
          return [words, own.length];
        }),
      );
    expect(mine(await town.lazyRows())).toEqual(
      Object.fromEntries(cascade.map(([words, , count]) => [words, count])),
    );
    await go();
    expect(mine(await town.rows())).toEqual(Object.fromEntries(cascade.map(([words]) => [words, 0])));
  });

  it('bans that the deleted user gave are lifted, welcomes that others have yet to take in stay', async () => {
    const { bob, erin, groups } = await build();
    await go();
    const { welcomes } = await bob.get('/welcomes', wire.ListPendingWelcomesResponse);
    expect(welcomes.map(({ groupId }) => hex(groupId))).toContain(groups.own);
    const after = await rowsOf(town.file);
    expect(rowsIn(after, 'group_bans')).toEqual([]);
    expect(seen(await erin.post(`/groups/${groups.own}/join`))).toEqual([
      403,
      402,
      'this group is not public',
    ]);
  });

  it('“broadcasts a MemberRemovedEvent for each group the user belonged to, sent to all remaining members of that group”', async () => {
    const { alice, bob, carol, dave, erin, groups } = await build();
    const facts: string[] = [];
    town.server.chat.on('user_leave', ({ username }) => facts.push(`user_leave ${username}`));
    town.server.chat.on('group_member_remove', ({ group, cause }) => facts.push(`${cause} ${group.name}`));
    const [stream] = alice.streams;
    await erin.heard();
    await go();
    const removed = (name: string) => `removed ${groups[name]} ${alice.id}`;
    // In the order of the groups' names; of what they had left, nobody hears.
    expect(await bob.heard()).toEqual([removed('bens'), removed('open'), removed('own')]);
    expect(await carol.heard()).toEqual([removed('open')]);
    for (const one of [dave, erin]) expect(await one.heard()).toEqual([]);
    // Their own stream ends, and says nothing of it.
    await stream?.until(() => stream.ended);
    expect(stream?.text).not.toContain(alice.id + alice.id);
    expect((await alice.ask('/events')).status).toBe(401);
    expect(facts.slice(0, 5)).toEqual([
      expect.stringMatching(/^user_leave /),
      'left-for-good alone',
      'left-for-good bens',
      'left-for-good open',
      'left-for-good own',
    ]);
  });

  it('“No MLS removal commits are generated”: remaining members read what was there, and “can use /rotate to advance the epoch”', async () => {
    const { bob, groups } = await build();
    const before = await bob.get(`/groups/${groups.own}/group-info`, wire.GetGroupInfoResponse);
    await go();
    expect(await bob.heard()).not.toContainEqual(expect.stringMatching(/^update/));
    expect(await bob.get(`/groups/${groups.own}/group-info`, wire.GetGroupInfoResponse)).toEqual(before);
    expect(await town.messages(bob, groups.own ?? '')).toEqual(['4 bob 04']);
    await bob.done(`/groups/${groups.own}/commit`, wire.UploadCommitRequest, {
      commitMessage: Uint8Array.of(0, 1, 0, 1, 8),
      groupInfo: Uint8Array.of(0, 1, 0, 4, 8),
    });
    expect(await town.messages(bob, groups.own ?? '')).toEqual(['4 bob 04', '5 bob 0001000108']);
  });

  it('“Refresh the member list”: on the event the user is gone from every list', async () => {
    const { bob, carol, groups } = await build();
    await go();
    expect(await town.rooms(bob)).toEqual({
      bens: ['bob'],
      open: ['bob', 'carol'],
      own: ['bob'],
      shut: ['bob'],
    });
    expect(await town.rooms(carol)).toEqual({ open: ['bob', 'carol'], past: ['carol'] });
    expect(seen(await bob.ask('/users/alice'))).toEqual([404, 300, 'user not found']);
    expect(seen(await bob.ask(`/users/by-id/${town.people.alice.id}`))).toEqual([404, 300, 'user not found']);
    expect(seen(await bob.ask(`/key-packages/${town.people.alice.id}`))[0]).toBe(404);
    const banned = await bob.get(`/groups/${groups.shut}/banned`, wire.ListBannedUsersResponse);
    expect(banned.users).toEqual([]);
  });

  it('a group whose only admin is gone stays without one; one without members stays, with its name', async () => {
    const { bob, groups, dave } = await build();
    await go();
    const { admins } = await bob.get(`/groups/${groups.own}/admins`, wire.ListAdminsResponse);
    expect(admins).toEqual([]);
    const promote = await bob.post(`/groups/${groups.own}/promote`, wire.PromoteMemberRequest, {
      userId: bob.bytes,
    });
    expect(seen(promote)).toEqual([401, 401, 'only group admins can promote members']);
    const taken = await dave.post('/groups', wire.CreateGroupRequest, { groupName: 'alone' });
    expect(seen(taken)).toEqual([409, 301, "group_name 'alone' already exists"]);
    expect(rowsIn(await rowsOf(town.file), 'groups').length).toBe(6);
  });

  it('a public group whose last member is gone is listed with none, and can be joined', async () => {
    const { alice, dave, groups } = await build();
    const { alone = '' } = groups;
    await alice.done(`/groups/${alone}`, wire.UpdateGroupRequest, { visibility: 2 }, 'PATCH');
    await alice.done(`/groups/${alone}/commit`, wire.UploadCommitRequest, { groupInfo: Uint8Array.of(1) });
    await go();
    const listed = await dave.get('/groups/public?pattern=alone', wire.ListPublicGroupsResponse);
    expect(listed.groups.map(({ groupName, memberCount }) => [groupName, memberCount])).toEqual([
      ['alone', 0],
    ]);
    const joined = await dave.post(`/groups/${alone}/join`);
    expect(hex(read(joined, wire.GetGroupInfoResponse).groupInfo)).toBe('01');
    const { admins } = await dave.get(`/groups/${alone}/admins`, wire.ListAdminsResponse);
    expect(admins).toEqual([]);
  });

  it('with promoteSuccessor and dropEmptyGroups the eldest becomes admin, and empty groups go', async () => {
    const { alice, bob, dave, groups } = await build({
      conclave: { promoteSuccessor: true, dropEmptyGroups: true },
    });
    await go();
    expect(await bob.heard()).toEqual([
      `removed ${groups.bens} ${alice.id}`,
      `removed ${groups.open} ${alice.id}`,
      `removed ${groups.own} ${alice.id}`,
      `update ${groups.own} role`,
    ]);
    const { admins } = await bob.get(`/groups/${groups.own}/admins`, wire.ListAdminsResponse);
    expect(admins.map(({ username }) => username)).toEqual(['bob']);
    expect((await dave.post('/groups', wire.CreateGroupRequest, { groupName: 'alone' })).status).toBe(201);
    expect(tablesWith(await town.rows(), town.marks)).toEqual([]);
  });

  it('“In a savepoint transaction”: what storage does not take is not done, and nobody hears of it', async () => {
    let failing = false;
    town = new Town();
    const storage = sqlite({ file: town.file });
    const commit = storage.commit.bind(storage);
    Object.assign(storage, {
      commit: (batch: Batch) => (failing ? Promise.reject(new Error('full')) : commit(batch)),
    });
    await town.build({ storage });
    const { alice, bob } = town.people;
    const before = await town.lazyRows();
    failing = true;
    const asked = expunge(alice);
    let answered = false;
    void asked.then(() => {
      answered = true;
    });
    while (!answered) {
      await town.clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    failing = false;
    expect(seen(await asked)[0]).toBe(503);
    expect(new Set(town.server.errors.splice(0).map(({ code }) => code))).toEqual(
      new Set(['storage-failed', 'unavailable']),
    );
    expect((await alice.ask('/me')).status).toBe(200);
    expect(unused(await town.lazyRows())).toEqual(unused(before));
    expect(alice.streams[0]?.ended).toBe(false);
    expect(await bob.heard()).toEqual([]);
    await go();
    expect(tablesWith(await town.rows(), town.marks)).toEqual([]);
  });
}

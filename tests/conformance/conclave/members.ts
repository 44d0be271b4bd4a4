import { afterEach, expect, it } from 'vitest';
import { memory } from '../../../src/adapters/storage/memory.js';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { type ConclaveServer, fromHex, hex, type Person, read, seen, serve } from './support/server.js';

const nowhere = '00112233-4455-6677-8899-aabbccddeeff';
const nobody = fromHex('00112233445566778899aabbccddeeff');
const notUuid = Uint8Array.of(1, 2, 3);
const pack = (...bytes: number[]) => Uint8Array.of(0, 1, 0, 5, ...bytes);

/** Members (section 8.5). */
export function members(): void {
  let server: ConclaveServer;
  afterEach(async () => {
    await server?.stop();
    expect(server.errors).toEqual([]);
  });
  /** A group of alice's with bob in it, carol outside; what they heard of it is forgotten. */
  const team = async () => {
    server = await serve();
    const people = await server.cast('alice', 'bob', 'carol');
    const group = await people.alice.group('team');
    await people.alice.bring(group, people.bob);
    for (const one of Object.values(people)) await one.heard();
    return { ...people, group };
  };
  const quiet = async (...people: Person[]) => {
    for (const one of people) expect(await one.heard()).toEqual([]);
  };

  it('[Conclave 8.5] tells nobody that they are out before that is stored', async () => {
    const storage = memory();
    const commit = storage.commit.bind(storage);
    let open = () => {};
    let gate: Promise<void> | undefined;
    const reached = new Promise<void>((told) => {
      storage.commit = async (...batch) => {
        if (gate !== undefined) told();
        await gate;
        return commit(...batch);
      };
    });
    server = await serve({ storage });
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    await alice.bring(group, bob);
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const removing = alice.post(`/groups/${group}/remove`, wire.RemoveMemberRequest, { userId: bob.bytes });
    await reached;
    let answered = false;
    const asking = bob.ask(`/groups/${group}/admins`).finally(() => {
      answered = true;
    });
    // What rests on nothing is answered meanwhile.
    for (let i = 0; i < 3; i++) await server.ask('/no/such/route');
    expect(answered).toBe(false);
    open();
    expect((await removing).status).toBe(200);
    expect((await asking).status).toBe(401);
  });

  const targeted = [
    ['remove', wire.RemoveMemberRequest, 'remove members', [400, 100, 'user is not a member of this group']],
    [
      'promote',
      wire.PromoteMemberRequest,
      'promote members',
      [400, 100, 'user is not a member of this group'],
    ],
    ['demote', wire.DemoteMemberRequest, 'demote members', [400, 100, 'user is not an admin']],
    ['unban', wire.UnbanMemberRequest, 'unban members', [400, 100, 'user is not banned from this group']],
    ['ban', wire.BanMemberRequest, 'ban members', 200],
  ] as const;
  it.each(targeted)(
    '[Conclave 8.5] %s: admin, then the id, then the user, then the member',
    async (...row) => {
      const [act, schema, words, last] = row;
      const { alice, bob, carol, group } = await team();
      const ask = async (who: Person, id: string, userId: Uint8Array) => {
        const answer = await who.post(`/groups/${id}/${act}`, schema, { userId });
        return answer.status === 200 ? 200 : seen(answer);
      };
      const mayNot = [401, 401, `only group admins can ${words}`];
      expect(await ask(bob, group, notUuid)).toEqual(mayNot);
      expect(await ask(carol, group, alice.bytes)).toEqual(mayNot);
      expect(await ask(alice, nowhere, notUuid)).toEqual(mayNot);
      expect(await ask(alice, group, notUuid)).toEqual([400, 101, 'invalid user_id']);
      expect(await ask(alice, group, Uint8Array.of())).toEqual([400, 101, 'invalid user_id']);
      expect(await ask(alice, group, nobody)).toEqual([404, 300, 'user not found']);
      expect(await ask(alice, group, carol.bytes)).toEqual(last);
      await quiet(alice, bob, carol);
    },
  );

  it('[Conclave 8.5] invite checks the list, the admin, and each user in turn; nothing is told', async () => {
    const { alice, bob, carol, group } = await team();
    const ask = async (who: Person, ...userIds: Uint8Array[]) => {
      const answer = await who.post(`/groups/${group}/invite`, wire.InviteToGroupRequest, { userIds });
      if (answer.status !== 200) return seen(answer);
      return read(answer, wire.InviteToGroupResponse).memberKeyPackages.map(
        (one) => `${hex(one.userId)} ${hex(one.keyPackageData)}`,
      );
    };
    const noPackage = [404, 300, 'no key package available for this user'];
    expect(await ask(bob)).toEqual([400, 100, 'at least one user_id is required']);
    expect(await ask(bob, notUuid)).toEqual([401, 401, 'only group admins can invite members']);
    expect(await ask(alice, notUuid, nobody)).toEqual([400, 101, 'invalid user_id']);
    expect(await ask(alice, nobody, notUuid)).toEqual([404, 300, 'user not found']);
    expect(await ask(alice, bob.bytes, notUuid)).toEqual([
      409,
      301,
      'user is already a member of this group',
    ]);
    expect(await ask(alice, carol.bytes, notUuid)).toEqual(noPackage);
    expect(await ask(alice, carol.bytes, bob.bytes)).toEqual(noPackage);
    expect(await ask(alice, alice.bytes)).toEqual([]);
    await carol.keys({ data: pack(1) }, { data: pack(2) });
    const dave = await server.arrive('dave');
    await dave.keys({ data: pack(3), isLastResort: true });
    expect(await ask(alice, carol.bytes, notUuid)).toEqual([400, 101, 'invalid user_id']);
    expect(await ask(alice, dave.bytes, alice.bytes, carol.bytes)).toEqual([
      `${dave.id} ${hex(pack(3))}`,
      `${carol.id} ${hex(pack(1))}`,
    ]);
    const many = Array.from({ length: 1_001 }, () => dave.bytes);
    expect(await ask(alice, ...many)).toEqual([400, 100, 'at most 1000 user_ids are allowed']);
    expect(await ask(bob, ...many)).toEqual([401, 401, 'only group admins can invite members']);
    await quiet(alice, bob, carol);
  });

  it('[Conclave 8.5, 10] remove stores what came with it as the caller’s, and tells the remaining and the removed', async () => {
    const { alice, bob, carol, group } = await team();
    await alice.done(`/groups/${group}/remove`, wire.RemoveMemberRequest, {
      userId: bob.bytes,
      commitMessage: Uint8Array.of(7),
      groupInfo: Uint8Array.of(8),
    });
    const told = [`removed ${group} ${bob.id}`];
    expect(await alice.heard()).toEqual(told);
    expect(await bob.heard()).toEqual(told);
    await quiet(carol);
    const { messages } = await alice.get(`/groups/${group}/messages`, wire.GetMessagesResponse);
    expect(messages.at(-1)).toMatchObject({ sequenceNum: 2 });
    expect(hex(messages.at(-1)?.senderId as Uint8Array)).toBe(alice.id);
    const found = await alice.get(`/groups/${group}/group-info`, wire.GetGroupInfoResponse);
    expect(hex(found.groupInfo)).toBe('08');
    expect((await bob.ask(`/groups/${group}/messages`)).status).toBe(401);
    // Also themselves, as the last.
    await alice.done(`/groups/${group}/remove`, wire.RemoveMemberRequest, { userId: alice.bytes });
    expect(await alice.heard()).toEqual([`removed ${group} ${alice.id}`]);
  });

  it('[Conclave 8.5, 10] leave tells those who remain, and leaves the group be', async () => {
    const { alice, bob, carol, group } = await team();
    const leave = (who: Person, body: Partial<wire.LeaveGroupRequest> = {}) =>
      who.post(`/groups/${group}/leave`, wire.LeaveGroupRequest, body);
    expect(seen(await leave(carol))).toEqual([401, 400, 'not a member of this group']);
    const left = await leave(alice, { commitMessage: Uint8Array.of(5), groupInfo: Uint8Array.of(6) });
    expect(left.status).toBe(200);
    expect(await bob.heard()).toEqual([`removed ${group} ${alice.id}`]);
    await quiet(alice, carol);
    expect((await bob.get(`/groups/${group}/admins`, wire.ListAdminsResponse)).admins).toEqual([]);
    expect((await leave(bob)).status).toBe(200);
    await quiet(alice, bob);
    const taken = await carol.post('/groups', wire.CreateGroupRequest, { groupName: 'team' });
    expect(taken.status).toBe(409);
  });

  it('[Conclave 8.5, 10] promote and demote tell all members', async () => {
    const { alice, bob, carol, group } = await team();
    const ask = async (act: string, who: Person, whom: Person) => {
      const answer = await who.post(`/groups/${group}/${act}`, wire.PromoteMemberRequest, {
        userId: whom.bytes,
      });
      return answer.status === 200 ? 200 : seen(answer);
    };
    expect(await ask('promote', alice, bob)).toBe(200);
    expect(await ask('promote', alice, bob)).toEqual([409, 301, 'user is already an admin']);
    const { admins } = await bob.get(`/groups/${group}/admins`, wire.ListAdminsResponse);
    expect(admins.map(({ userId, role }) => [hex(userId), role])).toEqual([
      [alice.id, 2],
      [bob.id, 2],
    ]);
    expect(await ask('demote', bob, bob)).toBe(200);
    expect(await ask('demote', alice, alice)).toEqual([400, 100, 'cannot demote the last admin']);
    const told = [`update ${group} role`, `update ${group} role`];
    expect(await alice.heard()).toEqual(told);
    expect(await bob.heard()).toEqual(told);
    await quiet(carol);
    expect(seen(await carol.ask(`/groups/${group}/admins`))).toEqual([
      401,
      400,
      'not a member of this group',
    ]);
  });

  it('[Conclave 8.5, 10, 15] ban removes a member, and takes back an invitation without a word', async () => {
    const { alice, bob, carol, group } = await team();
    const ban = async (whom: Person) => {
      const answer = await alice.post(`/groups/${group}/ban`, wire.BanMemberRequest, {
        userId: whom.bytes,
        commitMessage: Uint8Array.of(3),
      });
      return answer.status === 200 ? 200 : seen(answer);
    };
    await alice.invite(group, carol);
    await carol.heard();
    expect(await ban(bob)).toBe(200);
    expect(await ban(carol)).toBe(200);
    expect(await ban(carol)).toEqual([409, 301, 'user is already banned from this group']);
    const told = [`removed ${group} ${bob.id}`];
    expect(await alice.heard()).toEqual(told);
    expect(await bob.heard()).toEqual(told);
    await quiet(carol);
    expect((await carol.get('/invites', wire.ListPendingInvitesResponse)).invites).toEqual([]);
    // The commit of a ban of somebody outside is not stored.
    const { messages } = await alice.get(`/groups/${group}/messages`, wire.GetMessagesResponse);
    expect(messages.map(({ sequenceNum }) => sequenceNum)).toEqual([1, 2]);
    expect(seen(await bob.ask(`/groups/${group}/banned`))).toEqual([
      401,
      401,
      'only group admins can view the ban list',
    ]);
    const { users } = await alice.get(`/groups/${group}/banned`, wire.ListBannedUsersResponse);
    expect(users.map((one) => [hex(one.userId), one.username, hex(one.bannedBy)])).toEqual([
      [bob.id, 'bob', alice.id],
      [carol.id, 'carol', alice.id],
    ]);
    expect(users.every(({ bannedAt }) => Math.abs(bannedAt - Date.now() / 1_000) < 60)).toBe(true);
    await alice.done(`/groups/${group}/unban`, wire.UnbanMemberRequest, { userId: bob.bytes });
    expect((await alice.get(`/groups/${group}/banned`, wire.ListBannedUsersResponse)).users.length).toBe(1);
    await quiet(alice, bob, carol);
  });

  it('promotes the eldest and drops what is empty where it is told to', async () => {
    server = await serve({ conclave: { promoteSuccessor: true, dropEmptyGroups: true } });
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    await alice.bring(group, bob);
    await bob.heard();
    await alice.done(`/groups/${group}/leave`);
    expect(await bob.heard()).toEqual([`removed ${group} ${alice.id}`, `update ${group} role`]);
    await bob.done(`/groups/${group}/leave`);
    expect((await alice.group('team')).length).toBe(32);
  });
}

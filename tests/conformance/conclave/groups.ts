import { afterEach, expect, it } from 'vitest';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { type ConclaveServer, fromHex, hex, type Person, read, seen, serve } from './support/server.js';

const nowhere = '00112233-4455-6677-8899-aabbccddeeff';
const info = Uint8Array.of(0, 1, 0, 4);

/** Groups (section 8.4). */
export function groups(): void {
  let server: ConclaveServer;
  afterEach(async () => {
    await server?.stop();
    expect(server.errors).toEqual([]);
  });
  const patch = async (who: Person, group: string, body: Partial<wire.UpdateGroupRequest>) => {
    const answer = await who.post(`/groups/${group}`, wire.UpdateGroupRequest, body, 'PATCH');
    return answer.status === 200 ? 200 : seen(answer);
  };
  const publish = async (who: Person, group: string) => {
    expect(await patch(who, group, { visibility: 2 })).toBe(200);
    await who.done(`/groups/${group}/commit`, wire.UploadCommitRequest, { groupInfo: info });
  };

  it('[Conclave 8.4] create checks presence, name, alias and uniqueness in this order', async () => {
    server = await serve();
    const { alice } = await server.cast('alice');
    const create = async (groupName: string, alias = '') =>
      seen(await alice.post('/groups', wire.CreateGroupRequest, { groupName, alias }));
    const long = 'x'.repeat(65);
    const form =
      'group name must start with a letter or digit and contain only ASCII letters, digits, and underscores';
    await alice.group('taken');
    expect(await create('', long)).toEqual([400, 100, 'group_name is required']);
    expect(await create(long, long)).toEqual([
      400,
      101,
      'group name exceeds maximum length of 64 characters',
    ]);
    expect(await create('a-b', long)).toEqual([400, 101, form]);
    expect(await create('taken', long)).toEqual([400, 101, 'alias exceeds maximum length of 64 characters']);
    expect(await create('taken', '\t')).toEqual([
      400,
      101,
      'alias must not contain ASCII control characters',
    ]);
    expect(await create('taken')).toEqual([409, 301, "group_name 'taken' already exists"]);
    expect((await alice.group('Taken')).length).toBe(32);
    expect(await alice.heard()).toEqual([]);
  });

  it('[Conclave 8.4] lists own groups in the order of the bytes of their names, with all members', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    for (const name of ['b', 'a', 'B', '1']) await alice.group(name);
    const group = await bob.group('bobs');
    await bob.bring(group, alice);
    const { groups } = await alice.get('/groups', wire.ListGroupsResponse);
    expect(groups.map(({ groupName }) => groupName)).toEqual(['1', 'B', 'a', 'b', 'bobs']);
    expect(groups[4]?.members.map(({ userId, role }) => [hex(userId), role])).toEqual([
      [bob.id, 2],
      [alice.id, 1],
    ]);
    expect((await bob.get('/groups', wire.ListGroupsResponse)).groups.length).toBe(1);
  });

  it('[Conclave 8.4, 16] a group without anything special is the golden bytes but for its ids', async () => {
    server = await serve();
    const { bob } = await server.cast('bob');
    const group = await bob.group('team');
    const answer = await bob.ask('/groups');
    const expected = `0a10${group}1a190a10${bob.id}1203626f62200222047465616d30ffffffffffffffffff013801`;
    expect(hex(answer.bytes)).toBe(`0a${(expected.length / 2).toString(16)}${expected}`);
  });

  it('[Conclave 8.4] update is for admins, and refuses what is wrong in the order of the fields', async () => {
    server = await serve({ conclave: { messageRetention: '1h' } });
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    await alice.group('other');
    await alice.bring(group, bob);
    await alice.heard();
    await bob.heard();
    const mayNot = [401, 401, 'only group admins can update group settings'];
    expect(await patch(bob, group, { alias: '\n' })).toEqual(mayNot);
    expect(await patch(alice, nowhere, {})).toEqual(mayNot);
    const bad = { groupName: '-', messageExpirySeconds: -2, updateMessageExpiry: true, visibility: 3 };
    expect(await patch(alice, group, { ...bad, alias: '\n' })).toEqual([
      400,
      101,
      'alias must not contain ASCII control characters',
    ]);
    expect(await patch(alice, group, bad)).toEqual([
      400,
      101,
      'group name must start with a letter or digit and contain only ASCII letters, digits, and underscores',
    ]);
    expect(await patch(alice, group, { ...bad, groupName: 'other' })).toEqual([
      409,
      301,
      "group_name 'other' already exists",
    ]);
    expect(await patch(alice, group, { ...bad, groupName: '' })).toEqual([
      400,
      100,
      'message_expiry_seconds must be -1, 0, or positive',
    ]);
    expect(await patch(alice, group, { updateMessageExpiry: true, messageExpirySeconds: 3601 })).toEqual([
      400,
      100,
      'group expiry cannot exceed server retention policy',
    ]);
    expect(await patch(alice, group, { visibility: 3 })).toEqual([
      400,
      101,
      "visibility must be 'private' (1) or 'public' (2)",
    ]);
    expect(await bob.heard()).toEqual([]);
    for (const messageExpirySeconds of [3600, 0, -1])
      expect(await patch(alice, group, { updateMessageExpiry: true, messageExpirySeconds })).toBe(200);
    await bob.heard();
    await alice.heard();
    expect(await patch(alice, group, { alias: 'Team', groupName: 'team2', visibility: 2 })).toBe(200);
    // Read only with the flag; nothing changes, and it is told all the same.
    expect(await patch(alice, group, { messageExpirySeconds: -9 })).toBe(200);
    const told = [`update ${group} settings`, `update ${group} settings`];
    expect(await alice.heard()).toEqual(told);
    expect(await bob.heard()).toEqual(told);
    const { groups } = await bob.get('/groups', wire.ListGroupsResponse);
    expect(groups[0]).toMatchObject({
      alias: 'Team',
      groupName: 'team2',
      visibility: 2,
      messageExpirySeconds: -1,
    });
  });

  it('[Conclave 8.4] group-info and retention are for members', async () => {
    server = await serve({ conclave: { messageRetention: '2d' } });
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    for (const path of ['group-info', 'retention'])
      for (const id of [group, nowhere])
        expect(seen(await bob.ask(`/groups/${id}/${path}`))).toEqual([
          401,
          400,
          'not a member of this group',
        ]);
    expect(seen(await alice.ask(`/groups/${group}/group-info`))).toEqual([
      404,
      300,
      'no group info available',
    ]);
    await alice.done(`/groups/${group}/commit`, wire.UploadCommitRequest, { groupInfo: info });
    const found = await alice.get(`/groups/${group}/group-info`, wire.GetGroupInfoResponse);
    expect(hex(found.groupInfo)).toBe('00010004');
    expect(await alice.get(`/groups/${group}/retention`, wire.GetRetentionPolicyResponse)).toEqual({
      serverRetentionSeconds: 172_800,
      groupExpirySeconds: -1,
    });
  });

  it('[Conclave 16] retention without limits is the golden bytes', async () => {
    server = await serve();
    const { alice } = await server.cast('alice');
    const group = await alice.group('team');
    const answer = await alice.ask(`/groups/${group}/retention`);
    expect(hex(answer.bytes)).toBe('08ffffffffffffffffff0110ffffffffffffffffff01');
  });

  it('[Conclave 8.4] lists public groups by a pattern as LIKE has it', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    for (const name of ['Rust_fans', 'crust', 'typescript', 'hidden']) {
      const group = await alice.group(name);
      if (name !== 'hidden') await publish(alice, group);
    }
    const names = async (query: string) => {
      const { groups } = await bob.get(`/groups/public${query}`, wire.ListPublicGroupsResponse);
      return groups.map(({ groupName, memberCount }) => `${groupName} ${memberCount}`).join();
    };
    const all = 'Rust_fans 1,crust 1,typescript 1';
    expect(await names('')).toBe(all);
    expect(await names('?pattern=')).toBe(all);
    expect(await names('?pattern=RUST')).toBe('Rust_fans 1,crust 1');
    expect(await names('?pattern=t%25p')).toBe('typescript 1');
    expect(await names('?pattern=c_u')).toBe('crust 1');
    expect(await names('?pattern=s%t')).toBe('Rust_fans 1,crust 1,typescript 1');
    expect(await names('?pattern=hidden')).toBe('');
    expect(seen(await server.ask('/groups/public'))).toEqual([401, 200, 'missing Authorization header']);
  });

  it('[Conclave 8.4] join refuses in the order of its checks, and makes a member without telling anybody', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    const join = async (id = group) => seen(await bob.post(`/groups/${id}/join`, wire.CreateGroupRequest));
    expect(await join(nowhere)).toEqual([404, 300, 'group not found']);
    expect(await join()).toEqual([403, 402, 'this group is not public']);
    expect(await patch(alice, group, { visibility: 2 })).toBe(200);
    expect(await join()).toEqual([400, 100, 'no group info available for this group']);
    const invite = await alice.invite(group, bob);
    expect(await join()).toEqual([409, 301, 'you have a pending invite for this group']);
    await bob.done(`${invite}/decline`);
    await alice.done(`/groups/${group}/ban`, wire.BanMemberRequest, { userId: bob.bytes });
    expect(await join()).toEqual([403, 403, 'you are banned from this group']);
    await alice.done(`/groups/${group}/unban`, wire.UnbanMemberRequest, { userId: bob.bytes });
    await publish(alice, group);
    await alice.heard();
    await bob.heard();
    const joined = await bob.post(`/groups/${group}/join`, wire.CreateGroupRequest);
    expect(hex(read(joined, wire.GetGroupInfoResponse).groupInfo)).toBe('00010004');
    expect(await join()).toEqual([409, 301, 'already a member of this group']);
    expect(await alice.heard()).toEqual([]);
    expect(await bob.heard()).toEqual([]);
    const { groups } = await alice.get('/groups', wire.ListGroupsResponse);
    expect(groups[0]?.members.map(({ role }) => role)).toEqual([2, 1]);
  });

  it('[Conclave 8.5, 10] external-join tells everybody after a join, and the others of a new identity otherwise', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    const rejoin = (who: Person, body: Partial<wire.ExternalJoinRequest> = {}) =>
      who.post(`/groups/${group}/external-join`, wire.ExternalJoinRequest, body);
    expect(seen(await rejoin(bob))).toEqual([401, 400, 'not a member of this group']);
    expect(seen(await rejoin(alice))).toEqual([400, 100, 'no group info available for external join']);
    await publish(alice, group);
    await bob.post(`/groups/${group}/join`);
    await alice.heard();
    const commitMessage = Uint8Array.of(0, 1, 0, 1);
    expect((await rejoin(bob, { commitMessage, mlsGroupId: 'aa' })).status).toBe(200);
    const told = [`update ${group} commit`];
    expect(await alice.heard()).toEqual(told);
    expect(await bob.heard()).toEqual(told);
    expect((await rejoin(bob, { commitMessage, mlsGroupId: 'bb' })).status).toBe(200);
    expect(await alice.heard()).toEqual([`reset ${group} ${bob.id}`]);
    expect(await bob.heard()).toEqual([]);
    expect((await rejoin(alice)).status).toBe(200);
    expect(await bob.heard()).toEqual([]);
    const { groups } = await bob.get('/groups', wire.ListGroupsResponse);
    expect(groups[0]?.mlsGroupId).toBe('aa');
    const { messages } = await alice.get(`/groups/${group}/messages`, wire.GetMessagesResponse);
    expect(messages.map(({ senderId }) => hex(senderId))).toEqual([bob.id, bob.id]);
  });

  it('[Conclave 8.5] external-join without a commit clears the flag of the join all the same', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    await publish(alice, group);
    await bob.post(`/groups/${group}/join`);
    await bob.done(`/groups/${group}/external-join`);
    await alice.heard();
    await bob.done(`/groups/${group}/external-join`, wire.ExternalJoinRequest, {
      commitMessage: Uint8Array.of(1),
    });
    expect(await alice.heard()).toEqual([`reset ${group} ${bob.id}`]);
  });

  it('[Conclave 8.4] delete is for admins, takes all with it and tells all former members', async () => {
    server = await serve();
    const { alice, bob, carol } = await server.cast('alice', 'bob', 'carol');
    const group = await alice.group('team');
    await alice.bring(group, bob);
    await alice.invite(group, carol);
    for (const one of [alice, bob, carol]) await one.heard();
    const mayNot = [401, 401, 'only group admins can delete a group'];
    expect(seen(await bob.post(`/groups/${group}/delete`))).toEqual(mayNot);
    expect(seen(await alice.post(`/groups/${nowhere}/delete`))).toEqual(mayNot);
    await alice.done(`/groups/${group}/delete`);
    expect(await alice.heard()).toEqual([`deleted ${group}`]);
    expect(await bob.heard()).toEqual([`deleted ${group}`]);
    expect(await carol.heard()).toEqual([]);
    expect((await carol.get('/invites', wire.ListPendingInvitesResponse)).invites).toEqual([]);
    expect((await bob.get('/welcomes', wire.ListPendingWelcomesResponse)).welcomes).toEqual([]);
    expect(await alice.group('team')).not.toBe(group);
    expect(fromHex(group).length).toBe(16);
  });
}

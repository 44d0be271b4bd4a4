import { afterEach, expect, it } from 'vitest';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { StandingClock } from '../sockchat/support/clock.js';
import { type ConclaveServer, fromHex, hex, type Person, seen, serve } from './support/server.js';

const nobody = fromHex('00112233445566778899aabbccddeeff');
const nowhere = hex(nobody);
const blob = Uint8Array.of(0, 1);

/** Invitations and welcomes (sections 8.6 and 8.7). */
export function invites(): void {
  let server: ConclaveServer;
  afterEach(async () => {
    await server?.stop();
    expect(server.errors).toEqual([]);
  });
  const trio = async () => {
    server = await serve();
    const people = await server.cast('alice', 'bob', 'carol');
    const group = await people.alice.group('team', { alias: 'Team' });
    return { ...people, group };
  };
  const escrow = async (who: Person, group: string, body: Partial<wire.EscrowInviteRequest>) => {
    const answer = await who.post(`/groups/${group}/escrow-invite`, wire.EscrowInviteRequest, body);
    return answer.status === 200 ? 200 : seen(answer);
  };
  const full = { commitMessage: blob, welcomeMessage: blob, groupInfo: blob };

  it('[Conclave 8.6] escrow-invite refuses in the order of its checks', async () => {
    const { alice, bob, carol, group } = await trio();
    const required = [400, 100, 'commit_message, welcome_message, and group_info are required'];
    expect(await escrow(bob, group, {})).toEqual([400, 100, 'invitee_id is required']);
    expect(await escrow(bob, group, { inviteeId: blob })).toEqual([400, 101, 'invalid invitee_id']);
    for (const part of ['commitMessage', 'welcomeMessage', 'groupInfo'])
      expect(await escrow(bob, group, { inviteeId: nobody, ...full, [part]: Uint8Array.of() })).toEqual(
        required,
      );
    const mayNot = [401, 401, 'only group admins can invite members'];
    expect(await escrow(bob, group, { inviteeId: nobody, ...full })).toEqual(mayNot);
    expect(await escrow(alice, nowhere, { inviteeId: nobody, ...full })).toEqual(mayNot);
    expect(await escrow(alice, group, { inviteeId: nobody, ...full })).toEqual([404, 300, 'user not found']);
    expect(await escrow(alice, group, { inviteeId: alice.bytes, ...full })).toEqual([
      409,
      301,
      'user is already a member of this group',
    ]);
    await alice.done(`/groups/${group}/ban`, wire.BanMemberRequest, { userId: carol.bytes });
    expect(await escrow(alice, group, { inviteeId: carol.bytes, ...full })).toEqual([
      403,
      403,
      'user is banned from this group',
    ]);
    expect(await escrow(alice, group, { inviteeId: bob.bytes, ...full })).toBe(200);
    expect(await escrow(alice, group, { inviteeId: bob.bytes, ...full })).toEqual([
      409,
      301,
      'a pending invite already exists for this user and group',
    ]);
    expect(await bob.heard()).toEqual([`invited ${group} team Team ${alice.id}`]);
    expect(await alice.heard()).toEqual([]);
    // Nothing of it is in the group yet.
    expect((await alice.ask(`/groups/${group}/group-info`)).status).toBe(404);
    expect((await alice.ask(`/groups/${group}/messages`)).bytes.length).toBe(0);
  });

  it('[Conclave 8.6] lists invitations to somebody and into a group, the oldest first, with the names of now', async () => {
    const { alice, bob, carol, group } = await trio();
    const second = await alice.group('second');
    await alice.invite(group, bob);
    await alice.invite(second, bob);
    await alice.invite(group, carol);
    await alice.post(`/groups/${group}`, wire.UpdateGroupRequest, { groupName: 'renamed' }, 'PATCH');
    const { invites } = await bob.get('/invites', wire.ListPendingInvitesResponse);
    expect(
      invites.map((one) => [
        one.groupName,
        one.groupAlias,
        one.inviterUsername,
        hex(one.inviteeId),
        hex(one.inviterId),
      ]),
    ).toEqual([
      ['renamed', 'Team', 'alice', bob.id, alice.id],
      ['second', '', 'alice', bob.id, alice.id],
    ]);
    const into = await alice.get(`/groups/${group}/invites`, wire.ListGroupPendingInvitesResponse);
    expect(into.invites.map(({ inviteeId }) => hex(inviteeId))).toEqual([bob.id, carol.id]);
    expect(seen(await bob.ask(`/groups/${group}/invites`))).toEqual([
      401,
      401,
      'only group admins can list pending invites',
    ]);
  });

  it('[Conclave 8.6, 10] accept refuses whom it is not for, and tells the invitee, then the others', async () => {
    const { alice, bob, carol, group } = await trio();
    await alice.bring(group, carol, 1);
    const invite = await alice.invite(group, bob, 2);
    for (const one of [alice, bob, carol]) await one.heard();
    expect(seen(await bob.post(`/invites/${nowhere}/accept`))).toEqual([404, 300, 'invite not found']);
    const foreign = [401, 400, 'this invite does not belong to you'];
    expect(seen(await alice.post(`${invite}/accept`))).toEqual(foreign);
    expect(seen(await alice.post(`${invite}/decline`))).toEqual(foreign);
    // The alias of that moment is the one of the welcome.
    await alice.post(`/groups/${group}`, wire.UpdateGroupRequest, { alias: 'Now' }, 'PATCH');
    await bob.done(`${invite}/accept`);
    await alice.post(`/groups/${group}`, wire.UpdateGroupRequest, { alias: 'Later' }, 'PATCH');
    const settings = `update ${group} settings`;
    expect(await bob.heard()).toEqual([`welcome ${group} Now`, settings]);
    const told = [settings, `update ${group} commit`, settings];
    expect(await alice.heard()).toEqual(told);
    expect(await carol.heard()).toEqual(told);
    expect(seen(await bob.post(`${invite}/accept`))).toEqual([404, 300, 'invite not found']);
    const { messages } = await bob.get(`/groups/${group}/messages`, wire.GetMessagesResponse);
    expect(messages.map(({ senderId, mlsMessage }) => [hex(senderId), hex(mlsMessage)])).toEqual([
      [alice.id, '0001000101'],
      [alice.id, '0001000102'],
    ]);
    const found = await bob.get(`/groups/${group}/group-info`, wire.GetGroupInfoResponse);
    expect(hex(found.groupInfo)).toBe('0001000402');
    const { welcomes } = await bob.get('/welcomes', wire.ListPendingWelcomesResponse);
    expect(welcomes.map(({ groupAlias }) => groupAlias)).toEqual(['Now']);
  });

  it('[Conclave 8.6] of many accepts at once one holds', async () => {
    const { alice, bob, group } = await trio();
    const invite = await alice.invite(group, bob);
    const answers = await Promise.all(Array.from({ length: 8 }, () => bob.post(`${invite}/accept`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(404)]);
  });

  it('[Conclave 8.6, 10] decline tells the inviter only', async () => {
    const { alice, bob, carol, group } = await trio();
    await alice.bring(group, carol);
    const invite = await alice.invite(group, bob);
    for (const one of [alice, bob, carol]) await one.heard();
    await bob.done(`${invite}/decline`);
    expect(await alice.heard()).toEqual([`declined ${group} ${bob.id}`]);
    expect(await bob.heard()).toEqual([]);
    expect(await carol.heard()).toEqual([]);
    expect(seen(await bob.post(`${invite}/decline`))).toEqual([404, 300, 'invite not found']);
    expect((await alice.invite(group, bob)).length).toBeGreaterThan(32);
  });

  it('[Conclave 8.6, 10] cancel-invite tells the invitee, then whoever invited', async () => {
    const { alice, bob, carol, group } = await trio();
    await alice.bring(group, carol);
    await alice.done(`/groups/${group}/promote`, wire.PromoteMemberRequest, { userId: carol.bytes });
    const invite = await alice.invite(group, bob);
    for (const one of [alice, bob, carol]) await one.heard();
    const cancel = async (who: Person, inviteeId: Uint8Array) => {
      const answer = await who.post(`/groups/${group}/cancel-invite`, wire.CancelInviteRequest, {
        inviteeId,
      });
      return answer.status === 200 ? 200 : seen(answer);
    };
    expect(await cancel(bob, blob)).toEqual([401, 401, 'only group admins can cancel invites']);
    expect(await cancel(carol, blob)).toEqual([400, 101, 'invalid invitee_id']);
    expect(await cancel(carol, nobody)).toEqual([404, 300, 'pending invite not found']);
    expect(await cancel(carol, bob.bytes)).toBe(200);
    expect(await cancel(carol, bob.bytes)).toEqual([404, 300, 'pending invite not found']);
    expect(await bob.heard()).toEqual([`cancelled ${group}`]);
    expect(await alice.heard()).toEqual([`declined ${group} ${bob.id}`]);
    expect(await carol.heard()).toEqual([]);
    expect((await bob.post(`${invite}/accept`)).status).toBe(404);
  });

  it('[Conclave 12] an old invitation works until it is cleaned up, which nobody is told', async () => {
    const clock = new StandingClock();
    server = await serve({ clock, conclave: { inviteTtlSeconds: 100, cleanupInterval: '1h' } });
    const { alice, bob, carol } = await server.cast('alice', 'bob', 'carol');
    const group = await alice.group('team');
    const forBob = await alice.invite(group, bob);
    const forCarol = await alice.invite(group, carol);
    await clock.advance(200_000);
    await bob.done(`${forBob}/accept`);
    for (const one of [alice, carol]) await one.heard();
    await clock.advance(3_600_000);
    expect(seen(await carol.post(`${forCarol}/accept`))).toEqual([404, 300, 'invite not found']);
    expect(await alice.heard()).toEqual([]);
    expect(await carol.heard()).toEqual([]);
  });

  it('[Conclave 8.7] welcomes are listed in their order, and go when they are taken in', async () => {
    const { alice, bob, carol } = await trio();
    const names = ['one', 'two', 'three', 'four', 'five', 'six'];
    for (const [mark, name] of names.entries())
      await alice.bring(await alice.group(name, { alias: name }), bob, mark);
    const list = async () => (await bob.get('/welcomes', wire.ListPendingWelcomesResponse)).welcomes;
    expect((await list()).map(({ groupAlias }) => groupAlias)).toEqual(names);
    const path = `/welcomes/${hex((await list())[0]?.welcomeId as Uint8Array)}/accept`;
    expect(seen(await carol.post(path))).toEqual([404, 300, 'welcome not found']);
    expect(seen(await bob.post(`/welcomes/${nowhere}/accept`))).toEqual([404, 300, 'welcome not found']);
    await bob.heard();
    const taken = await bob.post(path);
    expect([taken.status, taken.bytes.length, taken.headers.get('content-type')]).toEqual([204, 0, null]);
    expect((await list()).map(({ groupAlias }) => groupAlias)).toEqual(names.slice(1));
    expect((await bob.post(path)).status).toBe(404);
    expect(await bob.heard()).toEqual([]);
  });
}

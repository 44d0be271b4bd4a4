import { afterEach, expect, it } from 'vitest';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { type ConclaveServer, hex, read, seen, serve } from './support/server.js';

let server: ConclaveServer;
afterEach(async () => {
  await server?.stop();
  expect(server.errors).toEqual([]);
});

it('[Conclave 8, 9] people register, meet in a group, talk and go for good', async () => {
  server = await serve();
  const { alice, bob } = await server.cast('alice', 'bob');
  expect(await alice.get('/me', wire.UserInfoResponse)).toMatchObject({ username: 'alice', alias: '' });
  await bob.keys(
    { data: Uint8Array.of(0, 1, 0, 5, 9), isLastResort: true },
    { data: Uint8Array.of(0, 1, 0, 5, 1) },
  );
  const group = await alice.group('team', { alias: 'Team' });
  await alice.done(`/groups/${group}/commit`, wire.UploadCommitRequest, {
    commitMessage: Uint8Array.of(0, 1, 0, 1),
    groupInfo: Uint8Array.of(0, 1, 0, 4),
    mlsGroupId: 'abcd',
  });
  const { keyPackageData } = await alice.get(`/key-packages/${bob.id}`, wire.GetKeyPackageResponse);
  expect(hex(keyPackageData)).toBe('0001000501');
  const invite = await alice.invite(group, bob, 7);
  expect(await bob.heard()).toEqual([`invited ${group} team Team ${alice.id}`]);
  await bob.done(`${invite}/accept`);
  expect(await bob.heard()).toEqual([`welcome ${group} Team`]);
  expect(await alice.heard()).toEqual([`update ${group} commit`]);
  const { welcomes } = await bob.get('/welcomes', wire.ListPendingWelcomesResponse);
  expect(welcomes.map((one) => [hex(one.groupId), one.groupAlias, hex(one.welcomeMessage)])).toEqual([
    [group, 'Team', '0001000307'],
  ]);
  expect((await bob.post(`/welcomes/${hex(welcomes[0]?.welcomeId as Uint8Array)}/accept`)).status).toBe(204);
  expect((await bob.get('/welcomes', wire.ListPendingWelcomesResponse)).welcomes).toEqual([]);
  expect(await alice.send(group, 1, 2)).toBe(3);
  expect(await bob.heard()).toEqual([`message ${group} 3 ${alice.id}`]);
  const { messages } = await bob.get(`/groups/${group}/messages?after=0`, wire.GetMessagesResponse);
  expect(messages.map((one) => [one.sequenceNum, hex(one.senderId), hex(one.mlsMessage)])).toEqual([
    [1, alice.id, '00010001'],
    [2, alice.id, '0001000107'],
    [3, alice.id, '0102'],
  ]);
  const { groups } = await bob.get('/groups', wire.ListGroupsResponse);
  expect(groups).toMatchObject([
    { groupName: 'team', alias: 'Team', mlsGroupId: 'abcd', messageExpirySeconds: -1, visibility: 1 },
  ]);
  expect(groups[0]?.members.map(({ username, role }) => [username, role])).toEqual([
    ['alice', 2],
    ['bob', 1],
  ]);
  const wrong = await alice.post('/delete-account', wire.DeleteAccountRequest, { password: 'no' });
  expect(seen(wrong)).toEqual([401, 202, 'invalid password']);
  await alice.done('/delete-account', wire.DeleteAccountRequest, { password: 'password123' });
  expect(await bob.heard()).toEqual([`removed ${group} ${alice.id}`]);
  const [stream] = alice.streams;
  await stream?.until(() => stream.ended);
  expect(seen(await alice.ask('/me'))).toEqual([401, 202, 'invalid or expired token']);
  const left = await bob.get(`/groups/${group}/messages`, wire.GetMessagesResponse);
  expect(left.messages).toEqual([]);
  const again = await server.ask('/login', {
    method: 'POST',
    body: wire.encode(wire.LoginRequest, { username: 'alice', password: 'password123' }),
  });
  expect(seen(again)).toEqual([401, 202, 'invalid username or password']);
  expect(read(await bob.ask('/me'), wire.UserInfoResponse).username).toBe('bob');
});

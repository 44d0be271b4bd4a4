import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type ConclaveClient,
  ConclaveError,
  conclaveClient,
  ErrorCode,
  GroupRole,
} from '../../src/client/index.js';
import { laggedFrame } from '../../src/dialects/conclave/codec.js';
import { operations } from '../../src/dialects/conclave/operations/index.js';
import { type ConclaveServer, serve } from '../conformance/conclave/support/server.js';

const password = 'password123';
const nobody = '01234567-89ab-4cde-8f01-23456789abcd';

let server: ConclaveServer;
let asked: Set<string>;
const streams: { close(): void }[] = [];

beforeEach(async () => {
  server = await serve({ mount: '/talk' });
  asked = new Set();
});

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await server.stop();
  expect(server.errors).toEqual([]);
});

/** Notes each operation that is asked for. */
async function noting(url: string, init: RequestInit): Promise<Response> {
  const path = new URL(url).pathname.slice('/talk/api/v1'.length).split('/');
  const row = operations.find(
    (one) =>
      one.method === init.method &&
      one.path.split('/').length === path.length &&
      one.path.split('/').every((part, index) => part.startsWith(':') || part === path[index]),
  );
  asked.add(`${init.method} ${row?.path}`);
  return fetch(url, init);
}

function client(token?: string): ConclaveClient {
  return conclaveClient(`${server.url}/`, { fetch: noting, ...(token === undefined ? {} : { token }) });
}

async function person(username: string) {
  const own = client();
  const { userId } = await own.register({ username, password });
  await own.login({ username, password });
  return { own, userId };
}

/** A stream with everything it tells, in order. */
function listen(own: ConclaveClient, options: Parameters<ConclaveClient['events']>[0] = {}) {
  const stream = own.events({ retryMs: 1, random: () => 0, ...options });
  streams.push(stream);
  const told: [string, unknown][] = [];
  let wake = () => {};
  const names = ['open', 'lagged', 'unknown', 'disconnected', 'newMessage', 'groupUpdate', 'welcome']
    .concat(['memberRemoved', 'inviteReceived', 'inviteDeclined', 'groupDeleted', 'identityReset'])
    .concat('inviteCancelled');
  for (const name of names)
    stream.on(name as 'open', (about) => {
      told.push([name, about]);
      wake();
    });
  const next = async (name: string) => {
    for (;;) {
      const at = told.findIndex(([one]) => one === name);
      if (at >= 0) return told.splice(0, at + 1)[at]?.[1];
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${name} among ${JSON.stringify(told)}`)), 5_000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  return { stream, next };
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) =>
      error instanceof ConclaveError ? [error.status, error.code, error.message] : String(error),
  );

it('asks for every operation, with UUIDs as text both ways', async () => {
  const { own: alice, userId: aliceId } = await person('alice');
  const { own: bob, userId: bobId } = await person('bob');
  const bobHears = listen(bob);
  await bobHears.next('open');
  expect(aliceId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  expect(await alice.me()).toMatchObject({ userId: aliceId, username: 'alice', alias: '' });
  await alice.updateProfile({ alias: 'Alice' });
  expect(await bob.user('alice')).toMatchObject({ userId: aliceId, alias: 'Alice' });
  expect(await bob.userById(aliceId.toUpperCase())).toMatchObject({ username: 'alice' });

  const packages = [1, 2].map((mark) => ({ data: bytes(0, 1, 0, 5, mark) }));
  await bob.uploadKeyPackages({ entries: packages, signingKeyFingerprint: 'ab' });
  expect(await alice.keyPackage(bobId)).toEqual({ keyPackageData: bytes(0, 1, 0, 5, 1) });

  const { groupId } = await alice.createGroup({ groupName: 'team', alias: 'Team' });
  await alice.commit(groupId, { commitMessage: bytes(1), groupInfo: bytes(2), mlsGroupId: 'abcd' });
  expect(await alice.groupInfo(groupId)).toEqual({ groupInfo: bytes(2) });
  expect(await alice.invite(groupId, { userIds: [bobId] })).toEqual({
    memberKeyPackages: [{ userId: bobId, keyPackageData: bytes(0, 1, 0, 5, 2) }],
  });
  const escrow = { commitMessage: bytes(3), welcomeMessage: bytes(4), groupInfo: bytes(5) };
  const inviteBob = () => alice.escrowInvite(groupId, { inviteeId: bobId, ...escrow });
  await inviteBob();
  expect(await bobHears.next('inviteReceived')).toMatchObject({
    groupId,
    groupName: 'team',
    inviterId: aliceId,
  });
  await alice.cancelInvite(groupId, { inviteeId: bobId });
  expect(await bobHears.next('inviteCancelled')).toEqual({ groupId });
  await inviteBob();
  await bob.declineInvite((await bob.invites()).invites[0]?.inviteId ?? '');
  await inviteBob();
  const [waiting] = (await alice.groupInvites(groupId)).invites;
  expect(waiting).toMatchObject({ groupId, inviterId: aliceId, inviteeId: bobId, inviterUsername: 'alice' });
  await bob.acceptInvite(waiting?.inviteId ?? '');
  expect(await bobHears.next('welcome')).toEqual({ groupId, groupAlias: 'Team' });
  const { welcomes } = await bob.welcomes();
  expect(welcomes).toMatchObject([{ groupId, groupAlias: 'Team', welcomeMessage: bytes(4) }]);
  await bob.acceptWelcome(welcomes[0]?.welcomeId ?? '');

  const { groups } = await bob.groups();
  expect(groups).toMatchObject([
    { groupId, groupName: 'team', mlsGroupId: 'abcd', messageExpirySeconds: -1 },
  ]);
  expect(groups[0]?.members).toMatchObject([
    { userId: aliceId, role: GroupRole.ADMIN },
    { userId: bobId, role: GroupRole.MEMBER, signingKeyFingerprint: 'ab' },
  ]);
  const { sequenceNum } = await alice.send(groupId, { mlsMessage: bytes(9) });
  expect(await bobHears.next('newMessage')).toEqual({ groupId, sequenceNum, senderId: aliceId });
  const { messages } = await bob.messages(groupId, { after: sequenceNum - 1, limit: 5 });
  expect(messages).toMatchObject([{ sequenceNum, senderId: aliceId, mlsMessage: bytes(9) }]);

  await alice.promote(groupId, { userId: bobId });
  expect((await bob.admins(groupId)).admins.map(({ userId }) => userId)).toEqual([aliceId, bobId]);
  await bob.demote(groupId, { userId: bobId });
  await alice.updateGroup(groupId, { messageExpirySeconds: 60, updateMessageExpiry: true, visibility: 2 });
  expect(await bob.retention(groupId)).toEqual({ serverRetentionSeconds: -1, groupExpirySeconds: 60 });
  await alice.removeMember(groupId, { userId: bobId });
  expect(await bobHears.next('memberRemoved')).toEqual({ groupId, removedUserId: bobId });
  expect((await bob.publicGroups('EA')).groups).toMatchObject([
    { groupId, groupName: 'team', memberCount: 1 },
  ]);
  expect(await bob.join(groupId)).toEqual({ groupInfo: bytes(5) });
  await bob.externalJoin(groupId, { commitMessage: bytes(6) });
  await bob.leave(groupId);
  await alice.ban(groupId, { userId: bobId });
  expect((await alice.banned(groupId)).users).toMatchObject([{ userId: bobId, bannedBy: aliceId }]);
  await alice.unban(groupId, { userId: bobId });
  await alice.deleteGroup(groupId);

  await bob.resetAccount();
  const old = bob.token;
  await bob.changePassword({ currentPassword: password, newPassword: 'another password' });
  expect([bob.token, await refused(client(old).me())]).toEqual([
    undefined,
    [401, ErrorCode.AUTH_TOKEN_EXPIRED, 'invalid or expired token'],
  ]);
  await bob.login({ username: 'bob', password: 'another password' });
  await bob.logout();
  await alice.deleteAccount({ password });
  expect(alice.token).toBeUndefined();
  expect([...asked].sort()).toEqual(operations.map((one) => `${one.method} ${one.path}`).sort());
});

it('rejects with status, code and words of the server, and says so where there are none', async () => {
  const { own: alice } = await person('alice');
  expect(await refused(alice.groupInfo(nobody))).toEqual([
    401,
    ErrorCode.GROUP_NOT_MEMBER,
    'not a member of this group',
  ]);
  expect(await refused(alice.register({ username: 'alice', password }))).toEqual([
    409,
    ErrorCode.RESOURCE_CONFLICT,
    `username 'alice' already exists`,
  ]);
  expect(await refused(alice.deleteAccount({ password: 'wrong' }))).toEqual([401, 202, 'invalid password']);
  expect(alice.token).toBeDefined();
  expect(await refused(alice.user('a/b?c'))).toEqual([404, ErrorCode.RESOURCE_NOT_FOUND, 'user not found']);
  expect(await refused(alice.groupInfo('no id'))).toBe('TypeError: "no id" is no UUID');
  expect(await refused(alice.invite(nobody, { userIds: ['ab'] }))).toBe('TypeError: "ab" is no UUID');
  const large = new Uint8Array(1_100_000);
  expect(await refused(alice.send(nobody, { mlsMessage: large }))).toEqual([
    413,
    undefined,
    'the body is too large',
  ]);
  const lost = conclaveClient(`${server.url}/elsewhere`, { token: alice.token as string });
  expect(await refused(lost.me())).toEqual([404, undefined, 'status 404']);
});

it('says that there was no answer, in time or at all', async () => {
  const away = conclaveClient('http://127.0.0.1:1');
  expect(await refused(away.me())).toEqual([0, undefined, 'no answer to /me']);
  const slow = conclaveClient('chat.example', {
    timeoutMs: 1,
    fetch: (url, { signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error(`${url}: ${signal.reason.message}`)));
      }),
  });
  await expect(slow.groups()).rejects.toMatchObject({
    status: 0,
    cause: { message: 'https://chat.example/api/v1/groups: it took too long' },
  });
});

it('takes no page of a network for an answer, and no bytes that are no message', async () => {
  const odd = (type: string) =>
    conclaveClient('chat.example', {
      fetch: async () => new Response('<html>', { headers: { 'content-type': type } }),
    });
  expect(await refused(odd('text/html').resetAccount())).toEqual([
    200,
    undefined,
    'no message answers /reset-account',
  ]);
  expect(await refused(odd('application/x-protobuf').me())).toEqual([
    200,
    undefined,
    'the answer is no UserInfoResponse: bad-group',
  ]);
});

it('keeps the token in another header where the server wants it there', async () => {
  const other = await serve({ conclave: { authHeader: 'X-Chat-Token' } });
  const own = conclaveClient(other.url, { authHeader: 'X-Chat-Token' });
  await own.register({ username: 'alice', password });
  await own.login({ username: 'alice', password });
  expect(await own.me()).toMatchObject({ username: 'alice' });
  await other.stop();
});

it('comes back when the stream was lost, and hears what happens then', async () => {
  const { own: alice } = await person('alice');
  const { stream, next } = listen(alice);
  expect(await next('open')).toEqual({ again: false });
  server.http.closeAllConnections();
  expect(await next('disconnected')).toMatchObject({ reason: 'lost', willReconnect: true, inMs: 1 });
  expect(await next('open')).toEqual({ again: true });
  const { groupId } = await alice.createGroup({ groupName: 'own' });
  await alice.deleteGroup(groupId);
  expect(await next('groupDeleted')).toEqual({ groupId });
  stream.close();
  expect(await next('disconnected')).toEqual({ reason: 'closed', willReconnect: false });
});

it('waits between 5 and 7.5 seconds by default before it comes back, unless it is told to try at once', async () => {
  const waits: unknown[] = [];
  for (const random of [0, 0.999_999]) {
    const away = conclaveClient('http://127.0.0.1:1');
    const stream = away.events({ random: () => random });
    streams.push(stream);
    const lost = () =>
      new Promise<unknown>((resolve) => {
        stream.once('disconnected', ({ inMs, error }) => resolve([inMs, error?.status]));
      });
    waits.push(await lost());
    const again = lost();
    stream.retry();
    waits.push(await again);
  }
  expect(waits).toEqual([
    [5_000, 0],
    [5_000, 0],
    [7_499, 0],
    [7_499, 0],
  ]);
});

it('ends the stream for good when the session has ended', async () => {
  const { own: alice } = await person('alice');
  const { next } = listen(alice);
  await next('open');
  const other = client(alice.token);
  await other.logout();
  expect(await next('disconnected')).toMatchObject({ reason: 'lost', willReconnect: true });
  expect(await next('disconnected')).toMatchObject({
    reason: 'refused',
    willReconnect: false,
    error: { status: 401, code: ErrorCode.AUTH_TOKEN_EXPIRED },
  });
});

it('tells what the server left out, and what it cannot read', async () => {
  const text = `:\n\n${laggedFrame(7)}event: later\ndata: 00\n\ndata: zz\n\n`;
  const headers = { 'content-type': 'text/event-stream' };
  const own = conclaveClient('chat.example', { fetch: async () => new Response(text, { headers }) });
  const { next } = listen(own);
  expect(await next('lagged')).toEqual({ count: 7 });
  expect(await next('unknown')).toEqual({});
  expect(await next('unknown')).toEqual({ data: 'zz' });
});

it('gives up a stream that is silent for too long', async () => {
  const headers = { 'content-type': 'text/event-stream' };
  const own = conclaveClient('chat.example', {
    fetch: async (_, { signal }) =>
      new Response(
        new ReadableStream({
          start: (controller) => signal?.addEventListener('abort', () => controller.error(signal.reason)),
        }),
        { headers },
      ),
  });
  const { next } = listen(own, { silenceMs: 5 });
  expect(await next('disconnected')).toMatchObject({
    reason: 'lost',
    error: { message: 'the stream broke off', cause: { message: 'nothing was heard for too long' } },
  });
});

it('does not take a page of a proxy for a stream', async () => {
  const own = conclaveClient('chat.example', { fetch: async () => new Response('<html>') });
  const { next } = listen(own);
  expect(await next('disconnected')).toMatchObject({ error: { message: 'the answer is no event stream' } });
});

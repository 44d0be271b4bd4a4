import { afterEach, expect, it } from 'vitest';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { uuidOf } from '../../../src/dialects/uuid.js';
import { users } from '../../../src/domain/users/users.js';
import { type ConclaveServer, hex, read, seen, serve } from './support/server.js';

const post = (server: ConclaveServer, path: string, body: Uint8Array) =>
  server.ask(path, { method: 'POST', body });
const registerAs = (server: ConclaveServer, request: Partial<wire.RegisterRequest>) =>
  post(server, '/register', wire.encode(wire.RegisterRequest, request));
const loginAs = (server: ConclaveServer, username: string, password: string) =>
  post(server, '/login', wire.encode(wire.LoginRequest, { username, password }));
const password = 'password123';

/** Registering, sessions, profiles (sections 3, 4, 5, 8.1, 8.2 and 9). */
export function accounts(): void {
  let server: ConclaveServer;
  afterEach(async () => {
    await server?.stop();
    expect(server.errors).toEqual([]);
  });

  it('[Conclave 8.1] register answers 201 with a UUID of version 4', async () => {
    server = await serve();
    const answer = await registerAs(server, { username: 'bob', password, alias: 'Bob' });
    expect(answer.headers.get('content-type')).toBe('application/x-protobuf');
    expect(hex(read(answer, wire.RegisterResponse, 201).userId)).toMatch(/^.{12}4.{3}[89ab]/);
    const bob = await server.login('bob');
    expect(await bob.get('/me', wire.UserInfoResponse)).toMatchObject({ username: 'bob', alias: 'Bob' });
  });

  it('[Conclave 5, 8.1] register checks presence, username, password, alias and uniqueness in this order', async () => {
    server = await serve();
    await server.register('taken');
    const form =
      'username must start with a letter or digit and contain only ASCII letters, digits, and underscores';
    const cases: [Partial<wire.RegisterRequest>, unknown[]][] = [
      [{}, [400, 100, 'username and password are required']],
      [{ username: '-', password: '' }, [400, 100, 'username and password are required']],
      [
        { username: 'a'.repeat(65), password: 'x' },
        [400, 101, 'username exceeds maximum length of 64 characters'],
      ],
      [
        { username: 'é'.repeat(33), password: 'x' },
        [400, 101, 'username exceeds maximum length of 64 characters'],
      ],
      [{ username: '_a', password: 'x' }, [400, 101, form]],
      [{ username: 'ab\n', password: 'x' }, [400, 101, form]],
      [{ username: 'taken', password: '1234567' }, [400, 101, 'password must be at least 8 characters']],
      [
        { username: 'taken', password, alias: 'x'.repeat(65) },
        [400, 101, 'alias exceeds maximum length of 64 characters'],
      ],
      [
        { username: 'taken', password, alias: 'a\u007f' },
        [400, 101, 'alias must not contain ASCII control characters'],
      ],
      [{ username: 'taken', password }, [409, 301, "username 'taken' already exists"]],
    ];
    for (const [request, answer] of cases) expect(seen(await registerAs(server, request))).toEqual(answer);
    expect((await registerAs(server, { username: 'Taken', password: 'éééé' })).status).toBe(201);
    expect((await registerAs(server, { username: 'a'.repeat(64), password })).status).toBe(201);
  });

  it('[Conclave 8.1] of many who register a name at once one gets it', async () => {
    server = await serve();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => registerAs(server, { username: 'one', password })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
  });

  it('[Conclave 8.1] closed registration refuses before it looks at anything else', async () => {
    server = await serve({ conclave: { registration: 'closed' } });
    expect(seen(await registerAs(server, {}))).toEqual([403, 302, 'registration is disabled']);
  });

  it('[Conclave 8.1] registration with a token takes that token only', async () => {
    server = await serve({ conclave: { registration: { token: 'tok-1' } } });
    const wrong = [403, 302, 'invalid registration token'];
    expect(seen(await registerAs(server, {}))).toEqual(wrong);
    expect(seen(await registerAs(server, { username: 'bob', password, registrationToken: 'tok-2' }))).toEqual(
      wrong,
    );
    const right = { username: 'bob', password, registrationToken: 'tok-1' };
    expect((await registerAs(server, right)).status).toBe(201);
  });

  it('[Conclave 4.3, 8.1] login refuses an unknown name as a wrong password, and checks a hash for both', async () => {
    server = await serve();
    await server.register('alice');
    const wrong = [401, 202, 'invalid username or password'];
    const before = server.hasher.checked;
    expect(seen(await loginAs(server, 'alice', 'nope'))).toEqual(wrong);
    expect(seen(await loginAs(server, 'nobody', password))).toEqual(wrong);
    expect(seen(await loginAs(server, 'Alice', password))).toEqual(wrong);
    expect(seen(await loginAs(server, '', ''))).toEqual(wrong);
    expect(server.hasher.checked).toBe(before + 4);
  });

  it('[Conclave 4.1, 8.1] login gives a token of 64 digits; logout ends this session only', async () => {
    server = await serve();
    const alice = await server.arrive('alice');
    const other = await server.login('alice');
    expect(alice.token).toMatch(/^[0-9a-f]{64}$/);
    const stream = await alice.listen();
    const stays = await other.listen();
    const answer = await alice.post('/logout');
    expect([answer.status, answer.bytes.length, answer.headers.get('content-type')]).toEqual([204, 0, null]);
    await stream.until(() => stream.ended);
    expect(seen(await alice.ask('/me'))).toEqual([401, 202, 'invalid or expired token']);
    expect((await other.ask('/me')).status).toBe(200);
    expect(stays.ended).toBe(false);
  });

  it('[Conclave 4.2] tells what is wrong with the header', async () => {
    server = await serve();
    const { token } = await server.arrive('alice');
    const me = async (authorization?: string) =>
      seen(await server.ask('/me', { headers: authorization === undefined ? {} : { authorization } }));
    const form = [401, 201, 'invalid Authorization header format'];
    const unknown = [401, 202, 'invalid or expired token'];
    expect(await me()).toEqual([401, 200, 'missing Authorization header']);
    expect(await me(`Bearer é`)).toEqual([401, 200, 'missing Authorization header']);
    for (const wrong of [
      `bearer ${token}`,
      `Bearer${token}`,
      `Token ${token}`,
      token,
      'Bearer',
      'Bearer ',
      '',
    ])
      expect(await me(wrong)).toEqual(form);
    for (const wrong of [`Bearer  ${token}`, `Bearer ${token.toUpperCase()}`, 'Bearer x'])
      expect(await me(wrong)).toEqual(unknown);
  });

  it('[Conclave 4.2] takes the raw token from the header that it is told to', async () => {
    server = await serve({ conclave: { authHeader: 'X-Conclave-Token' } });
    await server.register('alice');
    const { token } = await server.login('alice');
    const me = async (headers: Record<string, string>) => seen(await server.ask('/me', { headers }));
    expect(await me({ authorization: `Bearer ${token}` })).toEqual([
      401,
      200,
      'missing X-Conclave-Token header',
    ]);
    expect(await me({ 'x-conclave-token': `Bearer ${token}` })).toEqual([
      401,
      202,
      'invalid or expired token',
    ]);
    expect((await server.ask('/me', { headers: { 'x-conclave-token': token } })).status).toBe(200);
  });

  it('[Conclave 4.2] takes authorization in whatever case as the standard header', async () => {
    server = await serve({ conclave: { authHeader: 'authorization' } });
    expect((await (await server.arrive('alice')).ask('/me')).status).toBe(200);
  });

  it('[Conclave 8.1] PATCH me sets and clears the alias, and tells all members of each group', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    const patch = (alias: string) => alice.post('/me', wire.UpdateProfileRequest, { alias }, 'PATCH');
    expect((await patch('Al')).status).toBe(200);
    expect(await alice.heard()).toEqual([]);
    const second = await alice.group('zebra');
    const first = await alice.group('Apple');
    await alice.bring(first, bob);
    await alice.heard();
    await bob.heard();
    expect((await patch('')).status).toBe(200);
    expect(await alice.heard()).toEqual([`update ${first} settings`, `update ${second} settings`]);
    expect(await bob.heard()).toEqual([`update ${first} settings`]);
    expect(await alice.get('/me', wire.UserInfoResponse)).toMatchObject({ alias: '' });
    expect(seen(await patch('x'.repeat(65)))).toEqual([
      400,
      101,
      'alias exceeds maximum length of 64 characters',
    ]);
    expect(seen(await patch('\n'))).toEqual([400, 101, 'alias must not contain ASCII control characters']);
    expect((await patch('é'.repeat(32))).status).toBe(200);
  });

  it('[Conclave 8.1] change-password checks the old one first, and ends every session', async () => {
    server = await serve();
    const { alice } = await server.cast('alice');
    const other = await server.login('alice');
    const stream = await other.listen();
    const change = (currentPassword: string, newPassword: string) =>
      alice.post('/change-password', wire.ChangePasswordRequest, { currentPassword, newPassword });
    expect(seen(await change('wrong', 'x'))).toEqual([401, 202, 'invalid password']);
    expect(seen(await change(password, ''))).toEqual([400, 101, 'password is required']);
    expect(seen(await change(password, '1234567'))).toEqual([
      400,
      101,
      'password must be at least 8 characters',
    ]);
    expect((await other.ask('/me')).status).toBe(200);
    const done = await change(password, 'password456');
    expect([done.status, done.bytes.length]).toEqual([200, 0]);
    await stream.until(() => stream.ended);
    for (const one of [alice, other]) expect((await one.ask('/me')).status).toBe(401);
    expect((await loginAs(server, 'alice', password)).status).toBe(401);
    expect((await loginAs(server, 'alice', 'password456')).status).toBe(200);
  });

  it('[Conclave 8.1] reset-account removes key packages and nothing else', async () => {
    server = await serve();
    const { alice } = await server.cast('alice');
    const group = await alice.group('team');
    await alice.keys(
      { data: Uint8Array.of(0, 1, 0, 5), isLastResort: true },
      { data: Uint8Array.of(0, 1, 0, 5) },
    );
    await alice.done('/reset-account');
    expect(seen(await alice.ask(`/key-packages/${alice.id}`))).toEqual([
      404,
      300,
      'no key package available for this user',
    ]);
    expect(await alice.heard()).toEqual([]);
    const { groups } = await alice.get('/groups', wire.ListGroupsResponse);
    expect(groups.map((one) => hex(one.groupId))).toEqual([group]);
  });

  it('[Conclave 8.2] anybody signed in finds people by name and by id', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    await bob.done('/key-packages', wire.UploadKeyPackageRequest, {
      keyPackageData: Uint8Array.of(0, 1, 0, 5),
      signingKeyFingerprint: 'abc',
    });
    for (const path of ['/users/bob', `/users/by-id/${bob.id}`]) {
      const found = await alice.get(path, wire.UserInfoResponse);
      expect({ ...found, userId: hex(found.userId) }).toEqual({
        userId: bob.id,
        username: 'bob',
        alias: '',
        signingKeyFingerprint: 'abc',
      });
    }
    for (const path of ['/users/Bob', '/users/%20', '/users/by-id/00112233445566778899aabbccddeeff'])
      expect(seen(await alice.ask(path))).toEqual([404, 300, 'user not found']);
    expect((await alice.ask('/users/by-id/bob')).status).toBe(400);
  });

  it('has one id for an account, which nobody can guess', async () => {
    server = await serve();
    const { alice } = await server.cast('alice', 'bob');
    const inner = server.chat.read((view) => [...view.all(users)].map(({ id }) => id));
    expect(inner.length).toBeGreaterThan(1);
    for (const id of inner) expect((await alice.ask(`/users/by-id/${uuidOf('user', id)}`)).status).toBe(404);
  });

  it('[Conclave 9.1] delete-account refuses an empty body as a wrong password, and one that is none as malformed', async () => {
    server = await serve();
    const { alice } = await server.cast('alice');
    expect(seen(await alice.post('/delete-account'))).toEqual([401, 202, 'invalid password']);
    const bad = await alice.ask('/delete-account', { method: 'POST', body: Uint8Array.of(0x0a, 9) });
    expect(hex(bad.bytes)).toBe('0a14696e76616c6964207265717565737420626f64791064');
    expect((await alice.ask('/me')).status).toBe(200);
  });

  it('[Conclave 9.2, 9.3] delete-account takes what the account had, and tells each group that has others', async () => {
    server = await serve();
    const { alice, bob, carol } = await server.cast('alice', 'bob', 'carol');
    const shared = await alice.group('shared');
    const alone = await alice.group('alone');
    const bobs = await bob.group('bobs');
    await alice.bring(shared, bob);
    await alice.send(shared, 1);
    await bob.send(shared, 2);
    await bob.bring(bobs, alice);
    await alice.send(bobs, 3);
    await alice.post(`/groups/${bobs}/leave`, wire.LeaveGroupRequest);
    await alice.done(`/groups/${shared}/ban`, wire.BanMemberRequest, { userId: carol.bytes });
    const pending = await alice.invite(alone, carol);
    const mine = await bob.invite(bobs, alice, 1);
    for (const one of [alice, bob, carol]) await one.heard();
    await alice.done('/delete-account', wire.DeleteAccountRequest, { password });
    expect(await bob.heard()).toEqual([`removed ${shared} ${alice.id}`]);
    expect(await carol.heard()).toEqual([]);
    expect(seen(await carol.post(`${pending}/accept`))).toEqual([404, 300, 'invite not found']);
    expect(mine).not.toBe(pending);
    expect((await bob.get(`/groups/${bobs}/invites`, wire.ListGroupPendingInvitesResponse)).invites).toEqual(
      [],
    );
    const left = await bob.get(`/groups/${shared}/messages`, wire.GetMessagesResponse);
    expect(left.messages.map(({ sequenceNum }) => sequenceNum)).toEqual([3]);
    const inBobs = await bob.get(`/groups/${bobs}/messages`, wire.GetMessagesResponse);
    // The commit that added alice is bob's own.
    expect(inBobs.messages.map(({ senderId }) => hex(senderId))).toEqual([bob.id]);
    expect(
      seen(await bob.post(`/groups/${shared}/promote`, wire.PromoteMemberRequest, { userId: bob.bytes })),
    ).toEqual([401, 401, 'only group admins can promote members']);
    expect(seen(await bob.post('/groups', wire.CreateGroupRequest, { groupName: 'alone' }))).toEqual([
      409,
      301,
      "group_name 'alone' already exists",
    ]);
    expect(await bob.send(shared, 4)).toBe(4);
    const again = await server.register('alice');
    expect(again).not.toBe(alice.id);
  });

  it('ends what somebody has who is banned without end, and lets them log in no more', async () => {
    server = await serve();
    const { alice } = await server.cast('alice');
    const [stream] = alice.streams;
    const user = server.chat.read((view) => [...view.all({ name: 'users' } as never)][0]) as never as {
      id: never;
    };
    await server.chat.users.ban(user.id, { reason: 'spam' });
    await stream?.until(() => stream.ended);
    expect((await alice.ask('/me')).status).toBe(401);
    expect(seen(await loginAs(server, 'alice', password))).toEqual([403, 302, 'this account is banned']);
  });

  it('limits logins and registrations of an address where it is told to', async () => {
    const rate = { count: 2, ms: 60_000 };
    server = await serve({ conclave: { rateLimits: { login: rate, registration: rate } } });
    await server.register('a');
    await server.register('b');
    const refused = await registerAs(server, { username: 'c', password });
    expect(seen(refused)).toEqual([429, 0, 'too many requests']);
    expect(refused.headers.get('retry-after')).toBe('60');
    for (const status of [200, 200, 429]) expect((await loginAs(server, 'a', password)).status).toBe(status);
  });

  it('counts the addresses of one network of IPv6 as one', async () => {
    server = await serve({ conclave: { rateLimits: { login: { count: 2, ms: 60_000 } } } });
    const { chat } = server;
    const from = async (address: string) => {
      const request = new Request('http://x/api/v1/login', { method: 'POST' });
      return (await chat.fetch('conclave', request, { address }))?.status;
    };
    const answers = [await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8::3')];
    expect([...answers, await from('2001:db8:0:1::1')]).toEqual([401, 401, 429, 401]);
  });
}

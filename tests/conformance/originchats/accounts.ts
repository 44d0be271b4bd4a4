import { hash as bcryptHash } from 'bcryptjs';
import { afterEach, expect, test } from 'vitest';
import { argon2 } from '../../../src/adapters/hashing/argon2.js';
import type { PasswordHasher } from '../../../src/core/ports.js';
import { credentialOf } from '../../../src/domain/credentials/credentials.js';
import type { JsonProbe } from '../../support/json-probe.js';
import { Member, type OriginServer, type ServeOptions, serve } from './support/server.js';

const hasher = argon2({ memoryKib: 64, passes: 1 });
const denied = (val: string) => ({ cmd: 'auth_error', val });
const success = { cmd: 'auth_success', val: 'Authentication successful' };

export function accounts(): void {
  let server: OriginServer;
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  const cracked = (options: ServeOptions = {}) =>
    serve({ hasher, ...options, originchats: { authMode: 'cracked', ...options.originchats } });

  /** Sends a login command and takes its first answer. */
  async function say(probe: JsonProbe, cmd: string, username: unknown, password: unknown, more: object = {}) {
    probe.send({ cmd, username, password, ...more });
    return probe.next();
  }

  /** Registers somebody on a connection of their own. */
  async function account(name: string, password = 'secret'): Promise<Member> {
    const probe = await server.connect(name);
    const first = await say(probe, 'register', name, password);
    expect(first).toEqual(success);
    const member = new Member(probe, name, [first, await probe.next()]);
    await member.settle();
    return member;
  }

  test('register makes an account and logs in: auth_success, ready, and the own user_join and user_connect', async () => {
    server = await cracked();
    const { bob } = await server.cast({ bob: {} });
    const probe = await server.connect();
    probe.send({ cmd: 'register', username: ' Carol ', password: 'secret', listener: 'L' });
    const user = { username: 'carol', roles: ['user'], color: null };
    const joined = [
      { cmd: 'user_join', user },
      { cmd: 'user_connect', user },
    ];
    expect(await probe.take(4)).toEqual([
      success,
      {
        cmd: 'ready',
        user: {
          username: 'carol',
          nickname: 'carol',
          roles: ['user'],
          status: { status: 'online', text: '' },
          pfp_url: null,
          cracked: true,
        },
        validator: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      },
      ...joined,
    ]);
    expect(await bob.settle()).toEqual(joined);
    expect(server.chat.users.byIdentity('local', 'USR:local_carol')?.handle).toBe('carol');
    const list = await bob.ask({ cmd: 'users_list' });
    expect(list.users).toContainEqual({
      username: 'carol',
      nickname: 'carol',
      roles: ['user'],
      color: null,
      status: { status: 'online', text: '' },
      cracked: true,
      pfp: null,
    });
  });

  test('login takes the name in any case, is told to others only if it is the first connection, and echoes no listener', async () => {
    server = await cracked();
    const carol = await account('carol');
    await carol.probe.close();
    const { bob } = await server.cast({ bob: {} });
    const probe = await server.connect();
    expect(await say(probe, 'login', 'CAROL', 'secret', { listener: 'L' })).toEqual(success);
    expect(await probe.next()).toMatchObject({ cmd: 'ready', user: { username: 'carol', cracked: true } });
    expect(probe.frames.some((frame) => 'listener' in frame)).toBe(false);
    const user = { username: 'carol', roles: ['user'], color: null };
    expect(await bob.settle()).toEqual([{ cmd: 'user_connect', user }]);
    const again = await server.connect();
    expect(await say(again, 'login', 'carol', 'secret')).toEqual(success);
    await again.next();
    expect(await bob.settle()).toEqual([]);
  });

  test('every refusal of register has its text, in this order, and the connection may try again', async () => {
    server = await cracked();
    await server.arrive('bob');
    await account('carol');
    const probe = await server.connect();
    const required = 'Username and password required';
    const letters = 'Username can only contain letters, numbers, hyphens, and underscores';
    const rows: [unknown, unknown, string][] = [
      [undefined, 'secret', required],
      ['dave', undefined, required],
      ['', 'secret', required],
      ['dave', '', required],
      [7, 'secret', required],
      ['x', 'y', 'Username must be 2-32 characters'],
      ['  x  ', 'secret', 'Username must be 2-32 characters'],
      ['x'.repeat(33), 'secret', 'Username must be 2-32 characters'],
      ['a b', 'abc', 'Password must be 4-72 characters'],
      ['dave', 'x'.repeat(73), 'Password must be 4-72 characters'],
      ['a b', 'secret', letters],
      ['--', 'secret', letters],
      ['a.b', 'secret', letters],
      ['carol', 'secret', 'Username already taken'],
      ['CAROL', 'other', 'Username already taken'],
      ['bob', 'secret', 'Username already taken'],
      ['cаrol', 'secret', 'Username already taken'],
      ['chatbot', 'secret', 'Username already taken'],
    ];
    for (const [name, password, text] of rows) {
      expect(await say(probe, 'register', name, password)).toEqual(denied(text));
    }
    expect(await say(probe, 'register', 'jürgen_2-x', '😀😀😀😀')).toEqual(success);
  });

  test('every refusal of login has its text', async () => {
    server = await cracked();
    await server.arrive('bob');
    const carol = await account('carol');
    await account('dave');
    await server.chat.users.ban(server.chat.users.byHandle('dave')?.id as never);
    const probe = await server.connect();
    const rows: [unknown, unknown, string][] = [
      ['carol', undefined, 'Username and password required'],
      ['nobody', 'secret', 'User not found'],
      ['carol', 'Secret', 'Invalid password'],
      ['bob', 'secret', 'This account uses Rotur authentication'],
      ['dave', 'wrong', 'Invalid password'],
      ['dave', 'secret', 'Access denied: You are banned from this server'],
    ];
    for (const [name, password, text] of rows) {
      expect(await say(probe, 'login', name, password)).toEqual(denied(text));
    }
    expect(await say(probe, 'login', 'carol', 'secret')).toEqual(success);
    expect(await carol.ask({ cmd: 'login' })).toMatchObject({ val: 'Unknown command: login' });
  });

  test('an unknown name costs the same work as a known one', async () => {
    const checked: string[] = [];
    const counting: PasswordHasher = {
      hash: hasher.hash,
      verify: (stored, password) => {
        checked.push(password);
        return hasher.verify(stored, password);
      },
    };
    server = await cracked({ hasher: counting });
    await server.arrive('bob');
    await account('carol');
    const probe = await server.connect();
    for (const name of ['carol', 'nobody', 'bob']) await say(probe, 'login', name, `wrong-${name}`);
    expect(checked).toEqual(['wrong-carol', 'wrong-nobody', 'wrong-bob']);
  });

  test('of several who register one name at once exactly one gets it', async () => {
    server = await cracked();
    const probes = await Promise.all(Array.from({ length: 5 }, () => server.connect()));
    const answers = await Promise.all(
      probes.map((probe, i) => say(probe, 'register', 'carol', `secret${i}`)),
    );
    const won = answers.findIndex((one) => one.cmd === 'auth_success');
    expect(answers.filter((one) => one.cmd === 'auth_success')).toHaveLength(1);
    expect(answers.filter((one) => one.val === 'Username already taken')).toHaveLength(4);
    const probe = await server.connect();
    expect(await say(probe, 'login', 'carol', `secret${won}`)).toEqual(success);
  });

  test('in mode rotur there are no local accounts, and in cracked-only nothing else', async () => {
    server = await serve();
    const probe = await server.connect();
    for (const cmd of ['login', 'register'])
      expect(await say(probe, cmd, 'carol', 'secret')).toEqual(denied('Authentication required'));
    const alice = await server.arrive('alice');
    expect(await alice.ask({ cmd: 'pfp_get', username: 'alice' })).toMatchObject({
      val: 'Unknown command: pfp_get',
    });
    await server.stop();
    server = await serve({ hasher, originchats: { authMode: 'cracked-only' } });
    const other = await server.connect();
    other.send({ cmd: 'auth', validator: '{"id":"USR:1","name":"alice"}' });
    const text = 'Rotur authentication is disabled. Use login or register commands.';
    expect(await other.next()).toEqual(denied(text));
    expect(await say(other, 'register', 'carol', 'secret')).toEqual(success);
  });

  test('registration can be turned off, and logging in goes on', async () => {
    server = await cracked({ originchats: { allowRegistration: false } });
    await imported('carol', await hasher.hash('secret'));
    const probe = await server.connect();
    expect(await say(probe, 'register', 'x', '')).toEqual(denied('Username and password required'));
    expect(await say(probe, 'register', 'x', 'y')).toEqual(denied('Registration is disabled'));
    expect(await say(probe, 'login', 'carol', 'secret')).toEqual(success);
  });

  test('the handshake names the mode and announces what there is', async () => {
    server = await cracked();
    const probe = await server.connect();
    const { val } = probe.frames[0];
    expect(val.auth_mode).toBe('cracked');
    expect(val.capabilities).toEqual(
      expect.arrayContaining(['auth', 'login', 'register', 'pfp_set', 'pfp_get']),
    );
    expect(val.capabilities).toEqual([...val.capabilities].sort());
  });

  /** Puts an account into the chat as an import does. */
  async function imported(name: string, hash: string): Promise<void> {
    await server.chat.run('credentials.register', {
      realm: 'originchats',
      login: name,
      key: name,
      hash,
      identity: { provider: 'local', id: `USR:local_${name}`, name },
      wornName: 'refuse',
    });
  }

  test('a bcrypt hash that was brought along is good for one login, which replaces it', async () => {
    server = await cracked();
    await imported('carol', (await bcryptHash('secret', 4)).replace('$2a$', '$2b$'));
    const stored = () => server.chat.read((view) => credentialOf(view, 'originchats', 'carol')?.hash);
    const probe = await server.connect();
    expect(await say(probe, 'login', 'carol', 'wrong')).toEqual(denied('Invalid password'));
    expect(stored()).toMatch(/^\$2b\$/);
    expect(await say(probe, 'login', 'carol', 'secret')).toEqual(success);
    await expect.poll(stored).toMatch(/^\$argon2id\$/);
    const again = await server.connect();
    expect(await say(again, 'login', 'carol', 'secret')).toEqual(success);
  });

  test('a hasher that is busy is a failed login, which may be tried again', async () => {
    const slow: PasswordHasher = argon2({ memoryKib: 64, passes: 1, atOnce: 1, waiting: 0 });
    server = await cracked({ hasher: slow });
    const probes = await Promise.all(Array.from({ length: 6 }, () => server.connect()));
    const answers = await Promise.all(probes.map((probe, i) => say(probe, 'register', `user${i}`, 'secret')));
    for (const { cmd, val } of answers)
      expect(['auth_success', 'Registration failed']).toContain(cmd === 'auth_success' ? cmd : val);
    const failed = answers.findIndex((one) => one.cmd === 'auth_error');
    expect(failed).toBeGreaterThanOrEqual(0);
    expect(await say(probes[failed] as JsonProbe, 'register', `user${failed}`, 'secret')).toEqual(success);
  });

  test('an identity service that cannot be reached is answered', async () => {
    server = await serve({ auth: () => ({ denied: 'unreachable' }) });
    const probe = await server.connect();
    probe.send({ cmd: 'auth', validator: 'anything' });
    expect(await probe.next()).toEqual(denied('Authentication failed: identity service unreachable'));
  });

  test('pictures are set by local accounts, kept over logins, and shown', async () => {
    server = await cracked();
    const { bob } = await server.cast({ bob: {} });
    const carol = await account('carol');
    const error = (cmd: string, val: string) => ({ cmd: 'error', src: cmd, val });
    const set = (url?: unknown) => carol.ask({ cmd: 'pfp_set', url });
    expect(await set()).toEqual(error('pfp_set', 'URL required'));
    expect(await set('ftp://x')).toEqual(error('pfp_set', 'Invalid URL format'));
    expect(await set('javascript:alert(1)')).toEqual(error('pfp_set', 'Invalid URL format'));
    const long = `https://x/${'y'.repeat(500)}`;
    expect(await set(long)).toEqual(error('pfp_set', 'URL too long (max 500 characters)'));
    const url = 'https://pictures.example/carol.png';
    expect(await set(url)).toEqual({ cmd: 'pfp_set', val: url });
    const managed = 'Profile pictures are managed by Rotur for this account';
    expect(await bob.ask({ cmd: 'pfp_set', url })).toEqual(error('pfp_set', managed));
    const get = (username?: string) => bob.ask({ cmd: 'pfp_get', ...(username && { username }) });
    expect(await get('CAROL')).toEqual({ cmd: 'pfp_get', val: url, username: 'carol' });
    expect(await get('bob')).toEqual({ cmd: 'pfp_get', val: null, username: 'bob' });
    expect(await get()).toEqual(error('pfp_get', 'Username required'));
    expect(await get('nobody')).toEqual(error('pfp_get', 'User not found'));
    await carol.probe.close();
    const probe = await server.connect();
    await say(probe, 'login', 'carol', 'secret');
    expect(await probe.next()).toMatchObject({ user: { pfp_url: url } });
    const list = await bob.ask({ cmd: 'users_list' });
    expect(list.users).toContainEqual(expect.objectContaining({ username: 'carol', pfp: url }));
  });

  test('owners named by id have that role from their login on, unless they were given others', async () => {
    server = await cracked({ originchats: { owners: ['USR:alice', 'USR:local_carol'] } });
    const alice = await server.arrive('alice');
    expect(alice.login[1]).toMatchObject({ user: { roles: ['owner', 'user'] } });
    const carol = await account('carol');
    expect(carol.login[1]).toMatchObject({ user: { roles: ['owner', 'user'] } });
    await server.chat.users.setRoles(server.chat.users.byHandle('carol')?.id as never, ['user']);
    await carol.probe.close();
    const probe = await server.connect();
    await say(probe, 'login', 'carol', 'secret');
    expect(await probe.next()).toMatchObject({ user: { roles: ['user'] } });
    expect((await server.arrive('bob')).login[1]).toMatchObject({ user: { roles: ['user'] } });
  });

  test('an owner named with a provider is no other provider’s user of the same id', async () => {
    const owners = [
      { provider: 'test', id: 'USR:alice' },
      { provider: 'elsewhere', id: 'USR:bob' },
      { provider: 'test', id: 'USR:local_carol' },
    ];
    server = await cracked({ originchats: { owners } });
    const rolesOf = ({ login }: Member) => login[1]?.user.roles;
    expect(rolesOf(await server.arrive('alice'))).toEqual(['owner', 'user']);
    expect(rolesOf(await server.arrive('bob'))).toEqual(['user']);
    expect((await account('carol')).login[1]).toMatchObject({ user: { roles: ['user'] } });
    for (const wrong of [{ id: 'USR:alice' }, { provider: '', id: 'USR:alice' }, null])
      await expect(cracked({ originchats: { owners: [wrong as never] } })).rejects.toMatchObject({
        code: 'options-invalid',
      });
  });
}

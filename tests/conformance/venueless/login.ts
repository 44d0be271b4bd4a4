import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chain } from '../../../src/adapters/auth/chain.js';
import { guest } from '../../../src/adapters/auth/guest.js';
import { jwt } from '../../../src/adapters/auth/jwt.js';
import { idOf } from '../../../src/dialects/uuid.js';
import type { UserId } from '../../../src/domain/ids.js';
import type { Json, JsonProbe } from '../../support/json-probe.js';
import { type Claims, type Member, secret, serve, token, type VenuelessServer } from './support/server.js';

const otherSecret = 'another secret, as long as it has to be';
const hour = 3_600;

/** The id that the chat knows somebody by. */
export function userIdOf({ id }: Member): UserId {
  return idOf('user', id) as UserId;
}

/** How many accounts there are. */
function accounts({ chat }: VenuelessServer, ...handles: string[]): number {
  return handles.filter((handle) => chat.users.byHandle(handle) !== undefined).length;
}

/** A token as it is said to be, signed with HS256 unless another algorithm is named. */
function signed(claims: object, { key = secret, alg = 'HS256' } = {}): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg }).sign(new TextEncoder().encode(key));
}

const now = () => Math.floor(Date.now() / 1_000);
const good = () => ({
  iss: 'any',
  aud: 'venueless',
  iat: now() - 1,
  exp: now() + hour,
  uid: 'anna',
  traits: ['attendee'],
});

/** Logging in (section 3) and the limit of connections (section 2). */
export function login(): void {
  let server: VenuelessServer;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server.stop());

  /** What a connection is told that says this. */
  const told = async (payload: unknown, from = server): Promise<Json> => {
    const probe = await from.connect();
    probe.send(['authenticate', payload as object]);
    const frame = await probe.next();
    await probe.close();
    return frame;
  };
  const refusal = async (payload: unknown, from = server): Promise<string> => {
    const [kind, error] = await told(payload, from);
    expect(kind).toBe('error');
    expect(Object.keys(error)).toEqual(['code']);
    return error.code;
  };
  const holder = async (claims: object): Promise<Json> => {
    const [kind, welcome] = await told({ token: await signed(claims) });
    expect(kind).toBe('authenticated');
    return welcome['user.config'];
  };

  test('brings exactly seven keys', async () => {
    const anna = await server.arrive('anna');
    expect(anna.welcome).toEqual({
      'user.config': {
        id: anna.id,
        profile: { display_name: 'anna' },
        pretalx_id: null,
        deleted: false,
        badges: [],
        inactive: false,
        client_state: {},
      },
      'world.config': {
        world: {
          id: 'demo',
          title: 'Demo',
          pretalx: {},
          profile_fields: [],
          social_logins: [],
          iframe_blockers: { default: { enabled: false, policy_url: null } },
          onsite_traits: [],
          vapid_public_key: '',
        },
        permissions: ['world:chat.direct', 'world:view'],
        rooms: ['stage', 'bar'].map((name) => ({
          id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
          name,
          description: null,
          picture: null,
          import_id: null,
          pretalx_id: 0,
          permissions: ['room:chat.join', 'room:chat.read', 'room:chat.send', 'room:view'],
          force_join: false,
          modules: [{ type: 'chat.native', config: { volatile: false }, channel_id: anna.channel(name) }],
          schedule_data: null,
          users: 'none',
        })),
      },
      'chat.channels': [],
      'chat.read_pointers': {},
      'chat.notification_counts': {},
      exhibition: { exhibitors: [], contact_requests: [] },
      announcements: [],
    });
    await anna.probe.close();
  });

  describe('with the id of a browser', () => {
    test.each([
      ['text', 'f0a0'],
      ['a number, which is its decimal text', 4],
      ['the longest', 'x'.repeat(200)],
    ])('takes %s', async (_, id) => {
      const [first] = await told({ client_id: id });
      expect(first).toBe('authenticated');
      const [, again] = await told({ client_id: String(id) });
      const [, same] = await told({ client_id: id, invite_token: 'of no use here' });
      expect(same['user.config'].id).toBe(again['user.config'].id);
    });

    test.each([
      ['too long a one', 'x'.repeat(201)],
      ['an empty one', ''],
      ['zero', 0],
      ['none', undefined],
      ['null', null],
      ['true', true],
      ['a list', ['id']],
      ['an object', { id: 'id' }],
    ])('refuses %s', async (_, id) => {
      expect(await refusal({ client_id: id })).toBe('auth.missing_id_or_token');
    });

    test.each([[null], [5], ['token'], [[]], [['token', 'x']], [{}]])(
      'refuses %j as all it says',
      async (payload) => {
        expect(await refusal(payload)).toBe('auth.missing_id_or_token');
      },
    );

    test('lets somebody in who has no name, whom others do not take for anybody', async () => {
      const [one, other] = [await server.guest('one'), await server.guest('other')];
      expect(one.id).not.toBe(other.id);
      expect(one.welcome['user.config'].profile).toEqual({});
      for (const member of [one, other]) await member.probe.close();
    });

    test('does not become the account whose uid it is', async () => {
      const { id } = await holder(good());
      const [, guestly] = await told({ client_id: 'anna' });
      expect(guestly['user.config'].id).not.toBe(id);
    });
  });

  describe('with a token', () => {
    test.each<[string, () => string | Promise<string>]>([
      ['signed with another secret', () => signed(good(), { key: otherSecret })],
      ['of another issuer', () => signed({ ...good(), iss: 'somebody' })],
      ['without an issuer', () => signed({ ...good(), iss: undefined })],
      ['for another audience', () => signed({ ...good(), aud: 'others' })],
      ['without an audience', () => signed({ ...good(), aud: undefined })],
      ['issued in the future', () => signed({ ...good(), iat: now() + 60 })],
      ['signed by HS512', () => signed(good(), { alg: 'HS512' })],
      ['signed by HS384', () => signed(good(), { alg: 'HS384' })],
      ['that is not signed', () => unsigned('none', '')],
      ['that is said not to be signed, and is', () => unsigned('none')],
      ['that is said to be signed by RS256, with the secret', () => unsigned('RS256')],
      ['with a signature of something else', async () => `${(await signed(good())).slice(0, -4)}AAAA`],
      ['with other claims than were signed', async () => swapped(await signed(good()))],
      ['without an uid', () => signed({ ...good(), uid: undefined })],
      ['with an empty uid', () => signed({ ...good(), uid: '' })],
      ['with an uid of more than 200 characters', () => signed({ ...good(), uid: 'x'.repeat(201) })],
      ['with a list as uid', () => signed({ ...good(), uid: ['anna'] })],
      ['with text as traits', () => signed({ ...good(), traits: 'admin' })],
      ['with numbers as traits', () => signed({ ...good(), traits: [1] })],
      ['with text as profile', () => signed({ ...good(), profile: 'anna' })],
      ['that is far too long', async () => signed({ ...good(), more: 'x'.repeat(20_000) })],
      ['of one part', () => 'garbage'],
      ['of three parts that say nothing', () => 'a.b.c'],
      ['that is empty', () => ''],
    ])('refuses one %s', async (_, make) => {
      expect(await refusal({ token: await make(), client_id: 'ignored' })).toBe('auth.invalid_token');
    });

    test.each([[null], [5], [true], [{}], [['x']]])('refuses %j in its place', async (given) => {
      expect(await refusal({ token: given, client_id: 'ignored' })).toBe('auth.invalid_token');
    });

    test('tells one that is over', async () => {
      expect(await refusal({ token: await signed({ ...good(), exp: now() - 1 }) })).toBe(
        'auth.expired_token',
      );
    });

    test('takes one without an end, and one with a list of audiences', async () => {
      const { id } = await holder(good());
      expect((await holder({ ...good(), exp: undefined })).id).toBe(id);
      expect((await holder({ ...good(), aud: ['others', 'venueless'] })).id).toBe(id);
    });

    test('takes a number as uid for its decimal text', async () => {
      expect((await holder({ ...good(), uid: 77 })).id).toBe((await holder({ ...good(), uid: '77' })).id);
      expect((await holder({ ...good(), uid: 'x'.repeat(200) })).deleted).toBe(false);
    });

    test('reads the profile of somebody new, and not of anybody known', async () => {
      const first = { display_name: 'Zoe', fields: { f: 'x' } };
      expect((await holder({ ...good(), uid: 'zoe', profile: first })).profile).toEqual(first);
      const other = { display_name: 'Other' };
      expect((await holder({ ...good(), uid: 'zoe', profile: other })).profile).toEqual(first);
    });
  });

  test('tries several secrets in turn, until one fits or a token is over', async () => {
    const several = await serve({
      auth: jwt({
        secrets: [
          { secret, issuer: 'any', audience: 'venueless' },
          { secret: otherSecret, issuer: 'any', audience: 'venueless' },
          { secret, issuer: 'late', audience: 'venueless' },
        ],
      }),
    });
    expect((await told({ token: await signed(good(), { key: otherSecret }) }, several))[0]).toBe(
      'authenticated',
    );
    expect((await told({ token: await signed({ ...good(), iss: 'late' }) }, several))[0]).toBe(
      'authenticated',
    );
    const wrong = { ...good(), iss: 'late' };
    expect(await refusal({ token: await signed(wrong, { key: otherSecret }) }, several)).toBe(
      'auth.invalid_token',
    );
    const over = { ...good(), iss: 'late', exp: now() - 1 };
    expect(await refusal({ token: await signed(over) }, several)).toBe('auth.expired_token');
    // Without an adapter for guests there is nobody who knows them.
    expect(await refusal({ client_id: 'x' }, several)).toBe('auth.missing_token');
    await several.stop();
  });

  test('may be tried again on the same connection, after each of the refusals', async () => {
    const strict = await serve({ venueless: { traitGrants: { attendee: ['attendee'] } } });
    const probe = await strict.connect();
    const tries: [object, string][] = [
      [{}, 'auth.missing_id_or_token'],
      [{ token: 'garbage' }, 'auth.invalid_token'],
      [{ token: await signed({ ...good(), exp: 1 }) }, 'auth.expired_token'],
      [{ client_id: 'somebody' }, 'auth.missing_token'],
      [{ token: await signed({ ...good(), traits: [] }) }, 'auth.denied'],
    ];
    for (const [payload, code] of tries) {
      probe.send(['authenticate', payload]);
      expect(await probe.next()).toEqual(['error', { code }]);
      probe.send(['user.fetch', 1, {}]);
      expect(await probe.next()).toEqual(['error', 1, { code: 'protocol.unauthenticated' }]);
    }
    probe.send(['authenticate', { token: await signed(good()) }]);
    expect((await probe.next())[0]).toBe('authenticated');
    await strict.stop();
  });

  test('makes no account for those whom a world refuses', async () => {
    const strict = await serve({ venueless: { traitGrants: { attendee: ['attendee'] } } });
    expect(await refusal({ client_id: 'somebody' }, strict)).toBe('auth.missing_token');
    expect(await refusal({ token: await signed({ ...good(), traits: ['visitor'] }) }, strict)).toBe(
      'auth.denied',
    );
    expect(strict.chat.users.byIdentity('jwt', 'anna')).toBeUndefined();
    expect(accounts(strict, 'guest', 'anna')).toBe(0);
    expect((await told({ token: await signed(good()) }, strict))[0]).toBe('authenticated');
    expect(accounts(strict, 'guest', 'anna')).toBe(1);
    await strict.stop();
  });

  test('takes traits from each token anew: one without any takes them away', async () => {
    const strict = await serve({ venueless: { traitGrants: { attendee: ['attendee'], admin: ['admin'] } } });
    const as = async (traits?: string[]) =>
      told(
        { token: await signed({ ...good(), uid: 'cleo', ...(traits ? { traits } : { traits: undefined }) }) },
        strict,
      );
    const permissions = async (traits: string[]) => (await as(traits))[1]['world.config'].permissions;
    expect(await permissions(['attendee'])).not.toContain('world:users.manage');
    expect(await permissions(['admin'])).toContain('world:users.manage');
    expect(await permissions(['attendee'])).not.toContain('world:users.manage');
    expect(await as()).toEqual(['error', { code: 'auth.denied' }]);
    expect(await as(['visitor'])).toEqual(['error', { code: 'auth.denied' }]);
    await strict.stop();
  });

  test('tells nobody why who is banned', async () => {
    const ben = await server.arrive('ben');
    await server.chat.users.ban(userIdOf(ben));
    expect(await ben.probe.until(([name]) => name === 'connection.reload')).toEqual([
      'connection.reload',
      {},
    ]);
    expect(await ben.probe.closed).toBe(1000);
    expect(await refusal({ token: await token({ uid: 'ben', traits: ['attendee'] }) })).toBe('auth.denied');
    await server.chat.users.unban(userIdOf(ben));
    expect((await server.arrive('ben')).id).toBe(ben.id);
  });

  test('is not answered where nobody can say who it is: clients come back by themselves', async () => {
    const failing = await serve({
      auth: chain(({ kind, arguments: [word] }) => {
        if (kind === 'client' && word === 'unlucky') throw new Error('the directory is down');
        return undefined;
      }, guest()),
    });
    const probe = await failing.connect();
    probe.send(['authenticate', { client_id: 'unlucky' }]);
    expect(await probe.closed).toBe(1013);
    expect(probe.frames).toEqual([]);
    expect(failing.errors.map(({ code }) => code)).toEqual(['auth-failed']);
    expect((await told({ client_id: 'lucky' }, failing))[0]).toBe('authenticated');
    await failing.stop();
  });

  describe('more connections than a world allows', () => {
    let limited: VenuelessServer;
    afterEach(() => limited.stop());
    const replaced = ['error', { code: 'connection.replaced', message: 'Connection replaced' }];
    const alive = async ({ probe }: Member): Promise<boolean> => {
      probe.send(['ping', 'alive']);
      return (await probe.until(([kind]) => kind === 'pong' || kind === 'error'))[0] === 'pong';
    };
    const ended = async ({ probe }: { probe: JsonProbe }) => {
      expect(await probe.until(([kind]) => kind === 'error')).toEqual(replaced);
      expect(await probe.closed).toBe(1000);
    };

    test('end the oldest ones, once the new one is let in', async () => {
      limited = await serve({ venueless: { worlds: { demo: { connectionLimit: 2 } } } });
      const first = await limited.arrive('anna');
      first.send(['user.update', 900, {}]);
      await first.probe.next();
      const second = await limited.arrive('anna');
      expect(await alive(first)).toBe(true);
      const other = await limited.arrive('ben');
      const third = await limited.arrive('anna');
      await ended(first);
      for (const member of [second, third, other]) expect(await alive(member)).toBe(true);
      await limited.arrive('anna');
      await ended(second);
      expect(await alive(third)).toBe(true);
    });

    test('do not end those who may have as many as they like', async () => {
      limited = await serve({ venueless: { worlds: { demo: { connectionLimit: 1 } } } });
      const admin: Claims = { traits: ['admin'] };
      const [one, two] = [await limited.arrive('chief', admin), await limited.arrive('chief', admin)];
      for (const member of [one, two]) expect(await alive(member)).toBe(true);
    });

    const arrivals = async (count: number, claims: Claims = {}, world?: string): Promise<Member[]> => {
      const members: Member[] = [];
      for (let n = 0; n < count; n++) members.push(await limited.arrive('anna', claims, world));
      return members;
    };

    test('are as many as it says, and not those that the chat allows elsewhere', async () => {
      const limits = { sessionsPerUser: 2 };
      limited = await serve({ limits, venueless: { worlds: { demo: { connectionLimit: 4 }, free: {} } } });
      for (const member of await arrivals(4)) expect(await alive(member)).toBe(true);
      for (const member of await arrivals(7, {}, 'free')) expect(await alive(member)).toBe(true);
      for (const member of await arrivals(7, { traits: ['admin'] })) expect(await alive(member)).toBe(true);
    });

    test('are counted in each world alone', async () => {
      limited = await serve({ venueless: { worlds: { demo: { connectionLimit: 1 }, big: {} } } });
      const elsewhere = await arrivals(2, {}, 'big');
      const [here] = await arrivals(1);
      const [anew] = await arrivals(1);
      await ended(here as Member);
      for (const member of [...elsewhere, anew as Member]) expect(await alive(member)).toBe(true);
    });

    test('end for everybody beyond what anybody may have, the oldest first', async () => {
      limited = await serve({ venueless: { connectionsPerUser: 2 } });
      const [first, second, third] = (await arrivals(3, { traits: ['admin'] })) as [Member, Member, Member];
      await ended(first);
      for (const member of [second, third]) expect(await alive(member)).toBe(true);
    });
  });
}

/** A token that says it is signed in another way. `signature`: by HS256 all the same, unless given. */
function unsigned(alg: string, signature?: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg, typ: 'JWT' })}.${part(good())}`;
  return `${text}.${signature ?? createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function swapped(signedToken: string): string {
  const [head, , signature] = signedToken.split('.');
  const claims = Buffer.from(JSON.stringify({ ...good(), uid: 'chief', traits: ['admin'] })).toString(
    'base64url',
  );
  return [head, claims, signature].join('.');
}

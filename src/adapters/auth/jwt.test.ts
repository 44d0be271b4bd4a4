import { createHmac, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Auth, AuthContext, Credentials, Denied } from '../../domain/auth.js';
import { chain } from './chain.js';
import { guest } from './guest.js';
import { type JwtOptions, jwt } from './jwt.js';
import { tokens } from './tokens.js';

const context: AuthContext = { dialect: 'sockchat', address: '192.0.2.7' };
const secret = 'marked-secret-0123456789-0123456789';
const older = 'marked-older-0123456789-0123456789';
const strange = 'marked-strange-0123456789-0123456789';
const row = { secret, issuer: 'my-app', audience: 'chat' };
const auth = jwt({ secrets: [row] });
const invalid: Denied = { denied: 'credentials', detail: 'invalid' };
const expired: Denied = { denied: 'credentials', detail: 'expired' };
const ann = { provider: 'jwt', id: '47', name: 'Ann', traits: ['attendee'] };

const ask = async (one: Auth, token: string) => one({ kind: 'token', arguments: [token] }, context);
const say = async (one: Auth, ...words: string[]) => one({ kind: 'arguments', arguments: words }, context);
const seconds = (fromNow: number) => Math.floor(Date.now() / 1_000) + fromNow;
const encoded = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** What a right token of Ann's says. */
function claims(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    iss: 'my-app',
    aud: 'chat',
    iat: seconds(0),
    exp: seconds(60),
    uid: '47',
    name: 'Ann',
    traits: ['attendee'],
    ...more,
  };
}

/** A token made by hand, so that it may be as wrong as it likes. `undefined` claims are left out; text is taken as JSON. */
function signed(
  payload: unknown = claims(),
  { key = secret, header = {}, hash = 'sha256' }: { key?: string; header?: object; hash?: string } = {},
): string {
  const input = `${encoded({ alg: 'HS256', typ: 'JWT', ...header })}.${encoded(payload)}`;
  return `${input}.${createHmac(hash, key).update(input).digest('base64url')}`;
}

afterEach(() => void vi.useRealTimers());

describe('what jwt takes', () => {
  it('knows a token that the usual library signs', async () => {
    const token = await new SignJWT({ uid: '47', name: 'Ann', traits: ['attendee'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('my-app')
      .setAudience('chat')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(Buffer.from(secret));
    expect(await ask(auth, token)).toEqual(ann);
    expect(await say(auth, 'Bearer', token)).toEqual(ann);
  });

  it('looks for it in the last word, whatever stands before it', async () => {
    for (const words of [[], ['bearer'], ['47'], ['a', 'b', 'c']])
      expect(await say(auth, ...words, signed())).toEqual(ann);
    expect(await say(auth, signed(), 'more')).toBeUndefined();
  });

  it('does not know words without a token', async () => {
    const words = [
      '',
      'Bearer',
      'secret-0123456789',
      'chat.example.org',
      'a.b',
      'a.b.c.d',
      '..',
      'e30=.e30.x',
    ];
    for (const word of words) expect(await say(auth, 'Bearer', word)).toBeUndefined();
    expect(await say(auth)).toBeUndefined();
  });

  it('does not know credentials of another kind', async () => {
    const validator: Credentials = { kind: 'validator', arguments: [signed(), signed()] };
    expect(await auth(validator, context)).toBeUndefined();
  });

  it('knows that a place for tokens held none', async () => {
    for (const garbage of [
      '',
      'garbage',
      '..',
      'a.b.c',
      'chat.example.org',
      signed().slice(0, -1),
      '\u{1f600}',
    ])
      expect(await ask(auth, garbage)).toEqual(invalid);
    for (const more of ['=', ' ', '\n', '.', '.x']) expect(await ask(auth, signed() + more)).toEqual(invalid);
  });

  it('lets others of a chain have what it does not know, and nobody what it refuses', async () => {
    const fixed = 'a-token-of-another-kind';
    const all = chain(
      auth,
      tokens({ tokens: { [fixed]: { id: 7, name: 'Bot' } }, unknown: 'pass' }),
      guest(),
    );
    expect(await say(all, 'Bearer', signed())).toEqual(ann);
    expect(await say(all, 'Bearer', fixed)).toMatchObject({ provider: 'tokens' });
    expect(await say(all, 'my-client', 'chat.example.org')).toMatchObject({ provider: 'guest' });
    expect(await say(all, 'my-client', signed(claims({ exp: seconds(-1) })))).toEqual(expired);
  });
});

describe('what jwt refuses', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2_048 });

  it.each<[string, () => string | Promise<string>]>([
    ['another secret', () => signed(claims(), { key: strange })],
    ['another issuer', () => signed(claims({ iss: 'your-app' }))],
    ['no issuer', () => signed(claims({ iss: undefined }))],
    ['another audience', () => signed(claims({ aud: 'shop' }))],
    ['other audiences', () => signed(claims({ aud: ['shop', 'forum'] }))],
    ['no audience', () => signed(claims({ aud: undefined }))],
    ['a time of issue to come', () => signed(claims({ iat: seconds(30) }))],
    ['a time of issue that is no number', () => signed(claims({ iat: 'now' }))],
    ['a time from which it holds to come', () => signed(claims({ nbf: seconds(30) }))],
    ['an end that is no number', () => signed(claims({ exp: 'never' }))],
    ['nobody', () => signed(claims({ uid: undefined }))],
    ['an empty uid', () => signed(claims({ uid: '' }))],
    ['a uid of 201 characters', () => signed(claims({ uid: 'u'.repeat(201) }))],
    ['a uid that is no whole number', () => signed(claims({ uid: 1.5 }))],
    ['a uid too large to be exact', () => signed(claims({ uid: 2 ** 53 }))],
    ['a uid of another kind, with a right sub', () => signed(claims({ uid: ['47'], sub: '47' }))],
    ['a name that is no text', () => signed(claims({ name: 5 }))],
    ['traits that are no list', () => signed(claims({ traits: 'attendee' }))],
    ['traits that are not all text', () => signed(claims({ traits: ['attendee', 5] }))],
    ['a profile that is no object', () => signed(claims({ profile: ['Ann'] }))],
    [
      'a profile nested too deep',
      () => signed(claims({ profile: JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) })),
    ],
    ['claims that are no object', () => signed(['47'])],
    ['claims that are no JSON', () => signed('{"uid":')],
    ['algorithm none', () => `${encoded({ alg: 'none' })}.${encoded(claims())}.`],
    ['algorithm none with a signature', () => signed(claims(), { header: { alg: 'none' } })],
    ['HS512', () => signed(claims(), { header: { alg: 'HS512' }, hash: 'sha512' })],
    ['HS512 that is HS256', () => signed(claims(), { header: { alg: 'HS512' } })],
    ['RS256 with the secret as key', () => signed(claims(), { header: { alg: 'RS256' } })],
    ['RS256', () => new SignJWT(claims()).setProtectedHeader({ alg: 'RS256' }).sign(keys.privateKey)],
    ['no algorithm', () => signed(claims(), { header: { alg: undefined } })],
    ['an extension it must know', () => signed(claims(), { header: { crit: ['x'], x: 1 } })],
    ['another word in it', () => signed().replace(/\.[^.]*\./, `.${encoded(claims({ uid: '1' }))}.`)],
  ])('%s', async (_, made) => {
    const token = await made();
    expect(await ask(auth, token)).toEqual(invalid);
    expect(await say(auth, 'Bearer', token)).toEqual(invalid);
  });

  it('an expired token, and says so', async () => {
    expect(await ask(auth, signed(claims({ exp: seconds(-1) })))).toEqual(expired);
    expect(await ask(auth, signed(claims({ exp: seconds(0) })))).toEqual(expired);
    expect(await ask(auth, signed(claims({ exp: seconds(-1), aud: 'shop' })))).toEqual(expired);
  });

  it('an expired token of another secret as any of those', async () => {
    expect(await ask(auth, signed(claims({ exp: seconds(-1) }), { key: strange }))).toEqual(invalid);
  });

  it('a huge token, without reading it', async () => {
    const parse = vi.spyOn(JSON, 'parse');
    const huge = signed(claims({ filler: 'x'.repeat(16_384) }));
    parse.mockClear();
    expect(await ask(auth, huge)).toEqual(invalid);
    expect(await say(auth, 'Bearer', huge)).toEqual(invalid);
    expect(await say(auth, 'Bearer', 'x'.repeat(60_000))).toBeUndefined();
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
    expect(await ask(auth, signed(claims({ filler: 'x'.repeat(11_900) })))).toEqual(ann);
  });

  it('whatever a token is turned into, without ever throwing', async () => {
    const right = signed();
    const turned = fc
      .tuple(fc.nat(right.length), fc.nat(4), fc.string({ maxLength: 4, unit: 'binary' }))
      .map(([at, gone, put]) => right.slice(0, at) + put + right.slice(at + gone));
    const text = fc.string({ unit: 'binary' });
    const parts = fc
      .tuple(fc.json(), fc.json())
      .map(([header, payload]) => `${encoded(header)}.${encoded(payload)}.x`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(turned, text, parts), async (token) => {
        const answer = await ask(auth, token);
        // The last character of a signature holds bits that nothing is read from.
        if (token.slice(0, -1) !== right.slice(0, -1)) expect(answer).toEqual(invalid);
        await say(auth, 'Bearer', token);
      }),
      { numRuns: 300 },
    );
  });
});

describe('secrets of jwt', () => {
  const both = jwt({ secrets: [{ ...row, secret: older, audience: 'old-chat' }, row] });

  it('are tried in order', async () => {
    expect(await ask(both, signed())).toEqual(ann);
    expect(await ask(both, signed(claims({ aud: 'old-chat' }), { key: older }))).toEqual(ann);
    expect(await ask(both, signed(claims(), { key: strange }))).toEqual(invalid);
  });

  it('go with their own issuer and audience', async () => {
    expect(await ask(both, signed(claims(), { key: older }))).toEqual(invalid);
    expect(await ask(both, signed(claims({ aud: 'old-chat' })))).toEqual(invalid);
  });

  it('may be the same with several audiences', async () => {
    const two = jwt({ secrets: [{ ...row, audience: 'old-chat' }, row] });
    expect(await ask(two, signed())).toEqual(ann);
    expect(await ask(two, signed(claims({ aud: 'old-chat' })))).toEqual(ann);
  });

  it('are not tried any more after one that an expired token fits', async () => {
    const gone = claims({ exp: seconds(-1) });
    expect(await ask(both, signed(gone, { key: older }))).toEqual(expired);
    expect(await ask(both, signed(gone))).toEqual(expired);
  });

  it('need not come with an issuer and an audience', async () => {
    const bare = jwt({ secrets: [{ secret: Buffer.from(secret) }] });
    expect(await ask(bare, signed(claims({ iss: undefined, aud: undefined })))).toEqual(ann);
    expect(await ask(bare, signed())).toEqual(ann);
  });

  it('are not kept where they could be read', () => {
    expect(JSON.stringify([auth, jwt({ secrets: [row] })])).not.toContain(secret);
  });
});

describe('what jwt reads of a token', () => {
  it('needs no times', async () => {
    expect(await ask(auth, signed(claims({ exp: undefined, iat: undefined })))).toEqual(ann);
  });

  it('takes one of several audiences', async () => {
    expect(await ask(auth, signed(claims({ aud: ['shop', 'chat'] })))).toEqual(ann);
  });

  it('takes a uid that is a number for its text', async () => {
    expect(await ask(auth, signed(claims({ uid: 47 })))).toEqual(ann);
    expect(await ask(auth, signed(claims({ uid: 0 })))).toEqual({ ...ann, id: '0' });
  });

  it('takes sub where there is no uid', async () => {
    expect(await ask(auth, signed(claims({ uid: undefined, sub: '47' })))).toEqual(ann);
    expect(await ask(auth, signed(claims({ uid: null, sub: '47' })))).toEqual(ann);
    expect(await ask(auth, signed(claims({ sub: '48' })))).toEqual(ann);
  });

  it('takes an id of 200 characters', async () => {
    const id = 'u'.repeat(200);
    expect(await ask(auth, signed(claims({ uid: id })))).toEqual({ ...ann, id });
  });

  it('leaves traits to the defaults of the chat where it has none', async () => {
    const { traits, ...rest } = ann;
    for (const none of [undefined, null])
      expect(await ask(auth, signed(claims({ traits: none })))).toEqual(rest);
    expect(await ask(auth, signed(claims({ traits: [] })))).toEqual({ ...ann, traits: [] });
  });

  it('takes the profile, and a name out of it, or else the id for somebody unnamed', async () => {
    const profile = { display_name: 'Ann of the profile', fields: { pronouns: 'she' } };
    const named = { ...ann, profile };
    expect(await ask(auth, signed(claims({ profile })))).toEqual(named);
    for (const name of [undefined, null, ''])
      expect(await ask(auth, signed(claims({ profile, name })))).toEqual({
        ...named,
        name: 'Ann of the profile',
      });
    for (const profile of [undefined, null])
      expect(await ask(auth, signed(claims({ name: undefined, profile })))).toEqual({
        ...ann,
        name: '47',
        unnamed: true,
      });
  });

  it('looks at no kid and no other words of the header', async () => {
    const header = { kid: '../../etc/passwd', jku: 'https://keys.example/', jwk: { kty: 'oct', k: 'AA' } };
    expect(await ask(auth, signed(claims(), { header }))).toEqual(ann);
    expect(await ask(auth, signed(claims(), { header, key: strange }))).toEqual(invalid);
  });

  it('takes the last of claims with the same name', async () => {
    const json = JSON.stringify(claims()).slice(0, -1);
    expect(await ask(auth, signed(`${json},"uid":"48"}`))).toEqual({ ...ann, id: '48' });
    expect(await ask(auth, signed(`${json},"aud":"shop"}`))).toEqual(invalid);
  });

  it('takes nothing else', async () => {
    const token = signed(claims({ rank: 9, permissions: ['user.ban'], provider: 'accounts', id: '1' }));
    expect(await ask(auth, token)).toEqual(ann);
    const own = signed(`${JSON.stringify(claims()).slice(0, -1)},"__proto__":{"rank":9}}`);
    expect(await ask(auth, own)).not.toHaveProperty('rank');
  });
});

describe('options of jwt', () => {
  it('allow for clocks that differ', async () => {
    const lax = jwt({ secrets: [row], clockToleranceMs: 5_000 });
    vi.useFakeTimers({ toFake: ['Date'] });
    expect(await ask(lax, signed(claims({ iat: seconds(5) })))).toEqual(ann);
    expect(await ask(lax, signed(claims({ iat: seconds(6) })))).toEqual(invalid);
    expect(await ask(lax, signed(claims({ exp: seconds(-4) })))).toEqual(ann);
    expect(await ask(lax, signed(claims({ exp: seconds(-5) })))).toEqual(expired);
    expect(await ask(auth, signed(claims({ iat: seconds(0) })))).toEqual(ann);
    expect(await ask(auth, signed(claims({ iat: seconds(1) })))).toEqual(invalid);
  });

  it('let the host read the claims', async () => {
    const own = jwt({
      secrets: [row],
      provider: 'accounts',
      identity: async ({ uid, admin }) => ({ id: Number(uid), name: 'Ann', rank: admin === true ? 9 : 0 }),
    });
    expect(await ask(own, signed(claims({ admin: true })))).toEqual({
      provider: 'accounts',
      id: '47',
      name: 'Ann',
      rank: 9,
    });
  });

  it('let the host refuse', async () => {
    const banned: Denied = { denied: 'banned', until: null };
    expect(await ask(jwt({ secrets: [row], identity: () => banned }), signed())).toBe(banned);
    for (const nobody of [false, null, undefined] as const)
      expect(await ask(jwt({ secrets: [row], identity: () => nobody }), signed())).toEqual(invalid);
  });

  it('throw what the function of the host throws, and on an answer that is nobody', async () => {
    const broken = (identity: () => never) => ask(jwt({ secrets: [row], identity }), signed());
    const away = () => {
      throw new Error('no database');
    };
    await expect(broken(away)).rejects.toThrow('no database');
    await expect(broken(() => 'Ann' as never)).rejects.toMatchObject({ code: 'auth-failed' });
  });

  it.each<[string, object, string]>([
    ['no secrets', {}, 'option secrets of jwt takes a list of one secret or more'],
    ['an empty list', { secrets: [] }, 'a list of one secret or more'],
    ['a secret without its row', { secrets: [secret] }, 'secrets (row 1) of jwt takes an object'],
    [
      'a short secret',
      { secrets: [row, { secret: 'x'.repeat(31) }] },
      'secrets (row 2) of jwt takes a secret',
    ],
    ['a missing secret', { secrets: [{ issuer: 'my-app' }] }, 'a secret of 32 bytes at least'],
    ['an empty issuer', { secrets: [{ secret, issuer: '' }] }, 'text as issuer'],
    ['two audiences', { secrets: [{ secret, audience: ['a', 'b'] }] }, 'text as issuer and as audience'],
    ['a word mistyped in a row', { secrets: [{ secret, aud: 'chat' }] }, 'secret, issuer and audience only'],
    ['another algorithm', { secrets: [row], algorithms: ['none'] }, 'no option algorithms'],
    ['a tolerance below 0', { secrets: [row], clockToleranceMs: -1 }, 'option clockToleranceMs'],
    ['no function', { secrets: [row], identity: {} }, 'option identity'],
    ['an empty provider', { secrets: [row], provider: '' }, 'option provider'],
  ])('refuse %s without repeating a secret', (_, options, words) => {
    const made = () => jwt(options as JwtOptions);
    expect(made).toThrow(expect.objectContaining({ code: 'options-invalid' }));
    expect(made).toThrow(words);
    expect(made).not.toThrow(secret);
  });
});

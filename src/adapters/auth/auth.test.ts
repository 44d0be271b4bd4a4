import { describe, expect, it } from 'vitest';
import type { Auth, AuthContext, Credentials } from '../../domain/auth.js';
import { callback } from './callback.js';
import { chain } from './chain.js';
import { guest } from './guest.js';
import { jwt } from './jwt.js';
import { remote } from './remote.js';
import { rotur } from './rotur.js';
import { type TokensOptions, tokens } from './tokens.js';

const context: AuthContext = { dialect: 'sockchat', address: '192.0.2.7' };
const ask = async (auth: Auth, ...words: string[]) => auth({ kind: 'arguments', arguments: words }, context);
const secret = 'marked-secret-0123456789';
const other = 'another-secret-0123456789';
const ann = { id: 47, name: 'Ann', rank: 3 };

describe('callback', () => {
  it('hands over the words and fills in the provider and a numeric id', async () => {
    const seen: unknown[] = [];
    const auth = callback((...given) => {
      seen.push(given);
      return ann;
    });
    expect(await ask(auth, 'Bearer', secret)).toEqual({
      provider: 'accounts',
      id: '47',
      name: 'Ann',
      rank: 3,
    });
    expect(seen).toEqual([[['Bearer', secret], context]]);
  });

  it('keeps a provider and own fields that the answer brings', async () => {
    const auth = callback(async () => ({ provider: 'forum', id: 'x', name: 'Ann', cat: true }), {
      provider: 'shop',
    });
    expect(await ask(auth)).toEqual({ provider: 'forum', id: 'x', name: 'Ann', cat: true });
  });

  it('takes false, null and nothing for not knowing, and passes refusals on', async () => {
    for (const nothing of [false, null, undefined] as const)
      expect(await ask(callback(() => nothing))).toBeUndefined();
    const banned = { denied: 'banned', until: 5 } as const;
    expect(await ask(callback(() => banned))).toBe(banned);
  });

  it('throws what the function throws, and on an answer that is nobody', async () => {
    const broken = callback(() => {
      throw new Error('no database');
    });
    await expect(ask(broken)).rejects.toThrow('no database');
    await expect(ask(callback(() => 'Ann' as never))).rejects.toMatchObject({ code: 'auth-failed' });
  });
});

describe('tokens', () => {
  const auth = tokens({ tokens: [{ token: secret, ...ann }] });
  const identity = { provider: 'tokens', id: '47', name: 'Ann', rank: 3 };

  it('takes the word Bearer, in any case, and a token', async () => {
    expect(await ask(auth, 'Bearer', secret)).toEqual(identity);
    expect(await ask(auth, 'bEARER', secret)).toEqual(identity);
  });

  it('refuses a token that is not on the list', async () => {
    for (const wrong of [other, '', secret.slice(0, -1), `${secret} `])
      expect(await ask(auth, 'Bearer', wrong)).toEqual({ denied: 'credentials' });
  });

  it('passes an unknown token on where it is told to', async () => {
    const passing = tokens({ tokens: { [secret]: ann }, unknown: 'pass' });
    expect(await ask(passing, 'Bearer', other)).toBeUndefined();
    expect(await ask(passing, 'Bearer', secret)).toEqual(identity);
  });

  it('does not know words of another form', async () => {
    for (const words of [[], [secret], ['47', secret], ['Bearer', secret, 'more']])
      expect(await ask(auth, ...words)).toBeUndefined();
  });

  it('takes an id and a token as a pair, and then only of that person', async () => {
    const pair = tokens({
      tokens: new Map<string, { id: string | number; name: string }>([
        [secret, ann],
        [other, { id: 'b', name: 'Bea' }],
      ]),
      takes: 'pair',
      provider: 'accounts',
    });
    expect(await ask(pair, '47', secret)).toEqual({ ...identity, provider: 'accounts' });
    expect(await ask(pair, 'b', secret)).toEqual({ denied: 'credentials' });
    expect(await ask(pair, secret)).toBeUndefined();
  });

  it('takes a token alone', async () => {
    const alone = tokens({ tokens: [{ token: secret, ...ann }], takes: 'alone' });
    expect(await ask(alone, secret)).toEqual(identity);
    expect(await ask(alone, 'Bearer', secret)).toBeUndefined();
  });

  it('keeps no token', () => {
    const options: TokensOptions = { tokens: [{ token: secret, ...ann }] };
    expect(JSON.stringify([auth, tokens(options)])).not.toContain(secret);
  });

  it.each<[string, object, string]>([
    ['no list', {}, 'option tokens of tokens takes a list, a Map or an object'],
    ['a short token', { tokens: { short: ann } }, 'tokens (row 1)'],
    ['nobody', { tokens: { [secret]: { name: 'Ann' } } }, 'takes an id'],
    ['no name', { tokens: [{ token: secret, id: 4 }] }, 'takes a name'],
    [
      'the same token twice',
      {
        tokens: [
          { token: secret, ...ann },
          { token: secret, ...ann },
        ],
      },
      'tokens (row 2) of tokens takes each token once',
    ],
    ['no such form', { tokens: [], takes: 'cookie' }, 'option takes'],
    ['no such answer', { tokens: [], unknown: 'ignore' }, 'option unknown'],
    ['an empty provider', { tokens: [], provider: '' }, 'option provider'],
    ['a word mistyped', { token: [] }, 'no option token'],
  ])('refuses %s without repeating a token', (_, options, words) => {
    const made = () => tokens(options as TokensOptions);
    expect(made).toThrow(expect.objectContaining({ code: 'options-invalid' }));
    expect(made).toThrow(words);
    expect(made).not.toThrow(secret);
  });
});

describe('guest', () => {
  it('makes the same guest of the same client id, whatever the name', async () => {
    const auth = guest();
    const first = await ask(auth, 'my-client', ' Ann ');
    expect(first).toEqual({ provider: 'guest', id: expect.stringMatching(/^[\w-]{43}$/), name: 'Ann' });
    expect(await ask(auth, 'my-client', 'Bea')).toEqual({ ...first, name: 'Bea' });
    expect(await ask(auth, 'other-client', 'Ann')).not.toEqual(first);
  });

  it('is never an account, and never has its number', async () => {
    const someone = await ask(guest(), '47', 'Ann');
    expect(someone).toMatchObject({ provider: 'guest' });
    expect(someone).not.toMatchObject({ id: '47' });
    expect(someone).not.toMatchObject({ id: expect.stringMatching(/^[0-9]+$/) });
  });

  it('does not know words that are not an id and a name', async () => {
    const words = [[], ['a'], ['', 'Ann'], ['a', '  '], ['a', 'Ann', 'x'], ['a'.repeat(129), 'Ann']];
    for (const given of [...words, ['a', 'n'.repeat(65)]])
      expect(await ask(guest(), ...given)).toBeUndefined();
  });

  it('takes a client id alone for the same guest, who has no name yet', async () => {
    const auth = guest({ scheme: 'guest', identity: { rank: 2 } });
    const alone = async (id: string) => auth({ kind: 'client', arguments: [id] }, context);
    const named = await ask(auth, 'guest', 'my-client', 'Ann');
    expect(await alone('my-client')).toEqual({ ...named, name: 'guest', unnamed: true });
    expect(await alone('c'.repeat(200))).toMatchObject({ provider: 'guest', unnamed: true });
    for (const id of ['', 'c'.repeat(201)]) expect(await alone(id)).toBeUndefined();
  });

  it('makes no name of a token', async () => {
    expect(await ask(guest(), 'Bearer', secret)).toBeUndefined();
    expect(await ask(guest(), 'basic', secret)).toBeUndefined();
  });

  it('takes a scheme in front, and gives guests what the options say', async () => {
    const auth = guest({ scheme: 'guest', provider: 'visitors', identity: { colour: '#aaa' } });
    expect(await ask(auth, 'Guest', 'c', 'Ann')).toMatchObject({
      provider: 'visitors',
      name: 'Ann',
      colour: '#aaa',
    });
    expect(await ask(auth, 'c', 'Ann')).toBeUndefined();
  });

  it('names the option that is wrong', () => {
    expect(() => guest({ scheme: '' })).toThrow('option scheme of guest takes a word');
    expect(() => guest({ name: 'x' } as never)).toThrow('guest has no option name');
    expect(() => guest(null as never)).toThrow('guest takes an object of options');
  });
});

describe('chain', () => {
  const asked: string[] = [];
  const say = (name: string, answer: Awaited<ReturnType<Auth>>): Auth => {
    return async () => {
      asked.push(name);
      return answer;
    };
  };
  const who = { provider: 'p', id: '1', name: 'Ann' };

  it('asks on while nobody knows, and stops at who does', async () => {
    asked.length = 0;
    expect(await ask(chain(say('a', undefined), say('b', null), say('c', who), say('d', who)))).toBe(who);
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('stops at a refusal', async () => {
    asked.length = 0;
    const auth = chain(say('a', undefined), say('b', { denied: 'credentials' }), say('c', who));
    expect(await ask(auth)).toEqual({ denied: 'credentials' });
    expect(asked).toEqual(['a', 'b']);
  });

  it('throws when one cannot be asked, and lets nobody else decide', async () => {
    asked.length = 0;
    const broken: Auth = () => {
      throw new Error('away');
    };
    await expect(ask(chain(broken, say('b', who)))).rejects.toThrow('away');
    expect(asked).toEqual([]);
  });

  it('does not know whom none of them knows', async () => {
    expect(await ask(chain(say('a', null), chain(say('b', undefined))))).toBeUndefined();
  });

  it('has a client id alone taken by guest and by nothing else', async () => {
    const service = { url: 'http://127.0.0.1:9/' };
    const rest = [
      callback(() => ann),
      tokens({ tokens: { [secret]: ann }, takes: 'alone' }),
      remote(service),
    ];
    const others = chain(...rest, jwt({ secrets: [{ secret: secret.repeat(2) }] }), rotur());
    const client: Credentials = { kind: 'client', arguments: [secret] };
    expect(await others(client, context)).toBeUndefined();
    expect(await chain(others, guest())(client, context)).toMatchObject({ provider: 'guest' });
  });

  it('takes functions only, and one at least', () => {
    expect(() => chain()).toThrow(expect.objectContaining({ code: 'options-invalid' }));
    expect(() => chain({} as never)).toThrow('chain takes one auth function or more');
  });

  it('lets a wrong token be no guest', async () => {
    const auth = chain(tokens({ tokens: { [secret]: ann } }), guest());
    expect(await ask(auth, 'Bearer', other)).toEqual({ denied: 'credentials' });
    expect(await ask(auth, 'my-client', 'Ann')).toMatchObject({ provider: 'guest' });
  });
});

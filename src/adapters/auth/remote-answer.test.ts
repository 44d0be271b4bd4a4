import { describe, expect, it } from 'vitest';
import { readDenied, readIdentity } from './remote-answer.js';

const read = (answer: unknown) => readIdentity(JSON.stringify(answer), 'remote');
const nest = (levels: number): object => (levels === 0 ? {} : { in: nest(levels - 1) });

describe('an identity from a service', () => {
  it('is read field by field', () => {
    const whole = {
      provider: 'forum',
      id: '47',
      name: 'Ann',
      unnamed: true,
      colour: '#abc',
      rank: 3,
      roles: ['a'],
      traits: [],
      permissions: ['user.kick'],
      profile: { city: 'Rome' },
    };
    expect(read(whole)).toEqual(whole);
    expect(read({ id: 47, name: 'Ann', rank: null, isAdmin: true })).toEqual({
      provider: 'remote',
      id: '47',
      name: 'Ann',
    });
  });

  it.each<[unknown, string]>([
    [null, 'no JSON object'],
    [[], 'no JSON object'],
    ['Ann', 'no JSON object'],
    [{ name: 'Ann' }, 'no id'],
    [{ id: '', name: 'Ann' }, 'no id'],
    [{ id: 1.5, name: 'Ann' }, 'no id'],
    [{ id: 1 }, 'no name'],
    [{ id: 1, name: 'Ann', provider: 7 }, 'a provider'],
    [{ id: 1, name: 'Ann', unnamed: 1 }, 'a unnamed'],
    [{ id: 1, name: 'Ann', rank: '9' }, 'a rank'],
    [{ id: 1, name: 'Ann', roles: 'admin' }, 'a roles'],
    [{ id: 1, name: 'Ann', permissions: [1] }, 'a permissions'],
    [{ id: 1, name: 'Ann', profile: [] }, 'a profile'],
    [{ id: 1, name: 'Ann', profile: nest(40) }, 'a profile'],
  ])('is refused as %j', (answer, words) => {
    expect(read(answer)).toContain(words);
  });

  it('sets no prototype', () => {
    const identity = readIdentity(
      '{"id":1,"name":"Ann","__proto__":{"rank":9},"profile":{"__proto__":{"x":1}}}',
      'remote',
    );
    expect(identity).not.toHaveProperty('rank');
    expect((identity as { profile: object }).profile).not.toHaveProperty('x', 1);
  });

  it('is no JSON', () => {
    expect(readIdentity('<html>', 'remote')).toContain('no JSON object');
    expect(readIdentity('', 'remote')).toContain('no JSON object');
  });
});

describe('a refusal from a service', () => {
  it('gives the reason, or none that is known', () => {
    expect(readDenied('{"denied":"name"}')).toEqual({ denied: 'name' });
    expect(readDenied('{"denied":"banned","until":5}')).toEqual({ denied: 'banned', until: 5 });
    expect(readDenied('{"denied":"banned"}')).toEqual({ denied: 'banned', until: null });
    for (const text of ['', '<html>', 'null', '[]', '{"denied":"odd"}', '{"error":"no"}'])
      expect(readDenied(text)).toEqual({ denied: 'credentials' });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Audience, AudienceStep } from '../core/event.js';
import { Audiences } from './audiences.js';
import { Connection, type Transport } from './connection.js';

const nowhere: Transport = { write() {}, buffered: () => 0, close() {}, terminate() {} };

/** Kinds of the form `ab` may read what is `{ needs: 'a' }`. */
function rig() {
  const audiences = new Audiences(
    () => true,
    (kind, of) => kind.includes((of as { needs: string }).needs),
  );
  const open = (id: string, dialect = 0) =>
    audiences.add(new Connection(id, dialect, nowhere, undefined, 0, undefined));
  const apply = (...steps: AudienceStep[]) => {
    for (const step of steps) audiences.apply(step);
  };
  const of = (channel: string, facts?: object, dialect = 0) =>
    audiences
      .of({ to: 'subscribers', channel, ...(facts === undefined ? {} : { of: facts }) }, dialect)
      .map((one) => one.id)
      .sort();
  return { audiences, open, apply, of };
}

const a = { needs: 'a' };

describe('audiences by kind', () => {
  /** Sessions 1 to 5 of kinds a, a, b, none, and c in another dialect; all follow `x`. */
  function five() {
    const all = rig();
    for (const id of ['1', '2', '3', '4']) all.open(id);
    all.open('5', 1);
    all.apply(
      { do: 'bind', session: '1', user: 'u', kind: 'a' },
      { do: 'bind', session: '2', user: 'v', kind: 'a' },
      { do: 'bind', session: '3', user: 'u', kind: 'b' },
      { do: 'bind', session: '4', user: 'w' },
      { do: 'bind', session: '5', user: 'u', kind: 'c' },
    );
    for (const session of ['1', '2', '3', '4', '5']) all.apply({ do: 'subscribe', session, channel: 'x' });
    all.apply({ do: 'place', session: '4', channel: 'x' });
    const asked: (string | undefined)[] = [];
    const ids = (audience: Audience, ...kinds: (string | undefined)[]) =>
      all.audiences
        .of(audience, 0, (kind) => {
          asked.push(kind);
          return kinds.includes(kind);
        })
        .map(({ id }) => id)
        .sort();
    return { ...all, ids, asked };
  }

  it.each<[Audience, string[], string[], string[]]>([
    [{ to: 'everyone' }, ['1', '2'], ['4'], ['1', '2', '3', '4']],
    [{ to: 'everyone', exceptUser: 'u' }, ['2'], ['4'], ['2', '4']],
    [{ to: 'viewers', of: a }, ['1', '2'], [], ['1', '2', '3']],
    [{ to: 'subscribers', channel: 'x' }, ['1', '2'], ['4'], ['1', '2', '3', '4']],
    [{ to: 'subscribers', channel: 'x', of: a }, ['1', '2'], ['4'], ['1', '2', '4']],
    [{ to: 'subscribers', channel: 'x', of: a, plus: '3' }, ['1', '2'], ['4'], ['1', '2', '3', '4']],
    [{ to: 'channel', channel: 'x' }, [], ['4'], ['4']],
    [{ to: 'user', user: 'u' }, ['1'], [], ['1', '3']],
    [{ to: 'users', users: ['u', 'v'] }, ['1', '2'], [], ['1', '2', '3']],
    [{ to: 'session', session: '1' }, ['1'], [], ['1']],
  ])('of %j are those whose kind is accepted', (audience, ofA, ofNone, ofAny) => {
    const { ids, asked } = five();
    expect(ids(audience, 'a')).toEqual(ofA);
    expect(new Set(asked).size).toBe(asked.length);
    expect(ids(audience, undefined)).toEqual(ofNone);
    expect(ids(audience, 'a', 'b', 'c', undefined)).toEqual(ofAny);
    expect(ids(audience)).toEqual([]);
  });

  it('looks at nobody where all kinds have the same answer', () => {
    const { audiences, apply } = five();
    const list = (audience: Audience) => audiences.of(audience, 0);
    const accepted = (audience: Audience) => audiences.of(audience, 0, () => true);
    const subscribers = { to: 'subscribers', channel: 'x' } as const;
    expect(accepted(subscribers)).toBe(list(subscribers));
    expect(accepted({ to: 'everyone' })).toBe(list({ to: 'everyone' }));
    apply({ do: 'unbind', session: '3' }, { do: 'unbind', session: '4' }, { do: 'unbind', session: '5' });
    const asked: (string | undefined)[] = [];
    const note = (kind: string | undefined) => {
      asked.push(kind);
      return false;
    };
    expect(audiences.of({ to: 'everyone' }, 0, note)).toEqual([]);
    expect(asked).toEqual(['a']);
  });

  it('follows somebody who is another kind from now on', () => {
    const { apply, ids } = five();
    apply({ do: 'kind', user: 'v', kind: 'b' });
    expect(ids({ to: 'subscribers', channel: 'x' }, 'b')).toEqual(['2', '3']);
    expect(ids({ to: 'everyone' }, 'b')).toEqual(['2', '3']);
  });
});

describe('subscribers', () => {
  it('are those who follow a channel, any number at a time, by dialect', () => {
    const { open, apply, of } = rig();
    open('1');
    open('2', 1);
    apply(
      { do: 'bind', session: '1', user: 'u', kind: 'a' },
      { do: 'bind', session: '2', user: 'u', kind: 'a' },
    );
    for (const session of ['1', '2'])
      apply({ do: 'subscribe', session, channel: 'x' }, { do: 'subscribe', session, channel: 'y' });
    apply({ do: 'subscribe', session: '1', channel: 'x' }, { do: 'unsubscribe', session: '2', channel: 'y' });
    expect([of('x'), of('x', a, 1), of('y'), of('y', a, 1), of('z')]).toEqual([['1'], ['2'], ['1'], [], []]);
    apply(
      { do: 'unsubscribe', session: '1', channel: 'x' },
      { do: 'unsubscribe', session: '1', channel: 'x' },
    );
    expect([of('x'), of('x', a, 1), of('y')]).toEqual([[], ['2'], ['1']]);
    apply({ do: 'end', channel: 'y' }, { do: 'unbind', session: '2' });
    expect([of('x', a, 1), of('y')]).toEqual([[], []]);
  });

  it('are left out while what they are may not read', () => {
    const { open, apply, of } = rig();
    for (const id of ['1', '2', '3']) open(id);
    apply(
      { do: 'bind', session: '1', user: 'u', kind: 'a' },
      { do: 'bind', session: '2', user: 'v', kind: 'b' },
      { do: 'bind', session: '3', user: 'w' },
    );
    for (const session of ['1', '2', '3']) apply({ do: 'subscribe', session, channel: 'x' });
    expect([of('x', a), of('x')]).toEqual([
      ['1', '3'],
      ['1', '2', '3'],
    ]);
    apply({ do: 'kind', user: 'v', kind: 'ab' });
    expect(of('x', a)).toEqual(['1', '2', '3']);
    apply({ do: 'kind', user: 'u', kind: 'c' });
    expect(of('x', a)).toEqual(['2', '3']);
  });

  it('hear nothing while they are deaf, and follow the same channels afterwards', () => {
    const { open, apply, of } = rig();
    open('1');
    apply(
      { do: 'bind', session: '1', user: 'u', kind: 'a' },
      { do: 'subscribe', session: '1', channel: 'x' },
    );
    apply({ do: 'deafen', user: 'u' }, { do: 'subscribe', session: '1', channel: 'y' });
    expect([of('x'), of('y')]).toEqual([[], []]);
    apply({ do: 'hear', user: 'u' });
    expect([of('x', a), of('y', a)]).toEqual([['1'], ['1']]);
  });

  it('agree with a model, whatever happens', () => {
    const sessions = ['1', '2', '3', '4'] as const;
    const session = fc.constantFrom(...sessions);
    const user = fc.constantFrom('u', 'v');
    const channel = fc.constantFrom('x', 'y');
    const kind = fc.constantFrom('a', 'b', 'ab');
    const step: fc.Arbitrary<AudienceStep> = fc.oneof(
      fc.record({ do: fc.constant('bind' as const), session, user, kind }),
      fc.record({ do: fc.constant('unbind' as const), session }),
      fc.record({ do: fc.constant('subscribe' as const), session, channel }),
      fc.record({ do: fc.constant('unsubscribe' as const), session, channel }),
      fc.record({ do: fc.constant('kind' as const), user, kind }),
      fc.record({ do: fc.constant('end' as const), channel }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { open, apply, of } = rig();
        for (const id of sessions) open(id, Number(id) % 2);
        const bound = new Map<string, { user: string; kind: string; follows: Set<string> }>();
        for (const one of steps) {
          // A session is bound once in its life.
          if (one.do === 'bind' && bound.has(one.session)) continue;
          apply(one);
          if (one.do === 'bind')
            bound.set(one.session, { user: one.user, kind: one.kind as string, follows: new Set() });
          else if (one.do === 'unbind') bound.delete(one.session);
          else if (one.do === 'subscribe') bound.get(one.session)?.follows.add(one.channel);
          else if (one.do === 'unsubscribe') bound.get(one.session)?.follows.delete(one.channel);
          else if (one.do === 'end') for (const { follows } of bound.values()) follows.delete(one.channel);
          else if (one.do === 'kind')
            for (const row of bound.values()) if (row.user === one.user) row.kind = one.kind;
        }
        for (const place of ['x', 'y']) {
          const right = [...bound]
            .filter(([, { kind: now, follows }]) => follows.has(place) && now.includes('a'))
            .map(([id]) => id)
            .sort();
          expect([...of(place, a, 0), ...of(place, a, 1)].sort()).toEqual(right);
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Connection, type Transport } from './connection.js';
import { Group } from './group.js';

const transport: Transport = { write() {}, buffered: () => 0, close() {}, terminate() {} };

function connection(id: number): Connection {
  return new Connection(String(id), id % 2, transport, undefined, 0, undefined);
}

describe('Group', () => {
  it('holds what a set would hold, in several groups at once', () => {
    const step = fc.record({ add: fc.boolean(), who: fc.nat(11), group: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const people = Array.from({ length: 12 }, (_, id) => connection(id));
        const groups = [new Group(), new Group(), new Group()];
        const model = groups.map(() => new Set<Connection>());
        for (const { add, who, group } of steps) {
          const one = people[who] as Connection;
          if (add) {
            groups[group]?.add(one);
            model[group]?.add(one);
          } else {
            groups[group]?.remove(one);
            model[group]?.delete(one);
          }
        }
        groups.forEach((group, i) => {
          const members = model[i] as Set<Connection>;
          expect(group.size).toBe(members.size);
          for (const dialect of [0, 1]) {
            const found = group.of(dialect);
            expect(new Set(found).size).toBe(found.length);
            expect(new Set(found)).toEqual(new Set([...members].filter((one) => one.dialect === dialect)));
          }
        });
        for (const one of people)
          expect(new Set(one.groups)).toEqual(new Set(groups.filter((_, i) => model[i]?.has(one))));
      }),
      { numRuns: 300 },
    );
  });

  it('has nobody of a dialect it never saw', () => {
    expect(new Group().of(7)).toEqual([]);
  });
});

import { expect, test } from 'vitest';
import { causers, type Fact, onlookers } from './support/facts.js';
import { rows } from './support/rows.js';

/** Whether every cell of the tables has been looked at. */
export function complete(facts: readonly Fact[]): void {
  test('every fact and every kind of channel has its tests', () => {
    expect(rows.filter((row) => !facts.some((fact) => fact.row === row))).toEqual([]);
  });

  test('every fact says how each dialect and the host bring it about, or why they cannot, and somebody can', () => {
    for (const { title, causes } of facts) {
      expect([title, Object.keys(causes).sort()]).toEqual([title, [...causers].sort()]);
      expect([title, Object.values(causes).some((cause) => typeof cause !== 'string')]).toEqual([
        title,
        true,
      ]);
    }
  });

  test('every fact says what everybody sees of it', () => {
    for (const { title, views } of facts)
      expect([title, onlookers.filter((one) => views[one] === undefined)]).toEqual([title, []]);
  });

  test('no two facts have the same title', () => {
    const titles = facts.map(({ title }) => title);
    expect(titles).toEqual([...new Set(titles)]);
  });
}

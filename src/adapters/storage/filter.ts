import type { Row } from '../../core/change.js';
import type { Filter } from '../../core/ports.js';

/** Makes the test that a {@link Filter} stands for. */
export function rowTest(filter: Filter): (row: Row) => boolean {
  const equals = Object.entries(filter.equals ?? {});
  const contains = Object.entries(filter.contains ?? {}).map(
    ([field, part]) => [field, part.toLowerCase()] as const,
  );
  return (row) =>
    equals.every(([field, value]) => own(row, field) === value) &&
    contains.every(([field, part]) => {
      const value = own(row, field);
      return typeof value === 'string' && value.toLowerCase().includes(part);
    });
}

function own(row: Row, field: string): unknown {
  return Object.hasOwn(row, field) ? (row as Record<string, unknown>)[field] : undefined;
}

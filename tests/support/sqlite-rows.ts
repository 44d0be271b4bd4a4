import { sqlOf } from './sqlite-check.js';

/** Every row of a database file, each as one line: the table, the key, the part it belongs to, the row. */
export async function rowsOf(file: string): Promise<string[]> {
  const tables = await sqlOf(
    file,
    `SELECT m.name AS name, EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'part') AS parted
     FROM sqlite_master m WHERE m.type = 'table' AND m.name NOT LIKE 'polylect_%' AND m.name NOT IN ('engine', 'sqlite_sequence')`,
  );
  const selects = tables.map(
    ({ name, parted }) =>
      `SELECT '${name}' || ' ' || key || ' ' || ${parted ? 'part' : "''"} || ' ' || row AS line FROM "${name}"`,
  );
  return (await sqlOf(file, selects.join(' UNION ALL '))).map(({ line }) => String(line)).sort();
}

/** The tables of rows that have any of these texts in them. */
export function tablesWith(rows: readonly string[], texts: readonly string[]): string[] {
  const found = rows.filter((row) => texts.some((text) => row.includes(text)));
  return [...new Set(found.map((row) => row.slice(0, row.indexOf(' '))))].sort();
}

/** Rows of one table. */
export function rowsIn(rows: readonly string[], table: string): string[] {
  return rows.filter((row) => row.startsWith(`${table} `));
}

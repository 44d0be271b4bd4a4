import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { AliasIndex } from '../../src/import/originchats/alias-index.js';
import { DataFolder } from '../../src/import/originchats/folder.js';
import { merged } from '../../src/import/originchats/merge.js';
import { maxRecordBytes, Records } from '../../src/import/originchats/records.js';
import { Report } from '../../src/import/originchats/report.js';
import { lines, stored, writeFiles } from '../support/originchats-folder.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const file = join(folder.path, 'messages.json');
afterAll(() => folder.remove());

function read(content: string | Buffer, most = 4_096): [number, string | undefined][] {
  writeFileSync(file, content);
  const records = new Records(file, most);
  const found: [number, string | undefined][] = [];
  for (let one = records.next(); one !== undefined; one = records.next()) {
    found.push([one.at, one.bytes?.toString('utf8')]);
    expect(one.read).toBeLessThanOrEqual(Buffer.byteLength(content));
  }
  expect(records.next()).toBeUndefined();
  return found;
}

describe('a file of messages', () => {
  test('is read line by line, without padding and blank lines', () => {
    expect(read('{"a":1}     \r\n\n   \n{"b":2}')).toEqual([
      [1, '{"a":1}'],
      [4, '{"b":2}'],
    ]);
    for (const nothing of ['', ' ', '\n\n  \n', '\u{feff}']) expect(read(nothing)).toEqual([]);
    expect(read('\u{feff}{"a":1}\n')).toEqual([[1, '{"a":1}']]);
  });

  test('of the older format is read element by element', () => {
    expect(read(' [ {"a":"]}\\"["} ,\n3, "x,y" ,[1,{}]]  ')).toEqual([
      [1, '{"a":"]}\\"["}'],
      [2, '3'],
      [3, '"x,y"'],
      [4, '[1,{}]'],
    ]);
    expect(read('[]')).toEqual([]);
    expect(read('[')).toEqual([]);
  });

  test('that ends in the middle of a record gives what is there of it', () => {
    expect(read('{"a":1}\n{"b":')).toEqual([
      [1, '{"a":1}'],
      [2, '{"b":'],
    ]);
    expect(read('[{"a":1},{"b":"\\')).toEqual([
      [1, '{"a":1}'],
      [2, '{"b":"\\'],
    ]);
  });

  test('with a record that is too long is read on behind it', () => {
    const long = Buffer.alloc(maxRecordBytes + 9_000, 'x');
    const around = (before: string, after: string) =>
      Buffer.concat([Buffer.from(before), long, Buffer.from(after)]);
    const found = [
      [1, '{"a":1}'],
      [2, undefined],
      [3, '{"b":2}'],
    ];
    for (const most of [4_096, 262_144]) {
      expect(read(around('{"a":1}\n', '\n{"b":2}'), most)).toEqual(found);
      expect(read(around('[{"a":1},"', '",{"b":2}]'), most)).toEqual(found);
    }
  });

  test('gives every record, however long, in both formats', () => {
    const record = fc.record({ text: fc.string({ unit: 'binary', maxLength: 50 }), times: fc.nat(400) });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), fc.nat(3), (given, spaces) => {
        const list = given.map(({ text, times }) => ({ text: text.repeat(times) }));
        const wanted = list.map((one, index) => [index + 1, JSON.stringify(one)]);
        const padding = ' '.repeat(spaces);
        expect(read(list.map((one) => JSON.stringify(one) + padding).join('\n'))).toEqual(wanted);
        expect(read(`[${list.map((one) => JSON.stringify(one) + padding).join(',')}]`)).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });
});

test('messages of several files come by time, those of one file in its order, none from the future', () => {
  const root = join(folder.path, 'merged');
  const timed = (name: string, times: (number | undefined)[]) =>
    lines(times.map((timestamp, n) => stored(n, 'USR:a', `${name}${n}`, { timestamp })));
  writeFiles(root, {
    'users.json': {},
    'a.json': timed('a', [1_000, 5_000, 2_000, 6_000]),
    'b.json': timed('b', [undefined, 3_000, 9_000, 4_000]),
    'c.json': '',
  });
  const report = new Report();
  const files = ['a', 'b', 'c'].map((name) => ({ file: `${name}.json`, channel: name as never, bytes: 0 }));
  const turns = [...merged(new DataFolder(root, report), files, 7_000_000, report)];
  expect(turns.map(({ raw, rank }) => [raw.fields.content, rank / 1_000])).toEqual([
    ['b0', 0],
    ['a0', 1_000],
    ['b1', 3_000],
    ['a1', 5_000],
    ['a2', 5_000],
    ['a3', 6_000],
    ['b2', 7_000],
    ['b3', 7_000],
  ]);
});

test('old ids are found by the channel they are in, and come in order of their keys', () => {
  const index = new AliasIndex();
  for (let i = 0; i < 5_000; i++) expect(index.add(`id ${i}`, i % 3, i)).toBe('added');
  expect(index.add('id 7', 1, 99)).toBe('again');
  expect(index.add('id 7', 2, 99)).toBe('added');
  expect([index.find('id 7', 1), index.find('id 7', 2), index.find('id 7', 0)]).toEqual([7, 99, undefined]);
  for (const place of [3, 4]) expect(index.add('id 7', place, 100 + place)).toBe('added');
  expect(index.add('id 7', 5, 1)).toBe('full');
  const all = [...index];
  expect(all).toHaveLength(5_003);
  expect(all.map((one) => one.key)).toEqual(all.map((one) => one.key).sort((a, b) => a - b));
});

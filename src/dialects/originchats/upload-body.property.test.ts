import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UploadBodyDecoder } from './upload-body.js';

type Known = { readonly file: string | undefined; readonly name: unknown };

/** Feeds a body in pieces; `undefined`: refused. */
function decode(body: Uint8Array, cuts: readonly number[]): Known | undefined {
  const decoder = new UploadBodyDecoder(1_000_000);
  const parts: Uint8Array[] = [];
  const ends = [...cuts.map((cut) => cut % (body.length + 1)), body.length].sort((a, b) => a - b);
  let from = 0;
  for (const to of ends) {
    const taken = decoder.push(body.subarray(from, to));
    if (!taken.ok) return undefined;
    parts.push(new Uint8Array(taken.file));
    from = to;
  }
  const whole = decoder.end();
  if (!whole.ok) return undefined;
  const file = whole.fields.file ? Buffer.concat(parts).toString('latin1') : undefined;
  return { file, name: whole.fields.name };
}

/** The same with the whole body in memory; for objects that have no key twice. */
function model(body: Uint8Array): Known | undefined {
  try {
    const parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
    if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) return undefined;
    const name = typeof parsed.name === 'string' ? parsed.name : undefined;
    if (typeof parsed.file !== 'string') return { file: undefined, name };
    const uri = /^data:[^,\u0080-\uffff]*;base64,/i.exec(parsed.file);
    if (uri === null && /^data:/i.test(parsed.file)) return undefined;
    const text = parsed.file.slice(uri?.[0].length ?? 0);
    return { file: atob(text), name };
  } catch {
    return undefined;
  }
}

const spaces = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
/** A text in JSON with some of its characters escaped. */
const quoted = (text: string) =>
  fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((hidden) => {
    const units = [...Array(text.length).keys()].map((i) =>
      hidden[i]
        ? `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`
        : JSON.stringify(text[i]).slice(1, -1),
    );
    return `"${units.join('')}"`;
  });

const body = fc
  .record({
    file: fc.uint8Array({ maxLength: 300 }),
    prefix: fc.constantFrom('', 'data:image/png;base64,', 'data:;base64,'),
    name: fc.string({ unit: 'grapheme', maxLength: 20 }),
    other: fc.jsonValue({ maxDepth: 4, noUnicodeString: false }),
    order: fc.shuffledSubarray(['file', 'name', 'other', 'mime_type'], { minLength: 1 }),
  })
  .chain(({ file, prefix, name, other, order }) => {
    const text = prefix + Buffer.from(file).toString('base64');
    const values = {
      file: quoted(text),
      name: quoted(name),
      other: fc.constant(JSON.stringify(other)),
      mime_type: fc.constant('"image/png"'),
    };
    const members = order.map((key) =>
      fc
        .tuple(spaces, quoted(key), spaces, spaces, values[key as keyof typeof values], spaces)
        .map(([a, k, b, c, v, d]) => `${a}${k}${b}:${c}${v}${d}`),
    );
    return fc
      .tuple(spaces, fc.tuple(...members), spaces)
      .map(([before, list, after]) => Buffer.from(`${before}{${list.join(',')}}${after}`));
  });
const cuts = fc.array(fc.nat(), { maxLength: 12 });

test('a body is decoded as a whole one is, wherever it is cut', () => {
  fc.assert(
    fc.property(body, cuts, (bytes, where) => {
      const expected = model(bytes);
      expect(expected).toBeDefined();
      expect(decode(bytes, where)).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('a body with a few bytes changed is decoded or refused as a whole one is', () => {
  const change = fc.record({
    at: fc.nat(),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}[],:='))),
  });
  const changes = fc.array(change, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(body, changes, fc.boolean(), cuts, (bytes, list, cutShort, where) => {
      const changed = new Uint8Array(bytes);
      for (const { at, byte } of list) if (changed.length > 0) changed[at % changed.length] = byte;
      const mutated = cutShort ? changed.subarray(0, (list[0]?.at ?? 0) % changed.length) : changed;
      expect(decode(mutated, where)).toEqual(model(mutated));
    }),
    { numRuns: 10_000 },
  );
});

test('bytes of any kind never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (bytes, where) => {
      expect(decode(bytes, where)).toEqual(model(bytes));
    }),
    { numRuns: 5_000 },
  );
});

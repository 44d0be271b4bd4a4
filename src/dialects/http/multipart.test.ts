import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, MultipartFault, type Part, partsOf } from './multipart.js';

async function* cut(bytes: Uint8Array, ...sizes: number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] || bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function taken(body: AsyncIterable<Uint8Array>, boundary: string) {
  const parts: (Part & { content: string })[] = [];
  for await (const piece of partsOf(body, boundary)) {
    if (piece.kind === 'begin') parts.push({ ...piece.part, content: '' });
    const last = parts.at(-1);
    if (piece.kind === 'data' && last !== undefined)
      last.content += Buffer.from(piece.bytes).toString('latin1');
  }
  return parts;
}

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const head = 'Content-Disposition: form-data; name="file"\r\n\r\n';

describe('partsOf', () => {
  it('gives what a browser puts into a form, however the body is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            name: fc.stringMatching(/^[a-z"é ]{1,8}$/),
            content: fc.oneof(
              fc.uint8Array({ maxLength: 80 }),
              fc.stringMatching(/^[\r\n-]{0,20}$/).map(bytesOf),
            ),
            fileName: fc.option(fc.stringMatching(/^[a-z";=é ]{1,8}$/), { nil: undefined }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
        async (given, sizes) => {
          const form = new FormData();
          for (const { name, content, fileName } of given) {
            if (fileName === undefined) form.append(name, 'plain');
            else form.append(name, new Blob([content], { type: 'image/png' }), fileName);
          }
          const sent = new Response(form);
          const boundary = boundaryOf(sent.headers.get('content-type')) ?? '';
          const body = new Uint8Array(await sent.arrayBuffer());
          expect(await taken(cut(body, ...sizes), boundary)).toEqual(
            given.map(({ name, content, fileName }) =>
              fileName === undefined
                ? { name, fileName, type: undefined, content: 'plain' }
                : { name, fileName, type: 'image/png', content: Buffer.from(content).toString('latin1') },
            ),
          );
        },
      ),
    );
  });

  it('passes over what comes before the first boundary and after the last, and takes lines that only look like one', async () => {
    const body = `before\r\n--b \t\r\n${head}\r\n--\r\n-b\r\n--B\r\n--b--\r\nafter\r\n--b\r\n`;
    for (const size of [1, 2, 3, 0])
      expect(await taken(cut(bytesOf(body), size), 'b')).toEqual([
        { name: 'file', fileName: undefined, type: undefined, content: '\r\n--\r\n-b\r\n--B' },
      ]);
  });

  it('gives a file out as it comes', async () => {
    let sent = 0;
    async function* endless() {
      yield bytesOf(`--b\r\n${head}`);
      for (; sent < 100; sent++) yield new Uint8Array(1_000);
    }
    for await (const piece of partsOf(endless(), 'b')) if (piece.kind === 'data') break;
    expect(sent).toBeLessThan(2);
  });

  it.each([
    ['nothing', '', /too early/],
    ['another boundary', `--c\r\n${head}x\r\n--c--`, /too early/],
    ['a part that does not end', `--b\r\n${head}x`, /too early/],
    ['a boundary with something behind it', `--bc\r\n${head}x\r\n--bc--`, /follows a boundary/],
    ['a part without headers', '--b\r\n\r\nx\r\n--b--', /no name/],
    [
      'a part without a name',
      '--b\r\nContent-Disposition: form-data; filename="name=x"\r\n\r\n\r\n--b--',
      /no name/,
    ],
    [
      'a part that is no field',
      '--b\r\nContent-Disposition: attachment; name="file"\r\n\r\n\r\n--b--',
      /no name/,
    ],
    ['long headers', `--b\r\nX: ${'x'.repeat(9_000)}\r\n${head}x\r\n--b--`, /8192 bytes of headers/],
    ['headers without an end', `--b\r\n${'x'.repeat(9_000)}`, /8192 bytes of headers/],
    ['blanks without an end', `--b${' '.repeat(9_000)}`, /follows a boundary/],
  ])('refuses %s', async (_, body, why) => {
    for (const size of [7, 0]) {
      const failure = await taken(cut(bytesOf(body), size), 'b').catch((thrown: unknown) => thrown);
      expect(failure).toBeInstanceOf(MultipartFault);
      expect((failure as Error).message).toMatch(why);
    }
  });

  it('either takes or refuses whatever comes', async () => {
    const words = fc.constantFrom('--b', '\r\n', '\r', '--', ' ', head, 'x', 'Content-Type: a');
    await fc.assert(
      fc.asyncProperty(fc.array(words), fc.integer({ min: 1, max: 9 }), async (text, size) => {
        const outcome = await taken(cut(bytesOf(text.join('')), size), 'b').catch(
          (thrown: unknown) => thrown,
        );
        expect(Array.isArray(outcome) || outcome instanceof MultipartFault).toBe(true);
        const whole = await taken(cut(bytesOf(text.join('')), 0), 'b').catch((thrown: unknown) => thrown);
        expect(whole).toEqual(outcome);
      }),
    );
  });
});

it.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['Multipart/Form-Data;charset=utf-8; Boundary="a b:c"', 'a b:c'],
  [`multipart/form-data; boundary=${'x'.repeat(70)}`, 'x'.repeat(70)],
  [`multipart/form-data; boundary=${'x'.repeat(71)}`, undefined],
  ['multipart/form-data; boundary="a "', undefined],
  ['multipart/form-data; boundary=', undefined],
  ['multipart/form-data', undefined],
  ['multipart/mixed; boundary=abc', undefined],
  [null, undefined],
])('finds in %j the boundary %j', (type, boundary) => {
  expect(boundaryOf(type)).toBe(boundary);
});

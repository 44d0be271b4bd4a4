import { describe, expect, test } from 'vitest';
import {
  fileOf,
  UploadBodyDecoder,
  UploadBodyError,
  type UploadFault,
  type UploadFields,
} from './upload-body.js';

type Outcome = UploadFault['code'] | { readonly file: string; readonly fields: UploadFields };

function decode(body: string | Uint8Array, chunk = Number.POSITIVE_INFINITY, maxFileBytes = 1_000): Outcome {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const decoder = new UploadBodyDecoder(maxFileBytes);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunk) {
    const taken = decoder.push(bytes.subarray(at, Math.min(bytes.length, at + chunk)));
    if (!taken.ok) {
      expect(decoder.end()).toBe(taken);
      return taken.code;
    }
    parts.push(new Uint8Array(taken.file));
  }
  const whole = decoder.end();
  return whole.ok ? { file: Buffer.concat(parts).toString(), fields: whole.fields } : whole.code;
}

const hello = Buffer.from('hello').toString('base64');

describe('an upload body', () => {
  test('has its fields in any order, around the file', () => {
    const body = `{"validator_key":"k","validator":"v","file":"data:text/plain;base64,${hello}","name":"a.txt","mime_type":"text/plain","channel":"general","expires_in_days":3.5}`;
    for (const chunk of [1, 2, 3, 7, 1_000])
      expect(decode(body, chunk)).toEqual({
        file: 'hello',
        fields: {
          validator_key: 'k',
          validator: 'v',
          name: 'a.txt',
          mime_type: 'text/plain',
          channel: 'general',
          expires_in_days: 3.5,
          file: true,
        },
      });
  });

  test.each([
    ['bare base64', hello, 'hello'],
    ['no padding', hello.replaceAll('=', ''), 'hello'],
    ['escaped slashes', 'data:image\\/png;base64,Pz8\\/', '???'],
    ['escaped letters', '\\u0061GVsbG8\\u003d', 'hello'],
    ['escaped prefix', `\\u0064ata\\u003A;base64\\u002c${hello}`, 'hello'],
    ['lines', 'aGVs\\r\\nbG8 =', 'hello'],
    ['capitals in the prefix', `DATA:text/plain;charset=utf-8;BASE64,${hello}`, 'hello'],
    ['nothing', '', ''],
    ['nothing in a data URI', 'data:;base64,', ''],
    ['what begins like a data URI', 'data', Buffer.from('data', 'base64').toString()],
    ['what is the beginning of one', 'dat+', Buffer.from('dat+', 'base64').toString()],
  ])('may have a file of %s', (_, file, expected) => {
    for (const chunk of [1, 3, 1_000])
      expect(decode(`{"file":"${file}"}`, chunk)).toEqual({ file: expected, fields: { file: true } });
  });

  test.each([
    ['letters of the alphabet for URLs', 'ab-_', 'file-invalid'],
    ['a letter too many', 'aGVsb', 'file-invalid'],
    ['letters behind the padding', 'aGVsbG8=aGVs', 'file-invalid'],
    ['too much padding', 'aGVsbG8==', 'file-invalid'],
    ['nothing but padding', '==', 'file-invalid'],
    ['a data URI that is not base64', 'data:text/plain,hello', 'file-invalid'],
    ['a data URI without an end', 'data:text/plain', 'file-invalid'],
    ['a data URI with a long type', `data:${'x'.repeat(300)};base64,`, 'file-invalid'],
    ['a NUL', '\\u0000', 'file-invalid'],
    ['half an emoji', '\\ud83d', 'file-invalid'],
    ['a letter of two bytes', 'aé', 'file-invalid'],
    ['a raw line break', 'aGVs\nbG8=', 'malformed'],
    ['an unknown escape', 'aG\\x', 'malformed'],
    ['a broken escape', 'aG\\u00g0', 'malformed'],
  ])('is refused with a file of %s', (_, file, code) => {
    for (const chunk of [1, 3, 1_000]) expect(decode(`{"file":"${file}"}`, chunk)).toBe(code);
  });

  test.each([
    [''],
    ['[]'],
    ['"file"'],
    ['null'],
    ['{'],
    ['{"file":"aGVs'],
    ['{"file":"aGVs"'],
    ['{"file":"aGVs"}}'],
    ['{"file":"aGVs"}{}'],
    ['{"file" "aGVs"}'],
    ['{"file":"aGVs",}'],
    ['{"file":"aGVs","file":"aGVs"}'],
    ['{"file":"aGVs","\\u0066ile":5}'],
    ["{'file':'aGVs'}"],
    ['{"name":"a\nb"}'],
    ['{"name":"\\x"}'],
    ['{"name":01}'],
    ['\ufeff{}'],
    [`{"a":${'['.repeat(40)}${']'.repeat(40)}}`],
  ])('is malformed: %j', (body) => {
    for (const chunk of [1, 3, 1_000]) expect(decode(body, chunk)).toBe('malformed');
  });

  test('is malformed when it is not UTF-8', () => {
    expect(decode(Buffer.from('{"name":"\xff"}', 'latin1'))).toBe('malformed');
  });

  test('has no file where the word stands elsewhere', () => {
    expect(decode('{"name":"file","x":{"file":"no base64!"},"y":["file","file"]}')).toEqual({
      file: '',
      fields: { name: 'file', file: false },
    });
    expect(decode('{"file":7}')).toEqual({ file: '', fields: { file: false } });
    expect(decode('{"file":["a-b"],"name":"n"}')).toEqual({ file: '', fields: { name: 'n', file: false } });
  });

  test('leaves out fields of the wrong type, and whatever an object has by nature', () => {
    const body =
      '{"name":5,"channel":null,"mime_type":["a"],"expires_in_days":"3","__proto__":{"validator":"v"}}';
    expect(decode(body)).toEqual({ file: '', fields: { file: false } });
    expect(decode('{"expires_in_days":1e999}')).toEqual({ file: '', fields: { file: false } });
  });

  test('is too large when much is around the file, at once', () => {
    const decoder = new UploadBodyDecoder(1_000);
    const spaces = new TextEncoder().encode(`{${' '.repeat(9_000)}`);
    expect(decoder.push(spaces)).toEqual({ ok: false, code: 'too-large', at: 8_192 });
    expect(decode(`{"name":"${'x'.repeat(9_000)}"}`)).toBe('too-large');
    expect(decode(`{"file":"aGVs","name":"${'x'.repeat(8_000)}"}`)).toMatchObject({ file: 'hel' });
  });

  test('is too large when its file is', () => {
    const file = (bytes: number) => `{"file":"${Buffer.alloc(bytes).toString('base64')}"}`;
    expect(decode(file(1_000))).toMatchObject({ fields: { file: true } });
    for (const chunk of [1, 50, 10_000]) expect(decode(file(1_001), chunk)).toBe('file-too-large');
  });

  test('is read as the bytes of its file', async () => {
    async function* body(...parts: string[]) {
      for (const part of parts) yield new TextEncoder().encode(part);
    }
    const decoder = new UploadBodyDecoder(1_000);
    const parts: Uint8Array[] = [];
    for await (const part of fileOf(decoder, body('{"name":"n","fi', 'le":"aG', 'Vs"}'))) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe('hel');
    expect(decoder.end()).toEqual({ ok: true, fields: { name: 'n', file: true } });
    const cut = fileOf(new UploadBodyDecoder(1_000), body('{"file":"aGVs'));
    await expect(cut.next().then(() => cut.next())).rejects.toThrow(UploadBodyError);
    const wrong = fileOf(new UploadBodyDecoder(1_000), body('{"file":"a-b"'));
    await expect(wrong.next()).rejects.toMatchObject({ fault: { code: 'file-invalid', at: 10 } });
  });
});

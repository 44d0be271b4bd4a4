import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanFileName } from './file-name.js';
import { acceptedType, fileTypeOf, isShownInline, looksLikeSvg } from './file-type.js';
import { imageSizeOf } from './image-size.js';

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const usual = ['image/*', 'video/*', 'audio/*', 'application/pdf'];
const png = bytes(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x02\0\0\0\x05`);

describe('the type of a file', () => {
  test.each([
    ['image/png', '\x89PNG\r\n\x1a\n'],
    ['image/jpeg', '\xff\xd8\xff\xe0'],
    ['image/gif', 'GIF89a'],
    ['image/webp', 'RIFF1234WEBPVP8 '],
    ['image/avif', '\0\0\0\x20ftypavif'],
    ['video/mp4', '\0\0\0\x20ftypisom'],
    ['video/webm', '\x1aE\xdf\xa3'],
    ['audio/mpeg', 'ID3\x03'],
    ['audio/ogg', 'OggS'],
    ['audio/flac', 'fLaC'],
    ['audio/wav', 'RIFF1234WAVEfmt '],
    ['application/pdf', '%PDF-1.7'],
  ])('%s is told by its first bytes', (type, head) => {
    expect(fileTypeOf(bytes(head))).toBe(type);
    expect(acceptedType(type, bytes(head), usual)).toBe(type);
    expect(acceptedType(`${type.toUpperCase()}; charset=x`, bytes(head), usual)).toBe(type);
    const other = type === 'image/png' ? 'image/gif' : 'image/png';
    expect(acceptedType(other, bytes(head), usual)).toBeUndefined();
    expect(acceptedType(type, bytes(head), ['text/plain'])).toBeUndefined();
    expect(acceptedType(type, bytes('plain words'), usual)).toBeUndefined();
  });

  test('may go by the name of another that is the same', () => {
    expect(acceptedType('image/jpg', bytes('\xff\xd8\xff\xe0'), usual)).toBe('image/jpg');
    expect(acceptedType('audio/webm', bytes('\x1aE\xdf\xa3'), usual)).toBe('audio/webm');
  });

  test('is believed where bytes tell nothing', () => {
    expect(acceptedType('audio/midi', bytes('MThd'), usual)).toBe('audio/midi');
    expect(acceptedType('text/plain', bytes('words'), [...usual, 'text/plain'])).toBe('text/plain');
    expect(acceptedType('text/plain', png, [...usual, 'text/plain'])).toBeUndefined();
  });

  test.each([
    'image/svg+xml',
    'image/SVG+XML',
    'text/html',
    'application/xhtml+xml',
    'text/xml',
    'text/javascript',
  ])('is never %s, even if that is allowed', (type) => {
    expect(acceptedType(type, bytes('<svg/>'), ['image/*', 'text/*', 'application/*', type])).toBeUndefined();
  });

  test('is not what markup was declared to be', () => {
    for (const head of [
      '<svg onload=x>',
      '\n <!DOCTYPE html>',
      '<?xml version="1.0"?><svg/>',
      '<\0s\0c\0r\0i\0p\0t\0>',
    ])
      for (const type of ['image/x-icon', 'text/plain', 'audio/midi'])
        expect(acceptedType(type, bytes(head), ['image/*', 'text/*', 'audio/*'])).toBeUndefined();
  });

  test.each([
    '',
    'image',
    'image/',
    '/png',
    'image/*',
    'image/png\r\nX: y',
    'image/png/x',
    `image/${'x'.repeat(99)}`,
  ])('is not %j', (type) => expect(acceptedType(type, png, usual)).toBeUndefined());

  test.each([
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', true],
    ['\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made by hand --> <!DOCTYPE svg PUBLIC "a" "b">\n<svg>', true],
    ['<!DOCTYPE html><svg/>', false],
    ['<html><svg/></html>', false],
    ['<svgs>', false],
    ['words <svg>', false],
    [`${'<!-- -->'.repeat(500)}<p>`, false],
    ['', false],
  ])('is SVG where its first element is: %j', (head, is) => expect(looksLikeSvg(bytes(head))).toBe(is));

  test('decides what is shown in place', () => {
    const shown = [
      'image/png',
      'image/jpeg',
      'image/gif',
      'image/webp',
      'image/svg+xml',
      'text/html',
      'application/pdf',
    ];
    expect(shown.filter(isShownInline)).toEqual(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
  });
});

describe('the size of an image', () => {
  const jpeg = bytes(`\xff\xd8\xff\xe0\0\x04ab\xff\xff\xe1\0\x03x\xff\xc2\0\x11\x08\x00\x40\x01\x00\x03`);

  test.each([
    ['image/png', png, { width: 258, height: 5 }],
    ['image/gif', bytes('GIF89a\x40\x01\xf0\0'), { width: 320, height: 240 }],
    ['image/jpeg', jpeg, { width: 256, height: 64 }],
    [
      'image/webp',
      bytes('RIFF1234WEBPVP8 1234\0\0\0\x9d\x01\x2a\x40\x01\xf0\0'),
      { width: 320, height: 240 },
    ],
    ['image/webp', bytes('RIFF1234WEBPVP8L1234\x2f\x3f\xc1\x3b\0'), { width: 320, height: 240 }],
    ['image/webp', bytes('RIFF1234WEBPVP8X1234\0\0\0\0\x3f\x01\0\xef\0\0'), { width: 320, height: 240 }],
  ])('is read from the first bytes of %s', (type, head, size) => {
    expect(imageSizeOf(type, head)).toEqual(size);
    const inside = new Uint8Array(head.length + 7);
    inside.set(head, 7);
    expect(imageSizeOf(type, inside.subarray(7))).toEqual(size);
    for (let cut = 0; cut < head.length - 1; cut++) imageSizeOf(type, head.subarray(0, cut));
  });

  test('is not known of other files, nor of images without pixels', () => {
    expect(imageSizeOf('application/pdf', bytes('%PDF-1.7'))).toBeUndefined();
    expect(imageSizeOf('constructor', png)).toBeUndefined();
    expect(imageSizeOf('image/gif', bytes('GIF89a\0\0\x01\0'))).toBeUndefined();
    expect(imageSizeOf('image/jpeg', bytes('\xff\xd8\xff\xe0\0\0\0\0'))).toBeUndefined();
  });

  test('never throws and always ends, whatever the bytes', () => {
    const type = fc.constantFrom('image/png', 'image/gif', 'image/jpeg', 'image/webp');
    const head = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(type, head, fc.boolean(), (kind, random, marked) => {
        const all = marked
          ? Uint8Array.from([0xff, 0xd8, ...random.map((one) => (one < 99 ? 0xff : one))])
          : random;
        const size = imageSizeOf(kind, all);
        expect(size === undefined || (size.width > 0 && size.height > 0)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('the name of a file', () => {
  test.each([
    ['cat.png', 'cat.png'],
    ['Übung 1 (neu).pdf', 'Übung 1 (neu).pdf'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['C:\\x\\y.txt', 'y.txt'],
    ['..', 'file'],
    ['', 'file'],
    ['a\0b\r\nX: y.png', 'abX_ y.png'],
    ['photo\u202egnp.exe', 'photognp.exe'],
    ['.htaccess', 'htaccess'],
    ['a"b<c>.png', 'a_b_c_.png'],
    ['x\ud800.png', 'x.png'],
  ])('%j is shown as %j', (name, shown) => expect(cleanFileName(name)).toBe(shown));

  test('keeps its ending when it is long', () => {
    const shown = cleanFileName(`${'n'.repeat(300)}.png`);
    expect([shown.length, shown.slice(-5)]).toEqual([255, 'n.png']);
    expect(cleanFileName('😀'.repeat(200))).toHaveLength(254);
  });

  test('is safe to show whatever it was, and stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const shown = cleanFileName(name);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}/\\"<>]|^\.+$/u);
        expect(shown.length).toBeGreaterThan(0);
        expect(shown.length).toBeLessThanOrEqual(255);
      }),
      { numRuns: 3_000 },
    );
  });
});

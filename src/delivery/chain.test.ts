import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Link } from './chain.js';

describe('Link', () => {
  it('joins the frames in order, whoever else goes which way', () => {
    const pool = Array.from({ length: 5 }, (_, i) => Buffer.from(`<${i}>`.repeat(i + 1)));
    const lists = fc.array(fc.array(fc.nat(4), { minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(lists, (wanted) => {
        const start = Link.start();
        const ends = wanted.map((list) =>
          list.reduce((link, index) => link.with(pool[index] as Buffer), start),
        );
        ends.forEach((link, i) => {
          const frames = (wanted[i] as number[]).map((index) => pool[index] as Buffer);
          expect(Buffer.from(link.joined())).toEqual(Buffer.concat(frames));
          expect([link.length, link.count]).toEqual([Buffer.concat(frames).length, frames.length]);
        });
      }),
    );
  });

  it('gives all who were sent the same one buffer', () => {
    const frames = ['a', 'b', 'c'].map((text) => Buffer.from(text));
    const start = Link.start();
    let links = Array.from({ length: 1_000 }, () => start);
    for (const frame of frames) links = links.map((link) => link.with(frame));
    expect(new Set(links).size).toBe(1);
    expect(new Set(links.map((link) => link.joined())).size).toBe(1);
  });

  it('does not copy a single frame', () => {
    const frame = Buffer.from('a');
    expect(Link.start().with(frame).joined()).toBe(frame);
  });
});

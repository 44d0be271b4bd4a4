import { expect, it } from 'vitest';
import { sentence, sentences } from '../../examples/playground/page/sockchat/sentences.js';
import { NOTICES } from '../../src/dialects/sockchat/notices.js';

it('the playground has words for every notice of the protocol, and shows others as they come', () => {
  expect(Object.keys(NOTICES).filter((id) => !Object.hasOwn(sentences, id))).toEqual([]);
  for (const id of Object.keys(NOTICES)) {
    expect(sentence({ type: 'error', id, args: ['one', 'two'], names: [] })).toMatch(/\w/);
  }
  expect(sentence({ type: 'information', id: 'toString', args: ['x'], names: [] })).toBe('toString · x');
});

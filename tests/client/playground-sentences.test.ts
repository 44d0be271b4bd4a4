import { expect, it } from 'vitest';
import { sentence, sentences } from '../../examples/playground/page/sockchat/sentences.js';
import { nameOf } from '../../examples/playground/page/venueless/names.js';
import { refusalInWords } from '../../examples/playground/server/refusals.js';
import { NOTICES } from '../../src/dialects/sockchat/notices.js';

it('the playground has words for every notice of the protocol, and shows others as they come', () => {
  expect(Object.keys(NOTICES).filter((id) => !Object.hasOwn(sentences, id))).toEqual([]);
  for (const id of Object.keys(NOTICES)) {
    expect(sentence({ type: 'error', id, args: ['one', 'two'], names: [] })).toMatch(/\w/);
  }
  expect(sentence({ type: 'information', id: 'toString', args: ['x'], names: [] })).toBe('toString · x');
});

it('the host of the playground says in words why something was refused, and others by their codes', () => {
  expect(refusalInWords('name-in-use')).toMatch(/name/);
  expect(refusalInWords('poll-ended')).toBe('The chat refused that (poll-ended).');
  expect(refusalInWords('toString')).toBe('The chat refused that (toString).');
});

it('the playground calls people of Venueless by words that a sentence may go on after', () => {
  const somebody = { id: 'x', pretalx_id: null, badges: [], inactive: false, deleted: false };
  expect(nameOf({ ...somebody, profile: { display_name: 'Ann' } })).toBe('Ann');
  expect(nameOf({ ...somebody, profile: {} })).toBe('somebody without a name');
  expect(`${nameOf({ ...somebody, profile: {}, deleted: true })} left the room.`).toBe(
    'a former member left the room.',
  );
});

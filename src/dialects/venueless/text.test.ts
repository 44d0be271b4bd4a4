import { expect, test } from 'vitest';
import type { UserId } from '../../domain/ids.js';
import { uuidOf } from '../uuid.js';
import { bodyOf } from './text.js';

test('of a text that names somebody again and again fifty names are written out', () => {
  const user = '257' as UserId;
  const text = Array.from({ length: 60 }, () => '@b').join(' ');
  const words = bodyOf({ text }, { users: [{ name: 'b', user }], roles: [] }).split(' ');
  expect(words).toEqual(Array.from({ length: 60 }, (_, n) => (n < 50 ? `@${uuidOf('user', user)}` : '@b')));
});

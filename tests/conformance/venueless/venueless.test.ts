import { describe } from 'vitest';
import { blocking } from './blocking.js';
import { membership } from './membership.js';
import { moderation } from './moderation.js';
import { people } from './people.js';
import { seed } from './seed.js';
import { walking } from './walking.js';

// One file a subject, each with servers of its own.
describe('a conversation', walking);
describe('people', people);
describe('membership', membership);
describe('moderation', moderation);
describe('blocking', blocking);
describe('the public documentation', seed);

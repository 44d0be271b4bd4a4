import { describe } from 'vitest';
import { membership } from './membership.js';
import { people } from './people.js';
import { walking } from './walking.js';

// One file a subject, each with servers of its own.
describe('a conversation', walking);
describe('people', people);
describe('membership', membership);

import { describe } from 'vitest';
import { blocking } from './blocking.js';
import { directs } from './directs.js';
import { forced } from './forced.js';
import { history } from './history.js';
import { membership } from './membership.js';
import { moderation } from './moderation.js';
import { people } from './people.js';
import { seed } from './seed.js';
import { together } from './together.js';
import { walking } from './walking.js';

// One file a subject, each with servers of its own.
describe('a conversation', walking);
describe('people', people);
describe('membership', membership);
describe('direct channels', directs);
describe('rooms that everybody is in', forced);
describe('history', history);
describe('moderation', moderation);
describe('blocking', blocking);
describe('together with other protocols', together);
describe('the public documentation', seed);

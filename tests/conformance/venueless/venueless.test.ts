import { describe } from 'vitest';
import { directs } from './directs.js';
import { forced } from './forced.js';
import { history } from './history.js';
import { membership } from './membership.js';
import { together } from './together.js';
import { walking } from './walking.js';

// One file a subject, each with servers of its own.
describe('a conversation', walking);
describe('membership', membership);
describe('direct channels', directs);
describe('rooms that everybody is in', forced);
describe('history', history);
describe('together with other protocols', together);

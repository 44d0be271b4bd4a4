import { describe } from 'vitest';
import { uploads, uploadsElsewhere } from './uploads.js';
import { walking } from './walking.js';

// One file a subject, each with servers of its own.
describe('a conversation', walking);
describe('uploads', uploads);
describe('uploads as a host wants them', uploadsElsewhere);

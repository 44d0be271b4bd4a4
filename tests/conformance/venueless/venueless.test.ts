import { describe } from 'vitest';
import { membership } from './membership.js';
import { messages } from './messages.js';
import { walking } from './walking.js';

// One file a subject, each with servers of its own.
describe('a conversation', walking);
describe('membership', membership);
describe('messages', messages);

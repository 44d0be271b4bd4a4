import { describe } from 'vitest';
import { crowd } from './crowd.js';
import { dialects } from './dialects.js';
import { membership } from './membership.js';
import { messages } from './messages.js';
import { notifications } from './notifications.js';
import { reactions } from './reactions.js';
import { unread } from './unread.js';
import { walking } from './walking.js';

// One file a subject, each with servers of its own.
describe('a conversation', walking);
describe('membership', membership);
describe('messages', messages);
describe('reactions', reactions);
describe('unread', unread);
describe('notifications', notifications);
describe('a crowd', crowd);
describe('other dialects', dialects);

import { describe } from 'vitest';
import { envelope } from './envelope.js';
import { login } from './login.js';
import { walking } from './walking.js';

// One file a subject, each with servers of its own.
describe('a conversation', walking);
describe('frames', envelope);
describe('a login', login);

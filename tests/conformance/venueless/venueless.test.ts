import { describe } from 'vitest';
import { envelope } from './envelope.js';
import { login } from './login.js';
import { rooms } from './rooms.js';
import { walking } from './walking.js';
import { worlds } from './worlds.js';

// One file a subject, each with servers of its own.
describe('a conversation', walking);
describe('frames', envelope);
describe('a login', login);
describe('worlds and permissions', worlds);
describe('rooms', rooms);

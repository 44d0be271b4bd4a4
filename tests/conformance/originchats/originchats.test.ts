import { describe } from 'vitest';
import { envelope } from './envelope.js';
import { talk } from './talk.js';
import { uploads } from './uploads.js';

describe('OriginChats over real sockets', () => {
  describe('envelope and login (sections 2 and 3)', envelope);
  describe('messages (section 6.1)', talk);
  describe('files in messages (sections 6.11, 9 and 10)', uploads);
});

import { describe } from 'vitest';
import { envelope } from './envelope.js';
import { talk } from './talk.js';
import { together } from './together.js';

describe('OriginChats over real sockets', () => {
  describe('envelope and login (sections 2 and 3)', envelope);
  describe('messages (section 6.1)', talk);
  describe('beside Sock Chat', together);
});

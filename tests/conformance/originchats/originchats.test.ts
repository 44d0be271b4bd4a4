import { describe } from 'vitest';
import { accounts } from './accounts.js';
import { envelope } from './envelope.js';
import { talk } from './talk.js';

describe('OriginChats over real sockets', () => {
  describe('envelope and login (sections 2 and 3)', envelope);
  describe('messages (section 6.1)', talk);
  describe('local accounts (section 3.3)', accounts);
});

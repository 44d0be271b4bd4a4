import { describe } from 'vitest';
import { accounts } from './accounts.js';
import { envelope } from './envelope.js';
import { leaving } from './leaving.js';
import { moderation } from './moderation.js';
import { roles } from './roles.js';
import { slash } from './slash.js';
import { status } from './status.js';
import { talk } from './talk.js';
import { together } from './together.js';
import { voice } from './voice.js';

describe('OriginChats over real sockets', () => {
  describe('envelope and login (sections 2 and 3)', envelope);
  describe('messages (section 6.1)', talk);
  describe('local accounts (section 3.3)', accounts);
  describe('moderation (sections 6.5, 6.6 and 10)', moderation);
  describe('roles (section 6.7)', roles);
  describe('leaving for good (section 8)', leaving);
  describe('status (section 6.5)', status);
  describe('slash commands (section 6.8)', slash);
  describe('voice (section 6.10)', voice);
  describe('beside Sock Chat', together);
});

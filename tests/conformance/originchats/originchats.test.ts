import { describe } from 'vitest';
import { envelope } from './envelope.js';
import { lists } from './lists.js';
import { pluginEvents } from './plugin-events.js';
import { polls } from './polls.js';
import { slash } from './slash.js';
import { status } from './status.js';
import { talk } from './talk.js';
import { threads } from './threads.js';
import { together } from './together.js';
import { unreads } from './unreads.js';
import { voice } from './voice.js';

describe('OriginChats over real sockets', () => {
  describe('envelope and login (sections 2 and 3)', envelope);
  describe('messages (section 6.1)', talk);
  describe('status (section 6.5)', status);
  describe('slash commands (section 6.8)', slash);
  describe('voice (section 6.10)', voice);
  describe('events for plugins (section 11)', pluginEvents);
  describe('beside Sock Chat', together);
  describe('threads (section 6.3)', threads);
  describe('unreads (section 6.4)', unreads);
  describe('polls (section 6.9)', polls);
  describe('lists of channels sent anew (sections 6.2 and 15)', lists);
});

import { describe } from 'vitest';
import { emojiAndWebhooks } from './emoji-webhooks.js';
import { envelope } from './envelope.js';
import { namesOfFiles } from './hostile-names.js';
import { routes } from './routes.js';
import { serverAndPush } from './server-push.js';
import { talk } from './talk.js';
import { uploads } from './uploads.js';

describe('OriginChats over real sockets', () => {
  describe('envelope and login (sections 2 and 3)', envelope);
  describe('messages (section 6.1)', talk);
  describe('files in messages (sections 6.11, 9 and 10)', uploads);
  describe('emoji and webhooks (sections 6.11 and 9)', emojiAndWebhooks);
  describe('server, plugins and push (section 6.12)', serverAndPush);
  describe('HTTP on the same port (section 9)', routes);
  describe('names of files', namesOfFiles);
});

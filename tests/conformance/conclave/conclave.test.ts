import { describe } from 'vitest';
import { accounts } from './accounts.js';
import { deletion } from './deletion.js';
import { groups } from './groups.js';
import { invites } from './invites.js';
import { keys } from './keys.js';
import { members } from './members.js';
import { messages } from './messages.js';
import { streams } from './streams.js';
import { transport } from './transport.js';

// One file a subject, each with servers of its own.
describe('accounts', accounts);
describe('key packages', keys);
describe('groups', groups);
describe('members', members);
describe('invitations', invites);
describe('messages', messages);
describe('transport', transport);
describe('event streams', streams);
describe('deletion of an account', deletion);

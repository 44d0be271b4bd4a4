import { describe } from 'vitest';
import { accounts } from './accounts.js';
import { keys } from './keys.js';

// One file a subject, each with servers of its own.
describe('accounts', accounts);
describe('key packages', keys);

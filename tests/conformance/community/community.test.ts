import { describe } from 'vitest';
import { impersonation } from './impersonation.js';
import { linking } from './linking.js';
import { town } from './town.js';

// One file a subject, each with a town of its own.
describe('a town', town);
describe('one person with several identities', linking);
describe('somebody who would like to be somebody else', impersonation);

import { describe } from 'vitest';
import { leaving } from './leaving.js';
import { linking } from './linking.js';
import { town } from './town.js';

// One file a subject, each with a town of its own.
describe('a town', town);
describe('one person with several identities', linking);
describe('leaving for good', leaving);

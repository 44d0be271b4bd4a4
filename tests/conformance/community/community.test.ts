import { describe } from 'vitest';
import { town } from './town.js';

// One file a subject, each with a town of its own.
describe('a town', town);

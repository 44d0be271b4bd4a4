import { describe } from 'vitest';
import { access } from './access.js';
import { channels, groups } from './channels.js';
import { complete } from './complete.js';
import { filesAndPolls } from './files-and-polls.js';
import { hidden } from './hidden.js';
import { impersonation } from './impersonation.js';
import { leaving } from './leaving.js';
import { linking } from './linking.js';
import { floods, moderation } from './moderation.js';
import { people } from './people.js';
import { inPrivate } from './private.js';
import { sealedPeople } from './sealed-people.js';
import { silence } from './silence.js';
import { play } from './support/facts.js';
import { talk } from './talk.js';
import { town } from './town.js';

// One file a subject, each with a town of its own.
describe('a town', town);
describe('talk', () => play(talk));
describe('people', () => play(people));
describe('moderation', () => play(moderation));
describe('floods', () => play(floods, { sockchat: { flood: { banMs: 30_000 } } }));
describe('channels', () => play(channels));
describe('groups', () => play(groups));
describe('files and polls', () => play(filesAndPolls));
describe('private', () => play(inPrivate));
describe('the tables', () =>
  complete([talk, people, moderation, floods, channels, groups, filesAndPolls, inPrivate].flat()));
describe('one person with several identities', linking);
describe('somebody who would like to be somebody else', impersonation);
describe('access', access);
describe('a hidden channel', hidden);
describe('somebody silenced', silence);
describe('leaving for good', leaving);
describe('somebody who is known in Conclave alone', sealedPeople);

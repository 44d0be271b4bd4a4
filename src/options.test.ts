import { describe, expect, it } from 'vitest';
import { argon2 } from './adapters/hashing/argon2.js';
import { memory } from './adapters/storage/memory.js';
import { sockchat } from './dialects/sockchat/index.js';
import { type ChatOptions, settle } from './options.js';

const good: ChatOptions = { storage: memory(), auth: () => null, dialects: [sockchat()] };
const wrong = (options: object) => () => settle({ ...good, ...options } as ChatOptions);

/** A storage as an object of its own, whatever it is made of. */
const methodsOf = (storage: object) =>
  Object.fromEntries(
    ['open', 'commit', 'lastCommitted', 'rows', 'query', 'count', 'close', 'bodies'].map((name) => [
      name,
      storage[name as never],
    ]),
  );

describe('options of createChat', () => {
  it('are filled in with defaults', () => {
    expect(settle(good)).toMatchObject({
      channels: [{ name: 'lounge' }],
      defaultChannel: 'lounge',
      defaults: {
        rank: 0,
        roles: ['user'],
        traits: [],
        permissions: ['message.send', 'message.edit.own', 'message.delete.own', 'direct.send'],
      },
      botName: 'ChatBot',
      durability: 'storage',
      takeover: 'refuse',
      limits: { messageLength: 5_000, outboxBytes: 1_048_576 },
    });
  });

  it('take a hasher for dialects that need one', () => {
    const hasher = argon2();
    const dialects = [{ ...sockchat(), needsHasher: true }];
    expect(settle({ ...good, dialects, hasher }).hasher).toBe(hasher);
    expect(settle({ ...good, hasher }).hasher).toBe(hasher);
  });

  it.each([
    [{ storage: undefined }, 'option storage takes a storage such as'],
    [{ auth: 'secret' }, 'option auth takes a function'],
    [{ dialects: [] }, 'option dialects takes a list with at least one dialect'],
    [{ dialects: ['sockchat'] }, 'option dialects[0] takes a dialect, such as sockchat()'],
    [{ dialects: [sockchat(), sockchat()] }, 'option dialects takes each dialect once'],
    [{ hasher: 'argon2' }, 'option hasher takes a password hasher such as argon2()'],
    [{ dialects: [{ ...sockchat(), needsHasher: true }] }, 'argon2(): sockchat has accounts with passwords'],
    [{ channels: [] }, 'option channels takes a list of at least one'],
    [{ channels: [{ name: 'two words' }] }, 'option channels takes names of 1 to 30'],
    [{ channels: [{ name: 'a', rank: 1.5 }] }, 'option channels[0].rank takes a whole number'],
    [{ defaultChannel: 'nowhere' }, 'option defaultChannel takes the name of one of'],
    [
      { defaults: { permissions: ['fly'] } },
      'option defaults.permissions takes a list of user.kick, user.ban',
    ],
    [{ defaults: { rank: 0.5 } }, 'option defaults.rank takes a whole number'],
    [{ limits: { outboxBytes: 0 } }, 'option limits.outboxBytes takes a whole number'],
    [{ limits: { outboxBytes: Number.NaN } }, 'option limits.outboxBytes takes a whole number'],
    [{ limits: { authMs: 2 ** 31 } }, 'option limits.authMs takes a whole number from 1 to 2147483647'],
    [{ limits: { archiveNewest: 0 } }, 'option limits.archiveNewest takes a whole number'],
    [{ limits: { archivePartitions: 0 } }, 'option limits.archivePartitions takes a whole number'],
    [{ limits: { archiveRows: 1.5 } }, 'option limits.archiveRows takes a whole number'],
    [{ limits: { archiveBytes: -1 } }, 'option limits.archiveBytes takes a whole number'],
    [{ groups: { tokenMs: 0 } }, 'option groups.tokenMs takes a whole number from 1'],
    [{ groups: { retentionSeconds: -2 } }, 'option groups.retentionSeconds takes a whole number from -1'],
    [{ groups: { dropEmptyGroups: 1 } }, 'option groups.dropEmptyGroups takes true or false'],
    [{ groups: { toString: 1 } }, 'option groups takes no toString, but tokenMs'],
    [{ limits: { constructor: 3 } }, 'option limits takes no constructor, but batchChanges'],
    [
      { channels: [{ name: 'a', pasword: 'x' }] },
      'option channels[0] takes no pasword; did you mean password?',
    ],
    [
      { channels: [{ name: 'a' }, { name: 'b', kind: 'thread' }] },
      'option channels[1].kind takes text, voice, forum, separator',
    ],
    [
      { channels: [{ name: 'a', look: { colour: 'x' } }] },
      'option channels[0].look takes no colour, but displayName',
    ],
    [{ channels: [{ name: 'a', look: { icon: 3 } }] }, 'option channels[0].look.icon takes text'],
    [
      { channels: [{ name: 'a', look: { size: -1 } }] },
      'option channels[0].look.size takes a size in pixels',
    ],
    [{ channels: [{ name: 'a', kind: 'forum' }] }, 'option defaultChannel takes the name'],
    [{ channels: [{ name: 'a', password: 7 }] }, 'option channels[0].password takes text that is not empty'],
    [{ channels: [{ name: 'den' }, { name: 'Den' }] }, 'option channels takes each name once'],
    [{ defaults: { perms: [] } }, 'option defaults takes no perms, but rank, roles, traits, permissions'],
    [{ defaults: { roles: 'admin' } }, 'option defaults.roles takes a list of texts'],
    [{ limits: { patience: 3 } }, 'option limits takes no patience, but'],
    [{ durability: 'maybe' }, 'option durability takes storage, memory'],
    [{ takeover: 'now' }, 'option takeover takes refuse, wait'],
    [
      { channels: [{ name: 'a', kind: 'direct' }] },
      'option channels[0].kind takes text, voice, forum, separator',
    ],
    [{ channels: [{ name: 'a', memberPolicy: null }] }, 'option channels[0].memberPolicy takes an object'],
    [
      { channels: [{ name: 'a', memberPolicy: { forced: 1 } }] },
      'option channels[0].memberPolicy.forced takes true or false',
    ],
    [{ guestProviders: 'guest' }, 'option guestProviders takes a list of texts'],
    [{ limits: { guestDays: 0 } }, 'option limits.guestDays takes a whole number'],
    [{ limits: { guestAccounts: 0 } }, 'option limits.guestAccounts takes a whole number'],
    [{ botName: '' }, 'option botName takes text that is not empty'],
    [{ roles: [{ name: '!staff' }] }, 'option roles takes names of 1 to 100 characters'],
    [{ roles: [{ name: 'staff' }, { name: 'staff' }] }, 'option roles takes each name once'],
    [{ roles: [{ name: 'staff', permissions: 'all' }] }, 'option roles[0].permissions takes a list of texts'],
    [{ roles: [{ name: 'staff', hoist: true }] }, 'option roles[0] takes no hoist; did you mean hoisted?'],
    [
      { modlogDays: { role_management: -1 } },
      'option modlogDays.role_management takes a whole number from 0',
    ],
    [{ modlogDays: { roles: 3 } }, 'option modlogDays takes no roles, but user_moderation'],
    [{ hooks: { before: true } }, 'option hooks.before takes a function'],
    [{ hooks: { befor: () => false } }, 'option hooks takes no befor; did you mean before?'],
    [{ hooks: () => false }, 'option hooks takes an object'],
    [
      { channels: [{ name: 'a' }, { name: 'b', rnak: 9 }] },
      'option channels[1] takes no rnak; did you mean rank?',
    ],
    [{ channels: [{ name: 'a', rank: Number.NaN }] }, 'option channels[0].rank takes a whole number'],
    [
      { channels: [{ name: 'a' }, { name: 'b', password: '' }] },
      'option channels[1].password takes text that',
    ],
    [
      { channels: [{ name: 'a', roles: { veiw: ['a'] } }] },
      'option channels[0].roles takes no veiw, but see, enter, read, send',
    ],
    [{ channels: [{ name: 'a', roles: { seee: ['a'] } }] }, 'takes no seee; did you mean see?'],
    [
      { channels: [{ name: 'a', roles: { see: 'a' } }] },
      'option channels[0].roles.see takes a list of texts',
    ],
    [
      { channels: [{ name: 'a', grants: { viewer: [] } }] },
      'option channels[0].grants takes no viewer, but nothing',
    ],
    [{ channels: [null] }, 'option channels[0] takes an object'],
    [{ channels: ['lounge'] }, 'option channels[0] takes an object'],
    [{ channels: 'lounge' }, 'option channels takes a list of at least one'],
    [{ roles: [null] }, 'option roles[0] takes an object'],
    [{ roles: 'owner' }, 'option roles takes a list of { name'],
    [{ limits: null }, 'option limits takes an object'],
    [{ limits: { messageLenght: 5 } }, 'option limits takes no messageLenght; did you mean messageLength?'],
    [{ defaults: null }, 'option defaults takes an object'],
    [{ modlogDays: [] }, 'option modlogDays takes an object'],
    [{ groups: null }, 'option groups takes an object'],
    [{ guestProviders: [7] }, 'option guestProviders takes a list of texts'],
    [{ clock: {} }, 'option clock takes a clock, with now, after, soon'],
    [{ logger: () => {} }, 'option logger takes a logger, with debug, info, warn, error'],
    [{ metrics: {} }, 'option metrics takes metrics, with count, gauge'],
    [{ signal: {} }, 'option signal takes an AbortSignal'],
    [
      { storage: memory },
      'option storage takes a storage such as sqlite({ file }) or memory(), with open, commit',
    ],
    [{ storage: { ...methodsOf(memory()), rows: undefined } }, 'option storage takes a storage'],
    [
      { storage: { ...methodsOf(memory()), bodies: {} } },
      'option storage.bodies takes bodies, with put, read',
    ],
    [{ hasher: { verify: () => true } }, 'option hasher takes a password hasher'],
    [{ dialects: [sockchat] }, 'option dialects[0] takes a dialect, such as sockchat()'],
    [{ storages: memory() }, 'createChat takes no storages; did you mean storage?'],
    [{ dialect: [] }, 'createChat takes no dialect; did you mean dialects?'],
  ])('are refused with their name: %j', (options, message) => {
    expect(wrong(options)).toThrowError(
      expect.objectContaining({ code: 'options-invalid', message: expect.stringContaining(message) }),
    );
  });

  it('take channels that grant by the world roles of their protocols, and by no others', () => {
    const grants = { roles: { viewer: ['room:view'] }, traits: {} };
    const dialects = [{ ...sockchat(), grants }];
    const channels = [{ name: 'stage', grants: { viewer: [['a', 'b'], 'c'] } }];
    expect(settle({ ...good, dialects, channels }).channels).toEqual(channels);
    const message = 'option channels[0].grants takes no veiwer; did you mean viewer?';
    const misspelt = [{ name: 'stage', grants: { veiwer: [] } }];
    expect(wrong({ dialects, channels: misspelt })).toThrow(message);
  });

  it('may be left undefined, as if they were not there', () => {
    const options = Object.keys(settle(good)).filter((name) => !Object.hasOwn(good, name));
    const none = Object.fromEntries(options.map((name) => [name, undefined]));
    expect(settle({ ...none, ...good })).toEqual(settle(good));
    const parts = {
      limits: { authMs: undefined },
      defaults: { rank: undefined },
      groups: { tokenMs: undefined },
    };
    expect(settle({ ...good, ...parts } as never)).toEqual(settle(good));
  });

  it('take the roles of the first protocol that brings some, unless the host names others', () => {
    const plain = sockchat();
    const dialects = [
      plain,
      { ...plain, name: 'a', roles: [{ name: 'staff' }] },
      { ...plain, name: 'b', roles: [] },
    ];
    expect(settle({ ...good, dialects }).roles).toEqual([{ name: 'staff' }]);
    expect(settle({ ...good, dialects, roles: [] }).roles).toEqual([]);
    expect(settle(good).roles).toEqual([]);
  });

  it.each([
    [{ permissionSeparator: ',' }, "permissionSeparator of sockchat takes ' ' or"],
    [{ backlog: 201 }, 'backlog of sockchat takes a whole number from 0 to 200'],
    [{ extensions: 'v3' }, "extensions of sockchat takes 'v2-2021' or 'info-2025'"],
    [{ temporaryChannelPolicy: 'never' }, "temporaryChannelPolicy of sockchat takes 'empty' or 'owner'"],
    [{ flood: { warnWithin: 30 } }, 'flood.warnWithin of sockchat takes a whole number from 0 to 29'],
    [{ welcome: 7 }, 'welcome of sockchat takes text or a function'],
    [{ pingTimeout: 3 }, 'pingTimeout of sockchat takes no value'],
    [{ flood: { ban: 3 } }, 'flood.ban of sockchat takes no value'],
    [{ limits: { frames: 3 } }, 'limits.frames of sockchat takes no value'],
    [{ limits: { frameBytes: 0 } }, 'limits.frameBytes of sockchat takes a whole number from 1'],
  ])('of a dialect are refused with their name: %j', (options, message) => {
    expect(() => sockchat(options as never)).toThrowError(
      expect.objectContaining({ code: 'options-invalid', message: expect.stringContaining(message) }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { argon2 } from './adapters/hashing/argon2.js';
import { memory } from './adapters/storage/memory.js';
import { sockchat } from './dialects/sockchat/index.js';
import { type ChatOptions, settle } from './options.js';

const good: ChatOptions = { storage: memory(), auth: () => null, dialects: [sockchat()] };
const wrong = (options: object) => () => settle({ ...good, ...options } as ChatOptions);

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
    [{ dialects: ['sockchat'] }, 'option dialects takes dialects, such as sockchat()'],
    [{ dialects: [sockchat(), sockchat()] }, 'option dialects takes each dialect once'],
    [{ hasher: 'argon2' }, 'option hasher takes a password hasher such as argon2()'],
    [{ dialects: [{ ...sockchat(), needsHasher: true }] }, 'argon2(): sockchat has accounts with passwords'],
    [{ channels: [] }, 'option channels takes a list of at least one'],
    [{ channels: [{ name: 'two words' }] }, 'option channels takes names of 1 to 30'],
    [{ channels: [{ name: 'a', rank: 1.5 }] }, 'option channels.rank takes a whole number'],
    [{ defaultChannel: 'nowhere' }, 'option defaultChannel takes the name of one of'],
    [{ defaults: { permissions: ['fly'] } }, 'of which fly is none'],
    [{ defaults: { rank: 0.5 } }, 'option defaults.rank takes an integer'],
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
    [{ groups: { toString: 1 } }, 'option groups.toString takes no value'],
    [{ limits: { constructor: 3 } }, 'option limits.constructor takes no value'],
    [{ channels: [{ name: 'a', pasword: 'x' }] }, 'option channels takes no pasword'],
    [
      { channels: [{ name: 'a' }, { name: 'b', kind: 'thread' }] },
      'option channels.kind takes text, voice, forum, separator',
    ],
    [{ channels: [{ name: 'a', look: { colour: 'x' } }] }, 'option channels.look takes texts'],
    [{ channels: [{ name: 'a', look: { icon: 3 } }] }, 'option channels.look takes texts'],
    [
      { channels: [{ name: 'a', look: { size: -1 } }] },
      'option channels.look takes texts, and a size in pixels',
    ],
    [{ channels: [{ name: 'a', kind: 'forum' }] }, 'option defaultChannel takes the name'],
    [{ channels: [{ name: 'a', password: 7 }] }, 'option channels.password takes text'],
    [{ channels: [{ name: 'den' }, { name: 'Den' }] }, 'option channels takes each name once'],
    [{ defaults: { perms: [] } }, 'option defaults.perms takes no value'],
    [{ defaults: { roles: 'admin' } }, 'option defaults.roles takes a list of texts'],
    [{ limits: { patience: 3 } }, 'option limits.patience takes no value'],
    [{ durability: 'maybe' }, "option durability takes 'storage' or 'memory'"],
    [{ takeover: 'now' }, "option takeover takes 'refuse' or 'wait'"],
    [
      { channels: [{ name: 'a', kind: 'direct' }] },
      'option channels.kind takes text, voice, forum, separator',
    ],
    [{ channels: [{ name: 'a', memberPolicy: null }] }, 'option channels.memberPolicy takes true or false'],
    [
      { channels: [{ name: 'a', memberPolicy: { forced: 1 } }] },
      'option channels.memberPolicy takes true or false as volatile and forced',
    ],
    [{ guestProviders: 'guest' }, 'option guestProviders takes a list of texts'],
    [{ limits: { guestDays: 0 } }, 'option limits.guestDays takes a whole number'],
    [{ limits: { guestAccounts: 0 } }, 'option limits.guestAccounts takes a whole number'],
    [{ botName: '' }, 'option botName takes a name'],
    [{ roles: [{ name: '!staff' }] }, 'option roles takes names of 1 to 100 characters'],
    [{ roles: [{ name: 'staff' }, { name: 'staff' }] }, 'option roles takes each name once'],
    [{ roles: [{ name: 'staff', permissions: 'all' }] }, 'option roles.permissions takes a list of texts'],
    [{ roles: [{ name: 'staff', hoist: true }] }, 'option roles takes no hoist'],
    [
      { modlogDays: { role_management: -1 } },
      'option modlogDays.role_management takes a whole number of days',
    ],
    [{ modlogDays: { roles: 3 } }, 'option modlogDays.roles takes no value'],
    [{ hooks: { before: true } }, 'option hooks takes'],
    [{ dialect: [] }, 'there is no option dialect'],
  ])('are refused with their name: %j', (options, message) => {
    expect(wrong(options)).toThrowError(
      expect.objectContaining({ code: 'options-invalid', message: expect.stringContaining(message) }),
    );
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

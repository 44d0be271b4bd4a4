import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memory } from '../../src/adapters/storage/memory.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import { type Chat, createChat } from '../../src/index.js';

const noText = [undefined, null, 7, {}, ['a']];
const noNumber = [undefined, null, '7', Number.NaN, 1.5, {}];
const noObject = [null, 7, 'x', []];
const noTexts = [undefined, null, 'a', [7], {}];
const noEnding = [
  ...noObject,
  { until: 'soon' },
  { until: Number.NaN },
  { until: new Date('x') },
  { til: 1 },
];
const noChannel = [
  ...[{ kind: 'thread' }, { kind: 3 }, { rank: '9' }, { rank: 0.5 }, { rank: Number.NaN }, { rnak: 9 }],
  ...[
    { password: 7 },
    { password: '' },
    { pasword: 'x' },
    { colour: 'red' },
    { roles: { veiw: ['a'] } },
    { grants: { veiw: [] } },
  ],
  ...[{ look: 3 }, { look: { icon: 3 } }, { look: { size: -1 } }, { look: { shape: 'x' } }],
  ...[{ roles: ['a'] }, { roles: { see: 'a' } }, { grants: { visitor: 'a' } }, { grants: 'a' }],
  ...[{ memberPolicy: 1 }, { memberPolicy: { forced: 1 } }, { by: 'chat' }],
];
const noRole = [
  ...[{ description: 7 }, { colour: 7 }, { permissions: 'all' }, { permissions: [7] }, { hoisted: 1 }],
  ...[{ selfAssignable: 'no' }, { category: {} }, { mentionedBy: 'x' }, { hoist: true }],
];
const all = (parts: readonly object[], more: object) => parts.map((one) => ({ ...more, ...one }));

interface Row {
  readonly method: string;
  /** Arguments that it takes. */
  readonly good: readonly unknown[];
  /** What it does not take in place of each of them. */
  readonly wrong: readonly (readonly unknown[])[];
}

/** Each method of a host. */
const table: readonly (readonly [string, readonly unknown[], ...(readonly unknown[])[]])[] = [
  ['users.get', ['u'], noText],
  ['users.byIdentity', ['p', 'i'], noText, noText],
  ['users.byHandle', ['h'], noText],
  ['users.byNumber', [7], noNumber],
  ['users.withIdentityId', ['i'], noText],
  [
    'users.page',
    [{}],
    [
      ...noObject,
      { after: 7 },
      { after: 'anna' },
      { limit: 0 },
      { limit: 10_001 },
      { limit: '9' },
      { offset: 3 },
    ],
  ],
  ['users.kick', ['u', 'r'], noText, noText.slice(1)],
  ['users.ban', ['u', {}], noText, [...noEnding, { reason: 7 }, { addresses: 'yes' }]],
  ['users.unban', ['u'], noText],
  ['users.banAddress', ['192.0.2.1', {}], [...noText, 'next door'], noEnding],
  ['users.unbanAddress', ['192.0.2.1'], noText],
  ['users.silence', ['u', {}], noText, noEnding],
  ['users.unsilence', ['u'], noText],
  ['users.block', ['u', 'v'], noText, noText],
  ['users.unblock', ['u', 'v'], noText, noText],
  ['users.blocked', ['u'], noText],
  ['users.update', ['u', {}], noText, [undefined, ...noObject, { rank: '9' }, { name: 7 }, { roles: 'a' }]],
  [
    'users.link',
    ['u', { provider: 'p', id: 'i' }, {}],
    noText,
    [undefined, ...noObject, {}, { provider: 'p', id: 7 }],
    [...noObject, { leads: 1 }],
  ],
  ['users.unlink', ['u', { provider: 'p', id: 'i' }], noText, [undefined, ...noObject, {}]],
  ['users.identities', ['u'], noText],
  ['users.setRoles', ['u', ['a']], noText, noTexts],
  ['users.remove', ['u'], noText],
  ['sessions.of', ['u'], noText],
  ['sessions.close', ['s'], noText],
  ['channels.byName', ['n'], noText],
  [
    'channels.create',
    [{ name: 'n' }],
    [undefined, ...noObject, {}, { name: 7 }, ...all(noChannel, { name: 'n' })],
  ],
  ['channels.update', ['c', {}], noText, [undefined, ...noObject, { name: 7 }, ...noChannel]],
  ['channels.members', ['c'], noText],
  ['channels.removeMember', ['c', 'u'], noText, noText],
  ['channels.remove', ['c'], noText],
  ['messages.send', ['c', 't'], noText, noText],
  [
    'messages.page',
    ['c', {}],
    noText,
    [
      ...noObject,
      { before: '1' },
      { before: -1 },
      { after: 0.5 },
      { limit: 0 },
      { limit: 10_001 },
      { offset: 3 },
    ],
  ],
  ['messages.get', [1], noNumber],
  ['messages.announce', ['t'], noText],
  ['messages.edit', [1, 't'], noNumber, noText],
  ['messages.pin', [1, true], noNumber, [null, 1, 'yes']],
  ['messages.remove', [1], noNumber],
  ['roles.byName', ['n'], noText],
  [
    'roles.create',
    [{ name: 'n' }],
    [undefined, ...noObject, {}, ...all([...noRole, { colour: null }], { name: 'n' })],
  ],
  ['roles.update', ['r', {}], noText, [undefined, ...noObject, { name: null }, ...noRole]],
  ['roles.remove', ['r'], noText],
  ['roles.reorder', [['r']], noTexts],
  [
    'modlog.page',
    [{}, {}],
    [
      ...noObject,
      { category: 7 },
      { action: 7 },
      { actor: {} },
      { target: 7 },
      { after: 'now' },
      { by: 'u' },
    ],
    [...noObject, { offset: -1 }, { offset: '1' }, { limit: 0 }, { limit: 0.5 }, { limit: '9' }],
  ],
];
const rows = table.map(([method, good, ...wrong]): Row => ({ method, good, wrong }));
const withoutArguments = [
  'users.online',
  'users.bans',
  'users.silences',
  'channels.all',
  'roles.all',
  'modlog.summary',
];

describe('what a host calls', () => {
  let chat: Chat;
  let told = 0;
  beforeAll(async () => {
    chat = await createChat({ storage: memory(), auth: () => null, dialects: [sockchat()] });
    for (const name of [
      'error',
      'user_ban',
      'channel_create',
      'message',
      'announcement',
      'roles_update',
    ] as const)
      chat.on(name, () => told++);
  });
  afterAll(() => chat.close());

  const part = (name: string) =>
    chat[name as 'users'] as unknown as Record<string, (...args: unknown[]) => unknown>;

  it.each(rows)(
    '$method answers wrong arguments with options-invalid, and right ones otherwise',
    async ({ method, good, wrong }) => {
      const [of = '', name = ''] = method.split('.');
      const outcome = async (args: readonly unknown[]) => {
        try {
          await part(of)[name]?.(...args);
        } catch (error) {
          return (error as { code?: string }).code;
        }
        return 'granted';
      };
      for (const [at, values] of wrong.entries())
        for (const value of values) {
          const args = good.map((one, place) => (place === at ? value : one));
          expect([args, await outcome(args)]).toEqual([args, 'options-invalid']);
        }
      expect(told).toBe(0);
      expect(['granted', 'rejected']).toContain(await outcome(good));
      told = 0;
    },
  );

  it('is all in this table', () => {
    const methods = ['users', 'sessions', 'channels', 'messages', 'roles', 'modlog'].flatMap((of) =>
      Object.getOwnPropertyNames(Object.getPrototypeOf(part(of)))
        .filter((name) => name !== 'constructor')
        .map((name) => `${of}.${name}`),
    );
    expect(methods.sort()).toEqual([...rows.map(({ method }) => method), ...withoutArguments].sort());
  });

  it('says which part was misspelt, and which was meant', async () => {
    await expect(chat.channels.create({ name: 'n', pasword: 'x' } as never)).rejects.toThrow(
      'wish takes no pasword; did you mean password?',
    );
    await expect(chat.channels.update('c' as never, { roles: { raed: [] } } as never)).rejects.toThrow(
      'changes.roles takes no raed; did you mean read?',
    );
    await expect(chat.roles.create({ name: 'n', colors: 'red' } as never)).rejects.toThrow(
      'wish takes no colors; did you mean colour?',
    );
    await expect(chat.users.ban('u' as never, { til: 1 } as never)).rejects.toThrow(
      'options takes no til; did you mean until?',
    );
  });

  it('says which argument, and never what it was', async () => {
    await expect(chat.messages.edit('secret' as never, 'x')).rejects.toMatchObject({
      name: 'ChatError',
      retryable: false,
      message: 'id takes a whole number',
    });
    await expect(chat.channels.update('c' as never, { password: 7 as never })).rejects.toThrow(
      'changes.password takes text that is not empty, or null',
    );
  });
});

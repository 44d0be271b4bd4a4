import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Community, community, outcome } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { ChannelId, SessionId, UserId } from '../ids.js';
import { sessionsOf } from '../sessions/online.js';
import { wrongRoles } from './check.js';
import {
  answeredCall,
  type SlashCommand,
  type SlashOption,
  slashCalls,
  slashNamed,
  slashNames,
  slashSets,
} from './slash.js';

const limits = {
  ...domainLimits,
  slashCommandsPerSession: 3,
  slashOptionsPerCommand: 2,
  slashCallsPerBot: 4,
};

interface Who {
  readonly user: UserId;
  readonly session: SessionId;
}

interface Bots extends Community {
  come(name: string, identity?: object): Who;
  register(who: Who, ...commands: SlashCommand[]): unknown;
  call(by: Who, command: string, args?: object, channel?: ChannelId): unknown;
  lounge: ChannelId;
}

function bots(): Bots {
  const set = community({ limits });
  const lounge = set.channel('lounge').id;
  return {
    ...set,
    lounge,
    come(name, identity) {
      const user = set.join(name, identity);
      const all = set.bench.read((view) => sessionsOf(view, user));
      const last = all.reduce((a, b) => (+a.id.slice(1) > +b.id.slice(1) ? a : b));
      return { user, session: last.id };
    },
    register: ({ session }, ...commands) => set.run('slash.register', { session, commands }),
    call: ({ user, session }, command, args = {}, channel = lounge) =>
      set.run('slash.call', { by: user, session, channel, command, args: args as Record<string, unknown> }),
  };
}

function command(name: string, change: Partial<SlashCommand> = {}): SlashCommand {
  return { name, description: '', options: [], needsRoles: [], deniesRoles: [], ephemeral: false, ...change };
}

function option(name: string, change: Partial<SlashOption> = {}): SlashOption {
  return { name, description: '', type: 'str', required: false, ...change };
}

const named = ({ bench }: Community, name: string) => bench.read((view) => slashNamed(view, name));

describe('registering', () => {
  test('makes the commands known, and replaces what the session answered before', () => {
    const set = bots();
    const bot = set.come('bot');
    expect(set.register(bot, command('roll'), command('flip'))).toEqual({ commands: 2 });
    expect(set.bench.events).toMatchObject([
      {
        type: 'slash_add',
        person: { handle: 'bot' },
        session: bot.session,
        commands: [{ name: 'roll' }, { name: 'flip' }],
      },
    ]);
    set.register(bot, command('flip', { description: 'a coin' }));
    expect(set.bench.events).toMatchObject([
      { type: 'slash_remove', commands: ['roll'] },
      { type: 'slash_add', commands: [{ name: 'flip', description: 'a coin' }] },
    ]);
    expect(named(set, 'roll')).toBeUndefined();
    expect(named(set, 'flip')?.set.user).toBe(bot.user);
    expect(set.register(bot)).toEqual({ commands: 0 });
    expect(set.bench.events.map((event) => event.type)).toEqual(['slash_remove']);
    expect(named(set, 'flip')).toBeUndefined();
  });

  test('is for one session of a user at a time', () => {
    const set = bots();
    const [one, two] = [set.come('bot'), set.come('bot')];
    expect(outcome(set.register(one, command('roll')))).toBe('granted');
    expect(outcome(set.register(two, command('flip')))).toBe('slash-taken');
    expect(outcome(set.register(one, command('flip')))).toBe('granted');
    set.run('session.close', { session: one.session, reason: 'leave' });
    expect(outcome(set.register(two, command('flip')))).toBe('granted');
    expect(outcome(set.register({ ...one, session: 'none' as SessionId }, command('a')))).toBe(
      'user-offline',
    );
  });

  test('of a name that two bots have finds the one who came first, then the other', () => {
    const set = bots();
    const [one, two] = [set.come('one'), set.come('two')];
    set.register(one, command('roll'));
    set.register(two, command('roll'));
    set.register(one, command('roll'), command('flip'));
    expect(named(set, 'roll')?.set.user).toBe(one.user);
    set.run('session.close', { session: one.session, reason: 'leave' });
    expect(named(set, 'roll')?.set.user).toBe(two.user);
  });

  test('is refused for what cannot be called', () => {
    const set = bots();
    const bot = set.come('bot');
    const wrong: SlashCommand[][] = [
      [command('')],
      [command('a'), command('a')],
      [command('a', { options: [option('x'), option('x')] })],
      [command('a', { options: [option('')] })],
      [command('a', { options: [option('x'), option('y'), option('z')] })],
      [command('a', { options: [option('x', { type: 'date' as 'str' })] })],
      [command('a', { options: [option('x', { type: 'enum' })] })],
      [command('a', { options: [option('x', { type: 'enum', choices: [] })] })],
    ];
    for (const commands of wrong) expect(outcome(set.register(bot, ...commands))).toBe('slash-invalid');
    const many = ['a', 'b', 'c', 'd'].map((name) => command(name));
    expect(outcome(set.register(bot, ...many))).toBe('too-many-slash-commands');
    expect(set.bench.read((view) => view.size(slashSets as never))).toBe(0);
  });
});

describe('a bot that goes', () => {
  test.each([
    [
      'closes its session',
      (set: Bots, { session }: Who) => set.run('session.close', { session, reason: 'leave' }),
    ],
    ['is kicked', (set: Bots, { user }: Who) => set.run('user.kick', { by: 'host', user })],
    ['leaves for good', (set: Bots, { user }: Who) => set.run('user.leave', { user, via: 'one' })],
  ])('answers nothing more when it %s', (_, go) => {
    const set = bots();
    const [bot, anna] = [set.come('bot'), set.come('anna')];
    set.register(bot, command('roll'), command('flip'));
    set.call(anna, 'roll');
    go(set, bot);
    expect(set.told('slash_remove')).toMatchObject([
      { person: { handle: 'bot' }, commands: ['roll', 'flip'] },
    ]);
    expect(outcome(set.call(anna, 'roll'))).toBe('slash-unknown');
    for (const table of [slashSets, slashNames, slashCalls])
      expect(set.bench.read((view) => view.size(table as never))).toBe(0);
  });
});

describe('calling', () => {
  test('tells the bot and the caller all there is to know', () => {
    const set = bots();
    const [bot, anna] = [set.come('bot'), set.come('anna')];
    set.register(bot, command('roll', { options: [option('sides', { type: 'int' })] }));
    const called = set.call(anna, 'roll', { sides: 6 }) as { id: number };
    expect(set.bench.events).toMatchObject([
      {
        type: 'slash_call',
        id: called.id,
        person: { handle: 'anna' },
        from: anna.session,
        bot: { handle: 'bot' },
        session: bot.session,
        channel: { name: 'lounge' },
        command: 'roll',
        args: { sides: 6 },
      },
    ]);
  });

  test('is refused where one may not speak, or while one is silenced', () => {
    const set = bots();
    const [bot, anna] = [set.come('bot', { rank: 9 }), set.come('anna')];
    set.register(bot, command('roll'));
    const staff = set.run('channel.create', { by: 'host', name: 'staff', rank: 5 }) as { channel: ChannelId };
    expect(outcome(set.call(anna, 'roll', {}, staff.channel))).toBe('channel-rank-too-low');
    expect(outcome(set.call(anna, 'roll', {}, 'nowhere' as ChannelId))).toBe('channel-unknown');
    expect(outcome(set.call({ ...anna, user: 'nobody' as UserId }, 'roll'))).toBe('user-unknown');
    set.run('user.silence', { by: 'host', user: anna.user, until: null });
    expect(outcome(set.call(anna, 'roll'))).toBe('user-silenced');
  });

  test('does not reach a bot that may not see the channel', () => {
    const set = bots();
    const [bot, chief] = [set.come('bot'), set.come('chief', { rank: 9 })];
    set.register(bot, command('roll'));
    const staff = set.run('channel.create', { by: 'host', name: 'staff', rank: 5 }) as { channel: ChannelId };
    expect(outcome(set.call(chief, 'roll', {}, staff.channel))).toBe('slash-unknown');
  });

  test('asks for every role that is needed and none that is denied', () => {
    const lists = { needsRoles: ['a', 'b'], deniesRoles: ['c'] };
    const outcomes = [['a'], ['b', 'a'], ['a', 'b', 'c'], ['c'], []].map((roles) =>
      outcome(wrongRoles(lists, roles)),
    );
    expect(outcomes).toEqual([
      'slash-role-needed',
      'granted',
      'slash-role-denied',
      'slash-role-denied',
      'slash-role-needed',
    ]);
    const set = bots();
    const [bot, anna] = [set.come('bot'), set.come('anna')];
    set.register(bot, command('roll', { needsRoles: ['a'] }));
    expect(set.call(anna, 'roll')).toMatchObject({ code: 'slash-role-needed', details: { role: 'a' } });
  });

  test.each<[type: SlashOption['type'], good: unknown[], bad: unknown[]]>([
    ['str', ['', 'text'], [1, true, null, {}]],
    ['int', [0, -3], [0.5, '1', Number.NaN, null]],
    ['float', [0, 0.5], ['1', Number.POSITIVE_INFINITY]],
    ['bool', [true, false], ['true', 0]],
    ['enum', ['red'], ['blue', 0, ['red']]],
  ])('takes arguments of type %s as they are meant', (type, good, bad) => {
    const set = bots();
    const [bot, anna] = [set.come('bot'), set.come('anna')];
    set.register(bot, command('do', { options: [option('x', { type, choices: ['red'], required: true })] }));
    for (const x of good) expect(outcome(set.call(anna, 'do', { x }))).toBe('granted');
    for (const x of bad) expect(outcome(set.call(anna, 'do', { x }))).toBe('slash-argument-invalid');
    expect(outcome(set.call(anna, 'do', {}))).toBe('slash-argument-missing');
    expect(outcome(set.call(anna, 'do', { x: good[0], constructor: 1 }))).toBe('slash-argument-unknown');
  });
});

describe('the call that is answered', () => {
  const setUp = () => {
    const set = bots();
    const [bot, anna, ben] = [set.come('bot'), set.come('anna'), set.come('ben')];
    set.register(bot, command('roll'), command('flip'));
    const answered = (answer: { invoker?: UserId; command?: string } = {}) =>
      set.bench.read((view) =>
        answeredCall(view, { limits }, set.bench.at, { bot: bot.user, channel: set.lounge, ...answer }),
      );
    return { set, bot, anna, ben, answered };
  };

  test('is the last of that caller there, or the last of all when the bot does not say whose', () => {
    const { set, anna, ben, answered } = setUp();
    set.call(anna, 'roll');
    set.call(anna, 'flip');
    set.call(ben, 'roll');
    expect(answered({ invoker: anna.user })).toMatchObject({ command: 'flip', invoker: anna.user });
    expect(answered()).toMatchObject({ command: 'roll', invoker: ben.user });
    expect(answered({ command: 'flip' })).toMatchObject({ invoker: anna.user });
    expect(answered({ command: 'dance' })).toBeUndefined();
    expect(answered({ invoker: anna.user })).toBeDefined();
  });

  test('is not one of another channel or another bot', () => {
    const { set, anna, bot } = setUp();
    const den = set.run('channel.create', { by: 'host', name: 'den' }) as { channel: ChannelId };
    set.call(anna, 'roll', {}, den.channel);
    const find = (by: UserId, channel: ChannelId) =>
      set.bench.read((view) => answeredCall(view, { limits }, set.bench.at, { bot: by, channel }));
    expect(find(bot.user, set.lounge)).toBeUndefined();
    expect(find(anna.user, den.channel)).toBeUndefined();
    expect(find(bot.user, den.channel)).toBeDefined();
  });

  test('is forgotten after its time', () => {
    const { set, anna, ben, answered } = setUp();
    set.call(anna, 'roll');
    set.bench.at += limits.slashCallMs - 1;
    expect(answered()).toBeDefined();
    set.bench.at += 1;
    expect(answered()).toBeUndefined();
    set.call(ben, 'roll');
    expect(set.bench.read((view) => view.size(slashCalls as never))).toBe(1);
  });

  test('is forgotten when there are too many, the oldest first', () => {
    const { set, answered } = setUp();
    const callers = Array.from({ length: 6 }, (_, index) => set.come(`caller${index}`));
    for (const caller of callers) set.call(caller, 'roll');
    expect(callers.map(({ user }) => answered({ invoker: user }) !== undefined)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  });
});

test('whatever bots register, each name found is one that a session answers, and nothing is left of the others', () => {
  const names = fc.subarray(['a', 'b', 'c']);
  const step = fc.tuple(fc.nat(3), fc.option(names));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const set = bots();
      const all = Array.from({ length: 4 }, (_, index) => set.come(`bot${index % 3}`));
      for (const [index, chosen] of steps) {
        const who = all[index] as Who;
        if (chosen === null) {
          set.run('session.close', { session: who.session, reason: 'leave' });
          all[index] = set.come(`bot${index % 3}`);
        } else set.register(who, ...chosen.map((name) => command(name)));
        set.bench.read((view) => {
          const answered = [...view.all(slashSets)].flatMap((one) =>
            one.commands.map(({ name }) => `${one.session} ${name}`),
          );
          expect([...view.all(slashNames)].map(slashNames.id).sort()).toEqual(answered.sort());
          const owners = [...view.all(slashSets)].map((one) => one.user);
          expect(new Set(owners).size).toBe(owners.length);
          for (const name of ['a', 'b', 'c'])
            expect(slashNamed(view, name) !== undefined).toBe(
              answered.some((one) => one.endsWith(` ${name}`)),
            );
        });
      }
    }),
    { numRuns: 60 },
  );
});

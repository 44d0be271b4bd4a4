import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../support/json-probe.js';
import { type Member, type OriginServer, serve } from './support/server.js';

const roles = [
  { name: 'owner', permissions: ['administrator'] },
  { name: 'admin', permissions: ['administrator'] },
  { name: 'moderator' },
  { name: 'user' },
];

/** A command as bots of the public library register it. */
const roll = {
  name: 'roll',
  description: 'Rolls dice',
  options: [
    { name: 'sides', description: 'How many', type: 'int', required: true, choices: [] },
    { name: 'how', description: 'In which way', type: 'enum', required: false, choices: ['high', 'low'] },
  ],
  whitelistRoles: [],
  blacklistRoles: [],
  ephemeral: false,
};

const listed = {
  name: 'roll',
  description: 'Rolls dice',
  options: [
    { name: 'sides', description: 'How many', type: 'int', choices: null, required: true },
    { name: 'how', description: 'In which way', type: 'enum', choices: ['high', 'low'], required: false },
  ],
  whitelistRoles: null,
  blacklistRoles: null,
  ephemeral: false,
  registeredBy: 'bot',
};

export function slash(): void {
  let server: OriginServer;
  let admin: Member;
  let alice: Member;
  let bot: Member;

  beforeEach(async () => {
    server = await serve({
      roles,
      channels: [{ name: 'general' }, { name: 'staff', roles: { see: ['admin'], send: ['admin'] } }],
    });
    ({ admin, alice, bot } = await server.cast({
      admin: { roles: ['admin', 'user'] },
      alice: {},
      bot: {},
    }));
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  const call = (who: Member, command: unknown, args?: unknown, channel: unknown = 'general') =>
    who.ask({ cmd: 'slash_call', channel, command, ...(args === undefined ? {} : { args }) });
  const register = (who: Member, ...commands: object[]) => who.ask({ cmd: 'slash_register', commands });
  const settled = (...members: Member[]): Promise<Json[][]> =>
    Promise.all(members.map((one) => one.settle()));

  describe('of bots', () => {
    test('are told to everybody as they come and go, and are listed behind those of the server', async () => {
      bot.send({ cmd: 'slash_register', commands: [roll], listener: 'R-1' });
      expect(await bot.settle()).toEqual([
        { cmd: 'slash_add', commands: [listed] },
        { cmd: 'slash_register', val: '1 commands registered successfully', listener: 'R-1' },
      ]);
      expect(await alice.settle()).toEqual([{ cmd: 'slash_add', commands: [listed] }]);
      const { commands } = await alice.ask({ cmd: 'slash_list' });
      expect(commands.map((one: { name: string }) => one.name)).toEqual([
        'nick',
        'mute',
        'help',
        'ban',
        'unmute',
        'unban',
        'roll',
      ]);
      expect(JSON.stringify(commands[0])).toBe(
        '{"name":"nick","description":"Set or clear your display nickname","options":[{"name":"nickname","description":"Your new nickname (leave empty to clear)","type":"str","required":false}],"whitelistRoles":null,"blacklistRoles":null,"ephemeral":false,"registeredBy":"originChats"}',
      );
      expect(commands[3].whitelistRoles).toEqual(['admin', 'owner']);
      expect(JSON.stringify(commands[6])).toBe(JSON.stringify(listed));
      await bot.probe.close();
      await expect
        .poll(() => alice.settle())
        .toEqual([
          { cmd: 'slash_remove', commands: ['roll'] },
          { cmd: 'user_disconnect', username: 'bot' },
        ]);
    });

    test('take the place of those registered before, of which the rest is told to be gone', async () => {
      await register(bot, roll, { ...roll, name: 'flip' });
      await alice.settle();
      await register(bot, { ...roll, name: 'flip' });
      expect(await alice.settle()).toEqual([
        { cmd: 'slash_remove', commands: ['roll'] },
        { cmd: 'slash_add', commands: [{ ...listed, name: 'flip' }] },
      ]);
    });

    test('each refusal of slash_register has its text', async () => {
      const cases: [unknown, string][] = [
        [undefined, 'Commands must be provided as a list'],
        [{}, 'Commands must be provided as a list'],
        [[], 'Commands must be provided as a list'],
        [[7], 'Invalid command schema: '],
        [[{ description: 'x' }], 'Invalid command schema: name: '],
        [
          [{ ...roll, options: [{ ...roll.options[0], type: 'text' }] }],
          'Invalid command schema: options.0.type: ',
        ],
        [[{ ...roll, whitelistRoles: [7] }], 'Invalid command schema: whitelistRoles.0: '],
        [[roll, roll], 'Invalid command schema: command roll is there twice'],
        [
          [{ ...roll, options: [{ ...roll.options[1], choices: [] }] }],
          'Invalid command schema: option how has no choices',
        ],
        [Array(101).fill(roll), 'Invalid command schema: more than 100 commands'],
      ];
      for (const [commands, val] of cases) {
        const answer = await bot.ask({ cmd: 'slash_register', commands });
        expect(answer).toMatchObject({ cmd: 'error', src: 'slash_register' });
        expect(answer.val.slice(0, val.length)).toBe(val);
      }
      await register(bot, roll);
      const second = await server.arrive('bot');
      expect(await register(second, roll)).toEqual({
        cmd: 'error',
        src: 'slash_register',
        val: 'You already have slash commands registered from another session',
      });
    });

    test('a call goes to the bot and back to the caller, whose copy alone carries the listener', async () => {
      await register(bot, roll);
      await settled(admin, alice, bot);
      alice.send({
        cmd: 'slash_call',
        channel: 'general',
        command: 'roll',
        args: { sides: 6, how: 'high' },
        listener: 'C-1',
      });
      const frame = {
        cmd: 'slash_call',
        val: { command: 'roll', args: { sides: 6, how: 'high' }, commander: 'bot' },
        invoker: 'USR:alice',
        invokerUsername: 'alice',
        channel: 'general',
      };
      expect(await alice.settle()).toEqual([{ ...frame, listener: 'C-1' }]);
      expect(await settled(bot, admin)).toEqual([[frame], []]);
    });

    test('each refusal of a call has its text; types and choices count', async () => {
      await register(
        bot,
        roll,
        { ...roll, name: 'secret', whitelistRoles: ['moderator', 'vip'] },
        { ...roll, name: 'open', blacklistRoles: ['user'] },
      );
      const named: [unknown, unknown, unknown, string][] = [
        [undefined, 'roll', {}, 'Channel parameter is required for slash commands'],
        ['general', undefined, {}, 'Command name must be a string'],
        ['general', 7, {}, 'Command name must be a string'],
        ['general', 'nope', {}, 'Unknown slash command: /nope'],
        ['general', 'constructor', {}, 'Unknown slash command: /constructor'],
        ['nowhere', 'roll', {}, 'Channel not found'],
        ['staff', 'roll', {}, 'You do not have permission to send messages in this channel'],
        ['general', 'roll', { faces: 6 }, 'Unknown argument: faces'],
        ['general', 'roll', {}, 'Missing required argument: sides'],
        ['general', 'roll', { sides: '6' }, "Invalid type for argument 'sides': expected int, got str"],
        ['general', 'roll', { sides: 1.5 }, "Invalid type for argument 'sides': expected int, got float"],
        [
          'general',
          'roll',
          { sides: 6, how: 'mid' },
          "Invalid value for argument 'how': expected one of ['high', 'low']",
        ],
      ];
      for (const [channel, command, args, val] of named)
        expect(await alice.ask({ cmd: 'slash_call', channel, command, args })).toEqual({
          cmd: 'error',
          src: 'slash_call',
          val,
        });
      const bare: [unknown, unknown, string][] = [
        ['roll', [], 'Command args must be an object'],
        ['roll', 'x', 'Command args must be an object'],
        ['secret', { sides: 6 }, "Access denied: 'moderator' role required"],
        ['open', { sides: 6 }, "Access denied: 'user' role is forbidden"],
      ];
      for (const [command, args, val] of bare)
        expect(await call(alice, command, args)).toEqual({ cmd: 'error', val });
      expect((await settled(bot))[0]?.filter(({ cmd }) => cmd === 'slash_call')).toEqual([]);
    });
  });

  describe('answers of bots', () => {
    const answer = (fields: object) =>
      bot.ask({ cmd: 'slash_response', channel: 'general', ...fields }, 'message_new');
    const message = (fields: object) => ({
      cmd: 'message_new',
      message: {
        user: 'bot',
        content: 'You rolled 4',
        timestamp: expect.any(Number),
        id: expect.any(String),
        pinned: false,
        type: 'message',
        interaction: { command: 'roll', username: 'alice' },
        ...fields,
      },
      channel: 'general',
      global: true,
    });

    test('are messages with the interaction, without pings and thread', async () => {
      await register(bot, roll);
      await call(alice, 'roll', { sides: 6 });
      await settled(alice);
      const said = await answer({ response: ' You rolled 4 ', invoker: 'USR:alice', command: 'roll' });
      expect(said).toEqual(message({}));
      expect(await alice.settle()).toEqual([said]);
      const { message: stored } = await alice.ask({
        cmd: 'message_get',
        channel: 'general',
        id: said.message.id,
      });
      expect(stored.interaction).toEqual({ command: 'roll', username: 'alice' });
    });

    test('without a command answer the last call of that invoker there', async () => {
      await register(bot, roll, { ...roll, name: 'flip' });
      await call(alice, 'flip', { sides: 2 });
      await call(alice, 'roll', { sides: 6 });
      await call(admin, 'flip', { sides: 2 });
      expect(await answer({ response: 'You rolled 4', invoker: 'USR:alice', ephemeral: false })).toEqual(
        message({}),
      );
      expect(await answer({ response: 'heads', invoker: 'USR:admin' })).toMatchObject({
        message: { interaction: { command: 'flip', username: 'admin' } },
      });
      expect(await answer({ embeds: [{ title: 'Dice' }], invoker: 'USR:alice' })).toEqual(
        message({ content: '', embeds: [{ title: 'Dice' }] }),
      );
    });

    test('each refusal has its text and does not name the command', async () => {
      const cases: [object, string][] = [
        [{ channel: undefined }, 'Channel parameter is required for slash commands'],
        [{}, 'Slash response must have content or embeds'],
        [{ response: '' }, 'Slash response must have content or embeds'],
        [{ response: '   ' }, 'Slash response must have content or embeds'],
        [{ response: 7 }, 'Slash response must be a string'],
        [{ response: 'x', embeds: {} }, 'Embeds must be an array'],
        [{ response: 'x' }, 'Command parameter is required for slash responses'],
        [{ response: 'x', invoker: 'USR:alice' }, 'Command parameter is required for slash responses'],
      ];
      for (const [fields, val] of cases) expect(await answer(fields)).toEqual({ cmd: 'error', val });
      expect(await answer({ channel: 'staff', response: 'x', command: 'roll' })).toMatchObject({
        val: 'You do not have permission to send messages in this channel',
      });
    });
  });

  describe('of the server', () => {
    const said = (command: string, who: string, content: string) => ({
      cmd: 'message_new',
      message: {
        user: 'originChats',
        content,
        timestamp: expect.any(Number),
        id: expect.any(String),
        pinned: false,
        type: 'message',
        interaction: { command, username: who },
      },
      channel: 'general',
      global: true,
    });

    test('nick pushes the nickname first, then says so in the channel', async () => {
      alice.send({
        cmd: 'slash_call',
        channel: 'general',
        command: 'nick',
        args: { nickname: ' Al ' },
        listener: 'N',
      });
      const pushed = { cmd: 'nickname_update', user: 'USR:alice', username: 'alice', nickname: 'Al' };
      const told = said('nick', 'alice', 'Nickname set to **Al**');
      expect(await alice.settle()).toEqual([pushed, { ...told, listener: 'N' }]);
      expect(await bot.settle()).toEqual([pushed, told]);
      expect(bot.probe.texts.at(-2)).not.toContain('thread_id');
      await call(alice, 'nick');
      expect(await bot.settle()).toEqual([
        { cmd: 'nickname_remove', user: 'USR:alice', username: 'alice' },
        said('nick', 'alice', 'Nickname cleared'),
      ]);
      expect((await call(alice, 'nick', {})).message.content).toBe(
        "You don't have a nickname set. Use `/nick <name>` to set one.",
      );
      expect(await call(alice, 'nick', { nickname: 'x'.repeat(21) })).toEqual({
        cmd: 'error',
        src: 'slash_call',
        val: 'Nickname too long (max 20 characters)',
      });
    });

    test('help lists them all, those of bots too', async () => {
      await register(bot, roll);
      const { message } = await call(alice, 'help');
      expect(message.content.split('\n')).toHaveLength(8);
      expect(message.content).toContain('`/roll` Rolls dice');
    });

    test('ban drops every connection of the target, and keeps them out until unban', async () => {
      const second = await server.arrive('alice');
      await settled(admin, alice, bot);
      expect(await call(admin, 'ban', { username: 'ALICE' })).toEqual(
        said('ban', 'admin', '🚫 **alice** has been banned.\n**Reason:** No reason provided'),
      );
      for (const { probe } of [alice, second]) {
        expect(await probe.next()).toEqual({ cmd: 'disconnect', reason: 'You have been banned' });
        expect(await probe.closed).toBe(1000);
      }
      expect((await bot.settle()).map(({ cmd }) => cmd)).toEqual(['user_disconnect', 'message_new']);
      const probe = await server.connect();
      probe.send({ cmd: 'auth', validator: '{"id":"USR:alice","name":"alice"}' });
      expect((await probe.next()).val).toBe('Access denied: You are banned from this server');
      expect(await call(admin, 'ban', { username: 'alice' })).toMatchObject({
        val: "User 'alice' is already banned",
      });
      expect(await call(admin, 'unban', { username: 'alice' })).toEqual(
        said('unban', 'admin', '✅ **alice** has been unbanned.'),
      );
      await server.arrive('alice');
    });

    test('a ban from elsewhere drops the connections too', async () => {
      const id = server.chat.users.byIdentity('test', 'USR:alice')?.id;
      await server.chat.users.ban(id as never);
      expect(await alice.probe.next()).toEqual({ cmd: 'disconnect', reason: 'You have been banned' });
      expect(await alice.probe.closed).toBe(1000);
    });

    test('mute silences for so many seconds, and unmute ends that', async () => {
      expect(await call(admin, 'mute', { username: 'alice', duration: '60', reason: 'spam' })).toEqual(
        said('mute', 'admin', '🔇 **alice** has been muted for 60 seconds.\n**Reason:** spam'),
      );
      const [limit] = await alice.settle();
      expect(limit).toEqual({ cmd: 'rate_limit', reason: 'Muted: spam', length: expect.any(Number) });
      expect(limit.length).toBeGreaterThan(50_000);
      alice.send({ cmd: 'message_new', channel: 'general', content: 'x', listener: 'M' });
      expect(await alice.settle()).toMatchObject([{ cmd: 'rate_limit', listener: 'M' }]);
      expect(await call(admin, 'unmute', { username: 'alice' })).toEqual(
        said('unmute', 'admin', '🔊 **alice** has been unmuted.'),
      );
      expect(await alice.ask({ cmd: 'message_new', channel: 'general', content: 'x' })).toMatchObject({
        cmd: 'message_new',
      });
      expect((await call(admin, 'unmute', { username: 'alice' })).cmd).toBe('message_new');
    });

    test('each refusal has its text', async () => {
      await server.arrive('olivia', { roles: ['owner'] });
      await settled(admin);
      for (const command of ['ban', 'unban', 'mute', 'unmute'])
        expect(await call(alice, command, { username: 'bot' })).toEqual({
          cmd: 'error',
          src: 'slash_call',
          val: "Access denied: 'admin' role required",
        });
      const cases: [string, object, string][] = [
        ['ban', {}, 'Username is required'],
        ['ban', { username: 'nobody' }, "User 'nobody' not found"],
        ['ban', { username: 'olivia' }, 'Cannot ban the server owner'],
        ['ban', { username: 'admin' }, 'You cannot do this to yourself'],
        [
          'ban',
          { username: 'bot', reason: 'x'.repeat(2000) },
          'Message too long. Maximum length is 2000 characters',
        ],
        ['unban', { username: 'alice' }, "User 'alice' is not banned"],
        ['mute', { username: 'olivia', duration: 5 }, 'Cannot mute the server owner'],
        ['mute', { username: 'bot' }, 'Duration is required'],
        ['mute', { username: 'bot', duration: 0 }, 'Duration must be a positive number'],
        ['mute', { username: 'bot', duration: -5 }, 'Duration must be a positive number'],
        ['mute', { username: 'bot', duration: 'soon' }, 'Duration must be a valid number'],
        ['unmute', { username: 7 }, "Invalid type for argument 'username': expected str, got int"],
      ];
      for (const [command, args, val] of cases)
        expect(await call(admin, command, args)).toEqual({ cmd: 'error', src: 'slash_call', val });
      expect(await settled(alice, bot)).toMatchObject([
        expect.any(Array),
        [{ cmd: 'user_join' }, { cmd: 'user_connect' }],
      ]);
    });
  });
}

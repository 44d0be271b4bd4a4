import { expect, test } from 'vitest';
import type { Json, JsonProbe } from '../../support/json-probe.js';
import { serve } from './support/server.js';

export function botLibrary(): void {
  test('[13] what the bot library does from its first frame to the answer that everybody sees', async () => {
    const server = await serve({
      auth: ({ arguments: [validator = '', validatorKey] }) => {
        const { key = validatorKey, ...who } = JSON.parse(validator);
        return key === validatorKey ? { provider: 'test', ...who } : { denied: 'credentials' };
      },
    });
    try {
      const { alice, carol } = await server.cast({ alice: {}, carol: {} });
      const bot: JsonProbe = await server.connect('bot');
      const next = (cmd: string): Promise<Json> => bot.until((frame) => frame.cmd === cmd, cmd);
      const { validator_key: key } = bot.frames[0].val;
      bot.send({ cmd: 'auth', validator: JSON.stringify({ id: 'USR:bot', name: 'bot', key }) });
      expect((await next('ready')).user.username).toBe('bot');
      bot.send({
        cmd: 'slash_register',
        commands: [
          {
            name: 'echo',
            description: 'Says it again',
            options: [{ name: 'text', description: 'What', type: 'str', required: true, choices: [] }],
            whitelistRoles: [],
            blacklistRoles: [],
            ephemeral: false,
          },
        ],
      });
      expect((await next('slash_register')).val).toBe('1 commands registered successfully');
      // Empty lists stand for none: everybody may call it, with any text.
      const { commands } = await alice.ask({ cmd: 'slash_list' });
      expect(commands.at(-1)).toMatchObject({
        name: 'echo',
        options: [{ name: 'text', choices: null }],
        whitelistRoles: null,
        blacklistRoles: null,
        registeredBy: 'bot',
      });
      await carol.settle();

      alice.send({ cmd: 'slash_call', channel: 'general', command: 'echo', args: { text: 'hi' } });
      const call = await next('slash_call');
      expect(call).toEqual({
        cmd: 'slash_call',
        val: { command: 'echo', args: { text: 'hi' }, commander: 'bot' },
        invoker: 'USR:alice',
        invokerUsername: 'alice',
        channel: 'general',
      });
      expect((await alice.settle()).map((frame) => frame.cmd)).toEqual(['slash_call']);
      const { invoker, channel } = call;
      bot.send({ cmd: 'slash_response', response: 'hi', invoker, channel, ephemeral: false });
      const said = {
        cmd: 'message_new',
        message: {
          user: 'bot',
          content: 'hi',
          timestamp: expect.any(Number),
          id: expect.any(String),
          pinned: false,
          type: 'message',
          interaction: { command: 'echo', username: 'alice' },
        },
        channel: 'general',
        global: true,
      };
      expect(await next('message_new')).toEqual(said);
      expect(await alice.settle()).toEqual([said]);
      expect(await carol.settle()).toEqual([said]);
      expect(bot.frames.filter((frame) => frame.cmd === 'error')).toEqual([]);
      expect(server.errors).toEqual([]);
    } finally {
      await server.stop();
    }
  });
}

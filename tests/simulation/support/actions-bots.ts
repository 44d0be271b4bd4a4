import type { Action } from './actions.js';

/** Webhooks and slash commands, by OriginChats. */
export const bots = {
  webhook(town, a, b) {
    const client = town.manager(a);
    const id = town.pick(town.bots.hooks, b)?.id ?? 'none';
    const name = `hook${b % 7}`;
    const kinds = ['create', 'create', 'create', 'update', 'regenerate', 'delete', 'list'];
    const cmd = `webhook_${kinds[b % kinds.length]}`;
    if (cmd === 'webhook_create')
      client?.send({ cmd, name, channel: ['lounge', 'lounge', 'c0', 'c1'][a % 4] });
    else client?.send({ cmd, id, ...(cmd === 'webhook_update' ? { name } : {}) });
  },
  post(town, a, b) {
    const hook = town.pick(town.bots.hooks, b);
    if (hook === undefined) return;
    const content = town.text();
    const wasOver = town.bots.isOver(hook);
    town.ask(`/webhooks?token=${hook.token}`, { json: { content } }, a, ({ status }) =>
      town.bots.posted(hook, content, status, wasOver),
    );
  },
  bot(town, a, b) {
    const client = town.origin(a);
    if (client === undefined) return;
    const options = [{ name: 'mark', description: '', type: 'str', required: false }];
    const names = [`do${a % 4}`, ...(b % 2 ? [`do${b % 4}`] : [])];
    const commands = [...new Set(names)].map((name) => ({ name, description: name, options }));
    town.bots.answers(client, names);
    client.send({ cmd: 'slash_register', commands });
  },
  call(town, a, b) {
    const client = town.origin(a);
    if (client === undefined) return;
    const channel = ['lounge', 'lounge', 'hall', 'staff', 'c0'][a % 5];
    if (b % 6 === 0) return client.send({ cmd: 'slash_call', channel, command: 'help', args: {} });
    const command = town.pick(town.bots.commands, b) ?? 'do0';
    const mark = town.text();
    town.bots.calling(client, mark);
    client.send({ cmd: 'slash_call', channel, command, args: { mark } });
  },
  answer(town, _, b) {
    const [task] = town.bots.tasks.splice(b % Math.max(1, town.bots.tasks.length), 1);
    if (task === undefined) return;
    const { invoker, channel, val } = task.frame;
    const response = town.text();
    const answer = { cmd: 'slash_response', channel, response, command: val.command };
    // Some bots do not say whom they answer, and then the newest call is meant.
    if (b % 4 === 0) return task.bot.send(answer);
    town.bots.answering(task.mark, response);
    task.bot.send({ ...answer, invoker });
  },
} satisfies Record<string, Action>;

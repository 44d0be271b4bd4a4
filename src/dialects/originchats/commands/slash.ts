import type { Channel } from '../../../domain/channels/channels.js';
import { answeredCall, slashNamed, slashSets, slashSetsOf } from '../../../domain/slash/slash.js';
import { type User, usersWithId } from '../../../domain/users/users.js';
import type { Ask } from '../ask.js';
import { pythonType } from '../codec.js';
import { channelHere, may, textOf, userNamed } from '../context.js';
import { embedError } from '../embeds.js';
import { refuse, refuseBare } from '../refusal.js';
import { nameById } from '../shapes.js';
import { commandsFromWire, serverShape, slashShape } from '../slash-shapes.js';
import type { CommandRow } from './command.js';
import { limited } from './messages.js';
import { runServerCommand, serverCommands } from './slash-server.js';

const slashList: CommandRow = {
  cmd: 'slash_list',
  section: '6.8',
  run(ask) {
    const bots = ask.read((view) =>
      slashSetsOf(view).flatMap(({ user, commands }) =>
        commands.map((one) => slashShape(one, nameById(view, user))),
      ),
    );
    ask.reply({ commands: [...serverCommands.map(serverShape), ...bots] });
  },
};

const slashRegister: CommandRow = {
  cmd: 'slash_register',
  section: '6.8',
  run(ask) {
    const given = ask.request.commands;
    if (!Array.isArray(given) || given.length === 0) refuse('Commands must be provided as a list');
    const { session } = ask.turn;
    const sets = ask.read((view) => view.by(slashSets, 'user', ask.user));
    if (sets.some((set) => set.session !== session))
      refuse('You already have slash commands registered from another session');
    const limit = ask.tools.host.config.limits.slashCommandsPerSession;
    if (given.length > limit) refuse(`Invalid command schema: more than ${limit} commands`);
    const commands = commandsFromWire(given);
    if (!Array.isArray(commands)) refuse(`Invalid command schema: ${commands.wrong}`);
    return ask.submit(
      'slash.register',
      { session, commands },
      { 'slash-invalid': ({ details }) => `Invalid command schema: ${details.text}` },
      ({ commands: count }) => ask.reply({ val: `${count} commands registered successfully` }),
    );
  },
};

const missingChannel = 'Channel parameter is required for slash commands';

/** Where a command is called or answered. */
function channelOf(ask: Ask, name: string): Channel {
  const channel = channelHere(ask, name) ?? refuse('Channel not found');
  if (!may(ask, channel, 'send')) refuse('You do not have permission to send messages in this channel');
  if (channel.kind !== 'text') refuse('Cannot send messages in this channel type');
  return channel;
}

const slashCall: CommandRow = {
  cmd: 'slash_call',
  section: '6.8',
  run(ask) {
    const { request, turn } = ask;
    const name = textOf(request.channel) ?? refuse(missingChannel);
    const { command, args = {} } = request;
    if (typeof args !== 'object' || args === null || Array.isArray(args))
      refuseBare('Command args must be an object');
    if (typeof command !== 'string') refuse('Command name must be a string');
    const known = serverCommands.find((one) => one.name === command);
    if (known === undefined && ask.read((view) => slashNamed(view, command)) === undefined)
      refuse(`Unknown slash command: /${command}`);
    const channel = channelOf(ask, name);
    // Deviation: a call counts as a message, or calls would be a way around the limit.
    if (limited(ask, 'told')) return;
    if (known !== undefined) return runServerCommand(ask, known, channel, args);
    const given = args as Readonly<Record<string, unknown>>;
    return ask.submit(
      'slash.call',
      { by: ask.user, session: turn.session, channel: channel.id, command, args: given },
      {
        'slash-unknown': `Unknown slash command: /${command}`,
        'slash-argument-unknown': ({ details }) => `Unknown argument: ${details.name}`,
        'slash-argument-missing': ({ details }) => `Missing required argument: ${details.name}`,
        'slash-argument-invalid': ({ details }) => wrongArgument(ask, command, given, String(details.name)),
        'slash-role-denied': ({ details }) =>
          refuseBare(`Access denied: '${details.role}' role is forbidden`),
        'slash-role-needed': ({ details }) => refuseBare(`Access denied: '${details.role}' role required`),
      },
    );
  },
};

/** What is wrong with the type of an argument, in the document's words. */
function wrongArgument(
  ask: Ask,
  command: string,
  args: Readonly<Record<string, unknown>>,
  name: string,
): string {
  const options = ask.read((view) => slashNamed(view, command))?.command.options ?? [];
  const option = options.find((one) => one.name === name);
  if (option?.type === 'enum') {
    const choices = (option.choices ?? []).map((one) => `'${one}'`).join(', ');
    return `Invalid value for argument '${name}': expected one of [${choices}]`;
  }
  return `Invalid type for argument '${name}': expected ${option?.type}, got ${pythonType(args[name])}`;
}

/** The user whom a response says it answers: by id, as calls name them, or by name. */
function invokerOf(ask: Ask, channel: Channel, given: string): User | undefined {
  return ask.read((view) => {
    const same = usersWithId(view, given).filter(({ identity }) => identity === given);
    const { config } = ask.tools.host;
    const place = { bot: ask.user, channel: channel.id };
    const waiting = same.find(
      (one) => answeredCall(view, config, ask.turn.now, { ...place, invoker: one.id }) !== undefined,
    );
    return waiting ?? userNamed(view, given);
  });
}

const slashResponse: CommandRow = {
  cmd: 'slash_response',
  section: '6.8',
  run(ask) {
    const { request } = ask;
    const name = textOf(request.channel) ?? refuseBare(missingChannel);
    const { response, embeds } = request;
    const some = Array.isArray(embeds) ? embeds.length > 0 : Boolean(embeds);
    if (!response && !some) refuseBare('Slash response must have content or embeds');
    if (response && typeof response !== 'string') refuseBare('Slash response must be a string');
    const text = typeof response === 'string' ? response.trim() : '';
    if (text === '' && !some) refuseBare('Slash response must have content or embeds');
    const wrong = embedError(embeds);
    if (wrong !== undefined) refuseBare(wrong);
    const channel = channelOf(ask, name);
    const named = textOf(request.invoker);
    const invoker = named === undefined ? undefined : invokerOf(ask, channel, named);
    const said = textOf(request.command);
    const call = ask.read((view) =>
      answeredCall(view, ask.tools.host.config, ask.turn.now, {
        bot: ask.user,
        channel: channel.id,
        ...(invoker === undefined ? {} : { invoker: invoker.id }),
        ...(said === undefined ? {} : { command: said }),
      }),
    );
    const command = said ?? call?.command ?? refuseBare('Command parameter is required for slash responses');
    // What answers a call is let through; anything else is a message like others.
    if (call === undefined && limited(ask, 'told')) return;
    return ask.submit('message.send', {
      by: ask.user,
      channel: channel.id,
      text,
      ...(some ? { embeds: embeds as Record<string, unknown>[] } : {}),
      interaction: { command, user: invoker?.id ?? call?.invoker ?? ask.user },
    });
  },
};

export const slashCommands: readonly CommandRow[] = [slashList, slashRegister, slashCall, slashResponse];

import type { Noun, Rules } from '../../core/command.js';
import type { View } from '../../core/table.js';
import { type Channel, channels, factsOf, mayNotIn } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { ChannelId, MessageId, SessionId, UserId } from '../ids.js';
import { isSilent } from '../moderation/bans.js';
import { refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import { sessions } from '../sessions/online.js';
import { personNow } from '../users/present.js';
import { claimsOf, type User, users } from '../users/users.js';
import { wrongArgument, wrongCommands, wrongRoles } from './check.js';
import {
  dropSet,
  rememberCall,
  type SlashCommand,
  type SlashSet,
  slashNamed,
  slashNames,
  slashSets,
  slashTables,
} from './slash.js';

export interface SlashCommands {
  /** Says which commands a session answers, in the place of those it answered before; none takes them away. */
  'slash.register': {
    input: { readonly session: SessionId; readonly commands: readonly SlashCommand[] };
    result: { readonly commands: number };
  };
  /** Calls a command of a bot in a channel. The bot answers with a message, or not at all. */
  'slash.call': {
    input: {
      readonly by: UserId;
      /** The caller's session, which the event names so that it alone may be told. */
      readonly session?: SessionId;
      readonly channel: ChannelId;
      readonly command: string;
      /** Plain JSON by the names of options. */
      readonly args: Readonly<Record<string, unknown>>;
    };
    result: { readonly id: MessageId };
  };
}

export function slashNoun(config: DomainConfig): Noun {
  const { slashCommandsPerSession, slashOptionsPerCommand } = config.limits;
  const rules: Rules<SlashCommands> = {
    'slash.register': {
      decide(tx, { session, commands }) {
        const user = tx.get(sessions, session)?.user;
        const person = user === undefined ? undefined : personNow(tx, config, user);
        if (user === undefined || person === undefined) return refuse('user-offline');
        if (tx.by(slashSets, 'user', user).some((set) => set.session !== session))
          return refuse('slash-taken');
        if (commands.length > slashCommandsPerSession)
          return refuse('too-many-slash-commands', { limit: slashCommandsPerSession });
        const wrong = wrongCommands(commands, slashOptionsPerCommand);
        if (wrong !== undefined) return refuse('slash-invalid', { text: wrong });
        const before = tx.get(slashSets, session);
        const kept = new Set(commands.map(({ name }) => name));
        const gone = before === undefined ? [] : dropSet(tx, before).filter((name) => !kept.has(name));
        if (gone.length > 0) tell(tx, 'slash_remove', { person, session, commands: gone });
        if (commands.length === 0) return { commands: 0 };
        tx.put(slashSets, { session, user, commands, since: before?.since ?? nextId(tx) });
        for (const name of kept) tx.put(slashNames, { session, name });
        tell(tx, 'slash_add', { person, session, commands });
        return { commands: commands.length };
      },
    },
    'slash.call': {
      decide(tx, { by, session: from, channel: place, command: name, args }) {
        const user = tx.get(users, by);
        const person = personNow(tx, config, by);
        if (user === undefined || person === undefined) return refuse('user-unknown');
        const channel = tx.get(channels, place);
        if (channel === undefined) return refuse('channel-unknown');
        const no = mayNotIn(tx, config, user, channel, 'send');
        if (no !== undefined) return no;
        const { can, roles } = claimsOf(tx, config, user);
        if (isSilent(tx, by, can, tx.at)) return refuse('user-silenced');
        const found = slashNamed(tx, name);
        if (found === undefined || !seesChannel(tx, config, found.set, channel))
          return refuse('slash-unknown', { name });
        const { set, command } = found;
        const wrong = wrongRoles(command, roles) ?? wrongArgument(command, args);
        if (wrong !== undefined) return wrong;
        const bot = personNow(tx, config, set.user);
        if (bot === undefined) return refuse('slash-unknown', { name });
        const id = nextId(tx);
        const { session, user: answers } = set;
        rememberCall(tx, config, {
          bot: answers,
          channel: place,
          invoker: by,
          session,
          command: name,
          id,
          at: tx.at,
        });
        tell(tx, 'slash_call', {
          id,
          person,
          ...(from === undefined ? {} : { from }),
          bot,
          session,
          channel: factsOf(tx, channel),
          command: name,
          args,
        });
        return { id };
      },
    },
  };
  return { name: 'slash', tables: slashTables, rules: rules as Noun['rules'] };
}

/** Bots hear of no channel that they may not see. */
function seesChannel(view: View, config: DomainConfig, { user }: SlashSet, channel: Channel): boolean {
  const bot: User | undefined = view.get(users, user);
  return bot !== undefined && mayNotIn(view, config, bot, channel, 'see') === undefined;
}

import { type Channel, channels } from '../../../domain/channels/channels.js';
import type { ChannelWish } from '../../../domain/channels/commands.js';
import { online } from '../../../domain/sessions/online.js';
import type { NoticeId } from '../notices.js';
import { sanitiseText } from '../text.js';
import { type CommandContext, type CommandRow, channelCalled, type Words } from './command.js';

/** Section 8.4. */
const create: CommandRow = {
  names: ['create'],
  section: '8.4',
  notices: ['cmdna', 'cmderr', 'rankerr', 'inchan', 'nischan', 'crchan'],
  async run({ args, me, may, notAllowed, notice, settings, submit }) {
    if (!may('channel.create')) return notAllowed();
    const ranked = /^[0-9]+$/.test(args[0] ?? '');
    const named = ranked ? args.slice(1) : args;
    if (named.length === 0) return notice('cmderr');
    if (ranked && Number(args[0]) > me.person.rank) return notice('rankerr');
    const name = named.join('_');
    const wish: ChannelWish = { name, ...(ranked ? { rank: Number(args[0]) } : {}) };
    const lasts = may('channel.permanent');
    const made = await submit('channel.create', {
      by: me.user,
      ...wish,
      enter: true,
      ...(lasts ? {} : { temporary: settings.temporaryChannelPolicy }),
    });
    if (made !== undefined) notice('crchan', name);
  },
};

/** Section 8.5. Every refusal sends the client back to where it is. */
const join: CommandRow = {
  names: ['join'],
  section: '8.5',
  notices: ['nochan', 'samechan', 'ipchan', 'nopwchan', 'ipwchan'],
  async run(context) {
    const { args, me, notice, read, turn } = context;
    const [typed, ...words] = args;
    if (!typed) return;
    const stay = (id: NoticeId, ...words: string[]) => {
      notice(id, ...words);
      const here = read((view) => view.get(online, me.user)?.channel);
      const current = here === undefined ? undefined : read((view) => view.get(channels, here));
      if (current !== undefined) turn.reply({ kind: 'channel_switch', channel: current.name });
    };
    const channel = channelCalled(context, typed);
    if (channel === undefined) return stay('nochan', sanitiseText(typed));
    const password = words.join(' ');
    const decision = await turn.submit('place.enter', {
      user: me.user,
      channel: channel.id,
      ...(password === '' ? {} : { password }),
    });
    if (!('code' in decision)) return;
    switch (decision.code) {
      case 'channel-same':
        return stay('samechan', channel.name);
      case 'channel-password-missing':
        return stay('nopwchan', channel.name);
      case 'channel-password-wrong':
        return stay('ipwchan', channel.name);
      case 'channel-rank-too-low':
      case 'not-permitted':
        return stay('ipchan', channel.name);
      case 'channel-unknown':
        return stay('nochan', sanitiseText(typed));
      default:
        return stay('generr');
    }
  },
};

/** Section 8.6, /delchan. */
export async function deleteChannel(context: CommandContext): Promise<void> {
  const { args, me, notice, submit } = context;
  const name = args.join('_');
  if (name === '') return notice('cmderr');
  const channel = channelCalled(context, name);
  if (channel === undefined) return notice('nochan', sanitiseText(name));
  const done = await submit(
    'channel.delete',
    { by: me.user, channel: channel.id },
    {
      'not-permitted': ['ndchan', channel.name],
      'channel-rank-too-low': ['ndchan', channel.name],
      'channel-default': ['ndchan', channel.name],
      'channel-unknown': ['nochan', sanitiseText(name)],
    },
  );
  if (done !== undefined) notice('delchan', channel.name);
}

const deleteCommand: CommandRow = {
  names: ['delchan'],
  section: '8.6',
  notices: ['cmderr', 'nochan', 'ndchan', 'delchan'],
  run: deleteChannel,
};

/** The channel somebody is in, if they may change it: its owner, or a holder of the permission (section 8.13). */
function changeable(
  { me, may, read }: CommandContext,
  permission: 'channel.password' | 'channel.rank',
): Channel | undefined {
  const { channel: here } = me;
  const channel = here === undefined ? undefined : read((view) => view.get(channels, here));
  return channel !== undefined && (channel.owner === me.user || may(permission)) ? channel : undefined;
}

/** The channel went while the command waited: what is left is the default channel, which nobody locks. */
const kept = ({ name }: CommandContext): Words => ({
  'channel-unknown': ['cmdna', `/${name}`],
  'channel-default': ['cmdna', `/${name}`],
});

const password: CommandRow = {
  names: ['password', 'pwd'],
  section: '8.13',
  notices: ['cmdna', 'cpwdchan'],
  async run(context) {
    const channel = changeable(context, 'channel.password');
    if (channel === undefined) return context.notAllowed();
    const typed = context.args.join(' ').trim();
    const changes = { by: context.me.user, channel: channel.id, password: typed === '' ? null : typed };
    if ((await context.submit('channel.update', changes, kept(context))) !== undefined)
      context.notice('cpwdchan');
  },
};

const rank: CommandRow = {
  names: ['rank', 'priv', 'privilege', 'hierarchy'],
  section: '8.13',
  notices: ['cmdna', 'rankerr', 'cprivchan'],
  async run(context) {
    const channel = changeable(context, 'channel.rank');
    if (channel === undefined) return context.notAllowed();
    const typed = context.args[0] ?? '';
    if (!/^[0-9]+$/.test(typed) || Number(typed) > context.me.person.rank) return context.notice('rankerr');
    const changes = { by: context.me.user, channel: channel.id, rank: Number(typed) };
    if ((await context.submit('channel.update', changes, kept(context))) !== undefined)
      context.notice('cprivchan');
  },
};

export const channelCommands: readonly CommandRow[] = [create, join, deleteCommand, password, rank];

import { type Online, online } from '../../../domain/sessions/online.js';
import { users } from '../../../domain/users/users.js';
import { cleanNickname, cutToCodePoints, sanitiseText } from '../text.js';
import { type CommandContext, type CommandRow, findOnline, reachedBy, seenBy } from './command.js';

/** Section 8.2: the words are why, and the tag is made of the first; whatever was set before has been cleared already (section 8.1). */
const afk: CommandRow = {
  names: ['afk'],
  section: '8.2',
  notices: [],
  async run({ args, config, me, submit }) {
    const reason = cutToCodePoints(args.join(' '), config.limits.statusTextLength);
    await submit('user.away', { user: me.user, reason });
  },
};

/** Section 8.3. With the right to rename others, a first word that is the id of somebody online names them. */
const nick: CommandRow = {
  names: ['nick'],
  section: '8.3',
  notices: ['cmdna', 'nameinuse', 'nick'],
  async run(context) {
    const { args, me, may, notAllowed, notice, read, settings, submit } = context;
    if (!may('nick.own', 'nick.others')) return notAllowed();
    const named = may('nick.others') && /^[1-9][0-9]{0,15}$/.test(args[0] ?? '');
    const target = named ? (onlineByNumber(context, Number(args[0])) ?? me) : me;
    const wished = cleanNickname(named ? args.slice(1) : args, settings.nickLength);
    const handle = read((view) => view.get(users, target.user)?.handle);
    const name = wished === '' || wished === handle ? undefined : wished;
    const wearer = name === undefined ? undefined : read((view) => findOnline(view, name, seenBy(me)));
    if (wearer !== undefined && wearer.user !== target.user) return notice('nameinuse', sanitiseText(wished));
    await submit('user.nick', {
      by: me.user,
      user: target.user,
      ...(name === undefined ? {} : { nick: name }),
    });
  },
};

function onlineByNumber({ me, read }: CommandContext, number: number): Online | undefined {
  return read((view) => {
    const user = view.one(users, 'number', number);
    const row = user && view.get(online, user.id);
    return row !== undefined && reachedBy(me)(view, row) ? row : undefined;
  });
}

export const presenceCommands: readonly CommandRow[] = [afk, nick];

import { addressKey } from '../../../core/address.js';
import type { View } from '../../../core/table.js';
import type { Permission } from '../../../domain/access/permissions.js';
import { type Ban, banOf, listedBans, silenceOf } from '../../../domain/moderation/bans.js';
import { sessions } from '../../../domain/sessions/online.js';
import { isVisible } from '../../../domain/status/status.js';
import { fold } from '../../../domain/users/names.js';
import { users } from '../../../domain/users/users.js';
import type { SockChatSettings } from '../options.js';
import { nameOf } from '../people.js';
import { banList, decodeEntities, sanitiseText } from '../text.js';
import type { Word } from '../wording.js';
import {
  after,
  type CommandContext,
  type CommandRow,
  secondsArgument,
  target,
  type Words,
} from './command.js';

/** The person went while the command waited. */
function gone({ args }: CommandContext): Words {
  const notFound: Word = ['usernf', sanitiseText(args[0] ?? 'User')];
  return { 'user-offline': notFound, 'user-unknown': notFound };
}

/**
 * Section 8.7. Without a time /kick sends away and /ban bans for good; with one both ban for so many seconds; zero and less is a plain
 * kick, but -1 is for good.
 */
async function sendAway(
  context: CommandContext,
  permission: 'user.kick' | 'user.ban',
  dialect: string,
  { penalties }: SockChatSettings,
): Promise<void> {
  const { args, may, me, notAllowed, notice, read, submit, turn } = context;
  if (!may(permission)) return notAllowed();
  const found = target(context);
  if (found === undefined) return;
  const { person } = found;
  const banned = read((view) => banOf(view, 'user', found.user, dialect, turn.now)) !== undefined;
  if (found.user === me.user || person.rank >= me.person.rank || banned)
    return notice('kickna', person.handle);
  const seconds = secondsArgument(args[1]);
  if (Number.isNaN(seconds)) return notice('cmderr');
  const words: Words = {
    'user-outranks': ['kickna', person.handle],
    'user-self': ['kickna', person.handle],
    // So short that it was over while a hook was asked: nothing happened.
    'user-not-banned': ['generr'],
    ...gone(context),
  };
  const forGood = seconds === -1 || (seconds === undefined && permission === 'user.ban');
  if (!forGood && (seconds === undefined || seconds <= 0)) {
    const reach = penalties === 'here' ? { dialect } : {};
    const isElsewhere = read(
      (view) =>
        isVisible(view, found.user) &&
        !view.by(sessions, 'user', found.user).some((session) => session.dialect === dialect),
    );
    // They are in the list, and nobody here may send them away from there.
    if (isElsewhere && penalties === 'here') return notice('kickna', person.handle);
    await submit('user.kick', { by: me.user, user: found.user, permission, ...reach }, words);
    return;
  }
  const until = forGood ? null : after(turn.now, seconds ?? 0);
  const addresses = permission === 'user.ban' ? { addresses: true, addressDialect: dialect } : {};
  await submit('user.ban', { by: me.user, user: found.user, until, permission, ...addresses }, words);
}

/** An active ban by the name or number of its user, or by its address (section 8.8). */
function findBan(view: View, typed: string, at: number, kinds: readonly Ban['kind'][]): Ban | undefined {
  const active = listedBans(view, at).filter((ban) => kinds.includes(ban.kind));
  for (const word of [typed, decodeEntities(typed)]) {
    const named = active.find((ban) => fold(ban.name) === fold(word));
    if (named !== undefined) return named;
  }
  // However it is written, and whichever of its network it is (IPv6 is held by /64).
  const key = addressKey(typed);
  const held = active.find((ban) => ban.kind === 'address' && ban.subject === key);
  if (held !== undefined) return held;
  if (!/^[1-9][0-9]{0,15}$/.test(typed)) return undefined;
  const user = view.one(users, 'number', Number(typed));
  return user === undefined
    ? undefined
    : active.find((ban) => ban.kind === 'user' && ban.subject === user.id);
}

/** What the list shows: whoever is banned in several ways once, since they are pardoned once. */
function banned(active: readonly Ban[]): string[] {
  return [...new Map(active.map((ban) => [`${ban.kind}:${ban.subject}`, ban.name])).values()];
}

async function lift(context: CommandContext, kinds: readonly Ban['kind'][]): Promise<void> {
  const { args, may, me, notAllowed, notice, read, submit, turn } = context;
  if (!may('user.ban', 'user.kick')) return notAllowed();
  const typed = args[0] ?? '';
  const ban = typed === '' ? undefined : read((view) => findBan(view, typed, turn.now, kinds));
  const shown = sanitiseText(typed);
  if (ban === undefined) return notice('notban', shown);
  const words = { 'user-not-banned': ['notban', shown], 'address-not-banned': ['notban', shown] } as const;
  const done =
    ban.kind === 'user'
      ? await submit('user.unban', { by: me.user, user: ban.subject as never }, words)
      : await submit('address.unban', { by: me.user, address: ban.subject }, words);
  if (done !== undefined) notice('unban', shown);
}

/** Section 8.9. */
async function silence(context: CommandContext): Promise<void> {
  const { args, may, me, notAllowed, notice, read, submit, turn } = context;
  if (!may('user.silence')) return notAllowed();
  const found = target(context);
  if (found === undefined) return;
  if (found.user === me.user) return notice('silself');
  if (found.person.rank >= me.person.rank) return notice('silperr');
  if (read((view) => silenceOf(view, found.user, turn.now)) !== undefined) return notice('silerr');
  const seconds = secondsArgument(args[1]);
  if (Number.isNaN(seconds)) return notice('cmderr');
  const until = seconds === undefined || seconds === -1 ? null : after(turn.now, seconds);
  const words: Words = { 'user-outranks': ['silperr'], 'user-self': ['silself'], ...gone(context) };
  if ((await submit('user.silence', { by: me.user, user: found.user, until }, words)) === undefined) return;
  notice('silok', nameOf(found.person));
}

async function unsilence(context: CommandContext): Promise<void> {
  const { may, me, notAllowed, notice, read, submit, turn } = context;
  if (!may('user.silence')) return notAllowed();
  const found = target(context);
  if (found === undefined) return;
  if (found.person.rank >= me.person.rank) return notice('usilperr');
  if (read((view) => silenceOf(view, found.user, turn.now)) === undefined) return notice('usilerr');
  const words: Words = { 'user-outranks': ['usilperr'], 'user-self': ['usilperr'], ...gone(context) };
  if ((await submit('user.unsilence', { by: me.user, user: found.user }, words)) === undefined) return;
  notice('usilok', nameOf(found.person));
}

/** The rows of sections 8.7 to 8.9 for a dialect of this name. */
export function moderationCommands(dialect: string, settings: SockChatSettings): readonly CommandRow[] {
  const liftable: readonly Permission[] = ['user.ban', 'user.kick'];
  return [
    {
      names: ['kick'],
      section: '8.7',
      notices: ['cmdna', 'usernf', 'kickna', 'cmderr'],
      run: (context) => sendAway(context, 'user.kick', dialect, settings),
    },
    {
      names: ['ban'],
      section: '8.7',
      notices: ['cmdna', 'usernf', 'kickna', 'cmderr'],
      run: (context) => sendAway(context, 'user.ban', dialect, settings),
    },
    {
      names: ['unban', 'pardon'],
      section: '8.8',
      notices: ['cmdna', 'notban', 'unban'],
      run: (context) => lift(context, ['user', 'address']),
    },
    {
      names: ['unbanip', 'pardonip'],
      section: '8.8',
      notices: ['cmdna', 'notban', 'unban'],
      run: (context) => lift(context, ['address']),
    },
    {
      names: ['bans', 'banned'],
      section: '8.8',
      notices: ['cmdna', 'banlist'],
      run: ({ may, notAllowed, notice, read, turn }) =>
        may(...liftable)
          ? notice('banlist', banList(banned(read((view) => listedBans(view, turn.now)))))
          : notAllowed(),
    },
    {
      names: ['silence'],
      section: '8.9',
      notices: ['cmdna', 'usernf', 'silself', 'silperr', 'silerr', 'cmderr', 'silence', 'silok'],
      run: silence,
    },
    {
      names: ['unsilence'],
      section: '8.9',
      notices: ['cmdna', 'usernf', 'usilperr', 'usilerr', 'unsil', 'usilok'],
      run: unsilence,
    },
  ];
}

import { banOf, listedBans } from '../../../domain/moderation/bans.js';
import { isOwner } from '../../../domain/roles/bearers.js';
import { users } from '../../../domain/users/users.js';
import type { Ask } from '../ask.js';
import { userNamed } from '../context.js';
import { refuse } from '../refusal.js';
import type { CommandRow } from './command.js';
import { targetOf, userParameter } from './people.js';

/** Whoever may manage users may ban (section 14); that permission stands for kicking, and here a ban takes no more. */
const permission = 'user.kick';

const userBan: CommandRow = {
  cmd: 'user_ban',
  section: '6.6',
  run(ask) {
    ask.needsOwner('manage_users');
    const name = userParameter(ask);
    const user = ask.read((view) => userNamed(view, name));
    if (user === undefined) return ask.reply({ user: name, banned: false });
    const ban = { by: ask.user, user: user.id, until: null, permission, stay: ask.tools.dialect } as const;
    return ask.push('user.ban', ban, { 'user-outranks': 'You cannot ban this user' }, () =>
      ask.reply({ user: user.handle, banned: true }),
    );
  },
};

const userUnban: CommandRow = {
  cmd: 'user_unban',
  section: '6.6',
  run(ask) {
    ask.needsOwner('manage_users');
    const name = userParameter(ask);
    const user = ask.read((view) => userNamed(view, name));
    const isBanned = user !== undefined && isKeptOut(ask, user.id);
    if (!isBanned) return ask.reply({ user: user?.handle ?? name, unbanned: false });
    return ask.push('user.unban', { by: ask.user, user: user.id }, {}, () =>
      ask.reply({ user: user.handle, unbanned: true }),
    );
  },
};

function isKeptOut(ask: Ask, user: string): boolean {
  return ask.read((view) => banOf(view, 'user', user, ask.tools.dialect, ask.turn.now)) !== undefined;
}

const usersBannedList: CommandRow = {
  cmd: 'users_banned_list',
  section: '6.6',
  run(ask) {
    ask.needsOwner('manage_users');
    const names = ask.read((view) => {
      const list = listedBans(view, ask.turn.now).filter(
        ({ kind, dialect }) => kind === 'user' && (dialect === undefined || dialect === ask.tools.dialect),
      );
      return list.map((ban) => view.get(users, ban.subject as never)?.handle ?? ban.name);
    });
    // Somebody may be kept out of this protocol and of all besides.
    ask.reply({ users: [...new Set(names)] });
  },
};

/** Longest timeout, in seconds: what `rate_limit` can carry to timers of clients. */
const longestTimeout = Math.floor((2 ** 31 - 1) / 1000);

const userTimeout: CommandRow = {
  cmd: 'user_timeout',
  section: '6.6',
  run(ask) {
    ask.needsOwner('manage_users');
    const { timeout } = ask.request;
    if (typeof timeout !== 'number' || !Number.isInteger(timeout) || timeout < 0 || timeout > longestTimeout)
      refuse('Timeout must be a positive integer');
    const user = targetOf(ask);
    const reply = () => ask.reply({ user: ask.request.user, timeout });
    const about = { by: ask.user, user: user.id };
    const own = { 'user-outranks': 'You cannot time out this user' };
    if (timeout > 0) {
      const until = ask.turn.now + timeout * 1000;
      return ask.push('user.silence', { ...about, until, anew: true }, own, reply);
    }
    // 0 lifts a timeout (section 14).
    return ask.push('user.unsilence', about, own, reply);
  },
};

const rateLimitStatus: CommandRow = {
  cmd: 'rate_limit_status',
  section: '6.6',
  run(ask) {
    const { rates, host } = ask.tools;
    const asker = ask.self();
    const user = ask.request.user === undefined || ask.request.user === null ? asker : targetOf(ask);
    if (user.id !== asker.id && !ask.read((view) => isOwner(view, host.config, asker)))
      refuse('Access denied: can only check your own rate limit status');
    if (!rates.enabled) refuse('Rate limiter not available or disabled');
    ask.reply({ user: user.handle, status: rates.status(user.id, ask.turn.elapsed) });
  },
};

const rateLimitReset: CommandRow = {
  cmd: 'rate_limit_reset',
  section: '6.6',
  run(ask) {
    ask.needs('manage_server');
    const user = targetOf(ask);
    if (!ask.tools.rates.enabled) refuse('Rate limiter not available or disabled');
    ask.tools.rates.reset(user.id);
    ask.reply({ user: user.handle, val: `Rate limit reset for user ${user.handle}` });
  },
};

export const moderationCommands: readonly CommandRow[] = [
  userBan,
  userUnban,
  usersBannedList,
  userTimeout,
  rateLimitStatus,
  rateLimitReset,
];

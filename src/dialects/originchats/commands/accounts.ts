import { isLastOwner } from '../../../domain/roles/bearers.js';
import { makeHandle } from '../../../domain/users/names.js';
import { isWorn } from '../../../domain/users/users.js';
import { normalClosure } from '../../close-codes.js';
import { textOf, userNamed } from '../context.js';
import { isLocal, pictureOf, withPicture } from '../local-users.js';
import type { AuthMode } from '../options.js';
import { refuse } from '../refusal.js';
import type { CommandRow } from './command.js';
import { targetOf } from './people.js';

/** Longest nickname and username, in code points (sections 3.3 and 6.8). */
const longestNickname = 20;
const longestUsername = 32;

const userUpdate: CommandRow = {
  cmd: 'user_update',
  section: '6.5',
  run(ask) {
    ask.needs('manage_users');
    const user = targetOf(ask);
    const { updates } = ask.request;
    if (typeof updates !== 'object' || updates === null || Array.isArray(updates))
      refuse('Updates must be an object');
    const { username, nickname, ...rest } = updates as Readonly<Record<string, unknown>>;
    const [strange] = Object.keys(rest);
    if (strange !== undefined) refuse(`Cannot update field: ${strange}`);
    const name = username === undefined ? undefined : textOf(username)?.trim();
    if (username !== undefined && (name === undefined || name === ''))
      refuse('Username must be a non-empty string');
    if (name !== undefined && [...name].length > longestUsername) refuse('Username must be 2-32 characters');
    if (nickname !== undefined && nickname !== null && typeof nickname !== 'string')
      refuse('Nickname must be a string or null');
    if (typeof nickname === 'string' && [...nickname].length > longestNickname)
      refuse(`Nickname too long (max ${longestNickname} characters)`);
    const { config } = ask.tools.host;
    if (name !== undefined && ask.read((view) => isWorn(view, config, makeHandle(name), user.id)))
      refuse('Username already taken');
    const wish = {
      by: ask.user,
      user: user.id,
      ...(nickname === undefined ? {} : { displayName: nickname === '' ? null : nickname }),
      ...(name === undefined ? {} : { name }),
    };
    return ask.push('user.rename', wish, { 'user-unknown': 'Target user not found' }, ({ person }) =>
      ask.reply({ user: person.handle, nickname: person.displayName ?? null }),
    );
  },
};

/** Local accounts are where pictures are set; those of the identity service have theirs there. */
const localModes: readonly AuthMode[] = ['cracked', 'cracked-only'];

const pfpSet: CommandRow = {
  cmd: 'pfp_set',
  section: '6.5',
  modes: localModes,
  run(ask) {
    const user = ask.self();
    if (!isLocal(user)) refuse('Profile pictures are managed by Rotur for this account');
    const url = textOf(ask.request.url) ?? refuse('URL required');
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) refuse('Invalid URL format');
    if (url.length > 500) refuse('URL too long (max 500 characters)');
    const identity = { profile: withPicture(user, url) };
    const failed = { 'user-unknown': 'Failed to update profile picture' };
    return ask.push('user.update', { user: user.id, identity }, failed, () => ask.reply({ val: url }));
  },
};

const pfpGet: CommandRow = {
  cmd: 'pfp_get',
  section: '6.5',
  modes: localModes,
  run(ask) {
    const name = textOf(ask.request.username) ?? refuse('Username required');
    const user = ask.read((view) => userNamed(view, name)) ?? refuse('User not found');
    ask.reply({ val: pictureOf(user), username: user.handle });
  },
};

/**
 * `user_leave` (section 8). The broadcast that leaving causes is the reply as well, and the connection ends once that has gone out. The
 * user's other connections stay open, logged out: a client that lost them would come back by itself and so make the account anew.
 */
const userLeave: CommandRow = {
  cmd: 'user_leave',
  section: '8',
  whileBanned: true,
  run: (ask) =>
    ask.submit('user.leave', { user: ask.user, via: ask.tools.dialect }, {}, () =>
      ask.turn.close(normalClosure, ''),
    ),
};

const userDelete: CommandRow = {
  cmd: 'user_delete',
  section: '6.6',
  run(ask) {
    ask.needsOwner();
    const user = targetOf(ask);
    const { config } = ask.tools.host;
    if (ask.read((view) => isLastOwner(view, config, user, ask.turn.now)))
      refuse('Cannot delete the last owner');
    const wish = { by: ask.user, user: user.id, via: ask.tools.dialect };
    return ask.push('user.remove', wish, { 'user-outranks': 'You cannot delete this user' }, () =>
      ask.reply({ user: user.handle, deleted: true }),
    );
  },
};

export const accountCommands: readonly CommandRow[] = [userUpdate, pfpSet, pfpGet, userLeave, userDelete];

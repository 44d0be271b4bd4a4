import { banOf } from '../../../domain/moderation/bans.js';
import { sessions } from '../../../domain/sessions/online.js';
import { isVisible } from '../../../domain/status/status.js';
import { claimsOf, isGone, users } from '../../../domain/users/users.js';
import { isLocal, nicknameOf, pictureOf } from '../local-users.js';
import { colourOf } from '../shapes.js';
import { statusShape } from '../status.js';
import type { CommandRow } from './command.js';

const usersList: CommandRow = {
  cmd: 'users_list',
  section: '6.5',
  run(ask) {
    const { host, dialect } = ask.tools;
    const list = ask.read((view) =>
      [...view.all(users)]
        .filter(
          (user) =>
            !user.private &&
            !isGone(user) &&
            banOf(view, 'user', user.id, dialect, ask.turn.now) === undefined,
        )
        .map((user) => {
          const { roles } = claimsOf(view, host.config, user);
          return {
            username: user.handle,
            nickname: nicknameOf(user),
            roles,
            color: colourOf(view, roles),
            status: statusShape(view, user.id, ask.user),
            cracked: isLocal(user),
            pfp: pictureOf(user),
          };
        }),
    );
    ask.reply({ users: list });
  },
};

const usersOnline: CommandRow = {
  cmd: 'users_online',
  section: '6.5',
  run(ask) {
    const { host, dialect } = ask.tools;
    const list = ask.read((view) =>
      [...view.all(sessions)].flatMap((session) => {
        const user = view.get(users, session.user);
        if (user === undefined || !isVisible(view, user.id)) return [];
        // They stay connected, and hear and say nothing.
        if (banOf(view, 'user', user.id, dialect, ask.turn.now) !== undefined) return [];
        const { roles } = claimsOf(view, host.config, user);
        return [
          {
            username: user.handle,
            nickname: nicknameOf(user),
            roles,
            color: colourOf(view, roles),
            status: statusShape(view, user.id, ask.user),
          },
        ];
      }),
    );
    ask.reply({ users: list });
  },
};

const ping: CommandRow = {
  cmd: 'ping',
  section: '2',
  whileBanned: true,
  run: (ask) => ask.reply({ val: 'pong' }, 'pong'),
};

export const userCommands: readonly CommandRow[] = [usersList, usersOnline, ping];

import { mayNotIn } from '../../../domain/channels/channels.js';
import { online, peopleIn, sessions } from '../../../domain/sessions/online.js';
import { chosenStatus } from '../../../domain/status/status.js';
import type { Person } from '../../../domain/users/person.js';
import { users } from '../../../domain/users/users.js';
import { fieldsOf } from '../people.js';
import { escapeNotice, sanitiseText, whoList } from '../text.js';
import { type CommandContext, type CommandRow, channelCalled, target } from './command.js';

/** Who is invisible is listed for themselves alone. */
function list({ me, read }: CommandContext, people: readonly Person[]): string {
  const shown = read((view) =>
    people.filter(({ user }) => user === me.user || chosenStatus(view, user).status !== 'invisible'),
  );
  return whoList(
    shown.map((person) => ({
      shown: fieldsOf(person).name,
      isRequester: person.user === me.user,
    })),
  );
}

/** Section 8.12. Those inside may always list their own channel. */
const who: CommandRow = {
  names: ['who'],
  section: '8.12',
  notices: ['nochan', 'whoerr', 'whochan', 'who'],
  run(context) {
    const { args, config, me, notice, read } = context;
    const typed = args[0] ?? '';
    if (typed === '')
      return notice(
        'who',
        list(
          context,
          read((view) => [...view.all(online)].map((row) => row.person)),
        ),
      );
    const channel = channelCalled(context, typed);
    if (channel === undefined) return notice('nochan', sanitiseText(typed));
    const user = read((view) => view.get(users, me.user));
    const inside = me.channel === channel.id;
    const refused =
      user === undefined || read((view) => mayNotIn(view, config, user, channel, 'enter')) !== undefined;
    if (!inside && refused) return notice('whoerr', sanitiseText(typed));
    notice(
      'whochan',
      channel.name,
      list(
        context,
        read((view) => peopleIn(view, channel.id)),
      ),
    );
  },
};

/** Section 8.15: one notice for each address somebody is connected from. */
const address: CommandRow = {
  names: ['ip', 'whois'],
  section: '8.15',
  notices: ['cmdna', 'usernf', 'ipaddr'],
  run(context) {
    const { may, notAllowed, notice, read } = context;
    if (!may('address.see')) return notAllowed();
    const found = target(context);
    if (found === undefined) return;
    const places = new Set(
      read((view) => view.by(sessions, 'user', found.user)).map((session) => session.address),
    );
    for (const place of places)
      if (place !== undefined) notice('ipaddr', found.person.handle, escapeNotice(place));
  },
};

export const informationCommands: readonly CommandRow[] = [who, address];

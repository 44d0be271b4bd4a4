import type { UserId } from '../../../domain/ids.js';
import { idOf, uuidOf } from '../../uuid.js';
import type { Texts } from '../ask.js';
import { subscribed } from '../following.js';
import { forgetKnown } from '../people-shown.js';
import { refuse, worldDenied } from '../refusal.js';
import type { CommandRow } from './command.js';

/** Everything that is wrong with the people is told alike. */
const texts: Texts = {
  'user-unknown': { code: 'chat.denied' },
  'user-silenced': worldDenied,
  'not-permitted': worldDenied,
};

const create: CommandRow = {
  action: 'chat.direct.create',
  section: '8.9',
  permission: 'world:chat.direct',
  fields: { users: 'uuids', hide: 'flag' },
  run(ask) {
    const { users: given } = ask.payload;
    if (!Array.isArray(given)) return ask.invalid();
    const hide = ask.flag('hide') ?? true;
    const users = given.map((uuid) => (idOf('user', uuid) ?? refuse('chat.denied')) as UserId);
    forgetKnown(ask.state);
    return ask.submit(
      'direct.open',
      { by: ask.user, users, hide, session: ask.turn.session },
      ({ channel, created }) => ({
        // Its people join under the ids that follow that of the channel.
        ...subscribed(ask, channel, created ? Number(channel) + 1 : undefined),
        id: uuidOf('channel', channel),
      }),
      texts,
    );
  },
};

export const directCommands: readonly CommandRow[] = [create];

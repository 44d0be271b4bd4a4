import { blockedBy } from '../../../domain/blocks/blocks.js';
import { otherIn } from '../named-people.js';
import { anybodyShape } from '../shapes.js';
import type { CommandRow } from './command.js';

const block: CommandRow = {
  action: 'user.block',
  section: '5',
  fields: { id: 'uuid' },
  run: (ask) => ask.submit('user.block', { by: ask.user, user: otherIn(ask) }),
};

const unblock: CommandRow = {
  action: 'user.unblock',
  section: '5',
  fields: { id: 'uuid' },
  run: (ask) => ask.submit('user.unblock', { by: ask.user, user: otherIn(ask, true) }),
};

const list: CommandRow = {
  action: 'user.list.blocked',
  section: '5',
  fields: {},
  run(ask) {
    const look = ask.look();
    const found = ask.read((view) => blockedBy(view, ask.user).map((user) => anybodyShape(view, user, look)));
    return ask.reply({ users: found });
  },
};

export const blockCommands: readonly CommandRow[] = [block, unblock, list];

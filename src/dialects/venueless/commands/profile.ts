import { forceJoins } from '../login.js';
import { objectIn } from '../objects.js';
import type { CommandRow } from './command.js';

const update: CommandRow = {
  action: 'user.update',
  section: '5',
  permission: 'world:view',
  fields: { profile: 'object', client_state: 'object' },
  async run(ask) {
    const profile = objectIn(ask, 'profile');
    const state = objectIn(ask, 'client_state');
    if (profile === undefined && state === undefined) return ask.reply();
    await ask.submit('user.profile', {
      by: ask.user,
      user: ask.user,
      ...(profile === undefined ? {} : { profile }),
      ...(state === undefined ? {} : { state }),
    });
    await forceJoins(ask.turn, ask.user);
  },
};

export const profileCommands: readonly CommandRow[] = [update];

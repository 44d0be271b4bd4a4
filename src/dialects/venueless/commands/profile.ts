import { forceJoins } from '../login.js';
import type { CommandRow } from './command.js';

const update: CommandRow = {
  action: 'user.update',
  section: '5',
  permission: 'world:view',
  fields: { profile: 'object', client_state: 'object' },
  async run(ask) {
    const { profile, client_state: state } = ask.payload;
    for (const given of [profile, state])
      if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given)))
        ask.invalid();
    if (profile === undefined && state === undefined) return ask.reply();
    await ask.submit('user.profile', {
      by: ask.user,
      user: ask.user,
      ...(profile === undefined ? {} : { profile: profile as Record<string, unknown> }),
      ...(state === undefined ? {} : { state: state as Record<string, unknown> }),
    });
    await forceJoins(ask.turn, ask.user);
  },
};

export const profileCommands: readonly CommandRow[] = [update];

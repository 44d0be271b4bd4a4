import type { CommandRow } from './command.js';

export const peopleCommands: readonly CommandRow[] = [];

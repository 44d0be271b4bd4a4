import type { CommandRow } from './command.js';

export const historyCommands: readonly CommandRow[] = [];

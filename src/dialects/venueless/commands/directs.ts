import type { CommandRow } from './command.js';

export const directCommands: readonly CommandRow[] = [];

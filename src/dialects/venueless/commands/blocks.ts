import type { CommandRow } from './command.js';

export const blockCommands: readonly CommandRow[] = [];

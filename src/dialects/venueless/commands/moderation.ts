import type { CommandRow } from './command.js';

export const moderationCommands: readonly CommandRow[] = [];

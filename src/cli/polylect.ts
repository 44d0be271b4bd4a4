#!/usr/bin/env node
import { runCommand, type Surface } from './command.js';

// The adapter finds its worker beside itself, so it is loaded from where it is and not made a part of this file.
const adapter = import.meta.url.endsWith('.ts') ? '../adapters/storage/sqlite.ts' : '../storage/sqlite.js';

const surface: Surface = {
  out: (text) => process.stdout.write(`${text}\n`),
  tell: (text) => process.stderr.write(`${text}\n`),
  openSqlite: async (file) => {
    const { href } = new URL(adapter, import.meta.url);
    const { sqlite }: typeof import('../adapters/storage/sqlite.js') = await import(href);
    // Killed, it goes on where it was; a power cut may take it back by a batch or two, never by a part of one.
    return sqlite({ file, synchronous: 'normal' });
  },
};

void runCommand(process.argv.slice(2), surface).then((code) => {
  process.exitCode = code;
});

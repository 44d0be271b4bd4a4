import { appendFile } from 'node:fs/promises';
import type { Chat, EventName } from 'polylect';

const logged = [
  'user_kick',
  'user_ban',
  'user_unban',
  'user_silence',
  'user_unsilence',
  'address_ban',
  'address_unban',
  'message_delete',
  'channel_delete',
] as const satisfies readonly EventName[];

/** Writes what moderators do to a file, one JSON object a line, in order. `written` resolves when all so far is in the file. */
export function moderationLog(chat: Chat, file: string): { written(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  for (const name of logged) {
    chat.on(name, (event) => {
      const line = `${JSON.stringify({ ...event, at: new Date(event.at).toISOString() })}\n`;
      // Each line waits for the one before it; one that failed does not hold up the next.
      last = last.catch(() => {}).then(() => appendFile(file, line));
      return last;
    });
  }
  return { written: () => last };
}

import type { View } from '../../core/table.js';
import type { UserId } from '../../domain/ids.js';
import { calling, type Mentions } from '../../domain/messages/mentions.js';
import type { Message } from '../../domain/messages/messages.js';
import { fold } from '../../domain/users/names.js';
import { publicUser } from '../../domain/users/users.js';
import { idOf, uuidOf } from '../uuid.js';

/** `@` and a UUID, where no letter or digit before or behind makes it something else. */
const mentioned =
  /(?<![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}_])@([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\p{L}\p{N}_-])/giu;

/** A text as the chat keeps it: `@<uuid>` of somebody becomes `@handle` (section 7). */
export function textFrom(view: View, body: string): string {
  if (!body.includes('@')) return body;
  return body.replace(mentioned, (whole, uuid: string) => {
    const user = publicUser(view, (idOf('user', uuid) ?? '') as UserId);
    return user === undefined ? whole : `@${user.handle}`;
  });
}

/** Names of one text that are written out as UUIDs: each can be twelve times as long as what was typed. The others stay as they are. */
const mostWritten = 50;

/** The same backwards, and italic for what somebody does (`/me`). */
export function bodyOf({ text, action }: Pick<Message, 'text' | 'action'>, mentions: Mentions): string {
  let written = 0;
  const body =
    mentions.users.length === 0
      ? text
      : text.replace(calling, (whole, role: string | undefined, name: string) => {
          if (role !== undefined) return whole;
          const user = mentions.users.find((one) => fold(one.name) === fold(name))?.user;
          return user === undefined || ++written > mostWritten ? whole : `@${uuidOf('user', user)}`;
        });
  return action ? `*${body.replace(/[\\*_]/g, '\\$&')}*` : body;
}

import { anyTable } from '../../core/command.js';
import { table } from '../../core/table.js';
import { fold } from '../users/names.js';

/** A picture of the community's own to react with, as events show it. */
export interface EmojiFacts {
  /** Never used again. */
  readonly id: number;
  /** `A-Z`, `a-z`, `0-9` and `_`, 1 to 64; unique whatever the case. */
  readonly name: string;
  /** The name of its picture, made of the id and the type; another one each time the picture changes. */
  readonly file: string;
  /** `image/gif`, `image/jpeg` or `image/png`. */
  readonly type: string;
}

/** An emoji as it is stored. */
export interface Emoji extends EmojiFacts {
  /** Id of its bytes. */
  readonly body: string;
}

/** What pictures of emoji may be, and how their names end (OriginChats, section 6.11). */
export const emojiTypes: ReadonlyMap<string, string> = new Map([
  ['image/gif', 'gif'],
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
]);

export const emojis = table<Emoji, number, 'name' | 'file' | 'body'>({
  name: 'emoji',
  class: 'resident',
  key: 'integer',
  id: (emoji) => emoji.id,
  indexes: {
    name: (emoji) => fold(emoji.name),
    file: (emoji) => emoji.file,
    body: (emoji) => emoji.body,
  },
});

export const emojiTables = [anyTable(emojis)];

export function emojiFacts({ id, name, file, type }: Emoji): EmojiFacts {
  return { id, name, file, type };
}

import type { Noun, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { View } from '../../core/table.js';
import { holdsAs } from '../acting.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import { log, needsLog } from '../modlog/modlog.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { nextId, tell } from '../rules.js';
import { fold } from '../users/names.js';
import { counters } from '../users/users.js';
import { type Emoji, type EmojiFacts, emojiFacts, emojis, emojiTables, emojiTypes } from './emoji.js';

/** A picture whose bytes are stored already. */
export interface EmojiPicture {
  /** `image/gif`, `image/jpeg` or `image/png`, as the bytes have it. */
  readonly type: string;
  /** Id of the bytes. */
  readonly body: string;
}

/** What changes emoji needs `manage_server`. */
export interface EmojiCommands {
  'emoji.add': {
    input: { readonly by: Actor; readonly name: string } & EmojiPicture;
    result: { readonly emoji: EmojiFacts };
  };
  /** What is left out stays. */
  'emoji.update': {
    input: {
      readonly by: Actor;
      readonly id: number;
      readonly name?: string;
      readonly picture?: EmojiPicture;
    };
    result: { readonly emoji: EmojiFacts };
  };
  /** Reactions with it stay, and show nothing. */
  'emoji.remove': { input: { readonly by: Actor; readonly id: number }; result: undefined };
}

export function emojiNoun(config: DomainConfig): Noun {
  const rules: Rules<EmojiCommands> = {
    'emoji.add': {
      needs: () => needsLog('emoji_add'),
      decide(tx, { by, name, type, body }) {
        if (!holdsAs(tx, config, by, 'manage_server')) return refuse('not-permitted');
        const no = wrongName(tx, name) ?? wrongType(type);
        if (no !== undefined) return no;
        const limit = config.limits.emoji;
        if (tx.size(emojis as never) >= limit) return refuse('too-many-emoji', { limit });
        const id = takeNumber(tx);
        const emoji: Emoji = { id, name, file: `${id}.${emojiTypes.get(type)}`, type, body };
        tx.put(emojis, emoji);
        log(tx, config, by, 'emoji_add', { emoji: id, name });
        tell(tx, 'emoji_add', { emoji: emojiFacts(emoji), by });
        return { emoji: emojiFacts(emoji) };
      },
    },
    'emoji.update': {
      needs: () => needsLog('emoji_update'),
      decide(tx, { by, id, name, picture }) {
        if (!holdsAs(tx, config, by, 'manage_server')) return refuse('not-permitted');
        const before = tx.get(emojis, id);
        if (before === undefined) return refuse('emoji-unknown');
        const no =
          (name === undefined ? undefined : wrongName(tx, name, id)) ??
          (picture === undefined ? undefined : wrongType(picture.type));
        if (no !== undefined) return no;
        const emoji: Emoji = {
          ...before,
          ...(name === undefined ? {} : { name }),
          ...(picture === undefined
            ? {}
            : {
                type: picture.type,
                body: picture.body,
                // Pictures are kept by those who have fetched them.
                file: `${id}-${nextId(tx)}.${emojiTypes.get(picture.type)}`,
              }),
        };
        tx.put(emojis, emoji);
        log(tx, config, by, 'emoji_update', {
          emoji: id,
          name: emoji.name,
          ...(emoji.name === before.name ? {} : { before: before.name }),
          changed: [...(name === undefined ? [] : ['name']), ...(picture === undefined ? [] : ['picture'])],
        });
        tell(tx, 'emoji_update', { before: emojiFacts(before), emoji: emojiFacts(emoji), by });
        return { emoji: emojiFacts(emoji) };
      },
    },
    'emoji.remove': {
      needs: () => needsLog('emoji_delete'),
      decide(tx, { by, id }) {
        if (!holdsAs(tx, config, by, 'manage_server')) return refuse('not-permitted');
        const emoji = tx.get(emojis, id);
        if (emoji === undefined) return refuse('emoji-unknown');
        tx.remove(emojis, id);
        log(tx, config, by, 'emoji_delete', { emoji: id, name: emoji.name });
        tell(tx, 'emoji_remove', { emoji: emojiFacts(emoji), by });
        return undefined;
      },
    },
  };
  return {
    name: 'emoji',
    tables: emojiTables,
    rules: rules as Noun['rules'],
    refersTo: (view, body) => view.one(emojis, 'body', body) !== undefined,
  };
}

function wrongName(view: View, name: string, except?: number): Rejection<RejectionCode> | undefined {
  if (!/^[A-Za-z0-9_]{1,64}$/.test(name)) return refuse('emoji-name-invalid');
  const other = view.one(emojis, 'name', fold(name));
  return other === undefined || other.id === except ? undefined : refuse('emoji-exists', { name });
}

function wrongType(type: string): Rejection<RejectionCode> | undefined {
  return emojiTypes.has(type) ? undefined : refuse('file-type-refused', { type });
}

/** Numbers from 1 on: reactions name emoji by them. */
function takeNumber(tx: Tx): number {
  const next = tx.get(counters, 'emoji')?.next ?? 1;
  tx.put(counters, { name: 'emoji', next: next + 1 });
  return next;
}

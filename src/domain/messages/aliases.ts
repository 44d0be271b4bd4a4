import { table } from '../../core/table.js';
import type { ChannelId, MessageId } from '../ids.js';

/** Finds a message by the id it had where it was imported from. The text of that id is `alias` of the message. */
export interface Alias {
  /** One of {@link aliasKeys}. */
  readonly key: number;
  readonly message: MessageId;
  readonly channel: ChannelId;
}

export const aliases = table<Alias, number>({
  name: 'aliases',
  class: 'archive',
  key: 'integer',
  id: (alias) => alias.key,
  partition: (alias) => alias.channel,
});

/** How many messages whose aliases have the same hash are found. */
const perHash = 4;

/** Longest alias that is looked up, in UTF-16 units. */
export const maxAliasLength = 200;

/** Where an alias may be kept: its hash and the keys behind it, for other aliases with that hash and for the same one elsewhere. */
export function aliasKeys(alias: string): number[] {
  const { hash } = hashOf(alias);
  return Array.from({ length: perHash }, (_, step) => hash + step);
}

/** 52 bits to look up by, at least 1, and 32 others to tell apart those that share them. After cyrb53 by bryc (public domain). */
export function hashOf(text: string): { readonly hash: number; readonly check: number } {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  let c = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
    c = Math.imul(c ^ unit, 2246822519);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  c = Math.imul(c ^ (c >>> 15), 2246822507) ^ (c >>> 13);
  return { hash: Math.max(1, (b & 0xfffff) * 2 ** 32 + (a >>> 0)), check: c >>> 0 };
}

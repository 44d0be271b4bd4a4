import type { Rejection } from '../core/rejection.js';
import type { DomainConfig } from './config.js';
import { type RejectionCode, refuse } from './rejections.js';

/** UTF-16 units that texts which only name or point to something may have: names as those in embeds (OriginChats, section 4), links as browsers take them. */
const longest = { name: 256, link: 2_048 } as const;

/** Refuses a text that is too long for what it is; `null` and nothing are not. */
export function tooLong(
  what: keyof typeof longest,
  text: string | null | undefined,
): Rejection<RejectionCode> | undefined {
  const limit = longest[what];
  return text && text.length > limit ? refuse('text-too-long', { limit }) : undefined;
}

/** Refuses a message of more code points than `messageLength`. */
export function messageTooLong(
  text: string,
  { limits: { messageLength: limit } }: DomainConfig,
): Rejection<RejectionCode> | undefined {
  return text.length > limit && [...text].length > limit ? refuse('message-too-long', { limit }) : undefined;
}

import { createHmac, timingSafeEqual } from 'node:crypto';

/** A channel's password, as it is stored: a salted HMAC-SHA-256 in hex. It guards a room, not an account, so it is cheap to check. */
export interface ChannelPassword {
  readonly salt: string;
  readonly hash: string;
}

/** `salt` need only differ from channel to channel; the chat uses the id of the change that set the password. */
export function hashChannelPassword(password: string, salt: string): ChannelPassword {
  return { salt, hash: createHmac('sha256', salt).update(password).digest('hex') };
}

/** Exact and case-sensitive (Sock Chat, /join). */
export function isChannelPassword(stored: ChannelPassword, typed: string): boolean {
  const hash = createHmac('sha256', stored.salt).update(typed).digest();
  return timingSafeEqual(hash, Buffer.from(stored.hash, 'hex'));
}

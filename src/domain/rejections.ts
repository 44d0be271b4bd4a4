import { Rejection } from '../core/rejection.js';

/** Every reason for which a wish may be refused. Each dialect words each of them. */
export const rejectionCodes = [
  'unavailable',
  'internal',
  'chat-closed',
  'hook-refused',
  'not-permitted',
  'user-unknown',
  'user-offline',
  'user-self',
  'user-outranks',
  'user-banned',
  'user-silenced',
  'user-not-banned',
  'user-not-silenced',
  'user-already-silenced',
  'address-banned',
  'address-not-banned',
  'name-in-use',
  'too-many-sessions',
  'channel-unknown',
  'channel-exists',
  'channel-name-invalid',
  'channel-rank-too-low',
  'channel-password-missing',
  'channel-password-wrong',
  'channel-same',
  'channel-default',
  'channel-none',
  'channel-kind',
  'too-many-channels',
  'rank-too-high',
  'message-unknown',
  'message-empty',
  'message-too-long',
  'reply-unknown',
  'reaction-exists',
  'reaction-unknown',
  'too-many-reactions',
  'attachment-unknown',
  'attachment-not-own',
  'too-many-uploads',
  'id-in-use',
  'file-type-refused',
  'emoji-unknown',
  'emoji-exists',
  'emoji-name-invalid',
  'too-many-emoji',
  'webhook-unknown',
  'webhook-name-invalid',
  'too-many-webhooks',
  'text-too-long',
  'settings-name-invalid',
  'push-invalid',
  'thread-locked',
] as const;

/** One of {@link rejectionCodes}. */
export type RejectionCode = (typeof rejectionCodes)[number];

export function refuse(
  code: RejectionCode,
  details: Readonly<Record<string, string | number>> = {},
): Rejection<RejectionCode> {
  return new Rejection(code, details);
}

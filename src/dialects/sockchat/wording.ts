import type { Rejection } from '../../core/rejection.js';
import type { RejectionCode } from '../../domain/rejections.js';
import type { NoticeId } from './notices.js';
import { sanitiseText } from './text.js';

/** What a user of this protocol is told when a wish is refused. `null`: nothing, as this protocol has it. */
export type Word = readonly [id: NoticeId, ...args: string[]] | null;

type Details = Rejection['details'];

const text = (details: Details, name: string): string => sanitiseText(String(details[name] ?? ''));

/** Refusals of wishes that this protocol does not have: met in it only when a hook put such a wish in the place of another. */
export const foreignRefusals = [
  'name-invalid',
  'login-invalid',
  'credentials-stale',
  'reply-unknown',
  'message-foreign',
  'reaction-exists',
  'reaction-unknown',
  'too-many-reactions',
  'attachment-unknown',
  'attachment-not-own',
  'too-many-attachments',
  'too-many-uploads',
  'id-in-use',
  'too-many-blocks',
  'blocked',
  'too-few-people',
  'too-many-people',
  'too-many-directs',
  'too-many-subscriptions',
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
  'thread-unknown',
  'thread-name-invalid',
  'not-a-forum',
  'too-many-threads',
  'too-many-participants',
  'poll-unknown',
  'poll-invalid',
  'poll-ended',
  'poll-expired',
  'poll-option-unknown',
  'poll-choice-none',
  'poll-choice-single',
  'too-many-polls',
  'too-many-voters',
  'status-invalid',
  'profile-too-large',
  'client-state-too-large',
  'voice-none',
  'voice-peer-invalid',
  'slash-taken',
  'slash-invalid',
  'too-many-slash-commands',
  'slash-unknown',
  'slash-role-denied',
  'slash-role-needed',
  'slash-argument-unknown',
  'slash-argument-missing',
  'slash-argument-invalid',
  'channel-kind',
  'role-unknown',
  'role-exists',
  'role-name-invalid',
  'role-system',
  'role-used',
  'role-outranks',
  'role-none',
  'role-not-self-assignable',
  'role-held',
  'role-not-held',
  'too-many-roles',
  'last-owner',
  'identity-in-use',
  'identity-unknown',
  'identity-main',
  'too-many-identities',
  'token-unknown',
  'group-unknown',
  'group-not-member',
  'group-not-admin',
  'group-not-public',
  'group-banned',
  'group-ban-exists',
  'group-ban-none',
  'group-name-invalid',
  'group-name-taken',
  'group-alias-invalid',
  'group-expiry-invalid',
  'group-expiry-too-long',
  'group-visibility-invalid',
  'group-member-exists',
  'group-member-none',
  'group-admin-exists',
  'group-admin-none',
  'group-last-admin',
  'group-info-none',
  'group-data-missing',
  'group-users-none',
  'too-many-groups',
  'invite-unknown',
  'invite-foreign',
  'invite-exists',
  'welcome-unknown',
  'key-package-none',
  'key-package-invalid',
] as const satisfies readonly RejectionCode[];

const foreign = Object.fromEntries(
  foreignRefusals.map((code) => [code, () => ['generr']]),
) as unknown as Record<(typeof foreignRefusals)[number], () => Word>;

/**
 * Words for every refusal there is. Commands check in their protocol's order and word what they find themselves (section 8); this is
 * what remains: refusals by the host's hooks, or by the rules when something has changed in between.
 */
export const wording: { readonly [C in RejectionCode]: (details: Details) => Word } = {
  unavailable: () => ['generr'],
  internal: () => ['generr'],
  'chat-closed': () => ['generr'],
  'hook-refused': () => ['generr'],
  'not-permitted': () => ['generr'],
  'user-unknown': () => ['usernf', 'User'],
  'user-offline': () => ['usernf', 'User'],
  // Whispering to oneself does nothing (section 8.10).
  'user-self': () => null,
  'user-outranks': () => ['rankerr'],
  'user-banned': () => ['generr'],
  // Messages of a silenced user are dropped without any reply (section 8.9).
  'user-silenced': () => null,
  'user-not-banned': (details) => ['notban', text(details, 'name')],
  'user-not-silenced': () => ['usilerr'],
  'user-already-silenced': () => ['silerr'],
  'address-banned': () => ['generr'],
  'address-not-banned': (details) => ['notban', text(details, 'name')],
  'name-in-use': (details) => ['nameinuse', text(details, 'name')],
  'too-many-sessions': () => ['generr'],
  'channel-unknown': (details) => ['nochan', text(details, 'name')],
  'channel-exists': (details) => ['nischan', text(details, 'name')],
  'channel-name-invalid': () => ['inchan'],
  'channel-rank-too-low': (details) => ['ipchan', text(details, 'name')],
  'channel-password-missing': (details) => ['nopwchan', text(details, 'name')],
  'channel-password-wrong': (details) => ['ipwchan', text(details, 'name')],
  'channel-same': (details) => ['samechan', text(details, 'name')],
  'channel-default': (details) => ['ndchan', text(details, 'name')],
  'channel-none': () => null,
  'too-many-channels': () => ['generr'],
  'rank-too-high': () => ['rankerr'],
  'message-unknown': () => ['delerr'],
  'message-empty': () => null,
  'message-too-long': () => ['generr'],
  ...foreign,
};

/** What is said in vain is dropped without a word: by somebody who may not speak there (section 4, C2). */
export const unheard = {
  'not-permitted': null,
  'channel-rank-too-low': null,
  'channel-password-missing': null,
  'channel-unknown': null,
} as const satisfies { readonly [C in RejectionCode]?: Word };

export function wordFor(rejection: Rejection): Word {
  const row = wording[rejection.code as RejectionCode];
  return row === undefined ? ['generr'] : row(rejection.details);
}

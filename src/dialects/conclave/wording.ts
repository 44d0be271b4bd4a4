import { ChatError } from '../../core/errors.js';
import type { Rejection } from '../../core/rejection.js';
import type { RejectionCode } from '../../domain/rejections.js';
import { ErrorCode } from './gen/messages.js';
import {
  badRequest,
  conflict,
  forbidden,
  invalid,
  notFound,
  Refusal,
  unauthorized,
  unavailable,
} from './refusal.js';

/** What makes the answer to a refusal of the chat's. */
export type Word = (details: Rejection['details']) => Refusal;

/** What operations say in other words than the common ones. */
export type Words = Partial<Readonly<Record<RejectionCode, Word>>>;

const internal: Word = () => new Refusal(500, ErrorCode.UNSPECIFIED, 'internal server error');
const refused: Word = () => forbidden('refused by the server');
const banned: Word = () => forbidden('this account is banned');

/** Refusals of wishes that this protocol does not have. */
const foreignRefusals = [
  'user-offline',
  'user-self',
  'user-outranks',
  'user-silenced',
  'user-not-banned',
  'user-not-silenced',
  'user-already-silenced',
  'address-not-banned',
  'identity-in-use',
  'identity-unknown',
  'identity-main',
  'too-many-identities',
  'name-invalid',
  'login-invalid',
  'too-many-sessions',
  'too-many-blocks',
  'blocked',
  'too-few-people',
  'too-many-people',
  'too-many-directs',
  'too-many-subscriptions',
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
  'message-foreign',
  'message-empty',
  'message-too-long',
  'reply-unknown',
  'reaction-exists',
  'reaction-unknown',
  'too-many-reactions',
  'attachment-unknown',
  'attachment-not-own',
  'too-many-attachments',
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
  'group-info-none',
  'key-package-invalid',
] as const satisfies readonly RejectionCode[];

const foreign = Object.fromEntries(foreignRefusals.map((code) => [code, refused])) as unknown as Record<
  (typeof foreignRefusals)[number],
  Word
>;

/** The answer to every refusal there is (section 8). */
export const wording: { readonly [C in RejectionCode]: Word } = {
  ...foreign,
  unavailable,
  internal,
  'chat-closed': unavailable,
  'hook-refused': refused,
  'not-permitted': refused,
  'user-unknown': () => notFound('user not found'),
  'user-banned': banned,
  'address-banned': () => forbidden('this address is banned'),
  'name-in-use': ({ name }) => conflict(`username '${name}' already exists`),
  'credentials-stale': () => unauthorized('invalid password'),
  'token-unknown': () => unauthorized('invalid or expired token'),
  'group-unknown': () => notFound('group not found'),
  'group-not-member': () => notMember('not a member of this group'),
  'group-not-admin': () => notAdmin('only group admins can do this'),
  'group-not-public': () => new Refusal(403, ErrorCode.GROUP_NOT_PUBLIC, 'this group is not public'),
  'group-banned': () => isBanned('you are banned from this group'),
  'group-ban-exists': () => conflict('user is already banned from this group'),
  'group-ban-none': () => badRequest('user is not banned from this group'),
  'group-name-invalid': ({ fault }) => wrongName('group name', String(fault)),
  'group-name-taken': ({ name }) => conflict(`group_name '${name}' already exists`),
  'group-alias-invalid': ({ fault }) => wrongAlias(String(fault)),
  'group-expiry-invalid': () => badRequest('message_expiry_seconds must be -1, 0, or positive'),
  'group-expiry-too-long': () => badRequest('group expiry cannot exceed server retention policy'),
  'group-visibility-invalid': () => invalid("visibility must be 'private' (1) or 'public' (2)"),
  'group-member-exists': () => conflict('user is already a member of this group'),
  'group-member-none': () => badRequest('user is not a member of this group'),
  'group-admin-exists': () => conflict('user is already an admin'),
  'group-admin-none': () => badRequest('user is not an admin'),
  'group-last-admin': () => badRequest('cannot demote the last admin'),
  'group-data-missing': () => badRequest('commit_message, welcome_message, and group_info are required'),
  'group-users-none': () => badRequest('at least one user_id is required'),
  'too-many-groups': ({ limit }) => forbidden(`a user belongs to at most ${limit} groups`),
  'invite-unknown': () => notFound('invite not found'),
  'invite-foreign': () => notMember('this invite does not belong to you'),
  'invite-exists': () => conflict('a pending invite already exists for this user and group'),
  'welcome-unknown': () => notFound('welcome not found'),
  'key-package-none': () => notFound('no key package available for this user'),
};

/** The answer to a refusal. */
export function wordFor({ code, details }: Rejection, own: Words = {}): Refusal {
  return (own[code as RejectionCode] ?? wording[code as RejectionCode])(details);
}

/** The answer to a failure of the password hasher: one that is busy is no fault. */
export function wordForHasher(thrown: unknown, report: (error: ChatError) => void): Refusal {
  if (!(thrown instanceof ChatError)) throw thrown;
  if (thrown.code === 'hasher-busy') return unavailable();
  report(thrown);
  return internal({});
}

/** Whoever is in no such group is told the same as whoever may not do something there (section 3). */
export function notAdminTo(act: string): Words {
  return {
    'group-not-admin': () => notAdmin(`only group admins can ${act}`),
  };
}

function notMember(message: string): Refusal {
  return new Refusal(401, ErrorCode.GROUP_NOT_MEMBER, message);
}

function notAdmin(message: string): Refusal {
  return new Refusal(401, ErrorCode.GROUP_NOT_ADMIN, message);
}

export function isBanned(message: string): Refusal {
  return new Refusal(403, ErrorCode.GROUP_BANNED, message);
}

/** What is wrong with a name (section 5). */
export function wrongName(what: 'username' | 'group name', fault: string): Refusal {
  if (fault === 'missing') return invalid(`${what} is required`);
  if (fault === 'long') return invalid(`${what} exceeds maximum length of 64 characters`);
  return invalid(
    `${what} must start with a letter or digit and contain only ASCII letters, digits, and underscores`,
  );
}

/** What is wrong with an alias (section 5). */
export function wrongAlias(fault: string): Refusal {
  return invalid(
    fault === 'long'
      ? 'alias exceeds maximum length of 64 characters'
      : 'alias must not contain ASCII control characters',
  );
}

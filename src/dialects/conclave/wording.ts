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
const banned: Word = () => forbidden('this account is banned');

/** The answer to each refusal that an operation can meet (section 8). The chat's other codes belong to what is not asked for here. */
const common: Words = {
  unavailable,
  'chat-closed': unavailable,
  'hook-refused': () => forbidden('refused by the server'),
  'user-unknown': () => notFound('user not found'),
  'user-banned': banned,
  'name-in-use': ({ name }) => conflict(`username '${name}' already exists`),
  'credentials-stale': () => unauthorized('invalid password'),
  'token-unknown': () => unauthorized('invalid or expired token'),
  'group-unknown': () => notFound('group not found'),
  'group-not-member': () => notMember('not a member of this group'),
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
  return (own[code as RejectionCode] ?? common[code as RejectionCode] ?? internal)(details);
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
    'group-not-admin': () => new Refusal(401, ErrorCode.GROUP_NOT_ADMIN, `only group admins can ${act}`),
  };
}

function notMember(message: string): Refusal {
  return new Refusal(401, ErrorCode.GROUP_NOT_MEMBER, message);
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

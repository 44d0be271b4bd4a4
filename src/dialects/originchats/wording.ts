import type { Rejection } from '../../core/rejection.js';
import type { RejectionCode } from '../../domain/rejections.js';

/**
 * Words for every refusal there is. Handlers check in their protocol's order and use its texts (section 6); this is what remains: refusals by
 * the host's hooks, or by the rules when something has changed in between.
 */
export const wording: { readonly [C in RejectionCode]: string } = {
  unavailable: 'The server cannot store anything at the moment. Try again later',
  internal: 'Internal error',
  'chat-closed': 'The server is shutting down',
  'hook-refused': 'Access denied',
  'not-permitted': 'You do not have permission to do this',
  'user-unknown': 'User not found',
  'user-offline': 'User is not online',
  'user-self': 'You cannot do this to yourself',
  'user-outranks': 'Cannot manage roles at or above your position',
  'user-banned': 'Access denied: You are banned from this server',
  'user-silenced': 'You are muted',
  'user-not-banned': 'User is not banned',
  'user-not-silenced': 'User is not muted',
  'user-already-silenced': 'User is already muted',
  'address-banned': 'Access denied: You are banned from this server',
  'address-not-banned': 'Address is not banned',
  'name-in-use': 'Username already taken',
  'too-many-sessions': 'Too many connections',
  'channel-unknown': 'Channel not found',
  'channel-exists': 'Channel already exists',
  'channel-name-invalid': 'Invalid channel name',
  'channel-rank-too-low': 'Access denied to this channel',
  'channel-password-missing': 'Channel not found',
  'channel-password-wrong': 'Channel not found',
  'channel-same': 'You are in this channel already',
  'channel-default': 'The default channel cannot be deleted or renamed',
  'channel-none': 'You are in no channel',
  'channel-kind': 'Cannot send messages in this channel type',
  'too-many-channels': 'Too many channels',
  'rank-too-high': 'Rank is too high',
  'message-unknown': 'Message not found',
  'message-foreign': 'You do not have permission to edit this message',
  'message-empty': 'Message content or attachments cannot be empty',
  'message-too-long': 'Message too long',
  'reply-unknown': "The message you're trying to reply to was not found",
  'reaction-exists': 'Failed to add reaction',
  'reaction-unknown': 'Failed to remove reaction',
  'too-many-reactions': 'Failed to add reaction',
  'attachment-unknown': 'Attachment not found or expired',
  'attachment-not-own': 'You can only attach your own uploads',
  'thread-locked': 'This thread is locked',
  'thread-unknown': 'Thread not found',
  'thread-name-invalid': 'Invalid thread name',
  'not-a-forum': 'Threads can only be created in forum channels',
  'too-many-threads': 'Too many threads',
  'too-many-participants': 'Too many participants',
  'poll-unknown': 'Poll not found',
  'poll-invalid': 'Invalid poll',
  'poll-ended': 'Poll has ended',
  'poll-expired': 'Poll has expired',
  'poll-option-unknown': 'Invalid option',
  'poll-choice-none': 'option_id or option_ids is required',
  'poll-choice-single': 'Only one option can be chosen',
  'too-many-polls': 'Too many polls',
  'too-many-voters': 'Too many votes',
};

export function wordFor({ code }: Rejection): string {
  return wording[code as RejectionCode] ?? wording.internal;
}

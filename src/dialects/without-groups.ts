const silent = { silent: 'encrypted groups are for protocols that have them' } as const;

/** What protocols without encrypted groups show of them: nothing. */
export const withoutGroups = {
  token_end: { silent: 'tokens are for protocols without sessions' },
  stream_open: { silent: 'streams are for protocols without sessions' },
  stream_close: { silent: 'streams are for protocols without sessions' },
  group_create: silent,
  group_update: silent,
  group_delete: silent,
  group_message: silent,
  group_member_add: silent,
  group_member_remove: silent,
  group_identity_reset: silent,
  group_ban: silent,
  group_invite: silent,
  group_invite_decline: silent,
  group_invite_cancel: silent,
  group_welcome: silent,
} as const;

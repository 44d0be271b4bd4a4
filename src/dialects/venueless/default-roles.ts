/** Roles of a new world, as far as there is something behind them here: accounts and chat (section 6). */
const attendee = ['world:view', 'world:chat.direct'] as const;
const viewer = [...attendee, 'room:view', 'room:chat.read'] as const;
const participant = [...viewer, 'room:chat.join', 'room:chat.send'] as const;
const moderator = [
  ...participant,
  'room:chat.moderate',
  'room:viewers',
  'room:announce',
  'world:announce',
] as const;
const admin = [
  ...moderator,
  'world:update',
  'world:users.list',
  'world:users.manage',
  'world:connections.unlimited',
  'room:update',
  'room:delete',
] as const;

export const defaultRoles: Readonly<Record<string, readonly string[]>> = {
  attendee,
  viewer,
  participant,
  moderator,
  admin,
};

/** Who has which role in a new world. */
export const defaultGrants: Readonly<Record<string, readonly string[]>> = {
  attendee: ['attendee'],
  admin: ['admin'],
};

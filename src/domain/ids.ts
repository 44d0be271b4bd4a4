/** A user's internal id: decimal text from the chat's id series. A new life of the same identity gets a new one. */
export type UserId = string & { readonly __user: unique symbol };
/** A channel's internal id: decimal text from the chat's id series. */
export type ChannelId = string & { readonly __channel: unique symbol };
/** A role's id: decimal text from the chat's id series, or what it had where it was imported from. */
export type RoleId = string & { readonly __role: unique symbol };
/** A logged-in connection; the same text as its connection's id. */
export type SessionId = string & { readonly __session: unique symbol };
/** One series for messages, joins, leaves and notices: integers that only grow, below 2^53. */
export type MessageId = number & { readonly __message: unique symbol };
/** A poll's id: decimal text from the chat's id series, or what it had where it was imported from. */
export type PollId = string & { readonly __poll: unique symbol };
/** An encrypted group's id: decimal text from the chat's id series. */
export type GroupId = string & { readonly __group: unique symbol };
/** The id of an invitation into an encrypted group: decimal text from the chat's id series. */
export type InviteId = string & { readonly __invite: unique symbol };
/** The id of a welcome into an encrypted group: decimal text from the chat's id series. */
export type WelcomeId = string & { readonly __welcome: unique symbol };

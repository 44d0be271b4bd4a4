import type { TraitConditions } from './access/grants.js';
import type { GroupSettings } from './groups/settings.js';
import type { ModlogDays } from './modlog/modlog.js';
import type { IdentityDefaults } from './users/identity.js';

/** What the rules of a chat are set to. */
export interface DomainConfig {
  /** What an identity that does not say is given. */
  readonly defaults: IdentityDefaults;
  /** Where sessions start; made if it does not exist. */
  readonly defaultChannel: string;
  /** The name of the server's own voice; nobody else may wear it or look like it. */
  readonly botName: string;
  /** Other names that the server speaks under in some protocol; nobody may wear or look like one either. */
  readonly reservedNames: readonly string[];
  /** Entries of a channel's recent past that a newcomer is told. Default 20. */
  readonly backlog: number;
  /** Providers of identities that are forgotten when they stay away. */
  readonly guestProviders: readonly string[];
  /** Dialects that show direct channels: whispers of those who have logged in through one are kept. */
  readonly directDialects: readonly string[];
  /** Dialects that show whispers as they are said. */
  readonly whisperDialects: readonly string[];
  /** What roles grant that nobody has made, in the words of the dialects that bring them: they are there by name and have no row. */
  readonly worldRoles: Readonly<Record<string, readonly string[]>>;
  /** Conditions by world role: whoever meets them has what the role grants, everywhere. */
  readonly traitGrants: Readonly<Record<string, TraitConditions>>;
  readonly limits: DomainLimits;
  /** How long acts of moderation are remembered. */
  readonly modlogDays: ModlogDays;
  /** How encrypted groups are kept. */
  readonly groups: GroupSettings;
}

/** Limits of the rules; see `docs/limits.md`. */
export interface DomainLimits {
  /** Longest message. Default 5,000 code points. Beyond it: refused with `message-too-long`; a dialect may cut it first. */
  readonly messageLength: number;
  /** Sessions of one user at once, in one dialect that has no limit of its own. Default 5 sessions. Beyond it: login refused with `too-many-sessions`. */
  readonly sessionsPerUser: number;
  /** Further identities of one user. Default 10 identities. Beyond it: refused with `too-many-identities`. */
  readonly linksPerUser: number;
  /** Channels one user may own at once. Default 100 channels. Beyond it: refused with `too-many-channels`. */
  readonly channelsPerUser: number;
  /** Longest channel name. Default 30 code points. Beyond it: refused with `channel-name-invalid`. */
  readonly channelNameLength: number;
  /** Users and roles that one message notifies. Default 50 mentions. Beyond it: the rest is mentioned and not notified. */
  readonly mentionsPerMessage: number;
  /** Uploads that one message shows. Default 10 uploads. Beyond it: refused with `too-many-attachments`. */
  readonly attachmentsPerMessage: number;
  /** Different emoji one message is reacted to with. Default 50 emoji. Beyond it: refused with `too-many-reactions`. */
  readonly reactionsPerMessage: number;
  /** Roles there may be at once. Default 250 roles. Beyond it: refused with `too-many-roles`. */
  readonly rolesPerChat: number;
  /** Longest name of a role. Default 100 code points. Beyond it: refused with `role-name-invalid`. */
  readonly roleNameLength: number;
  /** Longest name of a thread. Default 100 code points. Beyond it: refused with `thread-name-invalid`. */
  readonly threadNameLength: number;
  /** Threads of one forum. Default 1,000 threads. Beyond it: refused with `too-many-threads`. */
  readonly threadsPerForum: number;
  /** People who take part in one thread. Default 1,000 users. Beyond it: refused with `too-many-participants`; they may write all the same. */
  readonly participantsPerThread: number;
  /** Polls whose messages are in one channel. Default 1,000 polls. Beyond it: refused with `too-many-polls` until one is deleted. */
  readonly pollsPerChannel: number;
  /** People who vote in one poll. Default 10,000 users. Beyond it: refused with `too-many-voters`. */
  readonly votersPerPoll: number;
  /** Options of one poll. Default 10 options. Beyond it: refused with `poll-invalid`. */
  readonly pollOptions: number;
  /** Longest question of a poll. Default 300 code points. Beyond it: refused with `poll-invalid`. */
  readonly pollQuestionLength: number;
  /** Longest id, text or emoji of an option. Default 100 code points. Beyond it: refused with `poll-invalid`. */
  readonly pollOptionLength: number;
  /** Longest text by which a client in a voice channel is reached by others. Default 200 characters. Beyond it: refused with `voice-peer-invalid`. */
  readonly voicePeerLength: number;
  /** Longest text of a status, and of why somebody is away. Default 100 code points. Beyond it: refused with `status-invalid`. */
  readonly statusTextLength: number;
  /** Longest display name in a profile. Default 100 code points. Beyond it: refused with `text-too-long`; one that auth brings is cut. */
  readonly displayNameLength: number;
  /** Largest profile that a user sets, as JSON. Default 16,384 bytes. Beyond it: refused with `profile-too-large`. */
  readonly profileBytes: number;
  /** Most that a user's clients keep for themselves, as JSON. Default 16,384 bytes. Beyond it: refused with `client-state-too-large`. */
  readonly clientStateBytes: number;
  /** Commands one session of a bot answers. Default 100 commands. Beyond it: refused with `too-many-slash-commands`. */
  readonly slashCommandsPerSession: number;
  /** Options of one such command. Default 25 options. Beyond it: refused with `slash-invalid`. */
  readonly slashOptionsPerCommand: number;
  /** Calls remembered for a bot that has yet to answer. Default 1,000 calls. Beyond it: the oldest is forgotten. */
  readonly slashCallsPerBot: number;
  /** How long a call waits for its answer. Default 900,000 ms. Beyond it: forgotten. */
  readonly slashCallMs: number;
  /** Files of one user that are kept at once. Default 10,000 uploads. Beyond it: refused with `too-many-uploads`. */
  readonly uploadsPerUser: number;
  /** Emoji of the community's own. Default 1,000 emoji. Beyond it: refused with `too-many-emoji`. */
  readonly emoji: number;
  /** Webhooks of one channel. Default 50 webhooks. Beyond it: refused with `too-many-webhooks`. */
  readonly webhooksPerChannel: number;
  /** Devices of one user that are sent push messages. Default 10 devices. Beyond it: the one unused for longest is forgotten. */
  readonly devicesPerUser: number;
  /** Channels that one session follows at once. Default 1,000 channels. Beyond it: refused with `too-many-subscriptions`. */
  readonly subscriptionsPerSession: number;
  /** Direct channels that one user has opened. Default 1,000 channels. Beyond it: refused with `too-many-directs`. */
  readonly directsPerUser: number;
  /** People of one direct channel. Default 100 users. Beyond it: refused with `too-many-people`. */
  readonly peoplePerDirect: number;
  /** People of the direct channels in one user's list: of those they opened, and of those that others did. Default 500 users. Beyond it: the channels in which nothing happened for longest are left out of the list. */
  readonly listedPeople: number;
  /** People whom one user has blocked. Default 1,000 users. Beyond it: refused with `too-many-blocks`. */
  readonly blocksPerUser: number;
  /** Messages of one channel that one user was notified of and has not read. Default 100 messages. Beyond it: the oldest counts as read. */
  readonly notificationsPerChannel: number;
  /** Tokens of one user that are good at once. Default 1,000 tokens. Beyond it: the one that would expire first ends. */
  readonly tokensPerUser: number;
  /** Encrypted groups that one user belongs to, or has made, when making another. Default 10,000 groups. Beyond it: refused with `too-many-groups`. */
  readonly groupsPerUser: number;
  /** Join, leave and notice lines remembered per channel. Default 50 lines. Beyond it: the oldest is forgotten. */
  readonly linesPerChannel: number;
  /** How long a guest may stay away. Default 30 days. Beyond it: forgotten. */
  readonly guestDays: number;
  /** Guests with an account, online or not. Default 10,000 guests. Beyond it: those not seen for longest are forgotten. */
  readonly guestAccounts: number;
}

export const domainLimits: DomainLimits = {
  messageLength: 5_000,
  sessionsPerUser: 5,
  linksPerUser: 10,
  channelsPerUser: 100,
  channelNameLength: 30,
  mentionsPerMessage: 50,
  attachmentsPerMessage: 10,
  reactionsPerMessage: 50,
  rolesPerChat: 250,
  roleNameLength: 100,
  threadNameLength: 100,
  threadsPerForum: 1_000,
  participantsPerThread: 1_000,
  pollsPerChannel: 1_000,
  votersPerPoll: 10_000,
  pollOptions: 10,
  pollQuestionLength: 300,
  pollOptionLength: 100,
  voicePeerLength: 200,
  statusTextLength: 100,
  displayNameLength: 100,
  profileBytes: 16_384,
  clientStateBytes: 16_384,
  slashCommandsPerSession: 100,
  slashOptionsPerCommand: 25,
  slashCallsPerBot: 1_000,
  slashCallMs: 900_000,
  uploadsPerUser: 10_000,
  emoji: 1_000,
  webhooksPerChannel: 50,
  devicesPerUser: 10,
  subscriptionsPerSession: 1_000,
  directsPerUser: 1_000,
  peoplePerDirect: 100,
  listedPeople: 500,
  blocksPerUser: 1_000,
  notificationsPerChannel: 100,
  tokensPerUser: 1_000,
  groupsPerUser: 10_000,
  linesPerChannel: 50,
  guestDays: 30,
  guestAccounts: 10_000,
};

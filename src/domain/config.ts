import type { IdentityDefaults } from './users/identity.js';

/** What the rules of a chat are set to. */
export interface DomainConfig {
  /** What an identity that does not say is given. */
  readonly defaults: IdentityDefaults;
  /** Where sessions start; made if it does not exist. */
  readonly defaultChannel: string;
  /** The name of the server's own voice; nobody else may wear it or look like it. */
  readonly botName: string;
  /** Entries of a channel's recent past that a newcomer is told. Default 20. */
  readonly backlog: number;
  readonly limits: DomainLimits;
}

/** Limits of the rules; see `docs/limits.md`. */
export interface DomainLimits {
  /** Longest message. Default 5,000 code points. Beyond it: refused with `message-too-long`; a dialect may cut it first. */
  readonly messageLength: number;
  /** Sessions of one user at once, in one dialect. Default 5 sessions. Beyond it: login refused with `too-many-sessions`. */
  readonly sessionsPerUser: number;
  /** Channels one user may own at once. Default 100 channels. Beyond it: refused with `too-many-channels`. */
  readonly channelsPerUser: number;
  /** Longest channel name. Default 30 code points. Beyond it: refused with `channel-name-invalid`. */
  readonly channelNameLength: number;
  /** Users and roles that one message notifies. Default 50 mentions. Beyond it: the rest is mentioned and not notified. */
  readonly mentionsPerMessage: number;
  /** Different emoji one message is reacted to with. Default 50 emoji. Beyond it: refused with `too-many-reactions`. */
  readonly reactionsPerMessage: number;
  /** Files of one user that are kept at once. Default 10,000 uploads. Beyond it: refused with `too-many-uploads`. */
  readonly uploadsPerUser: number;
  /** Emoji of the community's own. Default 1,000 emoji. Beyond it: refused with `too-many-emoji`. */
  readonly emoji: number;
  /** Webhooks of one channel. Default 50 webhooks. Beyond it: refused with `too-many-webhooks`. */
  readonly webhooksPerChannel: number;
  /** Devices of one user that are sent push messages. Default 10 devices. Beyond it: the one unused for longest is forgotten. */
  readonly devicesPerUser: number;
  /** Join, leave and notice lines remembered per channel. Default 50 lines. Beyond it: the oldest is forgotten. */
  readonly linesPerChannel: number;
}

export const domainLimits: DomainLimits = {
  messageLength: 5_000,
  sessionsPerUser: 5,
  channelsPerUser: 100,
  channelNameLength: 30,
  mentionsPerMessage: 50,
  reactionsPerMessage: 50,
  uploadsPerUser: 10_000,
  emoji: 1_000,
  webhooksPerChannel: 50,
  devicesPerUser: 10,
  linesPerChannel: 50,
};

import type { Person } from '../../domain/users/person.js';
import type { ConnectionLimits } from '../dialect.js';
import { OptionChecks } from '../option-checks.js';
import { dialectName } from './dialect-name.js';
import { type FloodSettings, floodSettings } from './flood-gate.js';

const checks: OptionChecks = new OptionChecks(dialectName);

/** Flood control (section 9). */
export interface SockChatFlood extends FloodSettings {
  /** How long an offender stays out. Default 30,000 ms; 0 switches flood control off. */
  readonly banMs: number;
  /** From this rank on nobody is counted; 0: everybody is. Default 9. */
  readonly exemptRank: number;
}

/** People of other protocols in the lists of this one. */
export interface SockChatForeign {
  /** Most of them in one list: the highest in rank, and of these who came first. Default 100 users. Beyond it: left out; what they say is shown all the same. */
  readonly people: number;
  /** How long after a change lists are sent again: who reloads a page is back by then. Default 5,000 ms. */
  readonly settleMs: number;
  /** What lists may cost in one channel. Default 65,536 bytes per second. Beyond it: sent later, one viewer after the other. */
  readonly channelBytesPerSecond: number;
  /** What lists may cost in all channels. Default 262,144 bytes per second. Beyond it: sent later, one viewer after the other. */
  readonly bytesPerSecond: number;
  /** People who are looked at to make lists, about 5 ms of one turn. Default 5,000 users a second; one list more, however many are online. Beyond it: made a second later. */
  readonly looksPerSecond: number;
}

export const foreignSettings: SockChatForeign = {
  people: 100,
  settleMs: 5_000,
  channelBytesPerSecond: 65_536,
  bytesPerSecond: 262_144,
  looksPerSecond: 5_000,
};

/** Options of the dialect. Section numbers are those of the specification in the docs. */
export interface SockChatOptions {
  /** Between the five parts of user permissions (section 2.2). The original client needs `'\f'`. Default `' '`. */
  readonly permissionSeparator?: ' ' | '\f';
  /** Whether packet 5.0 carries permissions (section 5), as the original client needs. Default false. */
  readonly channelJoinPerms?: boolean;
  /** Whether packet 9 says `kick` and `ban` (section 5), as the original client needs. Default false. */
  readonly legacyDisconnectWords?: boolean;
  /** Milliseconds between a refused login and the closing of its connection (section 5, S1.n). The original client needs some 10,000 to show why. Default 0. */
  readonly authFailCloseDelay?: number;
  /** Lines shown to a newcomer before they see the channel. `{username}` stands for the account name. Default none. */
  readonly welcome?: string | ((person: Person) => readonly string[]);
  /** Entries of the channel's past that a newcomer is sent (section 6.1). Default 20 entries, at most 200. */
  readonly backlog?: number;
  /** Longest message; longer ones are cut (section 10). Default 5,000 code points; never more than the chat's own `messageLength`. */
  readonly maxLength?: number;
  /** Longest nickname; longer ones are cut (section 8.3). Default 15 code points. */
  readonly nickLength?: number;
  /** A connection without a ping for so long is ended (section 6.5). Default 300,000 ms. */
  readonly pingTimeoutMs?: number;
  /** When a temporary channel ends: with its last person, or when its owner leaves it (section 6.4). Default `empty`. */
  readonly temporaryChannelPolicy?: 'empty' | 'owner';
  /** Which sessions `/kick` without a time and flood control end: those of this protocol, or all; the penalty for flooding holds as far. Default `here`. */
  readonly penalties?: 'here' | 'everywhere';
  /**
   * A draft for extensions that is spoken besides version 1 (section 12): that of 2021 with who is typing, or that of 2025, in which client
   * and server say what they are. They use the same packets for different things. Default none.
   */
  readonly extensions?: 'v2-2021' | 'info-2025';
  /**
   * How people who are online by other protocols come and go. `quiet`: they are in lists, which are sent anew once in a while. `full`: their first
   * session is announced as somebody's joining, their last as their leaving, in each channel that they may see. Default `quiet`.
   */
  readonly foreignPresence?: 'quiet' | 'full';
  readonly foreign?: Partial<SockChatForeign>;
  readonly flood?: Partial<SockChatFlood>;
  readonly limits?: Partial<ConnectionLimits>;
}

/** Options with every default filled in. */
export interface SockChatSettings
  extends Required<Omit<SockChatOptions, 'extensions' | 'flood' | 'foreign' | 'limits' | 'welcome'>> {
  readonly extensions: SockChatOptions['extensions'] | undefined;
  readonly welcome: (person: Person) => readonly string[];
  readonly foreign: SockChatForeign;
  readonly flood: SockChatFlood;
  readonly limits: ConnectionLimits;
}

/** Fills in defaults. Throws `options-invalid`, naming the option and what it takes. */
export function settings(options: SockChatOptions): SockChatSettings {
  checks.object(options);
  const { welcome } = options;
  checks.need(
    welcome === undefined || typeof welcome === 'string' || typeof welcome === 'function',
    'welcome',
    'text or a function',
  );
  const settled: SockChatSettings = {
    permissionSeparator: options.permissionSeparator ?? ' ',
    channelJoinPerms: options.channelJoinPerms ?? false,
    legacyDisconnectWords: options.legacyDisconnectWords ?? false,
    authFailCloseDelay: options.authFailCloseDelay ?? 0,
    backlog: options.backlog ?? 20,
    maxLength: options.maxLength ?? 5_000,
    nickLength: options.nickLength ?? 15,
    pingTimeoutMs: options.pingTimeoutMs ?? 300_000,
    temporaryChannelPolicy: options.temporaryChannelPolicy ?? 'empty',
    penalties: options.penalties ?? 'here',
    extensions: options.extensions,
    welcome: welcomeOf(welcome),
    foreignPresence: options.foreignPresence ?? 'quiet',
    foreign: { ...foreignSettings, ...options.foreign },
    flood: { ...floodSettings, banMs: 30_000, exemptRank: 9, ...options.flood },
    limits: checks.limits(options.limits ?? {}),
  };
  checks.only(options, settled);
  checks.only(options.foreign ?? {}, foreignSettings, 'foreign.');
  checks.only(options.flood ?? {}, { ...floodSettings, banMs: 0, exemptRank: 0 }, 'flood.');
  const {
    permissionSeparator: separator,
    temporaryChannelPolicy: policy,
    penalties,
    extensions,
    flood,
    foreign,
  } = settled;
  checks.need(separator === ' ' || separator === '\f', 'permissionSeparator', "' ' or '\\f'");
  checks.need(policy === 'empty' || policy === 'owner', 'temporaryChannelPolicy', "'empty' or 'owner'");
  checks.need(penalties === 'here' || penalties === 'everywhere', 'penalties', "'here' or 'everywhere'");
  checks.need(
    extensions === undefined || extensions === 'v2-2021' || extensions === 'info-2025',
    'extensions',
    "'v2-2021' or 'info-2025'",
  );
  const { foreignPresence: presence } = settled;
  checks.need(presence === 'quiet' || presence === 'full', 'foreignPresence', "'quiet' or 'full'");
  checks.whole(foreign.people, 'foreign.people', 0);
  checks.whole(foreign.settleMs, 'foreign.settleMs', 0);
  checks.whole(foreign.channelBytesPerSecond, 'foreign.channelBytesPerSecond', 1);
  checks.whole(foreign.bytesPerSecond, 'foreign.bytesPerSecond', 1);
  checks.whole(foreign.looksPerSecond, 'foreign.looksPerSecond', 1);
  checks.whole(settled.authFailCloseDelay, 'authFailCloseDelay', 0);
  checks.whole(settled.backlog, 'backlog', 0, 200);
  checks.whole(settled.maxLength, 'maxLength', 1);
  checks.whole(settled.nickLength, 'nickLength', 1);
  checks.whole(settled.pingTimeoutMs, 'pingTimeoutMs', 1);
  checks.whole(flood.backlog, 'flood.backlog', 2);
  checks.whole(flood.thresholdMs, 'flood.thresholdMs', 1);
  checks.whole(flood.warnWithin, 'flood.warnWithin', 0, flood.backlog - 1);
  checks.whole(flood.banMs, 'flood.banMs', 0);
  checks.whole(flood.exemptRank, 'flood.exemptRank', 0);
  return settled;
}

function welcomeOf(welcome: SockChatOptions['welcome']): SockChatSettings['welcome'] {
  if (welcome === undefined) return () => [];
  if (typeof welcome === 'function') return welcome;
  return (person) => [welcome.replaceAll('{username}', () => person.handle)];
}

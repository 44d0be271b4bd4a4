import type { IdentityRef } from '../../domain/users/identity.js';
import type { ConnectionLimits } from '../dialect.js';
import { OptionChecks } from '../option-checks.js';
import { dialectName } from './dialect-name.js';
import {
  type AttachmentOptions,
  type PluginsOption,
  type PushOption,
  type ServerAsset,
  settleAssets,
  settleAttachments,
  settlePlugins,
  settlePush,
} from './file-options.js';

/** Who may log in (section 3): by the identity service, by it or with a local account, or with a local account only. */
export type AuthMode = 'rotur' | 'cracked' | 'cracked-only';

/** The community as the handshake and `server_info` show it. */
export interface ServerFacts {
  /** Default `My OriginChats Server`. */
  readonly name: string;
  /** Default the name `Admin`. */
  readonly owner: { readonly name: string };
  /** A URL. */
  readonly icon?: string;
  /** A URL. */
  readonly banner?: string;
  /** Where the server is reached over HTTP, for links to attachments, without a slash at the end. Default: links are relative. */
  readonly url?: string;
}

/** Rate limits of section 10, per user. */
export interface RateLimits {
  /** Whether anything is counted. Default true. */
  readonly enabled: boolean;
  /** Messages, edits and typing notes in 60 s. Default 60. */
  readonly messagesPerMinute: number;
  /** The same in 10 s; reaching it starts the cooldown. Default 10. */
  readonly burst: number;
  /** Time during which nothing is let through. Default 30 s. */
  readonly cooldownSeconds: number;
}

/** What {@link originchats} takes. */
export interface OriginChatsOptions {
  /** The community as clients show it. */
  readonly server?: Partial<ServerFacts>;
  /** Who may log in: by the identity service (`rotur`), by it or with a local account (`cracked`), or with a local account only. Default `rotur`. */
  readonly authMode?: AuthMode;
  /** Whether local accounts may be made by `register`. Default true. */
  readonly allowRegistration?: boolean;
  /**
   * Ids (`USR:…`) of users who are owners from their login on, unless auth or the chat gives them roles: of the given provider, or as text of
   * whichever vouches for it, so with several providers give pairs. `USR:local_<name>` is whoever registers that name first: register it before
   * others can. Take the role from a local account besides when its id is taken off the list. Default: nobody.
   */
  readonly owners?: readonly (string | IdentityRef)[];
  /** Longest message, in code points. Default 2,000; never more than the chat's `messageLength`. */
  readonly postContent?: number;
  /** Most results of a search. Default 30; at most 50. */
  readonly searchResults?: number;
  /** How much one user may say. */
  readonly rateLimits?: Partial<RateLimits>;
  /** How often `ping` is sent. Default 30,000 ms. */
  readonly pingMs?: number;
  /** Limits of a connection. Here `frameBytes` is 4,194,304 by default, `idlePingMs` 60,000 and `idleTimeoutMs` 150,000. */
  readonly limits?: Partial<ConnectionLimits>;
  /** Files in messages (section 10). */
  readonly attachments?: Partial<AttachmentOptions>;
  /** Pictures that `/server-assets/icon` and `/server-assets/banner` show. Default: none. */
  readonly assets?: { readonly icon?: ServerAsset; readonly banner?: ServerAsset };
  /** The host's own plugins, for `plugins_list` and `plugins_reload`. Default: none. */
  readonly plugins?: PluginsOption;
  /** Push messages to devices of users who are offline. Default: none are sent. */
  readonly push?: PushOption;
}

/** Options with every default filled in. */
export interface OriginChatsSettings {
  readonly server: ServerFacts;
  readonly authMode: AuthMode;
  readonly allowRegistration: boolean;
  readonly owners: readonly (string | IdentityRef)[];
  readonly postContent: number;
  readonly searchResults: number;
  readonly rateLimits: RateLimits;
  readonly pingMs: number;
  readonly limits: ConnectionLimits;
  readonly attachments: AttachmentOptions;
  readonly assets: NonNullable<OriginChatsOptions['assets']>;
  readonly plugins: PluginsOption | undefined;
  readonly push: PushOption | undefined;
}

const checks: OptionChecks = new OptionChecks(dialectName);

const modes: readonly string[] = ['rotur', 'cracked', 'cracked-only'] satisfies AuthMode[];

function isId(one: unknown): boolean {
  const isText = (part: unknown) => typeof part === 'string' && part !== '';
  if (typeof one !== 'object' || one === null) return isText(one);
  const { provider, id } = one as Partial<IdentityRef>;
  return isText(provider) && isText(id);
}

/** Checks options and fills in defaults. Throws `options-invalid`, naming the option and what it takes. */
export function settings(options: OriginChatsOptions): OriginChatsSettings {
  checks.object(options);
  const {
    server = {},
    authMode = 'rotur',
    allowRegistration = true,
    owners = [],
    postContent = 2_000,
    searchResults = 30,
    rateLimits = {},
    pingMs = 30_000,
    limits = {},
    attachments = {},
    assets = {},
    plugins,
    push,
    ...rest
  } = options;
  checks.only(rest, {});
  checks.need(typeof server === 'object' && server !== null, 'server', 'an object');
  for (const part of ['name', 'icon', 'banner', 'url'] as const)
    checks.need(server[part] === undefined || typeof server[part] === 'string', `server.${part}`, 'text');
  checks.need(modes.includes(authMode), 'authMode', "'rotur', 'cracked' or 'cracked-only'");
  checks.need(typeof allowRegistration === 'boolean', 'allowRegistration', 'true or false');
  checks.need(Array.isArray(owners) && owners.every(isId), 'owners', 'a list of ids or of { provider, id }');
  checks.whole(postContent, 'postContent', 1, 100_000);
  checks.whole(searchResults, 'searchResults', 1, 50);
  checks.whole(pingMs, 'pingMs', 1_000, 2 ** 31 - 1);
  const rates: RateLimits = {
    enabled: true,
    messagesPerMinute: 60,
    burst: 10,
    cooldownSeconds: 30,
    ...rateLimits,
  };
  checks.need(typeof rates.enabled === 'boolean', 'rateLimits.enabled', 'true or false');
  for (const part of ['messagesPerMinute', 'burst', 'cooldownSeconds'] as const)
    checks.whole(rates[part], `rateLimits.${part}`, 1, 1_000_000);
  return {
    server: {
      name: server.name ?? 'My OriginChats Server',
      owner: server.owner ?? { name: 'Admin' },
      ...(server.icon === undefined ? {} : { icon: server.icon }),
      ...(server.banner === undefined ? {} : { banner: server.banner }),
      ...(server.url === undefined ? {} : { url: server.url.replace(/\/+$/, '') }),
    },
    authMode,
    allowRegistration,
    owners: [...owners],
    postContent,
    searchResults,
    rateLimits: rates,
    pingMs,
    // Emoji and icons travel in frames (section 6.11); 4 MiB is the original's limit (section 1).
    // The protocol's own ping asks for no answer (section 2), so those of WebSocket find out who is gone.
    limits: checks.limits(limits, { frameBytes: 4_194_304, idlePingMs: 60_000, idleTimeoutMs: 150_000 }),
    attachments: settleAttachments(attachments),
    assets: settleAssets(assets),
    plugins: settlePlugins(plugins),
    push: settlePush(push),
  };
}

import type { EventEmitter } from 'eventemitter3';
import { ChatError } from '../../core/errors.js';
import { banOf } from '../../domain/moderation/bans.js';
import { rolePermissions } from '../../domain/roles/roles.js';
import { sessions } from '../../domain/sessions/online.js';
import { closeCodeOf } from '../close-codes.js';
import type { Dialect, DialectDefinition, DialectHost, HandlerRow, Turn } from '../dialect.js';
import { guarded } from '../guarded.js';
import { login, register } from './accounts.js';
import { Ask, type Tools } from './ask.js';
import { ChannelLists } from './channel-lists.js';
import { decodeClient, encodeServer } from './codec.js';
import type { CommandRow } from './commands/command.js';
import { commandTable } from './commands/index.js';
import { defaultRoles } from './default-roles.js';
import { dialectName } from './dialect-name.js';
import { routesOf } from './http/routes.js';
import { authError, bannedText, validatorLogin } from './login.js';
import { findOldIds, oldIdsIn } from './old-ids.js';
import { type OriginChatsOptions, type OriginChatsSettings, settings } from './options.js';
import type { Arrival, Frame, Request } from './packets.js';
import { type OriginChatsEvents, PluginEmitter, type Telling } from './plugin-events.js';
import { tellingsOf } from './plugin-tellings.js';
import { PushSender } from './push-sender.js';
import { randomText } from './random.js';
import { RateLimiter } from './rate-limiter.js';
import { Refusal } from './refusal.js';
import { renderTable } from './render.js';
import { serverLook } from './server-facts.js';
import { fileLink, systemAuthor } from './shapes.js';
import type { OriginChatsState } from './state.js';
import { UploadTickets } from './upload-tickets.js';
import { wordFor } from './wording.js';

export type {
  AttachmentOptions,
  PluginFacts,
  PluginsOption,
  PushOption,
  PushTarget,
  ServerAsset,
} from './file-options.js';
export { originchatsIdOf, userOfOriginchatsId } from './host-ids.js';
export type { AuthMode, OriginChatsOptions, RateLimits, ServerFacts } from './options.js';
export type {
  OriginChatsEvents,
  PluginActor,
  PluginChannel,
  PluginLogin,
  PluginMessage,
  PluginPin,
  PluginPlace,
  PluginRole,
  PluginUser,
} from './plugin-events.js';

/** The version that the handshake shows: a constant of the protocol (section 3.1). */
const version = '1.1.0';

/**
 * The OriginChats protocol, release 1.1.0: JSON objects on WebSocket, at the server's root. Throws `options-invalid` for options it does not
 * understand.
 *
 * @example
 * const chat = await createChat({ storage, auth: rotur(), dialects: [originchats({ server: { name: 'My place' } })] });
 * attach(server, chat, { originchats: '/' });
 */
export function originchats(options: OriginChatsOptions = {}): OriginChats {
  const settled = settings(options);
  const events = new PluginEmitter();
  return {
    name: dialectName,
    needsHasher: settled.authMode !== 'rotur',
    roles: defaultRoles,
    reservedNames: [systemAuthor],
    fileLink: ({ id }) => fileLink(settled, id),
    events,
    create: (host) => create(settled, host, events) as unknown as Dialect<never, never, never>,
  };
}

/** What {@link originchats} makes. */
export interface OriginChats extends DialectDefinition {
  /**
   * What plugins of the original server are told (section 11), of everybody in the chat, whatever protocol they speak. Listeners run in a task of
   * their own once things are stored; one that throws is reported as `listener-failed`. Chats that share the definition all tell here.
   *
   * @example
   * const dialect = originchats();
   * dialect.events.on('user_leave', ({ username, user_id }) => myApp.cleanUp(user_id));
   */
  readonly events: EventEmitter<OriginChatsEvents>;
}

type LinkTurn = Turn<Frame, OriginChatsState>;

function create(
  given: OriginChatsSettings,
  host: DialectHost,
  events: PluginEmitter,
): Dialect<Frame, Arrival, OriginChatsState> {
  const settled = { ...given, postContent: Math.min(given.postContent, host.config.limits.messageLength) };
  const rates = new RateLimiter(settled.rateLimits);
  const tickets = new UploadTickets(host.sha256);
  const push = settled.push === undefined ? undefined : new PushSender(host, settled.push, dialectName);
  const lists = new ChannelLists(host, dialectName);
  const tools: Tools = { host, settings: settled, rates, tickets, lists, dialect: dialectName };
  const commands = commandTable.filter(
    ({ modes }) => modes === undefined || modes.includes(settled.authMode),
  );
  const rows = new Map(commands.map((row) => [row.cmd, row]));
  const logins = loginRows(tools);
  const capabilities = capabilitiesOf(settled, commands);
  const handlers: Record<string, HandlerRow<Frame, Arrival, OriginChatsState>> = {
    malformed: {
      when: 'always',
      run: (turn, arrival) => {
        if (arrival.kind === 'malformed') turn.reply({ cmd: 'error', val: arrival.val });
      },
    },
    request: {
      when: 'always',
      run: (turn, arrival) => {
        if (arrival.kind === 'request') return handle(tools, rows, logins, turn, arrival.request);
      },
    },
  };
  const told = plugins(host, events);
  return {
    name: dialectName,
    framing: 'websocket',
    limits: settled.limits,
    state: ({ elapsed }) => ({
      validatorKey: `originChats-${randomText(24)}`,
      user: undefined,
      outline: undefined,
      listedAt: 0,
      pingAt: elapsed,
    }),
    open: (turn) => turn.reply(handshake(tools, capabilities, turn)),
    decode: (data) =>
      typeof data === 'string' ? { ok: true, packet: decodeClient(data) } : { ok: false, code: 'binary' },
    encode: (frame) => lists.encoded(frame) ?? encodeServer(frame),
    kindOf: ({ kind }) => kind,
    handlers,
    render: renderTable(settled, host.config.defaultChannel),
    started: told.started,
    refused: (rejection) => [{ cmd: 'error', val: wordFor(rejection) }],
    tick(turn) {
      const { state } = turn.connection;
      lists.refresh(turn);
      if (turn.elapsed - state.pingAt < settled.pingMs) return;
      state.pingAt = turn.elapsed;
      turn.replyNow({ cmd: 'ping' });
      rates.sweep(turn.elapsed);
    },
    heard(event) {
      if (event.type === 'session_close') tickets.forget(event.session);
      push?.heard(event);
      lists.heard(event);
      told.heard(event);
    },
    fetch: routesOf(tools),
    boundsBodies: true,
    goodbye: (reason) => ({
      packets: [],
      code: closeCodeOf(reason),
      text: '',
    }),
  };
}

/** Tells plugins what happens, from the start on: what is prepared before it is no news. */
function plugins(host: DialectHost, events: PluginEmitter): Required<Pick<Dialect, 'started' | 'heard'>> {
  let running = false;
  const failed = (thrown: unknown, event: string) =>
    host.report(new ChatError('listener-failed', `a listener of ${event} threw`, { cause: thrown }));
  const tell = (telling: Telling) => host.inOwnTask(() => events.tell(telling, failed));
  return {
    started() {
      running = true;
      tell(['server_start', {}]);
    },
    heard(event) {
      if (!running || events.eventNames().length === 0) return;
      for (const telling of host.read((view) => tellingsOf(event, view))) tell(telling);
    },
  };
}

/** Commands before login (section 3). */
function loginRows(
  tools: Tools,
): Readonly<Record<string, (turn: LinkTurn, request: Request) => void | Promise<void>>> {
  const auth = (turn: LinkTurn, request: Request) => validatorLogin(tools, turn, request);
  if (tools.settings.authMode === 'rotur') return { auth };
  return {
    auth,
    login: (turn, request) => login(tools, turn, request),
    register: (turn, request) => register(tools, turn, request),
  };
}

function handle(
  tools: Tools,
  rows: ReadonlyMap<string, CommandRow>,
  logins: ReturnType<typeof loginRows>,
  turn: LinkTurn,
  request: Request,
): void | Promise<void> {
  const { state } = turn.connection;
  // A session may have ended while its connection stays (section 8).
  if (state.user !== undefined && turn.read((view) => view.get(sessions, turn.session)) === undefined)
    state.user = undefined;
  const { user } = state;
  const { cmd } = request;
  if (user === undefined) {
    const login = typeof cmd === 'string' && Object.hasOwn(logins, cmd) ? logins[cmd] : undefined;
    return login === undefined ? authError(turn, 'Authentication required') : login(turn, request);
  }
  const ask = new Ask(tools, turn, request, user);
  const row = typeof cmd === 'string' ? rows.get(cmd) : undefined;
  if (row === undefined) {
    // A request without a command names none (section 2).
    if (cmd === undefined || cmd === null) return ask.refused(new Refusal('Unknown command: None', false));
    // Whatever else it is, it need not have a text of its own.
    const named = typeof cmd === 'string';
    return ask.refused(new Refusal(`Unknown command: ${named ? cmd : JSON.stringify(cmd)}`, named));
  }
  const banned = turn.read((view) => banOf(view, 'user', user, tools.dialect, turn.now)) !== undefined;
  if (banned && !row.whileBanned) return ask.refused(new Refusal(bannedText));
  tools.host.metrics.count('originchats.commands', 1, { cmd: row.cmd });
  const old = oldIdsIn(request, row.messageIds ?? []);
  return answered(ask, old.length === 0 ? () => row.run(ask) : () => runWithOldIds(ask, row, old));
}

/** Looks up ids of imported messages first, so that the handler's checks keep their order. */
async function runWithOldIds(ask: Ask, row: CommandRow, old: readonly string[]): Promise<void> {
  ask.oldIds = await findOldIds(ask.tools.host, old);
  // Meanwhile the session may have ended.
  if (!ask.turn.connection.closed) await row.run(ask);
}

/** Runs a handler; a refusal it ends with is answered. */
function answered(ask: Ask, run: () => void | Promise<void>): void | Promise<void> {
  return guarded(run, (thrown) => {
    if (!(thrown instanceof Refusal)) throw thrown;
    ask.refused(thrown);
  });
}

/** Names of what works here, sorted, in the words that the web client looks for (sections 3.1, 13 and 15). */
function capabilitiesOf(settled: OriginChatsSettings, commands: readonly CommandRow[]): string[] {
  const names = new Set<string>(settled.authMode === 'cracked-only' ? [] : ['auth']);
  if (settled.authMode !== 'rotur') names.add('login').add('register');
  for (const row of commands.filter((one) => one.announced?.(settled) ?? true))
    for (const one of row.capabilities ?? [row.cmd]) names.add(one);
  return [...names].sort();
}

/** What the server says first (section 3.1). */
function handshake({ host, settings }: Tools, capabilities: readonly string[], turn: LinkTurn): Frame {
  const { server, postContent, searchResults, authMode, attachments } = settings;
  const { name, icon, banner } = turn.read((view) => serverLook(view, settings));
  return {
    cmd: 'handshake',
    val: {
      server: { ...server, name, ...(icon === '' ? {} : { icon }), ...(banner === '' ? {} : { banner }) },
      limits: { post_content: postContent, search_results: searchResults },
      attachments: {
        enabled: attachments.enabled,
        max_size: attachments.maxBytes,
        allowed_types: attachments.types,
        max_attachments_per_user: host.config.limits.uploadsPerUser,
        permanent_tiers: attachments.permanentTiers,
      },
      version,
      validator_key: turn.connection.state.validatorKey,
      capabilities,
      permissions: rolePermissions,
      auth_mode: authMode,
    },
  };
}

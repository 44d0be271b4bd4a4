import { sessions } from '../../domain/sessions/online.js';
import { users } from '../../domain/users/users.js';
import { closeCodeOf, normalClosure } from '../close-codes.js';
import type { Dialect, DialectDefinition, DialectHost, GoodbyeReason } from '../dialect.js';
import { guarded } from '../guarded.js';
import { Ask, type Tools, type VenuelessTurn } from './ask.js';
import { decodeClient, encodeServer } from './codec.js';
import { Comebacks } from './comebacks.js';
import type { CommandRow } from './commands/command.js';
import { commandTable } from './commands/index.js';
import { Crowds } from './crowds.js';
import { dialectName } from './dialect-name.js';
import { Directory } from './directory.js';
import { fileLink } from './files.js';
import { routesOf } from './http/routes.js';
import { authenticate } from './login.js';
import { settings, titleOf, type VenuelessOptions, type VenuelessSettings } from './options.js';
import type { Arrival, Frame, Request } from './packets.js';
import { Refusal } from './refusal.js';
import { renderTable } from './render.js';
import type { VenuelessState } from './state.js';
import { UnreadPointers } from './unread-pointers.js';
import { Voices } from './voices.js';
import { wordFor } from './wording.js';

export { userOfVenuelessId, venuelessIdOf } from './host-ids.js';
export type { UploadOptions, VenuelessOptions, WorldOptions } from './options.js';

/**
 * The Venueless protocol: accounts, moderation, blocking, rooms, chat and direct messages; JSON arrays on WebSocket, at `/<world id>/` below
 * its mount. Throws `options-invalid` for options it does not understand.
 *
 * @example
 * const auth = chain(jwt({ secrets: [{ secret, issuer: 'my-app', audience: 'chat' }] }), guest());
 * const chat = await createChat({ storage, auth, dialects: [venueless({ worlds: { demo: { title: 'My event' } } })] });
 * attach(server, chat, { venueless: '/ws/world' });
 */
export function venueless(options: VenuelessOptions): DialectDefinition {
  const settled = settings(options);
  return {
    name: dialectName,
    showsDirects: true,
    fileLink: (file) => fileLink(settled, file),
    grants: { roles: settled.roles, traits: settled.traitGrants },
    create: (host) => create(settled, host) as unknown as Dialect<never, never, never>,
  };
}

/** The namespaces of the protocol (section 1). What is not built of them is answered as unsupported. */
const namespaces: ReadonlySet<string> = new Set([
  'announcement',
  'chat',
  'bbb',
  'digitalsamba',
  'zoom',
  'januscall',
  'exhibition',
  'poster',
  'question',
  'poll',
  'room',
  'roulette',
  'user',
  'world',
]);

const malformed: Arrival = { kind: 'malformed' };

const fatal: Frame = ['error', { code: 'server.fatal', message: 'Fatal Server Error' }];

function create(settled: VenuelessSettings, host: DialectHost): Dialect<Frame, Arrival, VenuelessState> {
  const directory = new Directory(host, settled.worlds.values());
  const crowds = new Crowds(host);
  const comebacks = new Comebacks();
  const voices = new Voices(titleOf(settled), host.sha256);
  const tools: Tools = { host, settings: settled, directory, voices, crowds, comebacks };
  const rows = new Map(commandTable.map((row) => [row.action, row]));
  const pointers = new UnreadPointers(host);
  return {
    name: dialectName,
    framing: 'websocket',
    realms: true,
    limits: settled.limits,
    state: ({ realm = '' }) => ({
      world: realm,
      user: undefined,
      silencedUntil: undefined,
      crowds: 0,
      known: undefined,
    }),
    open(turn) {
      const world = settled.worlds.get(turn.connection.state.world);
      if (world !== undefined) {
        turn.connection.features = world.features;
        return;
      }
      turn.reply(['error', { code: 'world.unknown_world' }]);
      turn.close(normalClosure, '');
    },
    // The protocol is text alone: bytes are no less wrong than what is no JSON.
    decode: (data) => ({ ok: true, packet: typeof data === 'string' ? decodeClient(data) : malformed }),
    encode: encodeServer,
    kindOf: ({ kind }) => kind,
    handlers: {
      ping: {
        when: 'always',
        whileBusy: 'bypass',
        run: (turn: VenuelessTurn, arrival: Arrival) => {
          if (arrival.kind === 'ping') turn.replyNow(['pong', arrival.echo]);
        },
      },
      malformed: {
        when: 'always',
        run: (turn: VenuelessTurn) => {
          turn.reply(fatal);
          turn.close(normalClosure, '');
        },
      },
      authenticate: {
        when: 'always',
        run: (turn: VenuelessTurn, arrival: Arrival) => {
          if (arrival.kind === 'authenticate') return login(tools, turn, arrival.request);
        },
      },
      request: {
        when: 'always',
        run: (turn: VenuelessTurn, arrival: Arrival) => {
          if (arrival.kind === 'request') return handle(tools, rows, turn, arrival.request);
        },
      },
    },
    fetch: routesOf(tools),
    boundsBodies: true,
    render: renderTable(tools, pointers),
    refused: (rejection) => [['error', wordFor(rejection, 'server')]],
    heard(event) {
      pointers.heard(event);
      directory.heard(event);
      crowds.heard(event);
      comebacks.heard(event);
    },
    tick(turn) {
      const { state } = turn.connection;
      if (state.silencedUntil !== undefined && turn.now >= state.silencedUntil) {
        // What they may do again is in the world's configuration, which only a new login brings (section 5).
        turn.reply(['connection.reload', {}]);
        return turn.close(normalClosure, '');
      }
      if (state.crowds !== crowds.changes) tellCrowds(tools, turn);
    },
    goodbye: (reason) => ({
      packets: reason === 'handler-failed' ? [fatal] : [],
      code: ownCodes[reason] ?? closeCodeOf(reason),
      text: '',
    }),
  };
}

/** What the web app is told of besides (RFC 6455, section 7.4.1, and IANA's registry): try again later, internal error. */
const ownCodes: Readonly<Partial<Record<GoodbyeReason, number>>> = { undone: 1013, 'handler-failed': 1011 };

/** Whoever is logged in on a connection; the session may have ended while it stays. */
function userOn(turn: VenuelessTurn): VenuelessState['user'] {
  const { state } = turn.connection;
  if (state.user !== undefined && turn.read((view) => view.get(sessions, turn.session)) === undefined)
    state.user = undefined;
  return state.user;
}

/** Tells somebody how many look at rooms, where that has changed. */
function tellCrowds({ host, settings, crowds }: Tools, turn: VenuelessTurn): void {
  const { state } = turn.connection;
  const id = userOn(turn);
  const world = settings.worlds.get(state.world);
  if (id === undefined || world === undefined) return;
  const since = state.crowds;
  state.crowds = crowds.changes;
  const news = turn.read((view) => {
    const user = view.get(users, id);
    return user === undefined ? [] : crowds.news(view, host.config, user, world, since);
  });
  if (news.length > 0) turn.reply(...news);
}

function login(tools: Tools, turn: VenuelessTurn, request: Request): void | Promise<void> {
  const world = tools.settings.worlds.get(turn.connection.state.world);
  if (world === undefined) return;
  if (userOn(turn) !== undefined)
    return turn.reply(['error', ...request.echo, { code: 'protocol.unknown_command' }]);
  return authenticate(tools, turn, request, world);
}

function handle(
  tools: Tools,
  rows: ReadonlyMap<string, CommandRow>,
  turn: VenuelessTurn,
  request: Request,
): void | Promise<void> {
  const { action, echo } = request;
  const user = userOn(turn);
  const world = tools.settings.worlds.get(turn.connection.state.world);
  if (user === undefined || world === undefined)
    return turn.reply(['error', ...echo, { code: 'protocol.unauthenticated' }]);
  const row = rows.get(action);
  if (row === undefined) {
    const dot = action.indexOf('.');
    const namespace = dot < 0 ? '' : action.slice(0, dot);
    const code = namespaces.has(namespace) ? `${namespace}.unsupported_command` : 'protocol.unknown_command';
    return turn.reply(['error', ...echo, { code }]);
  }
  tools.host.metrics.count('venueless.commands', 1, { action });
  const ask = new Ask(tools, turn, request, user, world);
  return answered(ask, () => {
    if (row.permission !== undefined) ask.needs(row.permission);
    if (request.tooDeep) ask.invalid();
    return row.run(ask);
  });
}

/** Runs a handler; a refusal it ends with is answered. */
function answered(ask: Ask, run: () => void | Promise<void>): void | Promise<void> {
  return guarded(run, (thrown) => {
    if (!(thrown instanceof Refusal)) throw thrown;
    ask.refused(thrown);
  });
}

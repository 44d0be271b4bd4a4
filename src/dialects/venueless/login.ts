import { Rejection } from '../../core/rejection.js';
import type { View } from '../../core/table.js';
import type { Credentials, Denied } from '../../domain/auth.js';
import type { DomainConfig } from '../../domain/config.js';
import type { UserId } from '../../domain/ids.js';
import { membershipsOf } from '../../domain/members/members.js';
import { silenceOf } from '../../domain/moderation/bans.js';
import { notificationsOf } from '../../domain/notifications/notifications.js';
import { clientStateOf, displayNameOf } from '../../domain/profiles/profiles.js';
import { marksOf } from '../../domain/reads/reads.js';
import type { RejectionCode } from '../../domain/rejections.js';
import { departuresSoFar } from '../../domain/users/departures.js';
import type { Identity } from '../../domain/users/identity.js';
import { claimsOf, claimsOfIdentity, userOfIdentity, users } from '../../domain/users/users.js';
import type { Tools, VenuelessTurn } from './ask.js';
import { dialectName } from './dialect-name.js';
import { channelEntries, numbersShape } from './membership-shapes.js';
import type { World } from './options.js';
import type { Frame, Request } from './packets.js';
import { worldPermissionsOf } from './permissions.js';
import { userShape } from './shapes.js';
import { worldConfig } from './worlds.js';

/** Longest client id (section 3). */
const longestClientId = 200;

/** Close code for a server that cannot say just now; clients come back by themselves (IANA's registry of RFC 6455). */
const tryAgainLater = 1013;

type AuthError =
  | 'auth.missing_id_or_token'
  | 'auth.invalid_token'
  | 'auth.expired_token'
  | 'auth.missing_token'
  | 'auth.denied';

/** `authenticate` (section 3). After any error the connection may try again. */
export async function authenticate(
  tools: Tools,
  turn: VenuelessTurn,
  request: Request,
  world: World,
): Promise<void> {
  const { host } = tools;
  const fail = (code: AuthError) => turn.reply(['error', ...request.echo, { code }]);
  const credentials = credentialsIn(request.payload);
  if (typeof credentials === 'string') return fail(credentials);
  const { address } = turn.connection;
  const asked = turn.read(departuresSoFar);
  const answer = await host.authenticate(credentials, {
    dialect: dialectName,
    realm: world.id,
    ...(address === undefined ? {} : { address }),
  });
  // The connection may have gone while the adapter was thinking.
  if (turn.connection.closed) return;
  if ('denied' in answer) {
    if (answer.denied === 'unreachable') return turn.close(tryAgainLater, 'auth cannot be asked');
    return fail(errorFor(answer, credentials.kind));
  }
  if (tools.comebacks.isOne(answer, turn.now)) return fail('auth.denied');
  const welcome = turn.read((view) => mayComeIn(view, host.config, answer));
  const refused = welcome
    ? await open(tools, turn, answer, asked, world)
    : await turnAway(turn, answer, [
        'error',
        ...request.echo,
        { code: credentials.kind === 'client' ? 'auth.missing_token' : 'auth.denied' },
      ]);
  if (refused === undefined) return;
  if (passing.has(refused.code)) return turn.close(tryAgainLater, 'nothing can be stored');
  fail('auth.denied');
}

/** Refusals that say nothing about who asks. */
const passing: ReadonlySet<string> = new Set<RejectionCode>(['unavailable', 'internal', 'chat-closed']);

/**
 * Refuses somebody who may not be in the world. Nobody is given an account for that, but what the token says of somebody who has one holds from
 * now on (section 3), in their other connections too.
 */
async function turnAway(
  turn: VenuelessTurn,
  identity: Identity,
  answer: Frame,
): Promise<Rejection | undefined> {
  const known = turn.read((view) => userOfIdentity(view, identity));
  if (known === undefined) {
    turn.reply(answer);
    return undefined;
  }
  const renewed = await turn.submit(
    'user.renew',
    { user: known.id, identity: profileOnce(identity, true) },
    { tag: 'authenticate', first: () => [answer] },
  );
  return renewed instanceof Rejection ? renewed : undefined;
}

/** Whether somebody may be in the world at all (section 3). */
export function mayComeIn(view: View, config: DomainConfig, identity: Identity): boolean {
  return worldPermissionsOf(config, claimsOfIdentity(view, config, identity)).includes('world:view');
}

/** What somebody logs in with: a token if there is one, else the id of their browser. */
export function credentialsIn(payload: unknown): Credentials | AuthError {
  const fields = (typeof payload === 'object' && payload !== null ? payload : {}) as Record<string, unknown>;
  if ('token' in fields) {
    const { token } = fields;
    if (typeof token !== 'string' || token === '') return 'auth.invalid_token';
    return { kind: 'token', arguments: [token] };
  }
  const { client_id: given } = fields;
  const id = typeof given === 'number' && given !== 0 ? String(given) : given;
  if (typeof id !== 'string' || id === '' || id.length > longestClientId) return 'auth.missing_id_or_token';
  return { kind: 'client', arguments: [id] };
}

function errorFor({ denied, detail }: Denied, kind: Credentials['kind']): AuthError {
  if (denied !== 'credentials') return 'auth.denied';
  if (detail === 'expired') return 'auth.expired_token';
  return kind === 'client' ? 'auth.missing_token' : 'auth.invalid_token';
}

async function open(
  tools: Tools,
  turn: VenuelessTurn,
  identity: Identity,
  asked: number,
  world: World,
): Promise<Rejection | undefined> {
  const { address } = turn.connection;
  const known = turn.read((view) => userOfIdentity(view, identity));
  const decision = await turn.submit(
    'session.open',
    {
      session: turn.session,
      dialect: dialectName,
      realm: world.id,
      // A tab more is no reason to keep somebody out who has left others open.
      ownLimit: true,
      identity: profileOnce(identity, known !== undefined),
      asked,
      place: false,
      wornName: 'number',
      ...(address === undefined ? {} : { address }),
    },
    {
      tag: 'authenticate',
      first: ({ user }) => {
        const { state } = turn.connection;
        state.user = user;
        state.crowds = tools.crowds.changes;
        state.silencedUntil = turn.read((view) => silenceOf(view, user, turn.now)?.until) ?? undefined;
        return [['authenticated', turn.read((view) => welcome(tools, view, user, world, turn.now))]];
      },
    },
  );
  if (decision instanceof Rejection) return decision;
  const { user } = decision;
  await limitConnections(tools, turn, user, world);
  await forceJoins(turn, user);
  return undefined;
}

/** A profile in a token is for somebody who comes for the first time (section 3). */
function profileOnce({ profile, ...identity }: Identity, known: boolean): Identity {
  return known || profile === undefined ? identity : { ...identity, profile };
}

/** Ends the oldest connections to the world beyond its limit, which does not hold for everybody, or beyond what anybody may have (section 2). */
async function limitConnections(
  { host, settings }: Tools,
  turn: VenuelessTurn,
  id: UserId,
  world: World,
): Promise<void> {
  const { config } = host;
  const most = turn.read((view) => {
    const user = view.get(users, id);
    const limited =
      user !== undefined &&
      world.connectionLimit > 0 &&
      !worldPermissionsOf(config, claimsOf(view, config, user)).includes('world:connections.unlimited');
    return limited ? world.connectionLimit : settings.connectionsPerUser;
  });
  await turn.submit('session.limit', { user: id, dialect: dialectName, realm: world.id, most });
}

/** Somebody who has a name joins the rooms that everybody is to be in (section 8.8). */
export async function forceJoins(turn: VenuelessTurn, user: UserId): Promise<void> {
  const named = turn.read((view) => {
    const record = view.get(users, user);
    return record !== undefined && displayNameOf(record) !== undefined;
  });
  if (named) await turn.submit('member.force', { user }, { tag: 'force' });
}

/** What somebody is told who has come in: the seven keys of section 3. */
function welcome({ host, settings }: Tools, view: View, id: UserId, world: World, now: number): object {
  const { config } = host;
  const user = view.get(users, id);
  if (user === undefined) return {};
  const look = { config, badges: settings.badges, now, manages: false };
  return {
    'user.config': { ...userShape(view, user, look), client_state: clientStateOf(view, id) },
    'world.config': worldConfig(view, config, user, world, now),
    'chat.channels': channelEntries(view, world, membershipsOf(view, config, id), look),
    'chat.read_pointers': numbersShape(view, world, marksOf(view, id)),
    'chat.notification_counts': numbersShape(view, world, notificationsOf(view, config, id)),
    exhibition: { exhibitors: [], contact_requests: [] },
    announcements: [],
  };
}

import { Rejection } from '../../core/rejection.js';
import type { Denied } from '../../domain/auth.js';
import type { UserId } from '../../domain/ids.js';
import type { Commands } from '../../domain/index.js';
import { ownerRole } from '../../domain/roles/roles.js';
import { departuresSoFar } from '../../domain/users/departures.js';
import type { Identity } from '../../domain/users/identity.js';
import { claimsOf, users } from '../../domain/users/users.js';
import type { Turn } from '../dialect.js';
import type { Tools } from './ask.js';
import { textOf } from './context.js';
import { isLocal, localPrefix, nicknameOf, pictureOf } from './local-users.js';
import type { Frame, Request } from './packets.js';
import { randomText } from './random.js';
import type { OriginChatsState } from './state.js';
import { statusShape } from './status.js';
import { wordFor } from './wording.js';

type LoginTurn = Turn<Frame, OriginChatsState>;

export const bannedText = 'Access denied: You are banned from this server';

export function authError(turn: LoginTurn, val: string): void {
  turn.reply({ cmd: 'auth_error', val });
}

/** `auth` with a validator of the identity service (section 3.2). After any error the connection may try again. */
export async function validatorLogin(tools: Tools, turn: LoginTurn, request: Request): Promise<void> {
  const { host, settings, dialect } = tools;
  if (settings.authMode === 'cracked-only') {
    return authError(turn, 'Rotur authentication is disabled. Use login or register commands.');
  }
  const validator = textOf(request.validator);
  if (validator === undefined) return authError(turn, 'Invalid authentication');
  const { address } = turn.connection;
  const asked = turn.read(departuresSoFar);
  const answer = await host.authenticate(
    { kind: 'validator', arguments: [validator, turn.connection.state.validatorKey] },
    { dialect, ...(address === undefined ? {} : { address }) },
  );
  if ('denied' in answer) return authError(turn, deniedText(answer));
  await open(tools, turn, answer, { asked });
}

function deniedText({ denied }: Denied): string {
  if (denied === 'banned') return bannedText;
  return denied === 'unreachable'
    ? 'Authentication failed: identity service unreachable'
    : 'Invalid authentication';
}

/** What comes with an identity: how long ago it was asked for; of a local account what was verified, or what is to be made. */
interface Local extends Pick<Commands['session.open']['input'], 'asked' | 'credential' | 'register'> {
  /** Own words for some refusals. */
  readonly texts?: Partial<Record<string, string>>;
}

/** Opens the session of a known identity and answers as section 3.4 has it. Says whether that was granted. */
export async function open(
  tools: Tools,
  turn: LoginTurn,
  identity: Identity,
  { texts = {}, ...local }: Local = {},
): Promise<boolean> {
  const { address } = turn.connection;
  // The connection may have gone while the adapter was thinking.
  if (turn.connection.closed) return false;
  const validator = randomText(32);
  const decision = await turn.submit(
    'session.open',
    {
      session: turn.session,
      dialect: tools.dialect,
      identity: asOwner(tools, identity),
      place: false,
      wornName: 'number',
      ...(address === undefined ? {} : { address }),
      ...local,
    },
    {
      tag: undefined,
      first: ({ user }) => {
        const { state } = turn.connection;
        state.user = user;
        tools.tickets.give(turn.session, state.validatorKey, validator);
        tools.lists.mark(state);
        return [
          { cmd: 'auth_success', val: 'Authentication successful' },
          { cmd: 'ready', user: readyUser(tools, turn, user), validator },
        ];
      },
    },
  );
  if (!(decision instanceof Rejection)) return true;
  const { code } = decision;
  const banned = code === 'user-banned' || code === 'address-banned';
  authError(turn, banned ? bannedText : (texts[code] ?? wordFor(decision)));
  return false;
}

/** Owners by option come with that role, unless they come with others or were given others here. */
function asOwner({ host, settings }: Tools, identity: Identity): Identity {
  const { provider, id, roles } = identity;
  // An id of a local account is one only with those who have it from here, and the other way round.
  const local = id.startsWith(localPrefix) === isLocal(identity);
  const isNamed = settings.owners.some((one) =>
    typeof one === 'string' ? local && one === id : one.provider === provider && one.id === id,
  );
  if (roles !== undefined || !isNamed) return identity;
  return { ...identity, roles: [...new Set([ownerRole, ...host.config.defaults.roles])] };
}

/** The stored record as `ready` shows it (section 3.4). */
function readyUser({ host }: Tools, turn: LoginTurn, id: UserId): object {
  return turn.read((view) => {
    const user = view.get(users, id);
    if (user === undefined) return { username: '', cracked: false };
    const cracked = isLocal(user);
    const nickname = nicknameOf(user);
    return {
      username: user.handle,
      ...(nickname === null ? {} : { nickname }),
      roles: claimsOf(view, host.config, user).roles,
      status: statusShape(view, id, id),
      ...(cracked ? { pfp_url: pictureOf(user) } : {}),
      cracked,
    };
  });
}

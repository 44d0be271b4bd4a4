import { Rejection } from '../../core/rejection.js';
import type { Denied } from '../../domain/auth.js';
import type { UserId } from '../../domain/ids.js';
import type { Identity } from '../../domain/users/identity.js';
import { claimsOf, users } from '../../domain/users/users.js';
import type { Turn } from '../dialect.js';
import type { Tools } from './ask.js';
import { textOf } from './context.js';
import type { Frame, Request } from './packets.js';
import { randomText } from './random.js';
import type { OriginChatsState } from './state.js';
import { statusShape } from './status.js';
import { wordFor } from './wording.js';

type LoginTurn = Turn<Frame, OriginChatsState>;

const bannedText = 'Access denied: You are banned from this server';

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
  const answer = await host.authenticate(
    { kind: 'validator', arguments: [validator, turn.connection.state.validatorKey] },
    { dialect, ...(address === undefined ? {} : { address }) },
  );
  if ('denied' in answer) return authError(turn, deniedText(answer));
  await open(tools, turn, answer, false);
}

function deniedText({ denied }: Denied): string {
  if (denied === 'banned') return bannedText;
  return denied === 'unreachable'
    ? 'Authentication failed: identity service unreachable'
    : 'Invalid authentication';
}

/** Opens the session of a known identity and answers as section 3.4 has it. */
export async function open(
  tools: Tools,
  turn: LoginTurn,
  identity: Identity,
  cracked: boolean,
): Promise<void> {
  const { address } = turn.connection;
  // The connection may have gone while the adapter was thinking.
  if (turn.connection.closed) return;
  const validator = randomText(32);
  const decision = await turn.submit(
    'session.open',
    {
      session: turn.session,
      dialect: tools.dialect,
      identity,
      place: false,
      wornName: 'number',
      ...(address === undefined ? {} : { address }),
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
          { cmd: 'ready', user: readyUser(tools, turn, user, cracked), validator },
        ];
      },
    },
  );
  if (!(decision instanceof Rejection)) return;
  const { code } = decision;
  authError(turn, code === 'user-banned' || code === 'address-banned' ? bannedText : wordFor(decision));
}

/** The stored record as `ready` shows it (section 3.4). */
function readyUser({ host }: Tools, turn: LoginTurn, id: UserId, cracked: boolean): object {
  return turn.read((view) => {
    const user = view.get(users, id);
    if (user === undefined) return { username: '', cracked };
    const { handle, displayName } = user;
    return {
      username: handle,
      ...(displayName === undefined ? {} : { nickname: displayName }),
      roles: claimsOf(view, host.config, user).roles,
      status: statusShape(view, id, id),
      ...(cracked ? { pfp_url: null } : {}),
      cracked,
    };
  });
}

import { Rejection } from '../../core/rejection.js';
import { banOf } from '../../domain/moderation/bans.js';
import { online } from '../../domain/sessions/online.js';
import { departuresSoFar } from '../../domain/users/departures.js';
import { userOfIdentity } from '../../domain/users/users.js';
import type { DialectHost, Turn } from '../dialect.js';
import { normalClosure, untilSeconds } from './endings.js';
import type { SockChatSettings } from './options.js';
import type { AuthFailReason, AuthPacket, ServerPacket } from './packets.js';
import { idOf } from './people.js';
import type { SockChatState } from './state.js';

/** Close code of the RFC 6455 registry: try again later. */
const tryAgainLater = 1013;

type Failure = { readonly reason: AuthFailReason; readonly until?: number | null };

/**
 * Packet 1 (sections 4 and 6.1): ban of the address, then the adapter, then ban of the user, then the limit of connections.
 * The packets of a successful login are shown with the event; a refused one is answered and closed.
 */
export async function login(
  turn: Turn<ServerPacket, SockChatState>,
  packet: AuthPacket,
  host: DialectHost,
  settings: SockChatSettings,
  dialect: string,
): Promise<void> {
  const failure = await attempt(turn, packet, host, dialect);
  if (failure === undefined) return;
  // No fault of theirs: after 1.n clients do not come back by themselves (section 14), after a close they do.
  if (failure === 'later') return turn.close(tryAgainLater, '');
  const until = failure.until === undefined ? {} : { untilSeconds: untilSeconds(failure.until) };
  turn.reply({ kind: 'auth_fail', reason: failure.reason, ...until });
  const close = () => {
    if (turn.connection.state.user === undefined) turn.close(normalClosure, '');
  };
  if (settings.authFailCloseDelay === 0) {
    turn.connection.state.refused = true;
    close();
  } else host.clock.after(settings.authFailCloseDelay, close);
}

async function attempt(
  turn: Turn<ServerPacket, SockChatState>,
  packet: AuthPacket,
  host: DialectHost,
  dialect: string,
): Promise<Failure | 'later' | undefined> {
  const { address } = turn.connection;
  const banned =
    address === undefined
      ? undefined
      : turn.read((view) => banOf(view, 'address', address, dialect, turn.now));
  if (banned !== undefined) return { reason: 'joinfail', until: banned.until };
  const context = { dialect, ...(address === undefined ? {} : { address }) };
  const asked = turn.read(departuresSoFar);
  const answer = await host.authenticate({ kind: 'arguments', arguments: packet.args }, context);
  if ('denied' in answer) {
    if (answer.denied === 'banned') return { reason: 'joinfail', until: answer.until ?? null };
    if (answer.denied === 'unreachable') return 'later';
    return { reason: answer.denied === 'name' ? 'userfail' : 'authfail' };
  }
  // The connection may have gone while the adapter was thinking.
  if (turn.connection.closed) return undefined;
  const opened = await turn.submit('session.open', {
    session: turn.session,
    dialect,
    identity: answer,
    asked,
    place: true,
    wornName: 'refuse',
    ...(address === undefined ? {} : { address }),
  });
  if (opened instanceof Rejection) {
    // They may not be where people begin: what auth says of them now holds for what they have open already, too.
    const known =
      opened.code === 'not-permitted' ? turn.read((view) => userOfIdentity(view, answer)) : undefined;
    if (known !== undefined) await turn.submit('user.renew', { user: known.id, identity: answer });
    return failureOf(opened);
  }
  const row = turn.read((view) => view.get(online, opened.user));
  turn.connection.state = {
    user: opened.user,
    id: row === undefined ? '' : idOf(row.person),
    pingAt: turn.elapsed,
    refused: false,
    begun: true,
  };
  return undefined;
}

function failureOf({ code, details }: Rejection): Failure | 'later' {
  switch (code) {
    case 'user-banned':
      return { reason: 'joinfail', until: typeof details.until === 'number' ? details.until : null };
    case 'name-in-use':
      return { reason: 'userfail' };
    case 'too-many-sessions':
      return { reason: 'sockfail' };
    case 'unavailable':
    case 'internal':
    case 'chat-closed':
      return 'later';
    default:
      return { reason: 'authfail' };
  }
}

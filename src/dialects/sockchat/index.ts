import type { Rejection } from '../../core/rejection.js';
import { closeCodeOf } from '../close-codes.js';
import type { Dialect, DialectDefinition, DialectHost } from '../dialect.js';
import { decodeClient, encodeServer } from './codec.js';
import { commandTable } from './commands/index.js';
import { Company } from './company.js';
import { dialectName } from './dialect-name.js';
import { normalClosure } from './endings.js';
import { noticePacket } from './entries.js';
import { Extensions } from './extensions.js';
import { FloodControl } from './flood.js';
import { login } from './login.js';
import { say } from './messages.js';
import { type SockChatOptions, type SockChatSettings, settings } from './options.js';
import type { AuthPacket, ClientMessagePacket, ClientPacket, PingPacket, ServerPacket } from './packets.js';
import { renderTable } from './render.js';
import type { SockChatState } from './state.js';
import { wordFor } from './wording.js';

export { sockchatIdOf, userOfSockchatId } from './host-ids.js';
export type { SockChatFlood, SockChatForeign, SockChatOptions } from './options.js';

/**
 * The Sock Chat protocol, version 1: tab-separated packets on WebSocket. Throws `options-invalid` for options it does not understand.
 *
 * @example
 * const chat = await createChat({ storage, auth, dialects: [sockchat({ welcome: 'Hello, {username}!' })] });
 */
export function sockchat(options: SockChatOptions = {}): DialectDefinition {
  const settled = settings(options);
  return {
    name: dialectName,
    backlog: settled.backlog,
    showsWhispers: true,
    create: (host) => create(settled, host) as unknown as Dialect<never, never, never>,
  };
}

function create(
  given: SockChatSettings,
  host: DialectHost,
): Dialect<ServerPacket, ClientPacket, SockChatState> {
  // What is cut here must not be refused there.
  const settled = { ...given, maxLength: Math.min(given.maxLength, host.config.limits.messageLength) };
  const ignored = (kind: ClientPacket['kind'], reason: string) =>
    host.metrics.count('frames.ignored', 1, { dialect: dialectName, kind, reason });
  const flood = new FloodControl(settled, host, dialectName);
  const extensions = new Extensions({ extensions: settled.extensions, ignored });
  const company = new Company(host, settled, dialectName);
  const commands = commandTable(dialectName, settled);
  return {
    name: dialectName,
    framing: 'websocket',
    limits: settled.limits,
    state: ({ elapsed }) => ({ user: undefined, id: '', pingAt: elapsed, refused: false, begun: false }),
    received: (turn) => flood.received(turn),
    decode: (data) => (typeof data === 'string' ? decodeClient(data) : { ok: false, code: 'binary' }),
    encode: (packet) => encodeServer(packet, settled),
    kindOf: (packet) => packet.kind,
    handlers: {
      ping: {
        when: 'after-login',
        whileBusy: 'bypass',
        run(turn, packet: PingPacket) {
          const { state } = turn.connection;
          if (packet.userId !== state.id) return ignored('ping', 'wrong-user');
          state.pingAt = turn.elapsed;
          turn.replyNow({ kind: 'pong' });
        },
      },
      auth: {
        when: 'before-login',
        whileBusy: 'drop',
        run(turn, packet: AuthPacket) {
          const { user, refused } = turn.connection.state;
          // Once logged in, or on the way out, it is too late for another try.
          if (user !== undefined || refused) return ignored('auth', 'over');
          turn.connection.state.begun = true;
          return login(turn, packet, host, settled, dialectName);
        },
      },
      message: {
        when: 'after-login',
        run: (turn, packet: ClientMessagePacket) =>
          say(turn, packet, {
            settings: settled,
            config: host.config,
            commands,
            ignored: (reason) => ignored('message', reason),
            typed: (command) => host.metrics.count('sockchat.commands', 1, { command }),
          }),
      },
      ...extensions.handlers,
    },
    render: renderTable(settled, host, company, dialectName),
    refused: (rejection: Rejection) => {
      const word = wordFor(rejection);
      return word === null ? [] : [noticePacket(word[0], word.slice(1), host.nextId(), host.clock.now())];
    },
    tick(turn) {
      const { state } = turn.connection;
      if (state.user === undefined || turn.elapsed - state.pingAt < settled.pingTimeoutMs) return;
      void turn.submit('session.close', { session: turn.session, reason: 'timeout' });
      turn.close(normalClosure, '');
    },
    goodbye: (reason) => ({
      packets: reason === 'host' ? [{ kind: 'forced_disconnect', banned: false }] : [],
      code: closeCodeOf(reason),
      text: '',
    }),
    sweep: (elapsed) => company.sweep(elapsed),
    heard(event) {
      company.heard(event);
      if (event.type !== 'user_disconnect') return;
      flood.forget(event.person.user);
      extensions.forget(event.person.user);
    },
  };
}

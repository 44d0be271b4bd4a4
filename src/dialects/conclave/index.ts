import { isTokenOver } from '../../domain/tokens/tokens.js';
import { normalClosure } from '../close-codes.js';
import { connectionLimits, type Dialect, type DialectDefinition, type DialectHost } from '../dialect.js';
import type { EventStream } from '../http/event-stream.js';
import { dialectName } from './dialect-name.js';
import type { Tools } from './operation.js';
import { type ConclaveOptions, type ConclaveSettings, settings } from './options.js';
import { RateLimiter } from './rate-limiter.js';
import { renderTable } from './render.js';
import { routesOf } from './routes.js';

export { conclaveIdOf, userOfConclaveId } from './host-ids.js';
export type { ConclaveOptions, ConclaveRateLimits, RateLimit } from './options.js';

/**
 * The delivery service of Conclave: accounts, key packages, end-to-end encrypted groups and their event stream; protobuf over HTTP, at `/api/v1`
 * below its mount. Needs the chat's option `hasher`. Throws `options-invalid` for options it does not understand.
 *
 * @example
 * const chat = await createChat({ storage, auth, hasher: argon2(), dialects: [conclave({ registration: 'open' })] });
 * attach(server, chat, { conclave: '/' });
 */
export function conclave(options: ConclaveOptions = {}): DialectDefinition {
  const settled = settings(options);
  return {
    name: dialectName,
    needsHasher: true,
    groups: settled.groups,
    create: (host) => create(settled, host) as unknown as Dialect<never, never, never>,
  };
}

/** Silence of a stream after which it is told that it is still there (section 10). */
const keepAliveMs = 15_000;
const keepAlive = ':\n\n';

/** What is remembered of a stream. */
interface StreamState {
  readonly stream: EventStream;
  /** The hash of the token it was opened with. */
  readonly token: string;
}

function create(settled: ConclaveSettings, host: DialectHost): Dialect<string, never, StreamState> {
  const { login, registration, keyPackages } = settled.rateLimits;
  const tools: Tools = {
    host,
    settings: settled,
    rates: {
      login: new RateLimiter(login),
      registration: new RateLimiter(registration),
      keyPackages: new RateLimiter(keyPackages),
    },
  };
  return {
    name: dialectName,
    framing: 'plain',
    limits: connectionLimits,
    decode: () => ({ ok: false, code: 'one-way' }),
    encode: (frame) => frame,
    kindOf: () => '',
    handlers: {},
    render: renderTable,
    refused: () => [],
    tick(turn) {
      const { stream, token } = turn.connection.state;
      // One that is not there any more is told of by `token_end`, once that is stored.
      if (turn.read((view) => isTokenOver(view, token, turn.now)))
        return turn.close(normalClosure, 'the session has expired');
      if (turn.elapsed - stream.wroteAt >= keepAliveMs) turn.replyNow(keepAlive);
    },
    // A stream has no words for it and no codes: it ends.
    goodbye: () => ({ packets: [], code: normalClosure, text: '' }),
    fetch: routesOf(tools),
    boundsBodies: true,
  };
}

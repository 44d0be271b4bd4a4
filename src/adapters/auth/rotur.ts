import { ChatError } from '../../core/errors.js';
import type { Auth, Denied } from '../../domain/auth.js';
import type { Identity } from '../../domain/users/identity.js';
import { boundedText } from './bounded-text.js';
import { countOption, knownOptions, needOption, providerOption, urlOption, wrongWith } from './identity.js';

/** Options of {@link rotur}. */
export interface RoturOptions {
  /** Where validators are checked: `http:` or `https:`. Default `https://api.rotur.dev/validate`. */
  readonly validateUrl?: string | URL;
  /** How long an answer may take, its body included. Default 5,000 ms. Beyond it: refused with `unreachable`. */
  readonly timeoutMs?: number;
  /** Longest answer. Default 65,536 bytes. Beyond it: refused, reported as `auth-failed`. */
  readonly maxBytes?: number;
  /** Who vouches. 1 to 64 characters. Default `rotur`. */
  readonly provider?: string;
  /** Asks in place of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/**
 * Auth by the identity service of OriginChats (section 3.2): each login is one `GET` with the validator that the client got there and the
 * connection's key. Accepted is status 200 with `valid: true`, an `id` and a `username`.
 *
 * A service that fails, or does not answer in time, refuses with `unreachable`; all else refuses with `credentials`. An answer that makes no
 * sense throws `auth-failed`, which the chat reports. Nothing it throws repeats what was sent or answered. Credentials of other kinds are not
 * known (see `chain`). Throws `options-invalid`.
 */
export function rotur(options: RoturOptions = {}): Auth {
  knownOptions(options, ['validateUrl', 'timeoutMs', 'maxBytes', 'provider', 'fetch'], 'rotur');
  const { timeoutMs = 5_000, maxBytes = 65_536, fetch: ask } = options;
  const base = urlOption(options.validateUrl ?? 'https://api.rotur.dev/validate', 'validateUrl', 'rotur');
  countOption(timeoutMs, 'timeoutMs', 'rotur', 'milliseconds');
  countOption(maxBytes, 'maxBytes', 'rotur', 'bytes');
  needOption(ask === undefined || typeof ask === 'function', 'fetch', 'rotur', 'a function');
  const provider = providerOption(options.provider, 'rotur', 'rotur');

  return async ({ kind, arguments: words }): Promise<Identity | Denied | undefined> => {
    if (kind !== 'validator') return undefined;
    const [validator, key] = words;
    const url = new URL(base);
    url.searchParams.set('key', key);
    url.searchParams.set('v', validator);
    let status: number;
    let text: string | undefined;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await (ask ?? fetch)(url, { redirect: 'error', signal });
      status = response.status;
      text = await boundedText(response, maxBytes);
    } catch {
      // What fetch throws may quote the address, and with it the validator.
      return { denied: 'unreachable' };
    }
    if (status >= 500) return { denied: 'unreachable' };
    if (status !== 200) return { denied: 'credentials' };
    if (text === undefined) throw failed(base, `more than ${maxBytes} bytes (maxBytes)`);
    return read(text, provider, base);
  };
}

function read(text: string, provider: string, base: URL): Identity | Denied {
  let answer: { readonly valid?: unknown; readonly id?: unknown; readonly username?: unknown } | null;
  try {
    answer = JSON.parse(text);
  } catch {
    throw failed(base, 'something that is no JSON');
  }
  if (answer?.valid !== true) return { denied: 'credentials' };
  const { id, username } = answer as { readonly id: string | number; readonly username: string };
  const wrong = wrongWith({ id, name: username });
  if (wrong !== undefined) throw failed(base, `no ${wrong.replace(/^an? /, '')}`);
  return { provider, id: String(id), name: username };
}

function failed(base: URL, what: string): ChatError {
  return new ChatError('auth-failed', `${base.origin}${base.pathname} answered with ${what}`, {
    retryable: true,
  });
}

import { ChatError } from '../../core/errors.js';
import type { Auth, Denied } from '../../domain/auth.js';
import type { Identity } from '../../domain/users/identity.js';
import { boundedText } from './bounded-text.js';
import { countOption, knownOptions, needOption, providerOption, urlOption } from './identity.js';
import { type Answer, readDenied, readIdentity } from './remote-answer.js';

/** Options of {@link remote}. */
export interface RemoteOptions {
  /** Where to ask: `http:` or `https:`, without a user or password in it. Use `https:` unless it is the same machine. */
  readonly url: string | URL;
  /** Sent with each request, for example a secret that both sides share: `{ authorization: 'Bearer …' }`. Default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long an answer may take, its body included. Default 5,000 ms. Beyond it: refused, reported as `auth-failed`. */
  readonly timeoutMs?: number;
  /** Longest answer. Default 65,536 bytes. Beyond it: refused, reported as `auth-failed`. */
  readonly maxBytes?: number;
  /** Which words are sent at all; those it answers `false` for are not known (see `chain`). Default all. */
  readonly takes?: (words: readonly string[]) => boolean;
  /** Who vouches where an answer does not say. 1 to 64 characters. Default `remote`. */
  readonly provider?: string;
}

/**
 * Auth by an HTTP service. Each login is one `POST` of JSON: `{ "dialect": "sockchat", "arguments": ["Bearer", "…"], "address": "192.0.2.7" }`;
 * `address` is left out where it is not known. The service answers
 *
 * - `200` with an identity: `{ "id": "47", "name": "Ann" }` and whatever else `Identity` has; `id` may be a number, fields it does not have are
 *   left out;
 * - `204` if it does not know what was given (see `chain`);
 * - `401` or `403` to refuse, if it likes with the reason: `{ "denied": "credentials" | "name" | "banned", "until": 1750000000000 }`.
 *
 * Whatever else comes back (redirects too, which are not followed), comes late, is too long or makes no sense: the call throws `auth-failed`, and
 * so the chat refuses and reports it. What it throws names the address without its query and never what was sent. Throws `options-invalid`.
 */
export function remote(options: RemoteOptions): Auth {
  knownOptions(options, ['url', 'headers', 'timeoutMs', 'maxBytes', 'takes', 'provider'], 'remote');
  const { timeoutMs = 5_000, maxBytes = 65_536, takes = () => true } = options;
  const url = urlOption(options.url, 'url', 'remote');
  const headers = headersOf(options.headers ?? {});
  countOption(timeoutMs, 'timeoutMs', 'remote', 'milliseconds');
  countOption(maxBytes, 'maxBytes', 'remote', 'bytes');
  needOption(typeof takes === 'function', 'takes', 'remote', 'a function from words to a boolean');
  const provider = providerOption(options.provider, 'remote', 'remote');
  const where = url.origin + url.pathname;
  const failed = (what: string, cause?: unknown) =>
    new ChatError('auth-failed', `${where} ${what}`, {
      retryable: true,
      ...(cause === undefined ? {} : { cause }),
    });

  return async ({ kind, arguments: words }, { dialect, address }): Promise<Identity | Denied | undefined> => {
    if (kind !== 'arguments' || !takes(words)) return undefined;
    const signal = AbortSignal.timeout(timeoutMs);
    let answer: Answer;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ dialect, arguments: words, ...(address === undefined ? {} : { address }) }),
        redirect: 'error',
        signal,
      });
      answer = { status: response.status, text: await boundedText(response, maxBytes) };
    } catch (thrown) {
      if (signal.aborted) throw failed(`took longer than ${timeoutMs} ms (timeoutMs)`);
      // The text of what fetch throws may quote headers; its code does not.
      throw failed(`could not be asked${codeOf(thrown)}`);
    }
    const { status, text } = answer;
    if (status === 204) return undefined;
    if (text === undefined) throw failed(`answered with more than ${maxBytes} bytes (maxBytes)`);
    if (status === 401 || status === 403) return readDenied(text);
    if (status !== 200) throw failed(`answered with status ${status}`);
    const read = readIdentity(text, provider);
    if (typeof read === 'string') throw failed(`answered with ${read}`);
    return read;
  };
}

function codeOf(thrown: unknown): string {
  const { cause } = (thrown ?? {}) as { cause?: { code?: unknown; message?: unknown } };
  if (typeof cause?.code === 'string' && /^[A-Z_0-9]{1,40}$/.test(cause.code)) return `: ${cause.code}`;
  return cause?.message === 'unexpected redirect' ? ': it answered with a redirect' : '';
}

function headersOf(given: Readonly<Record<string, string>>): Headers {
  const headers = new Headers({ accept: 'application/json' });
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value);
    } catch {
      // What was thrown would repeat the value.
      needOption(
        false,
        'headers',
        'remote',
        `what HTTP allows as name and value; ${JSON.stringify(name)} is not`,
      );
    }
  }
  headers.set('content-type', 'application/json');
  return headers;
}

import { createSecretKey, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { Auth, Denied } from '../../domain/auth.js';
import {
  type CheckAnswer,
  type IdentityLike,
  knownOptions,
  needOption,
  providerOption,
  wholeAnswer,
} from './identity.js';
import { isObject, isProfile, isText, isTextList } from './json.js';

export type { CheckAnswer, IdentityLike } from './identity.js';

/** A secret that tokens are signed with, and what tokens signed with it must say. */
export interface JwtSecret {
  /** Shared with whoever issues tokens: 32 bytes at least (RFC 7518, section 3.2); text counts in UTF-8. */
  readonly secret: string | Uint8Array;
  /** What `iss` must be. Default: `iss` is not looked at. */
  readonly issuer?: string;
  /** What `aud` must be, or contain. Default: `aud` is not looked at, so tokens meant for something else log in here too. */
  readonly audience?: string;
}

/** What a token says: JSON, signed by whoever has the secret. */
export type JwtClaims = Readonly<Record<string, unknown>>;

/** Options of {@link jwt}. */
export interface JwtOptions {
  /** Tried in order: one at least. */
  readonly secrets: readonly JwtSecret[];
  /**
   * How far the issuer's clock may be from this one, for `exp`, `nbf` and `iat`. Default 0 ms: a token issued on a machine whose clock is a
   * second ahead is refused for that second.
   */
  readonly clockToleranceMs?: number;
  /**
   * Who somebody is by the claims of a token that holds. Nothing (`false`, `null`, `undefined`) is a refusal, for the token is known. What it
   * throws is reported as `auth-failed`. Default: see {@link jwt}.
   */
  readonly identity?: (claims: JwtClaims) => CheckAnswer | Promise<CheckAnswer>;
  /** Who vouches for people with a token. 1 to 64 characters. Default `jwt`. */
  readonly provider?: string;
}

interface Key {
  readonly key: KeyObject;
  readonly expected: { readonly issuer?: string; readonly audience?: string };
}

/** Longest token, in characters. Nothing of a longer one is read. */
const longest = 16_384;
/** Shortest secret, in bytes: HS256 needs as many as its hash has (RFC 7518, section 3.2). */
const shortest = 32;
/** Three parts in base64url, without padding (RFC 7515, section 7.1); the signature may be missing. */
const form = /^[\w-]+\.[\w-]*\.[\w-]*$/;

/**
 * Auth by JSON Web Tokens (RFC 7519) that the host's own login issues, signed with HS256; every other algorithm is refused.
 *
 * Takes credentials of kind `token`, and of kind `arguments` if the last word is a JWT, such as `['Bearer', token]`; the words before it are
 * not looked at. It does not know anything else (see `chain`).
 *
 * A token holds if one of the secrets fits and `iss`, `aud`, `exp`, `nbf` and `iat` are right for it; `exp`, `nbf` and `iat` may be missing.
 * What does not hold is `{ denied: 'credentials', detail }`: `expired`, which no other secret is tried after, else `invalid`. So is a token of
 * more than 16,384 characters, of which nothing is read.
 *
 * Without the option `identity`, the claims are read so:
 *
 * - `uid`, or else `sub`: the id, text of 1 to 200 characters or a whole number, which is the same as its decimal text;
 * - `name`, or else `display_name` of `profile`, or else the id, and then the user is `unnamed`: the name;
 * - `traits`: a list of text. Missing: what the chat's `defaults` say;
 * - `profile`: an object.
 *
 * A claim of another kind makes the token `invalid`. No error tells anything of a token or a secret. Throws `options-invalid`.
 *
 * @example
 * const auth = jwt({ secrets: [{ secret: process.env.CHAT_SECRET ?? '', issuer: 'my-app', audience: 'chat' }] });
 */
export function jwt(options: JwtOptions): Auth {
  knownOptions(options, ['secrets', 'clockToleranceMs', 'identity', 'provider'], 'jwt');
  const { clockToleranceMs = 0, identity = usualIdentity } = options;
  needOption(
    Number.isSafeInteger(clockToleranceMs) && clockToleranceMs >= 0,
    'clockToleranceMs',
    'jwt',
    'a whole number of milliseconds from 0',
  );
  needOption(typeof identity === 'function', 'identity', 'jwt', 'a function from claims to somebody');
  const provider = providerOption(options.provider, 'jwt', 'jwt');
  const keys = keysOf(options.secrets);
  return async ({ kind, arguments: words }) => {
    const token = words.at(-1) ?? '';
    if (kind === 'arguments' ? !isJwt(token) : kind !== 'token') return undefined;
    const claims = await claimsOf(token, keys, clockToleranceMs / 1_000);
    if (claims === 'expired' || claims === 'invalid') return refusal(claims);
    return wholeAnswer(await identity(claims), provider, 'jwt') ?? refusal('invalid');
  };
}

function keysOf(secrets: readonly JwtSecret[]): readonly Key[] {
  needOption(Array.isArray(secrets) && secrets.length > 0, 'secrets', 'jwt', 'a list of one secret or more');
  return secrets.map((given, index) => {
    const at = `secrets (row ${index + 1})`;
    const row: unknown = given;
    needOption(isObject(row), at, 'jwt', 'an object { secret, issuer, audience }');
    const { secret, issuer, audience, ...strange } = given;
    const fits = typeof secret === 'string' || secret instanceof Uint8Array;
    const bytes = fits ? Buffer.from(secret as string) : Buffer.alloc(0);
    needOption(bytes.length >= shortest, at, 'jwt', `a secret of ${shortest} bytes at least`);
    for (const said of [issuer, audience])
      needOption(
        said === undefined || (isText(said) && said !== ''),
        at,
        'jwt',
        'text as issuer and as audience',
      );
    needOption(Object.keys(strange).length === 0, at, 'jwt', 'secret, issuer and audience only');
    const expected = {
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    };
    return { key: createSecretKey(bytes), expected };
  });
}

/** Whether a word has the form of a JWT and begins with a header. One that is too long to be looked into counts if it looks like one. */
function isJwt(word: string): boolean {
  if (!form.test(word)) return false;
  if (word.length > longest) return true;
  try {
    decodeProtectedHeader(word);
    return true;
  } catch {
    // Its first part is no header: the name of a machine has three parts too.
    return false;
  }
}

/** The claims by the first key that the token holds for. */
async function claimsOf(
  token: string,
  keys: readonly Key[],
  clockTolerance: number,
): Promise<JwtClaims | 'expired' | 'invalid'> {
  if (token.length > longest || !form.test(token)) return 'invalid';
  const currentDate = new Date();
  const now = Math.floor(currentDate.getTime() / 1_000);
  for (const { key, expected } of keys) {
    try {
      const { payload } = await jwtVerify(token, key, {
        ...expected,
        algorithms: ['HS256'],
        clockTolerance,
        currentDate,
      });
      if (payload.iat === undefined || payload.iat <= now + clockTolerance) return payload;
    } catch (thrown) {
      if (!(thrown instanceof errors.JOSEError)) throw thrown;
      // Venueless tells that a token is expired before it looks at who issued it, and to whom.
      if (thrown instanceof errors.JWTExpired) return 'expired';
      const exp = thrown instanceof errors.JWTClaimValidationFailed ? thrown.payload.exp : undefined;
      if (typeof exp === 'number' && exp <= now - clockTolerance) return 'expired';
    }
  }
  return 'invalid';
}

function usualIdentity({ uid, sub, name, profile, traits }: JwtClaims): IdentityLike | undefined {
  const id = idOf(uid ?? sub);
  if (id === undefined) return undefined;
  if (!isOr(profile, isProfile) || !isOr(traits, isTextList) || !isOr(name, isText)) return undefined;
  const called = name || profile?.display_name;
  return {
    id,
    ...(isText(called) && called !== '' ? { name: called } : { name: id, unnamed: true }),
    ...(traits === undefined || traits === null ? {} : { traits }),
    ...(profile === undefined || profile === null ? {} : { profile }),
  };
}

function idOf(claim: unknown): string | undefined {
  const id = Number.isSafeInteger(claim) ? String(claim) : claim;
  return isText(id) && id !== '' && id.length <= 200 ? id : undefined;
}

/** Whether a claim is of its kind, or missing; `null` counts as missing. */
function isOr<T>(claim: unknown, fits: (value: unknown) => value is T): claim is T | null | undefined {
  return claim === undefined || claim === null || fits(claim);
}

function refusal(detail: 'expired' | 'invalid'): Denied {
  return { denied: 'credentials', detail };
}

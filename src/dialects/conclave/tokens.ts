import type { Digest } from '../../core/ports.js';
import { Rejection } from '../../core/rejection.js';
import { isTokenDue, liveToken } from '../../domain/tokens/tokens.js';
import { ErrorCode } from './gen/messages.js';
import type { Caller, Tools } from './operation.js';
import { Refusal } from './refusal.js';
import { wordFor } from './wording.js';

/** A new token: 32 random bytes in hexadecimal (section 4.1). */
export function newToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex');
}

/** What is kept of a token. */
export function hashOf(token: string, sha256: () => Digest): string {
  const digest = sha256();
  digest.update(Buffer.from(token));
  return digest.hex();
}

/** Whether two secrets are the same, in a time that does not tell how far they are. */
export function isSameSecret(a: string, b: string, sha256: () => Digest): boolean {
  const one = hashOf(a, sha256);
  const other = hashOf(b, sha256);
  let differences = 0;
  for (let i = 0; i < one.length; i++) differences |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return differences === 0;
}

/** Who asks, by the token that the request brings, which is good for the whole time again. Throws a {@link Refusal} (section 4.2). */
export async function authenticate({ host, settings }: Tools, headers: Headers): Promise<Caller> {
  const { authHeader } = settings;
  const value = headers.get(authHeader);
  if (value === null || !/^[\t\x20-\x7e]*$/.test(value))
    throw new Refusal(401, ErrorCode.AUTH_HEADER_MISSING, `missing ${authHeader} header`);
  const isStandard = authHeader.toLowerCase() === 'authorization';
  if (isStandard && !value.startsWith('Bearer '))
    throw new Refusal(401, ErrorCode.AUTH_HEADER_INVALID, 'invalid Authorization header format');
  const token = hashOf(isStandard ? value.slice('Bearer '.length) : value, host.sha256);
  const at = host.clock.now();
  const known = host.read((view) => {
    const live = liveToken(view, token, at);
    return live && { user: live.user, isDue: isTokenDue(view, host.config, live, at) };
  });
  const use = () => host.submit('token.use', { hash: token });
  if (known !== undefined) {
    // Nobody is told of it: the request need not wait for it, and what fails is done by the next one.
    if (known.isDue) void use();
    return { user: known.user, token };
  }
  // That a token has ended is not shown before it is stored.
  const used = await use();
  if (used instanceof Rejection) throw wordFor(used);
  return { user: used.user, token };
}

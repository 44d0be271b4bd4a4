import { ChatError } from '../core/errors.js';
import type { Clock } from '../core/ports.js';
import { type AuthContext, type Credentials, type Denied, isDenied } from '../domain/auth.js';
import { checkIdentity } from '../domain/users/check-identity.js';
import type { Identity } from '../domain/users/identity.js';
import type { Settings } from '../options.js';
import { inTime } from './deadline.js';

/** Asks the host's auth, within its time, and checks what it answers. Never rejects. */
export async function authenticate(
  settings: Pick<Settings, 'auth' | 'limits'>,
  clock: Clock,
  report: (error: ChatError) => void,
  credentials: Credentials,
  context: AuthContext,
): Promise<Identity | Denied> {
  const ms = settings.limits.authMs;
  const answer = await inTime(clock, ms, () => settings.auth(credentials, context));
  const refused: Denied = { denied: 'credentials' };
  const unreachable: Denied = { denied: 'unreachable' };
  if ('late' in answer) {
    report(new ChatError('auth-failed', `auth took longer than ${ms} ms (authMs)`, { retryable: true }));
    return unreachable;
  }
  if ('thrown' in answer) {
    report(new ChatError('auth-failed', 'auth threw', { cause: answer.thrown }));
    return unreachable;
  }
  const { value } = answer;
  if (value === null || value === undefined) return refused;
  if (isDenied(value)) return value;
  const checked = checkIdentity(value);
  if (typeof checked !== 'string') return checked;
  report(new ChatError('auth-failed', `auth answered with a bad identity: ${checked}`));
  return refused;
}

import { ChatError } from '../../core/errors.js';
import { Rejection } from '../../core/rejection.js';
import { credentialOf, identityOf } from '../../domain/credentials/credentials.js';
import { banOf } from '../../domain/moderation/bans.js';
import type { Identity } from '../../domain/users/identity.js';
import { fold } from '../../domain/users/names.js';
import { isGone, users } from '../../domain/users/users.js';
import type { Turn } from '../dialect.js';
import type { Tools } from './ask.js';
import { textOf } from './context.js';
import { dialectName } from './dialect-name.js';
import { localPrefix, localProvider } from './local-users.js';
import { authError, bannedText, open } from './login.js';
import type { Frame, Request } from './packets.js';
import type { OriginChatsState } from './state.js';

type LoginTurn = Turn<Frame, OriginChatsState>;

/** What a local account is called, and the password that came with it. */
interface Account {
  readonly name: string;
  readonly key: string;
  readonly password: string;
}

/** Username and password of a request; `undefined` if one is missing. */
function accountOf({ username, password }: Request): Account | undefined {
  const name = textOf(username)?.trim().toLowerCase();
  const given = textOf(password);
  return name === undefined || given === undefined ? undefined : { name, key: fold(name), password: given };
}

/** What is wrong with a new account (section 3.3); `undefined` if nothing is. */
function wrongWith({ name, password }: Account): string | undefined {
  if (!isBetween(name, 2, 32)) return 'Username must be 2-32 characters';
  if (!isBetween(password, 4, 72)) return 'Password must be 4-72 characters';
  return /^[\p{L}\p{N}]+$/u.test(name.replace(/[_-]/g, ''))
    ? undefined
    : 'Username can only contain letters, numbers, hyphens, and underscores';
}

function isBetween(text: string, least: number, most: number): boolean {
  const length = text.length > 2 * most ? Number.POSITIVE_INFINITY : [...text].length;
  return length >= least && length <= most;
}

/**
 * `register` (section 3.3). The account and its first session come about in one decision, so that of two who want a name one gets it.
 *
 * Deviation: the username on the wire is the chosen name; the original has `USR:local_<name>` there, which is only the id here.
 */
export async function register(tools: Tools, turn: LoginTurn, request: Request): Promise<void> {
  const { host, settings } = tools;
  const account = accountOf(request);
  if (account === undefined) return authError(turn, 'Username and password required');
  if (!settings.allowRegistration) return authError(turn, 'Registration is disabled');
  const wrong = wrongWith(account);
  if (wrong !== undefined) return authError(turn, wrong);
  const { name, key, password } = account;
  const taken = 'Username already taken';
  const { address } = turn.connection;
  if (turn.read((view) => credentialOf(view, dialectName, key) ?? view.one(users, 'fold', key)) !== undefined)
    return authError(turn, taken);
  // An address that is kept out makes no work for the hasher.
  const kept =
    address !== undefined && turn.read((view) => banOf(view, 'address', address, dialectName, turn.now));
  if (kept) return authError(turn, bannedText);
  let hash: string;
  try {
    hash = await host.passwords.hash(password);
  } catch (thrown) {
    report(tools, thrown);
    return authError(turn, 'Registration failed');
  }
  const identity: Identity = { provider: localProvider, id: `${localPrefix}${name}`, name };
  const wish = { realm: dialectName, key, login: name, hash };
  await open(tools, turn, identity, {
    register: wish,
    texts: { 'name-in-use': taken, 'login-invalid': 'Registration failed' },
  });
}

/** `login` (section 3.3). An unknown name is refused in its own words, and no faster than a wrong password. */
export async function login(tools: Tools, turn: LoginTurn, request: Request): Promise<void> {
  const { host } = tools;
  const account = accountOf(request);
  if (account === undefined) return authError(turn, 'Username and password required');
  const { key, password } = account;
  const credential = turn.read((view) => credentialOf(view, dialectName, key));
  let verified: { readonly ok: boolean; readonly rehash: boolean };
  try {
    verified = await host.passwords.verifyLogin(credential?.hash, password);
  } catch (thrown) {
    report(tools, thrown);
    return authError(turn, 'Authentication failed');
  }
  if (credential === undefined) {
    const other = turn.read((view) => view.one(users, 'fold', key));
    return authError(turn, isGone(other) ? 'User not found' : 'This account uses Rotur authentication');
  }
  if (!verified.ok) return authError(turn, 'Invalid password');
  const identity = turn.read((view) => identityOf(view, credential));
  const opened = await open(tools, turn, identity, { credential });
  if (opened && verified.rehash) await renew(tools, turn, credential, password);
}

/** Puts a hash of today's kind in the place of an older or an imported one. What fails is tried again at the next login. */
async function renew(
  tools: Tools,
  turn: LoginTurn,
  { realm, key, hash: was }: { readonly realm: string; readonly key: string; readonly hash: string },
  password: string,
): Promise<void> {
  try {
    const hash = await tools.host.passwords.hash(password);
    const decision = await turn.submit('credentials.replace', { realm, key, was, hash });
    if (decision instanceof Rejection)
      tools.host.logger.warn({ code: decision.code }, 'a hash of a password was not replaced');
  } catch (thrown) {
    report(tools, thrown);
  }
}

/** A hasher that is busy is no failure. */
function report({ host }: Tools, thrown: unknown): void {
  if (!(thrown instanceof ChatError)) throw thrown;
  if (thrown.code === 'hasher-busy') host.logger.warn({ code: thrown.code }, thrown.message);
  else host.report(thrown);
}

import { addressKey } from '../../../core/address.js';
import { type Credential, credentialOf } from '../../../domain/credentials/credentials.js';
import { aliasFault, nameFault } from '../../../domain/groups/checks.js';
import { userOfIdentity, users } from '../../../domain/users/users.js';
import { dialectName } from '../dialect-name.js';
import {
  ChangePasswordRequest,
  ChangePasswordResponse,
  DeleteAccountRequest,
  DeleteAccountResponse,
  LoginRequest,
  LoginResponse,
  RegisterRequest,
  RegisterResponse,
  ResetAccountResponse,
  UpdateProfileRequest,
  UpdateProfileResponse,
  UserInfoResponse,
} from '../gen/messages.js';
import { conclaveIdOf, conclaveIdOfUser, credentialOfUser, userOfConclaveId } from '../ids.js';
import { type Call, operation } from '../operation.js';
import type { RateLimiter } from '../rate-limiter.js';
import { badRequest, conflict, forbidden, invalid, notFound, tooMany, unauthorized } from '../refusal.js';
import { userInfo } from '../shapes.js';
import { hashOf, isSameSecret, newToken } from '../tokens.js';
import { wordForHasher, wrongAlias, wrongName } from '../wording.js';

/** Accounts (sections 8.1, 8.2 and 9). */
export const accounts = [
  operation({
    method: 'POST',
    path: '/register',
    auth: 'public',
    request: RegisterRequest,
    response: RegisterResponse,
    status: 201,
    async run(call) {
      const { host } = call.tools;
      const { username, password, alias, registrationToken } = call.body;
      pace(call, call.tools.rates.registration);
      checkGate(call, registrationToken);
      if (username === '' || password === '') throw badRequest('username and password are required');
      const fault = nameFault(username);
      if (fault !== undefined) throw wrongName('username', fault);
      checkPassword(password);
      const wrong = aliasFault(alias);
      if (wrong !== undefined) throw wrongAlias(wrong);
      // Whoever takes a taken name makes no work for the hasher.
      if ((await call.show((view) => credentialOf(view, dialectName, username))) !== undefined)
        throw conflict(`username '${username}' already exists`);
      const identity = { provider: dialectName, id: crypto.randomUUID(), name: username };
      const hash = await host.passwords.hash(password).catch((thrown: unknown) => {
        throw wordForHasher(thrown, host.report);
      });
      const wish = { realm: dialectName, login: username, key: username, hash, identity, alias };
      const { user } = await call.submit('group.register', wish);
      return { userId: conclaveIdOf({ user, provider: dialectName, identity: identity.id }) };
    },
  }),
  operation({
    method: 'POST',
    path: '/login',
    auth: 'public',
    request: LoginRequest,
    response: LoginResponse,
    async run(call) {
      const { host } = call.tools;
      const { username, password } = call.body;
      pace(call, call.tools.rates.login);
      const wrong = 'invalid username or password';
      const credential = call.read((view) => credentialOf(view, dialectName, username));
      const rehash = await verify(call, credential, password, wrong);
      const user = call.read((view) =>
        credential === undefined
          ? undefined
          : userOfIdentity(view, { provider: credential.provider, id: credential.identity }),
      );
      if (credential === undefined || user === undefined) throw unauthorized(wrong);
      const token = newToken();
      const stale = () => unauthorized(wrong);
      await call.submit(
        'token.create',
        { user: user.id, hash: hashOf(token, host.sha256), dialect: dialectName, credential },
        { 'credentials-stale': stale, 'user-unknown': stale },
      );
      if (rehash) await renew(call, credential, password);
      return { token, userId: conclaveIdOfUser(user), username: credential.login };
    },
  }),
  operation({
    method: 'POST',
    path: '/logout',
    auth: 'user',
    run: (call) => call.submit('token.end', { hash: call.token }),
  }),
  operation({
    method: 'GET',
    path: '/me',
    auth: 'user',
    response: UserInfoResponse,
    run: (call) => userInfo(call, (view) => view.get(users, call.user)),
  }),
  operation({
    method: 'PATCH',
    path: '/me',
    auth: 'user',
    request: UpdateProfileRequest,
    response: UpdateProfileResponse,
    async run(call) {
      await call.submit('group.alias', { by: call.user, alias: call.body.alias });
      return {};
    },
  }),
  operation({
    method: 'POST',
    path: '/change-password',
    auth: 'user',
    request: ChangePasswordRequest,
    response: ChangePasswordResponse,
    async run(call) {
      const { host } = call.tools;
      const { currentPassword, newPassword } = call.body;
      const { realm, key, hash: was } = await confirm(call, currentPassword);
      checkPassword(newPassword);
      const hash = await host.passwords.hash(newPassword).catch((thrown: unknown) => {
        throw wordForHasher(thrown, host.report);
      });
      await call.submit('credentials.replace', { realm, key, was, hash, endTokens: true });
      return {};
    },
  }),
  operation({
    method: 'POST',
    path: '/reset-account',
    auth: 'user',
    response: ResetAccountResponse,
    async run(call) {
      await call.submit('keys.reset', { by: call.user });
      return {};
    },
  }),
  operation({
    method: 'POST',
    path: '/delete-account',
    auth: 'user',
    request: DeleteAccountRequest,
    response: DeleteAccountResponse,
    async run(call) {
      const credential = await confirm(call, call.body.password);
      await call.submit('user.leave', { user: call.user, via: dialectName, credential });
      return {};
    },
  }),
  operation({
    method: 'GET',
    path: '/users/by-id/:user_id',
    auth: 'user',
    response: UserInfoResponse,
    run: (call) => userInfo(call, (view) => userOfConclaveId(view, call.param)),
  }),
  operation({
    method: 'GET',
    path: '/users/:username',
    auth: 'user',
    response: UserInfoResponse,
    run: (call) =>
      userInfo(call, (view) => {
        const credential = credentialOf(view, dialectName, call.param);
        if (credential === undefined) return undefined;
        return userOfIdentity(view, { provider: credential.provider, id: credential.identity });
      }),
  }),
];

function pace(call: Call<unknown>, rate: RateLimiter): void {
  const wait = rate.take(
    call.address === undefined ? '' : addressKey(call.address),
    call.tools.host.steady.now(),
  );
  if (wait !== undefined) throw tooMany(wait);
}

function checkGate({ tools: { host, settings } }: Call<unknown>, given: string): void {
  const { registration } = settings;
  if (registration === 'open') return;
  if (registration === 'closed') throw forbidden('registration is disabled');
  if (!isSameSecret(given, registration.token, host.sha256)) throw forbidden('invalid registration token');
}

function checkPassword(password: string): void {
  if (password === '') throw invalid('password is required');
  if (Buffer.byteLength(password) < 8) throw invalid('password must be at least 8 characters');
}

/** Checks a password; one that is not there is as wrong, and takes as long. Returns whether its hash is to be made anew. */
async function verify(
  call: Call<unknown>,
  credential: Credential | undefined,
  password: string,
  wrong: string,
): Promise<boolean> {
  const { passwords, report } = call.tools.host;
  const verified = await passwords.verifyLogin(credential?.hash, password).catch((thrown: unknown) => {
    throw wordForHasher(thrown, report);
  });
  if (!verified.ok) throw unauthorized(wrong);
  return verified.rehash;
}

/** The caller's credential, once they have shown its password again. */
async function confirm(call: Call<unknown>, password: string): Promise<Credential> {
  const found = await call.show((view) => {
    const user = view.get(users, call.user);
    return user === undefined ? undefined : { credential: credentialOfUser(view, user) };
  });
  if (found === undefined) throw notFound('user not found');
  const { credential } = found;
  await verify(call, credential, password, 'invalid password');
  return credential as Credential;
}

/** Puts a hash of today's kind in the place of an older one. What fails is tried again at the next login. */
async function renew(
  { tools: { host } }: Call<unknown>,
  { realm, key, hash: was }: Credential,
  password: string,
): Promise<void> {
  try {
    const hash = await host.passwords.hash(password);
    await host.submit('credentials.replace', { realm, key, was, hash });
  } catch (thrown) {
    wordForHasher(thrown, host.report);
  }
}

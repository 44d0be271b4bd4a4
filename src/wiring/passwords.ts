import { asChatError, ChatError } from '../core/errors.js';
import type { PasswordHasher } from '../core/ports.js';
import type { Passwords } from '../dialects/dialect.js';

/** What unknown logins are checked against. Which password it is the hash of does not matter: the answer is not looked at. */
const dummyPassword = 'nobody';

/** Passwords by way of the host's hasher, with the same work for logins that are not there as for those that are. */
export function passwordsOf(hasher: PasswordHasher | undefined): Passwords {
  if (hasher === undefined) {
    const missing = () =>
      Promise.reject(new ChatError('options-invalid', 'option hasher is needed for passwords'));
    return { hash: missing, verifyLogin: missing };
  }
  let dummy: Promise<string> | undefined;
  /** Made at the first login, whether or not that one is known: how long it takes must not tell. */
  const dummyHash = () => {
    dummy ??= hasher.hash(dummyPassword).catch((thrown: unknown) => {
      dummy = undefined;
      throw thrown;
    });
    return dummy;
  };
  return {
    hash: (password) => asked('hashing', async () => hasher.hash(password)),
    verifyLogin: (hash, password) =>
      asked('checking', async () => {
        const instead = await dummyHash();
        const answer = await hasher.verify(hash ?? instead, password);
        return hash === undefined ? { ok: false, rehash: false } : answer;
      }),
  };
}

async function asked<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    throw asChatError('hasher-failed', `${what} a password failed`, thrown);
  }
}

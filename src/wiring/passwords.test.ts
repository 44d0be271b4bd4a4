import { describe, expect, test } from 'vitest';
import { ChatError } from '../core/errors.js';
import type { PasswordHasher } from '../core/ports.js';
import { passwordsOf } from './passwords.js';

/** A hasher that writes down what it is asked. */
function fake(change: Partial<PasswordHasher> = {}): { hasher: PasswordHasher; asked: string[] } {
  const asked: string[] = [];
  const hasher: PasswordHasher = {
    async hash(password) {
      asked.push('hash');
      return `hash of ${password}`;
    },
    async verify(hash, password) {
      asked.push('verify');
      const ok = hash === `hash of ${password}`;
      return { ok, rehash: ok };
    },
    ...change,
  };
  return { hasher, asked };
}

describe('a login that is not there', () => {
  test.each(['secret', 'nobody', ''])('is wrong whatever the password: %j', async (password) => {
    const { verifyLogin } = passwordsOf(fake().hasher);
    expect(await verifyLogin(undefined, password)).toEqual({ ok: false, rehash: false });
  });

  test('takes the same work as one that is, the first time as well as later', async () => {
    const unknown = fake();
    const known = fake();
    for (let round = 0; round < 3; round++) {
      await passwordsOf(unknown.hasher).verifyLogin(undefined, 'wrong');
      await passwordsOf(known.hasher).verifyLogin('hash of secret', 'wrong');
    }
    expect(unknown.asked).toEqual(known.asked);
    const { verifyLogin } = passwordsOf(unknown.hasher);
    unknown.asked.length = 0;
    await Promise.all([
      verifyLogin(undefined, 'a'),
      verifyLogin('hash of a', 'a'),
      verifyLogin(undefined, 'a'),
    ]);
    expect(unknown.asked).toEqual(['hash', 'verify', 'verify', 'verify']);
  });
});

test('a right password is told with whether its hash is to be made anew', async () => {
  const { hash, verifyLogin } = passwordsOf(fake().hasher);
  expect(await verifyLogin(await hash('secret'), 'secret')).toEqual({ ok: true, rehash: true });
});

test('a hasher that was busy at first is asked again later', async () => {
  let busy = true;
  const { hasher } = fake();
  const { verifyLogin } = passwordsOf({
    ...hasher,
    hash: (password) =>
      busy
        ? Promise.reject(new ChatError('hasher-busy', 'busy', { retryable: true }))
        : hasher.hash(password),
  });
  await expect(verifyLogin('hash of a', 'a')).rejects.toMatchObject({ code: 'hasher-busy', retryable: true });
  busy = false;
  expect((await verifyLogin('hash of a', 'a')).ok).toBe(true);
});

test('what a hasher throws comes as one error, and a missing hasher is named', async () => {
  const broken = fake({
    verify: () => {
      throw new Error('out of memory');
    },
  });
  await expect(passwordsOf(broken.hasher).verifyLogin('x', 'a')).rejects.toMatchObject({
    code: 'hasher-failed',
  });
  const none = passwordsOf(undefined);
  await expect(none.hash('a')).rejects.toThrow('option hasher');
  await expect(none.verifyLogin(undefined, 'a')).rejects.toMatchObject({ code: 'options-invalid' });
});

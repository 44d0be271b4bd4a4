import { join } from 'node:path';
import { argon2 } from 'polylect/hashing/argon2';
import { sqlite } from 'polylect/storage/sqlite';
import { expect, test } from 'vitest';
import { Chat } from '../../src/chat.js';
import type { DialectHost } from '../../src/dialects/dialect.js';
import { credentialOf } from '../../src/domain/credentials/credentials.js';
import { echo } from '../support/echo-dialect.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('an account is registered, survives a restart, and is verified and given a better hash', async () => {
  const folder = temporaryFolder();
  let host: DialectHost | undefined;
  const create = (given: DialectHost) => {
    host = given;
    return echo().create(given);
  };
  const open = (passes: number) =>
    Chat.open({
      storage: sqlite({ file: join(folder.path, 'chat.db') }),
      auth: () => null,
      dialects: [{ name: 'echo', needsHasher: true, create }],
      hasher: argon2({ memoryKib: 64, passes }),
    });
  const account = { realm: 'local', key: 'anna' };
  const stored = (chat: Chat) => chat.read((view) => credentialOf(view, account.realm, account.key)?.hash);
  const passwords = () => (host as DialectHost).passwords;

  let chat = await open(1);
  await chat.run('credentials.register', {
    ...account,
    login: 'anna',
    hash: await passwords().hash('secret'),
    identity: { provider: 'local', id: 'anna', name: 'anna' },
    wornName: 'refuse',
  });
  await chat.close();

  chat = await open(2);
  const was = stored(chat) ?? '';
  expect(await passwords().verifyLogin(was, 'wrong')).toEqual({ ok: false, rehash: false });
  expect(await passwords().verifyLogin(undefined, 'secret')).toEqual({ ok: false, rehash: false });
  expect(await passwords().verifyLogin(was, 'secret')).toEqual({ ok: true, rehash: true });
  await chat.run('credentials.replace', { ...account, was, hash: await passwords().hash('secret') });
  await expect(chat.run('credentials.replace', { ...account, was, hash: 'late' })).rejects.toMatchObject({
    code: 'rejected',
    cause: { code: 'credentials-stale' },
  });
  expect(await passwords().verifyLogin(stored(chat), 'secret')).toEqual({ ok: true, rehash: false });
  await chat.close();
  folder.remove();
});

import { expect, test } from 'vitest';
import { Rejection } from '../../src/core/rejection.js';
import { credentials } from '../../src/domain/credentials/credentials.js';
import { domainRig } from './domain-rig.js';

const account = (name: string, hash: string) => ({
  realm: 'local',
  login: name,
  key: 'anna',
  hash,
  identity: { provider: 'local', id: `local_${hash}`, name },
  wornName: 'refuse' as const,
});

test('of two who register the same login at the same moment exactly one has it, before and after it is stored', async () => {
  const rig = await domainRig();
  rig.storage.plan = () => 'hangs';
  const asked = [account('anna', 'one'), account('Anna', 'two')].map((one) =>
    rig.run('credentials.register', one),
  );
  await rig.clock.turn();
  expect(asked.map(({ result }) => (result instanceof Rejection ? result.code : 'granted'))).toEqual([
    'granted',
    'name-in-use',
  ]);
  rig.storage.plan = () => 'ok';
  rig.storage.release();
  await rig.clock.advance(60_000);
  const again = await domainRig({ clock: rig.clock, storage: rig.storage.copy(), prepare: false });
  for (const { view } of [rig, again])
    expect(view((state) => [...state.all(credentials)].map((row) => row.hash))).toEqual(['one']);
  expect(rig.events.filter((event) => event.type === 'user_join')).toHaveLength(1);
});

test('a registration that storage never took is taken back, and the login is free', async () => {
  const rig = await domainRig();
  rig.storage.plan = (call) => (call === 'commit' ? 'throws' : 'ok');
  const first = rig.run('credentials.register', account('anna', 'one'));
  await rig.clock.advance(40_000);
  rig.storage.plan = () => 'ok';
  await rig.clock.advance(60_000);
  expect(first.undone).toBe(true);
  expect(rig.events.filter((event) => event.type === 'user_join')).toEqual([]);
  const second = rig.run('credentials.register', account('anna', 'two'));
  await rig.clock.advance(1_000);
  expect(second.result).toMatchObject({ user: expect.any(String) });
});

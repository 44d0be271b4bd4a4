import { afterEach, describe, expect, test } from 'vitest';
import { memory } from '../../../src/adapters/storage/memory.js';
import type { Storage } from '../../../src/core/ports.js';
import type { Json } from '../../support/json-probe.js';
import { type Member, serve, token, type VenuelessServer } from './support/server.js';

/** What a login says about somebody who is here already (section 3), and what it does not. */
export function rights(): void {
  let server: VenuelessServer;
  afterEach(() => server.stop());

  const answerTo = async (uid: string, traits: readonly string[]): Promise<Json> => {
    const probe = await server.connect();
    probe.send(['authenticate', { token: await token({ uid, traits }) }]);
    const frame = await probe.next();
    await probe.close();
    return frame;
  };

  describe('a token with fewer traits', () => {
    const strict = { traitGrants: { attendee: ['attendee'], admin: ['admin'] } };
    const reloaded = async ({ probe }: Member) => {
      expect(await probe.until(([name]) => name !== 'world.user_count_change')).toEqual([
        'connection.reload',
        {},
      ]);
      expect(await probe.closed).toBe(1000);
    };

    test('that does not let somebody in ends what the one before it granted, for good', async () => {
      server = await serve({ venueless: strict });
      const eve = await server.arrive('eve', { traits: ['attendee', 'admin'] });
      const ann = await server.arrive('ann');
      expect(await answerTo('eve', [])).toEqual(['error', { code: 'auth.denied' }]);
      await reloaded(eve);
      expect(server.chat.users.byIdentity('jwt', 'eve')).toMatchObject({ traits: [] });
      // Again, and with nobody there to be told: the answer is the same.
      expect(await answerTo('eve', [])).toEqual(['error', { code: 'auth.denied' }]);
      expect(await ann.settle()).toEqual([]);
      expect((await server.arrive('eve')).id).toBe(eve.id);
    });

    test('that lets somebody in shows their other connections what is left', async () => {
      server = await serve({ venueless: strict });
      const eve = await server.arrive('eve', { traits: ['attendee', 'admin'] });
      await server.arrive('eve', { traits: ['attendee'] });
      const [, world] = await eve.probe.until(([name]) => name === 'world.updated');
      expect(world.permissions).toEqual(['world:chat.direct', 'world:view']);
      expect((await eve.refused('user.list')).code).toBe('auth.denied');
    });

    test('by the word of the host ends connections too', async () => {
      server = await serve({ venueless: strict });
      const eve = await server.arrive('eve');
      const id = server.chat.users.byIdentity('jwt', 'eve')?.id;
      await server.chat.users.update(id as never, { traits: [] });
      await reloaded(eve);
    });
  });

  test('nobody is taken for banned while storage takes no writes: clients come back by themselves', async () => {
    const inner = memory();
    let fails = false;
    const storage = new Proxy(inner, {
      get(target, key) {
        const value = target[key as keyof Storage];
        if (key === 'commit' && fails) return () => Promise.reject(new Error('the disk is full'));
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    server = await serve({ storage, venueless: { traitGrants: { attendee: ['attendee'] } } });
    await (await server.arrive('anna')).probe.close();
    fails = true;
    // Somebody new, whose account cannot be written: from then on nothing is tried for whoever asks.
    const ben = await server.connect();
    ben.send(['authenticate', { token: await token({ uid: 'ben', traits: ['attendee'] }) }]);
    await expect.poll(() => server.chat.health().storage).toBe('unavailable');
    for (const traits of [['attendee'], ['visitor']]) {
      const probe = await server.connect();
      probe.send(['authenticate', { token: await token({ uid: 'anna', traits }) }]);
      expect(await probe.closed).toBe(1013);
      expect(probe.frames).toEqual([]);
    }
    expect(ben.frames).toEqual([]);
    fails = false;
  });
}

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { idOf } from '../../../src/dialects/uuid.js';
import type { UserId } from '../../../src/domain/ids.js';
import type { Identity } from '../../../src/domain/users/identity.js';
import type { Json } from '../../support/json-probe.js';
import type { SockProbe } from '../../support/sock-probe.js';
import type { Member as Originator } from '../originchats/support/server.js';
import type { Member as Venturer } from '../venueless/support/server.js';
import { Town } from './support/town.js';

/** Whoever is silenced shows nobody new words: neither messages nor names nor what they say about their status. */
export function silence(): void {
  let town: Town;
  let anna: Identity;
  let sock: SockProbe;
  let origin: Originator;
  let world: Venturer;
  beforeAll(async () => {
    town = await Town.open();
    await town.sock(town.person('saki'));
    await town.origin(town.person('olive'));
    await town.world(town.person('vera'), 'lounge');
    await town.settle();
  });
  afterAll(() => town.stop());

  beforeEach(async () => {
    const identity = town.person('anna', { permissions: ['message.send', 'nick.own'], roles: ['user'] });
    await enter(identity);
  });

  /** Somebody comes by all protocols, silenced before. */
  async function enter(identity: Identity): Promise<void> {
    anna = identity;
    sock = await town.sock(anna);
    await town.chat.users.silence(town.userId(anna.name));
    origin = await town.origin(anna);
    world = await town.world(anna);
    await town.seen(7_000);
  }
  const rename = (display_name: string, more: object = {}) =>
    world.ask('user.update', { profile: { display_name, ...more } }) as Promise<Json>;
  /** What others and the host have seen since. */
  const shown = async (): Promise<string> => {
    const { by, host } = await town.seen(7_000);
    const others = Object.entries(by).filter(([who]) => !who.startsWith(anna.name));
    return JSON.stringify([others.map(([, frames]) => frames), host]);
  };
  const nothing = /^\[\[(\[\],?)*\],\[\]\]$/;

  test('says nothing about their status, and has any', async () => {
    const answer = await origin.ask({ cmd: 'status_set', status: 'idle', text: 'loud words' });
    expect(answer).toEqual({ cmd: 'error', src: 'status_set', val: 'You are muted' });
    expect(await shown()).toMatch(nothing);
    for (const status of ['dnd', 'invisible', 'idle', 'online'])
      expect(await origin.ask({ cmd: 'status_set', status })).toMatchObject({
        status: { status, text: '' },
      });
    expect(await shown()).toContain('user_status');
  });

  test('takes no name, in no protocol', async () => {
    sock.say('/nick loud');
    sock.say('/afk loud');
    const slash = { cmd: 'slash_call', channel: 'lounge', command: 'nick', args: { nickname: 'loud' } };
    expect(await origin.ask(slash)).toMatchObject({ cmd: 'rate_limit' });
    expect(await rename('loud')).toMatchObject(['error', expect.anything(), { code: 'chat.denied' }]);
    expect(await shown()).toMatch(nothing);
    expect(await world.done('user.fetch', { id: world.id })).toMatchObject({
      profile: { display_name: anna.name },
    });
  });

  test('changes everything else about their profile, and what their clients keep', async () => {
    expect((await rename(anna.name, { avatar: { identicon: 'cat' } }))[0]).toBe('success');
    expect((await world.ask('user.update', { client_state: { seen: true } }))[0]).toBe('success');
    expect(await world.done('user.fetch', { id: world.id })).toMatchObject({
      profile: { display_name: anna.name, avatar: { identicon: 'cat' } },
    });
  });

  test('may do all of it again when that is over', async () => {
    await town.chat.users.unsilence(town.userId(anna.name));
    await town.settle();
    await origin.ask({ cmd: 'status_set', status: 'idle', text: 'soft words' });
    sock.say('/nick soft');
    expect(await shown()).toMatch(/soft words.*~soft/);
  });

  test('is nobody who may silence others', async () => {
    await enter(town.staff('mods'));
    expect(await origin.ask({ cmd: 'status_set', status: 'idle', text: 'firm words' })).toMatchObject({
      status: { text: 'firm words' },
    });
    expect((await rename('Firm'))[0]).toBe('success');
    sock.say('/nick firm');
    expect(await shown()).toMatch(/firm words.*Firm.*~firm/);
  });

  test('names themselves once if nobody has called them anything yet, as it takes to come in', async () => {
    const gus = await town.worldServer.guest('gus');
    await town.chat.users.silence(idOf('user', gus.id) as UserId);
    const again = await town.worldServer.guest('gus');
    const call = (display_name: string) => again.ask('user.update', { profile: { display_name } });
    expect((await call('Gus'))[0]).toBe('success');
    expect(await call('Gustav')).toMatchObject(['error', expect.anything(), { code: 'chat.denied' }]);
  });
}

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { conclaveIdOf, userOfConclaveId } from '../../../src/dialects/conclave/index.js';
import { originchatsIdOf, userOfOriginchatsId } from '../../../src/dialects/originchats/index.js';
import { sockchatIdOf, userOfSockchatId } from '../../../src/dialects/sockchat/index.js';
import { userOfVenuelessId, venuelessIdOf } from '../../../src/dialects/venueless/index.js';
import type { UserId } from '../../../src/domain/ids.js';
import type { Identity } from '../../../src/domain/users/identity.js';
import type { User } from '../../../src/domain/users/users.js';
import type { JsonProbe } from '../../support/json-probe.js';
import { Town } from './support/town.js';

/** One person with several identities (`chat.users.link`), through all protocols. */
export function linking(): void {
  let town: Town;
  beforeAll(async () => {
    town = await Town.open({ originchats: { authMode: 'cracked' } });
  });
  afterAll(() => town.stop());
  beforeEach(() => town.clear());
  afterEach(() => expect(town.errors).toEqual([]));

  const password = 'correct horse';

  /** Makes a local account of OriginChats, or logs in to one. */
  async function local(name: string, cmd: 'register' | 'login'): Promise<JsonProbe> {
    const probe = await town.originServer.connect(name);
    probe.send({ cmd, username: name, password });
    const answer = await probe.until(
      (frame) => /^auth_|^ready$/.test(frame.cmd) && frame.cmd !== 'auth_success',
    );
    expect([answer.cmd, answer.user?.username]).toEqual(['ready', name]);
    return probe;
  }
  const named = (handle: string): User => {
    const found = town.chat.users.byHandle(handle);
    if (found === undefined) throw new Error(`nobody is called ${handle}`);
    return found;
  };
  const refOf = ({ provider, id }: Identity) => ({ provider, id });
  const dialectsOf = (user: UserId) => town.chat.sessions.of(user).map(({ dialect }) => dialect);
  const presence = (types: readonly string[]) => types.filter((type) => /^user_(dis)?connect$/.test(type));
  /** Why Sock Chat does not let somebody in. */
  async function knock(who: Identity): Promise<string> {
    const probe = await town.sockServer.connect(who.name);
    probe.knock(JSON.stringify(who));
    return (await probe.packet('auth_fail')).reason;
  }
  /** What Venueless says to somebody who logs in. */
  async function ask(who: Identity): Promise<unknown> {
    const probe = await town.worldServer.connect(who.name);
    probe.send(['authenticate', { token: JSON.stringify(who) }]);
    const [kind, answer] = await probe.next();
    await probe.close();
    return kind === 'error' ? answer.code : kind;
  }

  test('a local account of OriginChats with a host’s identity is one user in three protocols, with one presence', async () => {
    const staff = town.person('Doctor', { rank: 8, roles: ['owner'], traits: ['admin'], colour: 'gold' });
    const watcher = await town.sock(town.person('watcher'));
    const tab = await local('olga', 'register');
    const { id } = named('olga');
    await town.seen();
    await town.chat.users.link(id, refOf(staff));
    expect((await town.seen()).by).toEqual({ 'watcher2@sockchat': [] });
    const sock = await town.sock(staff);
    const room = await town.world(staff);
    expect(dialectsOf(id)).toEqual(['originchats', 'sockchat', 'venueless']);
    expect(town.chat.sessions.of(id).map(({ linked }) => linked)).toEqual([
      undefined,
      refOf(staff),
      refOf(staff),
    ]);
    const { host } = await town.seen();
    expect(presence(host)).toEqual([]);
    // Nothing of what the linked identity says is theirs.
    expect(named('olga')).toMatchObject({ id, name: 'olga' });
    for (const claim of ['rank', 'roles', 'traits', 'colour'])
      expect(named('olga')).not.toHaveProperty(claim);
    expect(room.welcome['user.config'].id).toBe(venuelessIdOf(named('olga')));
    sock.say('from Sock Chat');
    const message = await tab.until((frame) => frame.cmd === 'message_new');
    expect(message.message).toMatchObject({ user: 'olga', content: 'from Sock Chat' });
    await watcher.nextOf('message', (one) => one.text.includes('from Sock Chat'));
    await tab.close();
    await sock.close();
    expect(presence((await town.seen()).host)).toEqual([]);
    await room.probe.close();
    expect(presence((await town.seen()).host)).toEqual(['user_disconnect']);
    await local('olga', 'login');
    expect(presence((await town.seen()).host)).toEqual(['user_connect']);
    expect(dialectsOf(id)).toEqual(['originchats']);
  });

  test('an identity that leads brings rank, roles and name, into sessions that others opened as well', async () => {
    const staff = town.person('Surgeon', { rank: 8, roles: ['owner'] });
    const tab = await local('petra', 'register');
    const { id } = named('petra');
    await town.chat.users.link(id, refOf(staff), { leads: true });
    await town.sock(staff);
    expect(named(staff.name)).toMatchObject({ id, rank: 8, roles: ['owner'] });
    tab.send({ cmd: 'users_banned_list' });
    expect(await tab.until((frame) => frame.cmd === 'users_banned_list')).toMatchObject({ users: [] });
    await town.chat.users.unlink(id, refOf(staff));
    expect(town.chat.users.get(id)).not.toHaveProperty('rank');
    tab.send({ cmd: 'users_banned_list', listener: 'again' });
    expect((await tab.until((frame) => frame.listener === 'again')).cmd).toBe('error');
    expect(town.chat.users.identities(id)).toEqual([
      { provider: 'local', id: 'USR:local_petra', main: true, leads: true },
    ]);
    // The name goes with the identity, also while the user it was linked to is online.
    expect(named('petra')).toMatchObject({ id });
    await town.sock(staff);
    expect(named(staff.name).id).not.toBe(id);
  });

  test('somebody private on Conclave appears with the first login by a linked identity, and stays who they are there', async () => {
    const staff = town.person('Nurse');
    const watcher = await town.origin(town.person('watcher'));
    const sealed = await town.sealed('conny');
    const user = userOfConclaveId(town.chat.users, sealed.id);
    if (user === undefined) throw new Error('nobody has this id');
    expect(user).toMatchObject({ provider: 'conclave', private: true, name: sealed.name });
    // Somebody else wears the login's name where names are unique.
    const other = town.person('other', { name: sealed.name });
    await town.sock(other);
    await town.chat.users.link(user.id, refOf(staff));
    await watcher.settle();
    await town.seen();
    const sock = await town.sock(staff);
    const { events } = await town.seen();
    const handle = `${sealed.name}2`;
    expect(events.find(({ type }) => type === 'user_appear')).toMatchObject({
      person: { user: user.id, handle, provider: 'conclave' },
    });
    const shown = watcher.probe.frames.filter(({ cmd }) => cmd === 'user_join').at(-1);
    expect(shown.user.username).toBe(handle);
    expect(named(sealed.name).identity).toBe(other.id);
    expect(conclaveIdOf(named(handle)).replaceAll('-', '')).toBe(sealed.id.replaceAll('-', ''));
    sock.say('out in the open');
    expect((await sealed.ask('/me')).status).toBe(200);
    expect((await town.sealedServer.login(sealed.name)).id).toBe(sealed.id);
    expect(dialectsOf(user.id)).toEqual(['sockchat']);
  });

  test('unlinking ends what the identity opened, in each protocol’s own way, and nothing else', async () => {
    const staff = town.person('Porter');
    const tab = await local('quentin', 'register');
    const { id } = named('quentin');
    await town.chat.users.link(id, refOf(staff));
    const sock = await town.sock(staff);
    const room = await town.world(staff);
    const origin = await town.origin(staff);
    await town.seen();
    await town.chat.users.unlink(id, refOf(staff));
    await Promise.all([sock.closed, room.probe.closed, origin.probe.closed]);
    const { host, events } = await town.seen();
    expect(presence(host)).toEqual([]);
    expect(events.find(({ type }) => type === 'user_unlink')).toMatchObject({
      identity: refOf(staff),
      person: { user: id },
    });
    tab.send({ cmd: 'message_new', channel: 'lounge', content: 'still here' });
    expect((await tab.until((frame) => frame.cmd === 'message_new')).message.user).toBe('quentin');
    const again = await town.sock(staff);
    expect(again.id).not.toBe(sockchatIdOf(named('quentin')));
    expect(named(staff.name).id).not.toBe(id);
  });

  test('a ban holds for every identity, and nobody sheds it by leaving for good or by being unlinked', async () => {
    const staff = town.person('Clerk');
    const tab = await local('rosa', 'register');
    const { id } = named('rosa');
    await town.chat.users.link(id, refOf(staff));
    await town.chat.users.ban(id);
    expect([await knock(staff), await ask(staff)]).toEqual(['joinfail', 'auth.denied']);
    await expect(town.chat.users.unlink(id, refOf(staff))).rejects.toMatchObject({
      code: 'rejected',
      cause: { code: 'user-banned' },
    });
    expect(await town.chat.users.remove(id)).toEqual({ kept: true });
    await tab.closed;
    expect([await knock(staff), await ask(staff)]).toEqual(['joinfail', 'auth.denied']);
    expect(town.chat.users.byIdentity(staff.provider, staff.id)?.id).toBe(id);
    await town.chat.users.unban(id);
    await town.sock(staff);
    expect(town.chat.users.byHandle('rosa')).toBeUndefined();
    expect(town.chat.users.byIdentity(staff.provider, staff.id)?.id).not.toBe(id);
  });

  test('whoever leaves for good leaves with all identities, and each may come back as somebody new', async () => {
    const staff = town.person('Cook');
    const tab = await local('selma', 'register');
    const { id } = named('selma');
    await town.chat.users.link(id, refOf(staff));
    const sock = await town.sock(staff);
    await town.seen();
    tab.send({ cmd: 'user_leave' });
    await sock.closed;
    const { events } = await town.seen();
    expect(events.find(({ type }) => type === 'user_leave')).toMatchObject({
      user: id,
      user_id: 'USR:local_selma',
      linked: [refOf(staff)],
      kept: false,
    });
    expect(town.chat.users.byIdentity(staff.provider, staff.id)).toBeUndefined();
    await town.sock(staff);
    expect(named(staff.name).id).not.toBe(id);
    await local('selma', 'register');
    expect(named('selma').id).not.toBe(id);
  });

  test('hosts find everybody by the ids that protocols show', async () => {
    const who = town.person('Ines');
    const sock = await town.sock(who);
    const room = await town.world(who);
    const user = named(who.name);
    const { users } = town.chat;
    expect(sockchatIdOf(user)).toBe(sock.id);
    expect(venuelessIdOf(user)).toBe(room.id);
    expect(originchatsIdOf(user)).toBe(who.id);
    expect([
      userOfSockchatId(users, sock.id),
      userOfVenuelessId(users, room.id),
      userOfOriginchatsId(users, who.id),
      userOfConclaveId(users, conclaveIdOf(user)),
    ]).toEqual([user, user, user, user]);
    // The same `id` from another provider is somebody else: such a text names nobody.
    await town.origin({ provider: 'elsewhere', id: who.id, name: 'double' });
    expect(userOfOriginchatsId(users, who.id)).toBeUndefined();
    for (const nobody of ['', '0', '-1', 'x', conclaveIdOf({ ...user, id: '1' as UserId })])
      for (const find of [userOfSockchatId, userOfVenuelessId, userOfOriginchatsId, userOfConclaveId])
        expect(find(users, nobody)).toBeUndefined();
  });
}

import { describe, expect, it } from 'vitest';
import {
  connect,
  type VenuelessClient,
  type VenuelessClientEvents,
  type VenuelessConnectOptions,
  venueless,
} from '../../src/client/index.js';
import { hearing, servedClients } from '../support/served-clients.js';

const place = servedClients();
const heard = hearing<VenuelessClientEvents>();

function person(
  token: string,
  credentials: VenuelessConnectOptions['credentials'] = { token },
): VenuelessClient {
  return place.keep(
    connect(venueless, place.server.venuelessUrl, {
      credentials,
      reconnect: { baseMs: 20, capMs: 200 },
    }),
  );
}

/** The channel of the room of this name. */
function channelOf({ world }: VenuelessClient, name: string): string {
  return world?.rooms.find((room) => room.name === name)?.modules[0]?.channel_id ?? '';
}

describe('the Venueless client against a server', () => {
  it('logs in, joins a room, and tells what is said there', async () => {
    const ada = person('ada');
    const login = await ada.login;
    expect(Object.keys(login).sort()).toEqual([
      'announcements',
      'chat.channels',
      'chat.notification_counts',
      'chat.read_pointers',
      'exhibition',
      'user.config',
      'world.config',
    ]);
    expect(ada.self?.profile).toEqual({ display_name: 'ada' });
    const lounge = channelOf(ada, 'lounge');
    await ada.join(lounge);
    const bob = person('bob');
    await bob.login;
    const joined = heard(ada, 'chat.event', (event) => event.event_type === 'channel.member');
    expect(await bob.join(lounge)).toMatchObject({ members: [{ profile: { display_name: 'ada' } }] });
    await joined;
    expect(ada.members(lounge).map((one) => one.profile.display_name)).toEqual(['ada', 'bob']);

    const text = 'a <b> & "c"\n\tтекст 👩‍👩‍👧 </i>';
    const coming = heard(bob, 'chat.event', (event) => event.event_type === 'channel.message');
    const sent = await ada.send(lounge, text);
    expect(sent).toMatchObject({ sender: ada.self?.id, content: { type: 'text', body: text } });
    expect(await coming).toMatchObject({ event_id: sent.event_id, users: { [ada.self?.id ?? '']: {} } });
    expect(bob.messages(lounge).at(-1)).toEqual(sent);
  });

  it('has a profile that stays', async () => {
    const guest = person('', async () => ({ clientId: 'a browser' }));
    await guest.login;
    await guest.update({ profile: { display_name: 'Gus', greeted: true } });
    expect(guest.self?.profile).toEqual({ display_name: 'Gus', greeted: true });
    await guest.update({ client_state: { seen: 1 } });
    const other = person('', { clientId: 'a browser' });
    await other.login;
    expect(other.self).toEqual(guest.self);
    expect(other.self).toMatchObject({ profile: { display_name: 'Gus' }, client_state: { seen: 1 } });
  });

  it('says what was refused, by the code of the server', async () => {
    const ada = person('ada');
    await expect(ada.subscribe('x')).rejects.toMatchObject({ code: 'not-connected' });
    await ada.login;
    await expect(ada.request('no.such_thing')).rejects.toMatchObject({
      code: 'request-refused',
      action: 'no.such_thing',
      reason: 'protocol.unknown_command',
    });
    await expect(ada.subscribe('nowhere')).rejects.toMatchObject({ reason: 'chat.unknown' });
    expect(ada.followed).toEqual([]);
  });

  it('is told why it may not log in, and stays away', async () => {
    const nobody = person('nobody');
    const refused = heard(nobody, 'disconnected');
    await expect(nobody.login).rejects.toMatchObject({
      code: 'login-refused',
      reason: 'auth.invalid_token',
    });
    expect(await refused).toMatchObject({ reason: 'refused', willReconnect: false });
    const elsewhere = place.keep(
      connect(venueless, place.server.venuelessUrl.replace('demo', 'other'), {
        credentials: { token: 'ada' },
      }),
    );
    await expect(elsewhere.login).rejects.toMatchObject({ reason: 'world.unknown_world' });
    const failing = person('', () => Promise.reject(new Error('no token')));
    await expect(failing.login).rejects.toMatchObject({ code: 'credentials-failed' });
  });

  it('follows again what it followed when the server was killed', async () => {
    const [ada, bob] = [person('ada'), person('bob')];
    await Promise.all([ada.login, bob.login]);
    const [lounge, staff] = [channelOf(ada, 'lounge'), channelOf(ada, 'staff')];
    await ada.join(lounge);
    await bob.join(lounge);
    await bob.subscribe(staff);
    await bob.unsubscribe(staff);

    const lost = Promise.all([heard(ada, 'disconnected'), heard(bob, 'disconnected')]);
    await place.server.kill();
    for (const event of await lost) expect(event).toMatchObject({ reason: 'lost', willReconnect: true });
    await expect(ada.send(lounge, 'nobody hears')).rejects.toMatchObject({ code: 'not-connected' });

    const back = [heard(ada, 'resubscribed'), heard(bob, 'resubscribed')];
    const again = heard(bob, 'login');
    await place.restart();
    expect(await again).toMatchObject({ again: true, 'chat.channels': [{ id: lounge }] });
    for (const event of await Promise.all(back)) expect(event).toMatchObject({ channel: lounge });
    expect(bob.followed).toEqual([lounge]);
    expect(bob.members(lounge)).toHaveLength(2);
    const after = heard(bob, 'chat.event');
    await ada.send(lounge, 'after');
    expect(await after).toMatchObject({ content: { body: 'after' } });
  });
});

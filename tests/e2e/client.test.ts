import { describe, expect, it } from 'vitest';
import {
  connect,
  type LoginError,
  type SockChatClient,
  type SockChatClientEvents,
  sockchat,
} from '../../src/client/index.js';
import { hearing, servedClients } from '../support/served-clients.js';

const place = servedClients();
const heard = hearing<SockChatClientEvents>();

function person(name: string, id: string, rank = 0): SockChatClient {
  return place.keep(
    connect(sockchat, place.server.url, {
      credentials: [name, id, String(rank)],
      typing: true,
      reconnect: { baseMs: 20, capMs: 200 },
    }),
  );
}

describe('the Sock Chat client against a server', () => {
  it('logs in, talks, whispers and changes channels', async () => {
    const ada = person('ada', '1', 5);
    const login = await ada.login;
    expect(login).toMatchObject({ user: { id: '1', name: 'ada' }, channel: 'lounge', maxLength: 5_000 });
    const bob = person('bob', '2');
    await heard(bob, 'channels');
    expect([...bob.channels.keys()].sort()).toEqual(['lounge', 'staff']);
    expect([...bob.users.values()].map((user) => user.name).sort()).toEqual(['ada', 'bob']);
    expect(bob.lines.filter((line) => line.kind === 'notice').map((line) => line.notice.args[0])).toContain(
      'Hello, bob!',
    );

    const text = 'a <b> & "c"\n\tтекст 👩‍👩‍👧 </i>';
    ada.send(text);
    const message = await heard(bob, 'message');
    expect(message).toMatchObject({ text: text.replace('\t', '    '), isOwn: false, user: { name: 'ada' } });

    const typing = heard(bob, 'typing');
    for (let key = 0; key < 5; key++) ada.typing();
    expect(await typing).toMatchObject({ user: { name: 'ada' } });

    ada.action('waves <3');
    expect(await heard(bob, 'message')).toMatchObject({ text: 'waves <3', isAction: true });

    const copy = heard(ada, 'message', (line) => line.isPrivate);
    ada.whisper('bob', 'just you & me');
    expect(await heard(bob, 'message')).toMatchObject({ text: 'just you & me', isPrivate: true, to: null });
    expect(await copy).toMatchObject({ text: 'just you & me', to: 'bob', isOwn: true });

    const left = heard(ada, 'user_remove');
    bob.join('staff');
    expect(await heard(bob, 'channel_switch')).toEqual({ channel: 'staff', previous: 'lounge' });
    expect(bob.channel).toBe('staff');
    expect(await left).toMatchObject({ user: { name: 'bob' }, reason: 'channel' });
    expect([...ada.users.values()].map((user) => user.name)).toEqual(['ada']);

    bob.join('nowhere');
    expect(await heard(bob, 'notice')).toMatchObject({ notice: { type: 'error', id: 'nochan' } });
    bob.command('afk', 'brb');
    expect(await heard(bob, 'user_update', ({ user }) => user.away !== null)).toMatchObject({
      user: { name: '<BRB>_bob', bareName: 'bob', away: 'BRB' },
    });
    bob.command('nick', 'bobby');
    expect(await heard(bob, 'user_update', ({ user }) => user.hasNickname)).toMatchObject({
      user: { name: '~bobby', bareName: 'bobby', away: null },
    });
    expect(bob.self?.name).toBe('~bobby');
  });

  it('is told why it may not log in', async () => {
    const error = (await person('nobody', '3').login.catch((thrown: unknown) => thrown)) as LoginError;
    expect(error).toMatchObject({ code: 'login-refused', reason: 'authfail' });
    const ada = person('ada', '1');
    await ada.login;
    await expect(person('ADA', '4').login).rejects.toMatchObject({ reason: 'userfail' });
  });

  it('stays away after a kick and a ban, and is told until when', async () => {
    const ada = person('ada', '1', 5);
    const bob = person('bob', '2');
    await Promise.all([ada.login, bob.login]);
    ada.command('kick', 'bob');
    expect(await heard(bob, 'disconnected')).toMatchObject({ reason: 'kick', willReconnect: false });
    const again = person('bob', '2');
    await again.login;
    ada.command('kick', 'bob', '3600');
    const gone = await heard(again, 'disconnected');
    expect(gone).toMatchObject({ reason: 'ban', willReconnect: false });
    const wait = (gone.until as Date).getTime() - Date.now();
    expect(wait).toBeGreaterThan(3_500_000);
    expect(wait).toBeLessThan(3_700_000);
    await expect(person('bob', '2').login).rejects.toMatchObject({
      reason: 'joinfail',
      until: gone.until,
    });
  });

  it('comes back when the server was killed, and finds what was said', async () => {
    const [ada, bob] = [person('ada', '1'), person('bob', '2')];
    await Promise.all([ada.login, bob.login]);
    ada.send('before');
    await heard(bob, 'message', (line) => line.text === 'before');

    const lost = Promise.all([heard(ada, 'disconnected'), heard(bob, 'disconnected')]);
    await place.server.kill();
    for (const event of await lost) expect(event).toMatchObject({ reason: 'lost', willReconnect: true });
    expect(() => ada.send('nobody hears')).toThrow(expect.objectContaining({ code: 'not-connected' }));

    const back = [heard(ada, 'login'), heard(bob, 'login')];
    await place.restart();
    for (const event of await Promise.all(back)) expect(event).toMatchObject({ again: true });
    ada.send('after');
    await heard(bob, 'message', (line) => line.text === 'after');
    const texts = bob.lines.flatMap((line) => (line.kind === 'message' ? [line.text] : []));
    expect(texts).toEqual(['before', 'after']);
  });
});

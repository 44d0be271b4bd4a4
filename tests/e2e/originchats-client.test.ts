import { describe, expect, it } from 'vitest';
import {
  connect,
  type OriginChatsClient,
  type OriginChatsClientEvents,
  originchats,
  sockchat,
} from '../../src/client/index.js';
import { hearing, servedClients } from '../support/served-clients.js';

const place = servedClients();
const heard = hearing<OriginChatsClientEvents>();

function person(name: string): OriginChatsClient {
  return place.keep(
    connect(originchats, place.server.originUrl, {
      credentials: { validator: async (key) => `${name},${key}` },
      reconnect: { baseMs: 20, capMs: 200 },
    }),
  );
}

describe('the OriginChats client against a server', () => {
  it('logs in, talks, edits, reacts and deletes', async () => {
    const ada = person('ada');
    const login = await ada.login;
    expect(login).toMatchObject({ user: { username: 'ada' }, server: { limits: { post_content: 2_000 } } });
    expect(ada.can('message_new')).toBe(true);
    expect(ada.can('no_such_thing')).toBe(false);
    const bob = person('bob');
    await bob.login;
    expect((await bob.listChannels()).map((one) => one.name)).toEqual(['lounge', 'staff']);
    expect((await bob.listUsers()).map((one) => one.username).sort()).toEqual(['ada', 'bob']);

    const coming = heard(bob, 'message_new');
    const text = 'a <b> & "c"\n\tтекст 👩‍👩‍👧 </i>';
    const sent = await ada.send('lounge', text);
    expect(sent).toMatchObject({ user: 'ada', content: text });
    expect(await coming).toMatchObject({ channel: 'lounge', thread_id: null, message: { id: sent.id } });

    const reply = await bob.send('lounge', 'yes', { replyTo: sent.id, ping: false });
    expect(reply).toMatchObject({ reply_to: { id: sent.id, user: 'ada' }, ping: false });
    const edited = heard(bob, 'message_edit');
    await ada.edit('lounge', sent.id, 'better');
    await edited;
    const reacted = heard(ada, 'message_react_add');
    await bob.react('lounge', sent.id, '👍');
    await reacted;
    expect(ada.messages('lounge')).toMatchObject([
      { content: 'better', edited: true, reactions: { '👍': ['bob'] } },
      { content: 'yes' },
    ]);
    expect(bob.messages('lounge')).toEqual(ada.messages('lounge'));
    await bob.react('lounge', sent.id, '👍', false);
    const gone = heard(ada, 'message_delete');
    await bob.remove('lounge', reply.id);
    await gone;
    expect(ada.messages('lounge').map(({ content, reactions }) => [content, reactions])).toEqual([
      ['better', undefined],
    ]);

    const typing = heard(bob, 'typing');
    for (let key = 0; key < 5; key++) ada.typing('lounge');
    expect(await typing).toMatchObject({ channel: 'lounge', user: 'ada' });
    expect(bob.typists('lounge')).toEqual(['ada']);
    const end = heard(bob, 'message_new');
    await ada.send('lounge', 'typed');
    await end;
    expect(bob.typists('lounge')).toEqual([]);
  });

  it('brings pages of history together', async () => {
    const ada = person('ada');
    await ada.login;
    const ids: string[] = [];
    for (let i = 0; i < 9; i++) ids.push((await ada.send('lounge', `number ${i}`)).id);
    const bob = person('bob');
    await bob.login;
    expect((await bob.history('lounge', { limit: 3 })).messages.map((one) => one.id)).toEqual(ids.slice(6));
    expect((await bob.history('lounge', { limit: 3, start: ids[6] ?? '' })).range).toEqual({
      start: 3,
      end: 6,
    });
    expect(bob.messages('lounge').map((one) => one.id)).toEqual(ids.slice(3));
    const around = await bob.around('lounge', ids[2] ?? '', { above: 1, below: 1 });
    expect(around).toMatchObject({ range: { start: 1, end: 4 } });
    expect(bob.messages('lounge').map((one) => one.id)).toEqual(ids.slice(1));
  });

  it('says what was refused, in the words of the server', async () => {
    const ada = person('ada');
    await expect(ada.send('lounge', 'too early')).rejects.toMatchObject({ code: 'not-connected' });
    await ada.login;
    await expect(ada.request('no_such_thing')).rejects.toMatchObject({
      code: 'request-refused',
      cmd: 'no_such_thing',
      text: 'Unknown command: no_such_thing',
    });
    await expect(ada.send('nowhere', 'x')).rejects.toMatchObject({ text: 'Channel not found' });
    const many = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => ada.send('lounge', `${i}`)));
    expect(many.filter((one) => one.status === 'fulfilled')).toHaveLength(9);
    expect(many.at(-1)).toMatchObject({ reason: { code: 'rate-limited', waitMs: expect.any(Number) } });
  });

  it('is told why it may not log in, and stays away', async () => {
    const client = place.keep(
      connect(originchats, place.server.originUrl, { credentials: { validator: () => 'eve,wrong' } }),
    );
    const refused = heard(client, 'disconnected');
    await expect(client.login).rejects.toMatchObject({
      code: 'login-refused',
      reason: 'credentials',
      text: 'Invalid authentication',
    });
    expect(await refused).toMatchObject({ reason: 'refused', willReconnect: false });
    const failing = place.keep(
      connect(originchats, place.server.originUrl, {
        credentials: { validator: () => Promise.reject(new Error('no token')) },
      }),
    );
    await expect(failing.login).rejects.toMatchObject({ code: 'credentials-failed' });
  });

  it('shares a channel with people of the other protocol', async () => {
    const ada = person('ada');
    await ada.login;
    const kim = place.keep(connect(sockchat, place.server.url, { credentials: ['kim', '7', '1'] }));
    const joined = heard(ada, 'user_connect', ({ user }) => user.username === 'kim');
    await kim.login;
    await joined;
    expect(ada.users.get('kim')).toMatchObject({ status: { status: 'online' } });
    const coming = heard(ada, 'message_new');
    kim.send('from over there');
    expect(await coming).toMatchObject({ channel: 'lounge', message: { user: 'kim' } });
    // Their own line comes back to them too.
    const line = new Promise((resolve) =>
      kim.on('message', (one) => one.user?.id !== kim.self?.id && resolve(one)),
    );
    await ada.send('lounge', 'from here');
    expect(await line).toMatchObject({ text: 'from here' });
  });

  it('comes back when the server was killed, and finds what was said', async () => {
    const [ada, bob] = [person('ada'), person('bob')];
    await Promise.all([ada.login, bob.login]);
    const before = heard(bob, 'message_new');
    await ada.send('lounge', 'before');
    await before;

    const lost = Promise.all([heard(ada, 'disconnected'), heard(bob, 'disconnected')]);
    await place.server.kill();
    for (const event of await lost) expect(event).toMatchObject({ reason: 'lost', willReconnect: true });
    await expect(ada.send('lounge', 'nobody hears')).rejects.toMatchObject({ code: 'not-connected' });

    const back = [heard(ada, 'login'), heard(bob, 'login')];
    await place.restart();
    for (const event of await Promise.all(back)) expect(event).toMatchObject({ again: true });
    const after = heard(bob, 'message_new');
    await ada.send('lounge', 'after');
    await after;
    await bob.history('lounge');
    expect(bob.messages('lounge').map((one) => one.content)).toEqual(['before', 'after']);
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { attach } from '../../../src/adapters/sockets/ws.js';
import { memory } from '../../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../../src/chat.js';
import { originchats } from '../../../src/dialects/originchats/index.js';
import { sockchat } from '../../../src/dialects/sockchat/index.js';
import { JsonProbe } from '../../support/json-probe.js';
import { SockProbe } from '../../support/sock-probe.js';

export function together(): void {
  let chat: Chat;
  let stop: () => Promise<void>;
  afterEach(() => stop());

  async function open() {
    chat = await createChat({
      storage: memory(),
      auth: ({ kind, arguments: [name = ''] }) => ({ provider: 'test', id: `${kind}-${name}`, name }),
      dialects: [originchats(), sockchat()],
    });
    const http = createServer();
    attach(http, chat, { originchats: '/', sockchat: '/sock' });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    stop = async () => {
      await chat.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    };
    const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const olivia = await JsonProbe.open(`${url}/`, 'olivia');
    olivia.send({ cmd: 'auth', validator: 'olivia' });
    await olivia.until((frame) => frame.cmd === 'user_connect');
    const saki = await SockProbe.login(`${url}/sock`, 'saki');
    await olivia.until((frame) => frame.cmd === 'user_connect' && frame.user.username === 'saki');
    return { olivia, saki };
  }

  test("a display name in a profile is a nickname on OriginChats, and the rest of it is nobody else's", async () => {
    const { olivia, saki } = await open();
    const user = chat.users.byHandle('saki');
    if (user === undefined) throw new Error('nobody is called saki');
    await chat.users.update(user.id, { profile: { display_name: 'Saki S.', fields: {} } });
    const renamed = await olivia.next();
    expect(renamed).toEqual({
      cmd: 'nickname_update',
      user: user.identity,
      username: 'saki',
      nickname: 'Saki S.',
    });
    await chat.users.update(user.id, { profile: { display_name: 'Saki S.', fields: { city: 'Rome' } } });
    await chat.users.update(user.id, { profile: {} });
    expect(await olivia.next()).toEqual({ cmd: 'nickname_remove', user: user.identity, username: 'saki' });
    await saki.ping();
    expect(saki.takeFrames().filter((packet) => packet.startsWith('10\t'))).toEqual([]);
  });

  test('people on Sock Chat and on OriginChats hear each other in one channel', async () => {
    const { olivia, saki } = await open();
    saki.say('hello');
    const heard = await olivia.until((frame) => frame.cmd === 'message_new');
    expect(heard).toMatchObject({ channel: 'lounge', message: { user: 'saki', content: 'hello' } });
    olivia.send({ cmd: 'message_new', channel: 'lounge', content: 'hi <saki>' });
    const listed = saki.packets.find((one) => one.kind === 'context_users');
    const shown = await saki.nextOf('message', ({ text }) => text.startsWith('hi'));
    expect(shown).toMatchObject({ userId: listed?.users[0]?.id, text: 'hi &lt;saki&gt;' });
  });

  test('an OriginChats client hears of Sock Chat people coming and going, and Sock Chat shows OriginChats people in its list', async () => {
    const { olivia, saki } = await open();
    expect(saki.packets.find((one) => one.kind === 'context_users')).toMatchObject({
      kind: 'context_users',
      users: [{ name: 'olivia', visible: true }],
    });
    await saki.close();
    expect(await olivia.until((frame) => frame.cmd === 'user_disconnect')).toEqual({
      cmd: 'user_disconnect',
      username: 'saki',
    });
  });

  test('what the server announces is shown by its own name in the channel where people start', async () => {
    const { olivia, saki } = await open();
    const { id } = await chat.messages.announce('closing @saki');
    expect(await olivia.until((frame) => frame.cmd === 'message_new')).toEqual({
      cmd: 'message_new',
      message: {
        user: 'originChats',
        content: 'closing @saki',
        timestamp: expect.any(Number),
        id: String(id),
        pinned: false,
        type: 'message',
        interaction: null,
        pings: { users: [], roles: [], replies: [] },
      },
      channel: 'lounge',
      thread_id: null,
      global: true,
    });
    await saki.until(() => saki.notices.some((one) => one.startsWith('say')), 'the announcement');
  });

  test('channels with a password and temporary ones stay in the protocol where one enters them', async () => {
    const { olivia } = await open();
    await chat.channels.create({ name: 'vault', password: 'secret' });
    olivia.send({ cmd: 'channels_get', listener: 'list' });
    const list = await olivia.until((frame) => frame.listener === 'list');
    expect(list.val.map((one: { name: string }) => one.name)).toEqual(['lounge']);
    for (const request of [
      { cmd: 'message_new', channel: 'vault', content: 'knock' },
      { cmd: 'messages_get', channel: 'vault' },
      { cmd: 'message_pin', channel: 'vault', id: '1' },
    ]) {
      olivia.send({ ...request, listener: 'vault' });
      const answer = await olivia.until((frame) => frame.listener === 'vault');
      olivia.send({ ...request, channel: 'nowhere', listener: 'nowhere' });
      const { listener: _, ...nowhere } = await olivia.until((frame) => frame.listener === 'nowhere');
      expect(answer).toEqual({ ...nowhere, listener: 'vault' });
    }
  });
}

import { afterEach, expect, test } from 'vitest';
import { chain } from '../../../src/adapters/auth/chain.js';
import { jwt } from '../../../src/adapters/auth/jwt.js';
import { sockchat } from '../../../src/dialects/sockchat/index.js';
import { uuidOf } from '../../../src/dialects/uuid.js';
import { SockProbe } from '../../support/sock-probe.js';
import { openRoom, secret, serve, type VenuelessServer } from './support/server.js';

/** With people of other protocols in the same chat. */
export function together(): void {
  let server: VenuelessServer;
  afterEach(() => server.stop());

  async function open() {
    server = await serve({
      auth: chain(
        jwt({ secrets: [{ secret, issuer: 'any', audience: 'venueless' }] }),
        ({ kind, arguments: [name = ''] }) =>
          kind === 'arguments' ? { provider: 'test', id: name, name } : undefined,
      ),
      beside: [sockchat()],
      channels: [{ name: 'lounge', grants: openRoom }],
    });
    const saki = await SockProbe.login(`${server.url.replace('/ws/world', '')}/sockchat`, 'saki');
    const { vera } = await server.cast({ vera: {} });
    const open = await vera.done('chat.direct.create', { users: [uuidOfUser('saki')] });
    return { saki, vera, direct: open.id as string };
  }
  const uuidOfUser = (handle: string) => uuidOf('user', server.chat.users.byHandle(handle)?.id ?? '');

  test('what is said in a direct channel of two is whispered to somebody on Sock Chat, who whispers back into it', async () => {
    const { saki, vera, direct } = await open();
    await vera.settle();
    const content = { type: 'text', body: 'psst <more>' };
    const { event } = await vera.done('chat.send', {
      channel: direct,
      event_type: 'channel.message',
      content,
    });
    const whispered = await saki.nextOf('context_message', ({ text }) => text.includes('psst'));
    expect(whispered).toMatchObject({
      user: { name: 'vera' },
      text: 'psst &lt;more&gt;',
      messageId: String(event.event_id),
      flags: expect.objectContaining({ private: true }),
      notify: true,
    });
    await vera.settle();
    saki.say('/msg vera heard you');
    const [, heard] = await vera.probe.until(([kind]) => kind === 'chat.event');
    expect(heard).toMatchObject({
      channel: direct,
      sender: uuidOfUser('saki'),
      event_type: 'channel.message',
      content: { type: 'text', body: 'heard you' },
      users: { [uuidOfUser('saki')]: { profile: { display_name: 'saki' } } },
    });
    const { results } = await vera.done('chat.fetch', { channel: direct, count: 2 });
    expect(results.map((one: { content: object }) => one.content)).toEqual([
      content,
      { type: 'text', body: 'heard you' },
    ]);
  });

  test('a whisper to somebody who has a Venueless login opens a direct channel in their list, with a notification', async () => {
    const { saki } = await open();
    const { wanda } = await server.cast({ wanda: {} });
    saki.say('/msg wanda are you there?');
    const frames = [await wanda.probe.next(), await wanda.probe.next(), await wanda.probe.next()];
    const members = [uuidOfUser('saki'), wanda.id].map((id) => ({ id }));
    const [list, pointers, notification] = frames;
    const [{ id: channel }] = list[1].channels;
    expect(list).toMatchObject(['chat.channels', { channels: [{ members }] }]);
    expect(pointers).toEqual(['chat.unread_pointers', { [channel]: expect.any(Number) }]);
    expect(notification).toMatchObject([
      'chat.notification',
      { event: { channel, content: { body: 'are you there?' } }, sender: { id: uuidOfUser('saki') } },
    ]);
    const { members: people } = await wanda.done('chat.subscribe', { channel });
    expect(people).toMatchObject(members);
  });

  test('what is said on Sock Chat is pushed to who follows the room, with who said it', async () => {
    const { saki, vera } = await open();
    const lounge = vera.channel('lounge');
    await vera.done('chat.subscribe', { channel: lounge });
    saki.say('hello');
    const [, heard] = await vera.probe.until(([kind]) => kind === 'chat.event');
    expect(heard).toMatchObject({
      channel: lounge,
      sender: uuidOfUser('saki'),
      content: { type: 'text', body: 'hello' },
      users: { [uuidOfUser('saki')]: { profile: { display_name: 'saki' }, inactive: false } },
    });
  });
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attach } from '../../../src/adapters/sockets/ws.js';
import { memory } from '../../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../../src/chat.js';
import { originchats } from '../../../src/dialects/originchats/index.js';
import { sockchat } from '../../../src/dialects/sockchat/index.js';
import { uuidOf } from '../../../src/dialects/uuid.js';
import { venueless } from '../../../src/dialects/venueless/index.js';
import type { ChannelId } from '../../../src/domain/ids.js';
import { type Json, JsonProbe } from '../../support/json-probe.js';
import { SockProbe } from '../../support/sock-probe.js';
import { Member, openRoom } from './support/server.js';
import { gather, gone, say, shown, text } from './support/talk.js';

/** What crosses between Venueless and the other protocols. */
export function dialects(): void {
  let chat: Chat;
  let url: string;
  let stop: () => Promise<void>;
  let vera: Member;
  let olivia: JsonProbe;
  let saki: SockProbe;
  let lounge: string;
  beforeEach(async () => {
    chat = await createChat({
      storage: memory(),
      // Everybody says their name and is believed.
      auth: ({ kind, arguments: [name = ''] }) => ({ provider: 'test', id: `${kind}-${name}`, name }),
      dialects: [
        originchats(),
        sockchat(),
        venueless({ worlds: { demo: { title: 'Demo' } }, traitGrants: { attendee: [] } }),
      ],
      channels: [{ name: 'lounge', grants: openRoom }],
      defaults: { roles: ['user'] },
    });
    const http = createServer();
    attach(http, chat, { originchats: '/', sockchat: '/sock', venueless: '/world' });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    stop = async () => {
      await chat.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    };
    url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
    vera = await arrive('vera');
    lounge = vera.channel('lounge');
    olivia = await JsonProbe.open(`${url}/`, 'olivia');
    olivia.send({ cmd: 'auth', validator: 'olivia' });
    await olivia.until((frame) => frame.cmd === 'user_connect');
    saki = await SockProbe.login(`${url}/sock`, 'saki');
    await gather(lounge, vera);
  });
  afterEach(() => stop());

  async function arrive(name: string): Promise<Member> {
    const probe = await JsonProbe.open(`${url}/world/demo/`, name);
    probe.send(['authenticate', { token: name }]);
    const [, welcome] = await probe.next();
    return new Member(probe, name, welcome);
  }
  /** The UUID of somebody by their handle. */
  const idOfHandle = (handle: string) => uuidOf('user', chat.users.byHandle(handle)?.id ?? '');
  const pushed = (name = 'chat.event') => vera.probe.until((frame) => frame[0] === name);
  const heard = (cmd: string) => olivia.until((frame) => frame.cmd === cmd);
  /** Says something from OriginChats and returns the message. */
  const write = async (content: string, more: object = {}): Promise<Json> => {
    olivia.send({ cmd: 'message_new', channel: 'lounge', content, ...more });
    return (await heard('message_new')).message;
  };

  test('a message from elsewhere is an event like any other, with who said it', async () => {
    saki.say('hello <b>');
    for (const [name, body] of [
      ['saki', 'hello <b>'],
      ['olivia', 'hi *all*'],
    ] as const) {
      if (name === 'olivia') await write(body);
      const [, event] = await pushed();
      const sender = idOfHandle(name);
      expect(event).toEqual({
        event_id: expect.any(Number),
        channel: lounge,
        sender,
        timestamp: expect.stringMatching(/\+00:00$/),
        event_type: 'channel.message',
        content: { type: 'text', body },
        edited: null,
        replaces: null,
        reactions: {},
        users: { [sender]: shown({ id: sender, name }) },
      });
    }
  });

  test('what somebody does is italic, and its own stars are not', async () => {
    saki.say('/me waves *twice* at snake_case \\ @vera');
    const [, event] = await pushed();
    expect(event.content.body).toBe(`*waves \\*twice\\* at snake\\_case \\\\ @${vera.id}*`);
  });

  test('who is mentioned by handle is notified, and mentioned by id', async () => {
    await write('hey @VERA, @olivia and @nobody');
    const [, event] = await pushed();
    expect(event.content.body).toBe(`hey @${vera.id}, @${idOfHandle('olivia')} and @nobody`);
    const [, { event: notified, sender }] = await pushed('chat.notification');
    expect(notified).toMatchObject({ type: 'chat.event', event_id: event.event_id, content: event.content });
    expect(sender).toEqual(shown({ id: event.sender, name: 'olivia' }));
    saki.say('@vera again');
    expect(await pushed('chat.notification')).toMatchObject([
      'chat.notification',
      { event: { sender: idOfHandle('saki') } },
    ]);
  });

  test('edits, deletions and reactions from OriginChats arrive as events of their own', async () => {
    const message = await write('helo');
    const [, first] = await pushed();
    expect(String(first.event_id)).toBe(message.id);
    olivia.send({ cmd: 'message_react_add', channel: 'lounge', id: message.id, emoji: '👍' });
    const [, reacted] = await pushed('chat.event.reaction');
    expect(reacted).toEqual({ ...first, reactions: { '👍': [first.sender] } });
    olivia.send({ cmd: 'message_edit', channel: 'lounge', id: message.id, content: 'hello @vera' });
    const [, edited] = await pushed();
    expect(edited).toEqual({
      ...first,
      event_id: expect.any(Number),
      timestamp: expect.any(String),
      content: { type: 'text', body: `hello @${vera.id}` },
      replaces: first.event_id,
    });
    olivia.send({ cmd: 'message_react_remove', channel: 'lounge', id: message.id, emoji: '👍' });
    const [, left] = await pushed('chat.event.reaction');
    expect(left).toMatchObject({
      event_id: first.event_id,
      content: edited.content,
      edited: edited.timestamp,
      reactions: {},
    });
    olivia.send({ cmd: 'message_delete', channel: 'lounge', id: message.id });
    const [, deleted] = await pushed();
    expect(deleted).toEqual({
      ...edited,
      event_id: expect.any(Number),
      timestamp: expect.any(String),
      content: { type: 'deleted' },
    });
    expect([first, edited, deleted].map((one) => one.event_id)).toEqual(
      [first, edited, deleted].map((one) => one.event_id).sort((a, b) => a - b),
    );
  });

  test('what the host edits or takes back is done by the world itself', async () => {
    const { id } = await write('helo');
    await chat.messages.edit(Number(id) as never, 'hello');
    const voice = uuidOf('bot', 0);
    const users = { [voice]: shown({ id: voice, name: 'Demo' }) };
    await pushed();
    expect(await pushed()).toMatchObject([
      'chat.event',
      { sender: voice, content: { body: 'hello' }, users },
    ]);
    await chat.messages.remove(Number(id) as never);
    expect(await pushed()).toMatchObject([
      'chat.event',
      { sender: voice, content: { type: 'deleted' }, users },
    ]);
  });

  test('a poll is its question and options in words', async () => {
    olivia.send({ cmd: 'poll_create', channel: 'lounge', question: 'Tea?', options: ['yes', 'no'] });
    const [, event] = await pushed();
    expect(event.content).toEqual({ type: 'text', body: 'Tea?\n- yes\n- no' });
  });

  test('embeds are said below the text: when it is new, edited and past, and once when they come back with an edit', async () => {
    const links = 'https://example.org/a_b\nNews';
    const embeds = [{ url: 'https://example.org/a_b', title: 'A' }, { title: 'News' }];
    const { id } = await write('look', { embeds });
    const [, fresh] = await pushed();
    expect(fresh.content).toEqual({ type: 'text', body: `look\n${links}` });
    olivia.send({ cmd: 'message_edit', channel: 'lounge', id, content: 'look @vera' });
    const body = `look @${vera.id}\n${links}`;
    const [, edited] = await pushed();
    expect(edited.content).toEqual({ type: 'text', body });
    const past = async () => {
      const { results } = await vera.done('chat.fetch', { channel: lounge, count: 10 });
      return results.find((one: Json) => one.event_id === fresh.event_id).content.body;
    };
    expect(await past()).toBe(body);
    await chat.messages.edit(Number(id) as never, `look\n${links}`);
    await pushed();
    expect(await past()).toBe(`look\n${links}`);
  });

  test('each name that a webhook posts by is a sender of its own, with a badge that no person of that name has', async () => {
    const channel = chat.channels.all().find(({ name }) => name === 'lounge')?.id as ChannelId;
    await chat.run('webhook.create', { by: 'host', id: 'hook', token: 'secret', channel, name: 'Builds' });
    const post = async (username?: string) => {
      const answer = await fetch(`${url.replace('ws', 'http')}/webhooks?token=secret`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ content: `by ${username}`, ...(username === undefined ? {} : { username }) }),
      });
      expect(answer.status).toBe(204);
      return (await pushed())[1];
    };
    const badge = { badges: ['webhook'] };
    const names = ['alpha', 'olivia', 'Builds', 'alpha'];
    const live = [await post('alpha'), await post('olivia'), await post(), await post('alpha')];
    for (const [index, { sender, users }] of live.entries())
      expect(users).toEqual({ [sender]: shown({ id: sender, name: names[index] as string }, badge) });
    const senders = live.map(({ sender }) => sender);
    expect(new Set([...senders, idOfHandle('olivia')]).size).toBe(4);
    expect(senders[3]).toBe(senders[0]);
    await write('in person');
    const [, inPerson] = await pushed();
    expect(inPerson.users).toEqual({ [inPerson.sender]: shown({ id: inPerson.sender, name: 'olivia' }) });

    const reader = await arrive('reader');
    const { results, users } = await reader.done('chat.fetch', { channel: lounge, count: 10 });
    const said = results.filter((one: Json) => one.event_type === 'channel.message');
    expect(said.map((one: Json) => one.sender)).toEqual([...senders, inPerson.sender]);
    for (const { sender, users: pushedThen } of live) expect(users[sender]).toEqual(pushedThen[sender]);
    expect(await reader.done('user.fetch', { id: senders[1] })).toEqual(users[senders[1]]);
    expect(await reader.done('user.fetch', { ids: [...senders, idOfHandle('olivia')] })).toMatchObject({
      [senders[0]]: users[senders[0]],
      [senders[2]]: users[senders[2]],
      [idOfHandle('olivia')]: { badges: [] },
    });
    const [kind, , error] = await reader.ask('user.block', { id: senders[1] });
    expect([kind, error.code]).toEqual(['error', 'user.not_found']);
  });

  test('a post of a webhook without a name, as imports may have, is a sender too', async () => {
    const channel = chat.channels.all().find(({ name }) => name === 'lounge')?.id as ChannelId;
    const webhook = { id: '', name: '' };
    await chat.run('message.send', { by: 'host', channel, text: 'from before', webhook });
    const [, { sender, users }] = await pushed();
    expect(users).toEqual({ [sender]: shown({ id: sender, name: '' }, { badges: ['webhook'] }) });
    expect(sender).not.toBe(uuidOf('bot', 0));
  });

  test('what is said on Venueless is heard everywhere, mentions by handle', async () => {
    const body = `hi @${idOfHandle('olivia')} & <@${idOfHandle('saki')}>`;
    const event = await say(vera, lounge, body);
    expect(event.content.body).toBe(body);
    const { message } = await heard('message_new');
    expect(message).toMatchObject({
      user: 'vera',
      content: 'hi @olivia & <@saki>',
      id: String(event.event_id),
      pings: { users: ['olivia', 'saki'] },
    });
    const listed = saki.packets.flatMap((packet) => (packet.kind === 'context_users' ? packet.users : []));
    const shownThere = await saki.nextOf('message', ({ text: one }) => one.startsWith('hi'));
    expect(shownThere).toMatchObject({
      userId: listed.find(({ name }) => name === 'vera')?.id,
      text: 'hi @olivia & &lt;@saki&gt;',
      messageId: String(event.event_id),
    });
  });

  test('edits, deletions and reactions on Venueless are seen on OriginChats, and deletions on Sock Chat', async () => {
    const { event_id: id } = await say(vera, lounge, 'helo');
    await vera.done('chat.react', { channel: lounge, event: id, reaction: '👍' });
    expect(await heard('message_react_add')).toMatchObject({ id: String(id), emoji: '👍', from: 'vera' });
    await vera.done('chat.send', text(lounge, 'hello', { replaces: id }));
    expect(await heard('message_edit')).toMatchObject({ id: String(id), content: 'hello' });
    await vera.done('chat.react', { channel: lounge, event: id, reaction: '👍', delete: true });
    expect(await heard('message_react_remove')).toMatchObject({ id: String(id), emoji: '👍' });
    await vera.done('chat.send', gone(lounge, id));
    expect(await heard('message_delete')).toMatchObject({ id: String(id) });
    expect(await saki.packet('message_delete')).toMatchObject({ messageId: String(id) });
  });

  test('all see the messages of all in one order', async () => {
    for (let i = 0; i < 10; i++) {
      vera.send(['chat.send', `v${i}`, text(lounge, `v${i}`)]);
      olivia.send({ cmd: 'message_new', channel: 'lounge', content: `o${i}` });
      saki.say(`s${i}`);
    }
    const counted = (texts: string[]) => texts.filter((one) => /^[vos]\d$/.test(one));
    const inVenueless = () =>
      counted(
        vera.probe.frames.filter(([name]) => name === 'chat.event').map(([, one]) => one.content.body ?? ''),
      );
    const inOriginChats = () =>
      counted(olivia.frames.filter((one) => one.cmd === 'message_new').map((one) => one.message.content));
    await expect.poll(() => inVenueless().length).toBe(30);
    await expect.poll(() => inOriginChats()).toEqual(inVenueless());
    const inSockChat = () =>
      counted(saki.packets.flatMap((one) => (one.kind.endsWith('message') && 'text' in one ? one.text : [])));
    await expect.poll(() => inSockChat()).toEqual(inVenueless());
  });

  test('a whisper of Sock Chat is a message of the direct channel of the two, and what is said there a whisper', async () => {
    saki.say('/msg vera psst');
    const [, { channels }] = await pushed('chat.channels');
    const channel = channels.find((one: Json) => one.members !== undefined);
    expect(channel.members.map((one: Json) => one.id).sort()).toEqual([vera.id, idOfHandle('saki')].sort());
    const [, { event, sender }] = await pushed('chat.notification');
    expect(event).toMatchObject({ channel: channel.id, content: { body: 'psst' } });
    expect(sender.id).toBe(idOfHandle('saki'));
    await say(vera, channel.id, 'what?');
    await saki.until(() => saki.frames.some((one) => one.includes('what?')), 'the whisper');
    expect(await vera.settle()).toMatchObject([['chat.unread_pointers', {}]]);
  });
}

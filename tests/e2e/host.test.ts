import { afterEach, describe, expect, it } from 'vitest';
import { memory } from '../../src/adapters/storage/memory.js';
import { sockchat } from '../../src/dialects/sockchat/index.js';
import { domainLimits } from '../../src/domain/config.js';
import {
  type Chat,
  type ChatEvents,
  type ChatOptions,
  createChat,
  type Identity,
  type RoleId,
  type UserId,
} from '../../src/index.js';
import { SockProbe } from '../support/sock-probe.js';
import { serve } from '../support/sockchat.js';

const auth: ChatOptions['auth'] = ({ arguments: [id, name] }) =>
  id && name ? { provider: 'test', id, name, rank: 1 } : null;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function start(options: Partial<ChatOptions> = {}): Promise<{ chat: Chat; url: string }> {
  const chat = await createChat({ storage: memory(), auth, dialects: [sockchat()], ...options });
  const { url, close } = await serve(chat);
  open.push(close);
  return { chat, url };
}

function once<N extends keyof ChatEvents>(chat: Chat, name: N): Promise<Parameters<ChatEvents[N]>> {
  return new Promise((heard) =>
    chat.once(name, ((...args: Parameters<ChatEvents[N]>) => heard(args)) as never),
  );
}

describe('events', () => {
  it('tell a host of accounts, connections, messages and goings', async () => {
    const { chat, url } = await start();
    const heard: string[] = [];
    for (const name of ['user_join', 'user_connect', 'message', 'user_disconnect'] as const) {
      chat.on(name, (event) => heard.push(event.type));
    }
    const ann = await SockProbe.login(url, '7', 'ann');
    ann.say('hello');
    await ann.nextOf('message');
    const gone = once(chat, 'user_disconnect');
    void ann.close();
    const [event] = await gone;
    expect(event).toMatchObject({
      type: 'user_disconnect',
      reason: 'leave',
      dialect: 'sockchat',
      person: { handle: 'ann' },
    });
    expect(event.at).toBeGreaterThan(1_500_000_000_000);
    expect(heard).toEqual(['user_join', 'user_connect', 'message', 'user_disconnect']);
  });

  it('are told to every listener even if one of them throws, and the failure is reported', async () => {
    const { chat, url } = await start();
    const texts: string[] = [];
    chat.on('message', () => {
      throw new Error('broken listener');
    });
    chat.on('message', ({ message }) => texts.push(message.text));
    const failed = once(chat, 'error');
    const ann = await SockProbe.login(url, '7', 'ann');
    ann.say('still here');
    const [error] = await failed;
    expect(error).toMatchObject({ code: 'listener-failed', cause: { message: 'broken listener' } });
    expect(texts).toEqual(['still here']);
    ann.say('and now');
    await ann.nextOf('message', ({ text }) => text === 'and now');
  });

  it('are no longer told to a listener that was taken off', async () => {
    const { chat, url } = await start();
    const texts: string[] = [];
    const listener: ChatEvents['message'] = ({ message }) => texts.push(message.text);
    chat.on('message', listener);
    const ann = await SockProbe.login(url, '7', 'ann');
    const first = once(chat, 'message');
    ann.say('one');
    await first;
    chat.off('message', listener);
    const second = once(chat, 'message');
    ann.say('two');
    await second;
    expect(texts).toEqual(['one']);
  });

  it('hand back fields that a host added to an identity', async () => {
    interface Staff extends Identity {
      readonly department: string;
    }
    const staff: Staff = { provider: 'test', id: '1', name: 'ann', department: 'post room' };
    const { chat, url } = await start({ auth: () => staff });
    const connected = once(chat, 'user_connect');
    await SockProbe.login(url, 'x');
    const [event] = await connected;
    expect(event.identity).toMatchObject({ department: 'post room' });
  });
});

describe('hooks.before', () => {
  it('may let a command pass, change it, or refuse it', async () => {
    const seen: unknown[] = [];
    const { url } = await start({
      hooks: {
        async before(command, about) {
          seen.push([command.type, about.dialect]);
          if (command.type !== 'message.send') return true;
          if (command.input.text.includes('spam')) return false;
          return {
            type: 'message.send',
            input: { ...command.input, text: command.input.text.toUpperCase() },
          };
        },
      },
    });
    const ann = await SockProbe.login(url, '7', 'ann');
    ann.say('quiet words');
    expect((await ann.nextOf('message')).text).toBe('QUIET WORDS');
    ann.say('spam');
    expect(await ann.nextOf('message')).toMatchObject({ userId: '-1', text: '1\fgenerr' });
    expect(seen).toEqual([
      ['session.open', 'sockchat'],
      ['message.send', 'sockchat'],
      ['message.send', 'sockchat'],
    ]);
  });

  it('refuses and reports when it throws or takes too long', async () => {
    const { chat, url } = await start({
      limits: { hookMs: 30 },
      hooks: {
        before({ type, input }) {
          if (type !== 'message.send') return true;
          if (input.text === 'throw') throw new Error('broken hook');
          return new Promise(() => {});
        },
      },
    });
    const codes: string[] = [];
    chat.on('error', (error) => codes.push(error.code));
    const ann = await SockProbe.login(url, '7', 'ann');
    ann.say('throw');
    expect((await ann.nextOf('message')).text).toBe('1\fgenerr');
    ann.say('hang');
    expect((await ann.nextOf('message')).text).toBe('1\fgenerr');
    await expect.poll(() => codes).toEqual(['hook-failed', 'hook-timeout']);
  });

  it('is not asked about commands of the host', async () => {
    const { chat } = await start({ hooks: { before: () => false } });
    const lounge = chat.channels.byName('lounge');
    expect(lounge).toBeDefined();
    await expect(chat.messages.send(lounge?.id as never, 'hello')).resolves.toHaveProperty('id');
  });
});

describe('the host', () => {
  it('speaks in a channel and to everybody with the server’s voice', async () => {
    const { chat, url } = await start();
    const ann = await SockProbe.login(url, '7', 'ann');
    await chat.messages.send(chat.channels.byName('LOUNGE')?.id as never, 'welcome <all>');
    expect(await ann.nextOf('message')).toMatchObject({ userId: '-1', text: '0\fsay\fwelcome &lt;all&gt;' });
    await chat.messages.announce('closing soon');
    expect(await ann.nextOf('message')).toMatchObject({ userId: '-1', text: '0\fsay\fclosing soon' });
  });

  it('announces neither nothing nor more than a message may be', async () => {
    const { chat, url } = await start();
    const ann = await SockProbe.login(url, '7', 'ann');
    ann.take();
    const { messageLength } = domainLimits;
    const announce = (text: string) => chat.messages.announce(text);
    await expect(announce('')).rejects.toMatchObject({ cause: { code: 'message-empty' } });
    await expect(announce('x'.repeat(messageLength + 1))).rejects.toMatchObject({
      cause: { code: 'message-too-long', details: { limit: messageLength } },
    });
    await ann.ping();
    expect(ann.take()).toEqual([]);
    await expect(announce('😀'.repeat(messageLength))).resolves.toHaveProperty('id');
  });

  it('edits, pins and removes what anybody said', async () => {
    const { chat, url } = await start();
    const ann = await SockProbe.login(url, '7', 'ann');
    const heard: unknown[] = [];
    for (const name of ['message_edit', 'message_pin', 'message_delete'] as const)
      chat.on(name, (event) => heard.push([event.type, event.by]));
    ann.say('helo');
    const [{ message }] = await once(chat, 'message');
    expect((await chat.messages.edit(message.id, 'hello')).message).toMatchObject({
      text: 'hello',
      edited: true,
    });
    expect((await chat.messages.pin(message.id)).message.pinned).toBe(true);
    expect((await chat.messages.pin(message.id, false)).message.pinned).toBeUndefined();
    await chat.messages.remove(message.id);
    await expect(chat.messages.remove(message.id)).rejects.toMatchObject({
      code: 'rejected',
      cause: { code: 'message-unknown' },
    });
    await expect
      .poll(() => heard)
      .toEqual([
        ['message_edit', 'host'],
        ['message_pin', 'host'],
        ['message_pin', 'host'],
        ['message_delete', 'host'],
      ]);
  });

  it('makes, changes and removes channels', async () => {
    const { chat, url } = await start();
    const ann = await SockProbe.login(url, '7', 'ann');
    const { channel } = await chat.channels.create({ name: 'den', password: 'pass' });
    expect(await ann.nextOf('channel_add')).toMatchObject({ name: 'den', hasPassword: true });
    await chat.channels.update(channel, { name: 'cellar', password: null });
    expect(await ann.nextOf('channel_update')).toMatchObject({
      oldName: 'den',
      name: 'cellar',
      hasPassword: false,
    });
    ann.say('/join cellar');
    await ann.nextOf('channel_switch', ({ channel: name }) => name === 'cellar');
    await chat.channels.remove(channel);
    await ann.nextOf('channel_switch', ({ channel: name }) => name === 'lounge');
    expect(await ann.nextOf('channel_remove')).toMatchObject({ name: 'cellar' });
  });

  it('changes who somebody is while they are there', async () => {
    const { chat, url } = await start();
    const ann = await SockProbe.login(url, '7', 'ann');
    const user = chat.users.byIdentity('test', '7');
    await chat.users.update(user?.id as never, {
      colour: '#112233',
      rank: 4,
      permissions: ['message.send', 'user.kick'],
    });
    const { user: fields } = await ann.nextOf('user_update');
    expect(fields).toMatchObject({ id: '7', colour: '#112233', permissions: { rank: 4, kick: true } });
  });

  it('kicks, bans, silences, closes sessions and removes accounts, each told in the protocol', async () => {
    const { chat, url } = await start();
    const idOf = (id: string) => chat.users.byIdentity('test', id)?.id as never;
    const watcher = await SockProbe.login(url, '1', 'watcher');
    const ann = await SockProbe.login(url, '7', 'ann');
    await chat.users.silence(idOf('7'));
    expect((await ann.nextOf('message')).text).toBe('0\fsilence');
    await chat.users.unsilence(idOf('7'));
    expect((await ann.nextOf('message')).text).toBe('0\funsil');
    await chat.users.kick(idOf('7'));
    expect(await ann.nextOf('forced_disconnect')).toMatchObject({ banned: false });
    expect(await watcher.nextOf('user_remove')).toMatchObject({ userId: '7', reason: 'kick' });

    const back = await SockProbe.login(url, '7', 'ann');
    await chat.users.ban(idOf('7'), { until: null });
    expect(await back.nextOf('forced_disconnect')).toMatchObject({ banned: true, untilSeconds: -1 });
    const refused = await SockProbe.open(url);
    refused.knock('7', 'ann');
    expect(await refused.nextOf('auth_fail')).toMatchObject({ reason: 'joinfail', untilSeconds: -1 });
    await chat.users.unban(idOf('7'));

    const again = await SockProbe.login(url, '7', 'ann');
    const [session] = chat.sessions.of(idOf('7'));
    await chat.sessions.close(session?.id as never);
    await again.nextOf('forced_disconnect');
    await again.end();

    const last = await SockProbe.login(url, '7', 'ann');
    const left = once(chat, 'user_leave');
    await expect(chat.users.remove(idOf('7'))).resolves.toEqual({ kept: false });
    const [event] = await left;
    expect(event).toMatchObject({ user_id: '7', username: 'ann', kept: false, via: 'host' });
    expect(await last.nextOf('forced_disconnect')).toMatchObject({ banned: false });
    expect(await last.end()).toBe(1000);
    expect(chat.users.byIdentity('test', '7')).toBeUndefined();
  });

  it('is told why the rules refuse', async () => {
    const { chat } = await start();
    const lounge = chat.channels.byName('lounge')?.id as never;
    await expect(chat.channels.remove(lounge)).rejects.toMatchObject({
      code: 'rejected',
      cause: { code: 'channel-default' },
    });
    await expect(chat.channels.create({ name: 'no spaces' })).rejects.toMatchObject({
      cause: { code: 'channel-name-invalid' },
    });
    await expect(chat.users.kick('nobody' as never)).rejects.toMatchObject({
      cause: { code: 'user-unknown' },
    });
  });

  it('is told of dates, addresses and identities that are none', async () => {
    const { chat, url } = await start();
    await SockProbe.login(url, '7', 'ann');
    const ann = chat.users.byIdentity('test', '7')?.id as never;
    const invalid = { code: 'options-invalid' };
    await expect(chat.users.ban(ann, { until: new Date('nonsense') })).rejects.toMatchObject(invalid);
    await expect(chat.users.silence(ann, { until: Number.NaN })).rejects.toMatchObject(invalid);
    await expect(chat.users.banAddress('next door')).rejects.toMatchObject(invalid);
    await expect(chat.users.update(ann, { rank: '9' as never })).rejects.toMatchObject(invalid);
    expect(chat.users.get(ann)).toMatchObject({ rank: 1 });
  });

  it('blocks people for one another', async () => {
    const { chat, url } = await start();
    const ann = await SockProbe.login(url, '7', 'ann');
    await SockProbe.login(url, '8', 'ben');
    const [seven, eight] = ['7', '8'].map((id) => chat.users.byIdentity('test', id)?.id as UserId);
    const told = once(chat, 'user_block');
    await chat.users.block(eight as UserId, seven as UserId);
    expect((await told)[0]).toMatchObject({ by: { handle: 'ben' }, user: { handle: 'ann' }, on: true });
    expect(chat.users.blocked(eight as UserId).map((user) => user.handle)).toEqual(['ann']);
    ann.say('/msg ben psst');
    expect((await ann.nextOf('message')).text).toBe('1\fusernf\fben');
    await chat.users.unblock(eight as UserId, seven as UserId);
    expect(chat.users.blocked(eight as UserId)).toEqual([]);
    await expect(chat.users.block(seven as UserId, seven as UserId)).rejects.toMatchObject({
      code: 'rejected',
      cause: { code: 'user-self' },
    });
  });

  it('is told of a welcome that is no list of texts, and people come in all the same', async () => {
    const dialects = [sockchat({ welcome: (async () => ['hi']) as never })];
    const { chat, url } = await start({ dialects });
    const failed = once(chat, 'error');
    await SockProbe.login(url, '7', 'ann');
    expect((await failed)[0]).toMatchObject({
      code: 'options-invalid',
      message: expect.stringContaining('welcome'),
    });
  });

  it('sees how the chat is doing, and what it counts', async () => {
    const counts = new Map<string, number>();
    const count = (name: string, value = 1) => counts.set(name, (counts.get(name) ?? 0) + value);
    const { chat, url } = await start({ metrics: { count, gauge: () => {} } });
    const ann = await SockProbe.login(url, '7', 'ann');
    ann.send('nonsense');
    ann.say('hello');
    await ann.nextOf('message');
    expect(chat.health()).toMatchObject({
      storage: 'open',
      waiting: 0,
      connections: 1,
      sessions: 1,
      draining: false,
    });
    expect(counts.get('frames.received')).toBe(3);
    expect(counts.get('frames.malformed')).toBe(1);
    expect(counts.get('events')).toBeGreaterThan(3);
  });

  it('drains: nobody new gets in, those inside are told, and the storage is given back', async () => {
    const storage = memory();
    const refused: unknown[] = [];
    const count = (name: string, _value?: number, labels?: object) => {
      if (name === 'connections.refused') refused.push(labels);
    };
    const { chat, url } = await start({ storage, metrics: { count, gauge: () => {} } });
    const ann = await SockProbe.login(url, '7', 'ann');
    await expect(chat.drain({ timeoutMs: 5_000 })).resolves.toEqual({ ended: 0, unstored: 0 });
    expect(await ann.end()).toBe(1012);
    await expect(SockProbe.open(url)).rejects.toThrow('503');
    expect(refused).toEqual([{ reason: 'draining' }]);
    await expect(chat.messages.announce('too late')).rejects.toMatchObject({ code: 'rejected' });
    const next = await createChat({ storage, auth, dialects: [sockchat()] });
    expect(next.users.byIdentity('test', '7')).toBeDefined();
    await next.close();
  });
});

describe('roles', () => {
  it('are made when the chat first starts, changed by the host, and kept', async () => {
    const storage = memory();
    const roles = [{ name: 'owner' }, { name: 'cook' }];
    const { chat, url } = await start({ storage, roles });
    const ann = await SockProbe.login(url, '7', 'ann');
    const user = chat.users.byHandle('ann')?.id as UserId;
    const heard = once(chat, 'user_roles');
    await chat.users.setRoles(user, ['cook']);
    expect((await heard)[0]).toMatchObject({ before: ['user'], roles: ['cook'], by: 'host' });
    const cook = chat.roles.byName('cook')?.id as RoleId;
    await chat.roles.update(cook, { name: 'chef', permissions: ['kick_members'] });
    await ann.next('10', ([, user]) => user === '7');
    const { role } = await chat.roles.create({ name: 'waiter' });
    expect((await chat.roles.reorder([role])).map((one) => one.name)).toEqual(['waiter', 'owner', 'chef']);
    await chat.roles.remove(role);
    await chat.close();
    const again = await createChat({ storage, auth, dialects: [sockchat()], roles });
    expect(again.roles.all().map((one) => one.name)).toEqual(['owner', 'chef']);
    expect(again.users.get(user)?.assigned).toEqual(['chef']);
    await again.close();
  });
});

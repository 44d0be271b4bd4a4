import { afterEach, expect, test } from 'vitest';
import type { PushTarget } from '../../../src/dialects/originchats/index.js';
import type { Json } from '../../support/json-probe.js';
import { httpOf, png } from './support/files.js';
import { type OriginServer, serve } from './support/server.js';

const ownerNeeded = { cmd: 'error', val: "Access denied: 'owner' role required" };

export function serverAndPush(): void {
  let server: OriginServer;
  afterEach(async () => {
    await server.stop();
  });

  test('the server’s looks are shown and changed, told to all and answered', async () => {
    server = await serve({ originchats: { server: { name: 'Reference', icon: 'https://x.test/i' } } });
    const { root, alice } = await server.cast({ root: { roles: ['owner', 'user'] }, alice: {} });
    const before = { name: 'Reference', icon: 'https://x.test/i', banner: '' };
    expect(await alice.ask({ cmd: 'server_info' })).toEqual({ cmd: 'server_info', ...before });
    const after = { cmd: 'server_update', name: 'New', icon: 'https://x.test/i', banner: 'https://x.test/b' };
    expect(
      await root.ask({ cmd: 'server_update', name: 'New', icon: null, banner: 'https://x.test/b' }),
    ).toEqual(after);
    expect(await alice.settle()).toEqual([after]);
    expect(root.probe.frames.filter((frame) => frame.cmd === 'server_update')).toEqual([
      after,
      { ...after, listener: expect.any(String) },
    ]);
    const info = (await (await fetch(`${httpOf(server)}/info`)).json()) as object;
    expect(info).toEqual({
      server: { name: 'New', icon: 'https://x.test/i', banner: 'https://x.test/b', owner: { name: 'Admin' } },
      stats: {
        total_users: 2,
        connected_users: 2,
        online_users: 2,
        total_channels: 1,
        total_roles: expect.any(Number),
      },
    });
    const later = await server.arrive('later');
    expect(later.probe.frames[0].val.server).toMatchObject({ name: 'New', banner: 'https://x.test/b' });
    const rows: [object, string][] = [
      [{ name: 7 }, 'Name must be a string or null'],
      [{ icon: {} }, 'Icon must be a string or null'],
      [{ banner: [] }, 'Banner must be a string or null'],
      [{}, 'No updates provided'],
      [{ name: null }, 'No updates provided'],
      [{ name: '' }, 'Name must not be empty'],
      [{ icon: 'x'.repeat(3_000) }, 'Text is too long'],
    ];
    for (const [fields, val] of rows)
      expect(await root.ask({ cmd: 'server_update', ...fields })).toEqual({
        cmd: 'error',
        src: 'server_update',
        val,
      });
    expect(await alice.ask({ cmd: 'server_update', name: 'x' })).toMatchObject({
      val: "Access denied: 'manage_server' permission required",
    });
  });

  test('pictures of the server come from its options', async () => {
    server = await serve({
      originchats: { assets: { icon: { type: 'image/png', bytes: png } }, server: { url: 'https://x.test' } },
    });
    const alice = await server.arrive('alice');
    expect(await alice.ask({ cmd: 'server_info' })).toMatchObject({
      icon: 'https://x.test/server-assets/icon',
    });
    const icon = await fetch(`${httpOf(server)}/server-assets/icon`);
    expect([icon.headers.get('content-type'), Buffer.from(await icon.arrayBuffer())]).toEqual([
      'image/png',
      png,
    ]);
    for (const path of ['banner', 'other', '__proto__']) {
      const none = await fetch(`${httpOf(server)}/server-assets/${path}`);
      expect([none.status, await none.json()]).toEqual([404, { error: 'Server asset not found' }]);
    }
  });

  test('plugins are the host’s: listed and loaded anew by it, for owners', async () => {
    const reloaded: (string | undefined)[] = [];
    const facts = { name: 'Words', description: 'watches words', handles: ['new_message'] };
    server = await serve({
      originchats: {
        plugins: {
          list: () => ({ 'words.js': facts }),
          async reload(file) {
            reloaded.push(file);
            if (reloaded.length > 2) throw new Error('no');
          },
        },
      },
    });
    const { root, alice } = await server.cast({ root: { roles: ['owner'] }, alice: {} });
    for (const cmd of ['plugins_list', 'plugins_reload'])
      expect(await alice.ask({ cmd })).toEqual(ownerNeeded);
    expect(await root.ask({ cmd: 'plugins_list' })).toEqual({
      cmd: 'plugins_list',
      plugins: { 'words.js': facts },
    });
    const reload = async (plugin?: string) =>
      (await root.ask({ cmd: 'plugins_reload', ...(plugin && { plugin }) })).val;
    expect(await reload()).toBe('All plugins reloaded successfully');
    expect(await reload('words.js')).toBe("Plugin 'words.js' reloaded successfully");
    expect(await reload('other.js')).toBe("Failed to reload plugin 'other.js'");
    expect(await reload('words.js')).toBe("Failed to reload plugin 'words.js'");
    expect(reloaded).toEqual([undefined, 'words.js', 'words.js']);
    expect(server.errors.map((error) => error.message)).toEqual(['plugins.reload threw']);
    const log = await root.ask({ cmd: 'modlog_get', action: 'plugins_reload' });
    expect(log.entries.map((one: Json) => [one.category, one.actor_name, one.details])).toEqual([
      ['server_management', 'root', { plugin: 'words.js' }],
      ['server_management', 'root', {}],
    ]);
  });

  test('without plugins the list is empty', async () => {
    server = await serve();
    const root = await server.arrive('root', { roles: ['owner'] });
    expect(await root.ask({ cmd: 'plugins_list' })).toEqual({ cmd: 'plugins_list', plugins: {} });
    expect(await root.ask({ cmd: 'plugins_reload', plugin: 'x' })).toMatchObject({
      val: "Failed to reload plugin 'x'",
    });
  });

  const device = (name: string) => ({
    endpoint: `https://push.test/${name}`,
    keys: { p256dh: 'cDI1', auth: 'YXV0aA' },
  });

  test('without a way to send them there are no push messages', async () => {
    server = await serve();
    const alice = await server.arrive('alice');
    expect(alice.probe.frames[0].val.capabilities).not.toContain('push_get_vapid');
    const val = 'VAPID keys not configured on this server';
    for (const cmd of ['push_get_vapid', 'push_subscribe'])
      expect(await alice.ask({ cmd, subscription: device('a') })).toEqual({ cmd: 'error', src: cmd, val });
  });

  test('devices of those who are called and offline are sent what was said', async () => {
    const sent: [string, unknown][] = [];
    const fails = new Map<string, object>();
    const send = (target: PushTarget, payload: string) => {
      const name = target.endpoint.slice('https://push.test/'.length);
      sent.push([name, JSON.parse(payload)]);
      const failure = fails.get(name);
      if (failure !== undefined) throw failure;
    };
    server = await serve({
      originchats: { push: { vapidPublicKey: 'KEY', send } },
      roles: [{ name: 'owner' }, { name: 'crew' }, { name: 'user' }],
    });
    const { alice, bob, cleo, dave, root } = await server.cast({
      alice: {},
      bob: {},
      cleo: { roles: ['crew', 'user'] },
      dave: {},
      root: { roles: ['owner'] },
    });
    expect(alice.probe.frames[0].val.capabilities).toContain('push_get_vapid');
    expect(await bob.ask({ cmd: 'push_get_vapid' }, 'push_vapid')).toEqual({ cmd: 'push_vapid', key: 'KEY' });
    const rows: [Json & { cmd: string }, string][] = [
      [{ cmd: 'push_subscribe' }, 'Missing subscription object'],
      [
        { cmd: 'push_subscribe', subscription: {} },
        'subscription must include endpoint, keys.p256dh and keys.auth',
      ],
      [
        { cmd: 'push_subscribe', subscription: { ...device('x'), endpoint: 'http://10.0.0.1/' } },
        'Failed to save subscription',
      ],
      [{ cmd: 'push_unsubscribe' }, 'Missing endpoint'],
    ];
    for (const [request, val] of rows)
      expect(await bob.ask(request)).toEqual({ cmd: 'error', src: request.cmd, val });
    for (const [who, name] of [
      [alice, 'alice'],
      [bob, 'bob'],
      [cleo, 'cleo'],
      [dave, 'dave'],
    ] as const)
      expect(await who.ask({ cmd: 'push_subscribe', subscription: device(name) }, 'push_subscribed')).toEqual(
        {
          cmd: 'push_subscribed',
          success: true,
          device_fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
      );
    const { message } = await bob.ask({ cmd: 'message_new', channel: 'general', content: 'question' });
    for (const one of [bob, cleo]) await one.probe.close();
    await expect.poll(() => server.chat.health().sessions).toBe(3);

    const say = (fields: object) => alice.ask({ cmd: 'message_new', channel: 'general', ...fields });
    const told = async (wanted: unknown[]) => {
      await expect.poll(() => sent.length).toBe(wanted.length);
      expect(sent.splice(0)).toEqual(wanted);
    };
    const payload = (title: string, body: string) => ({ title, body, channelName: 'general' });
    // Dave is online, and whoever speaks is not told of it.
    await say({ content: `@bob @dave @alice ${'x'.repeat(200)}` });
    await told([['bob', payload('#general — alice', `@bob @dave @alice ${'x'.repeat(102)}`)]]);
    await say({ content: '@&crew to work' });
    await told([['cleo', payload('#general — alice mentioned @crew', '@&crew to work')]]);
    await say({ content: 'an answer', reply_to: message.id });
    await told([['bob', payload('#general — alice replied', 'an answer')]]);
    await say({ content: 'quietly', reply_to: message.id, ping: false });
    await server.chat.run('channel.create', {
      by: 'host',
      name: 'staff',
      roles: { see: ['owner'], enter: ['owner'], read: ['owner'], send: ['owner'] },
    });
    await root.ask({ cmd: 'message_new', channel: 'staff', content: '@bob cannot see this' });

    // A device that is gone is forgotten at once, one that fails after three times.
    fails.set('bob', { statusCode: 410 });
    fails.set('cleo', new Error('down'));
    const called = ['bob', payload('#general — alice', '@bob @cleo')];
    const too = ['cleo', payload('#general — alice', '@bob @cleo')];
    for (const wanted of [[called, too], [too], [too], []]) {
      await say({ content: '@bob @cleo' });
      await told(wanted);
    }
    expect(server.errors.map((error) => error.message)).toEqual(Array(3).fill('push.send failed'));
    expect(
      await dave.ask({ cmd: 'push_unsubscribe', endpoint: device('dave').endpoint }, 'push_unsubscribed'),
    ).toEqual({
      cmd: 'push_unsubscribed',
      success: true,
    });
    await dave.probe.close();
    await expect.poll(() => server.chat.health().sessions).toBe(2);
    await say({ content: '@dave' });
    await alice.settle();
    expect(sent).toEqual([]);
  });
}

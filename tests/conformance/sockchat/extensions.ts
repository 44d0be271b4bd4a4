import { afterEach, describe, expect, it } from 'vitest';
import type { SockProbe } from '../../support/sock-probe.js';
import { serve, stopAll, type TestServer } from './support/server.js';

afterEach(stopAll);

/** Sends a frame; all that follows from it has come when this resolves. */
async function send(server: TestServer, client: SockProbe, frame: string): Promise<string[]> {
  server.forget();
  client.send(frame);
  await server.settle();
  return client.take();
}

/** They all agree on TYPING with the server, as the 2021 draft has it. */
async function agree(server: TestServer, ...clients: readonly SockProbe[]): Promise<void> {
  for (const one of clients) one.send('3→TYPING');
  await server.settle();
  server.forget();
}

describe('without an option for extensions', () => {
  it('[sockchat 12] packets 3 and 4 of clients are ignored, before login and after', async () => {
    const server = await serve();
    const alice = await server.connect();
    for (const one of ['3→TYPING', '3→Kuroko/1→', '4→1→Lounge']) alice.send(one);
    alice.send(server.words('Alice'));
    await alice.packet('context_channels');
    expect(alice.take()[0]).toMatch(/^1→y/);
    for (const one of ['3→TYPING', '3→Kuroko/1→', '4→1→Lounge'])
      expect(await send(server, alice, one)).toEqual([]);
  });
});

const drafted = { sockchat: { extensions: 'v2-2021', flood: { banMs: 0 } } } as const;

describe('the draft of 2021', () => {
  it.each([
    ['3→TYPING', '11→TYPING'],
    ['3→MCHAN TYPING', '11→TYPING'],
    ['3→MCHAN', '11→'],
    ['3→X_OWN OTHER typing TYPIN G', '11→'],
    ['3→TYPING TYPING  X_TYPING', '11→TYPING'],
    ['3→', '11→'],
  ])('[sockchat 12] %s is answered %s, before login and after', async (wish, answer) => {
    const server = await serve(drafted);
    const alice = await server.connect();
    alice.send(wish);
    const agreed = await alice.packet('capabilities');
    expect(`11→${agreed.capabilities.join(' ')}`).toBe(answer);
    alice.send(server.words('Alice'));
    await alice.packet('context_channels');
    expect(alice.take()[0]).toBe(answer);
    expect(await send(server, alice, wish)).toEqual([answer]);
  });

  it('[sockchat 12] capabilities are answered while a login is verified', async () => {
    let letIn = () => {};
    const gate = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    const server = await serve({
      ...drafted,
      auth: async () => {
        await gate;
        return { provider: 'test', id: '1', name: 'Alice' };
      },
    });
    const alice = await server.connect();
    alice.send('1→x');
    alice.send('3→TYPING');
    await alice.packet('capabilities');
    letIn();
    await alice.packet('context_channels');
    expect(await send(server, alice, '4→1→Lounge')).toEqual(['12→Lounge→1→T']);
  });

  it('[sockchat 12] packet 12 goes to the connections with TYPING in that channel, and to no other', async () => {
    const server = await serve({ ...drafted, channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice, Bob, Old, Far } = await server.cast({ Alice: {}, Bob: {}, Old: {}, Far: {} });
    const second = await server.arrive('Bob');
    await agree(server, Alice, Bob, Far);
    await server.says(Far, '/join Other');
    expect(await send(server, Alice, '4→1→Lounge')).toEqual(['12→Lounge→1→T']);
    expect(Bob.take()).toEqual(['12→Lounge→1→T']);
    for (const one of [second, Old, Far]) expect(one.take()).toEqual([]);
    // The name is looked up as all names are, and shown as it is.
    expect(await send(server, Far, '4→4→oTHER')).toEqual(['12→Other→4→T']);
    expect(Alice.take()).toEqual([]);
  });

  it('[sockchat 12] typing lasts 5 s, in which more of it is ignored; in another channel it begins anew', async () => {
    const server = await serve({ ...drafted, channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice } = await server.cast({ Alice: {} });
    await agree(server, Alice);
    expect(await send(server, Alice, '4→1→Lounge')).toEqual(['12→Lounge→1→T']);
    server.clock.skip(4_999);
    expect(await send(server, Alice, '4→1→Lounge')).toEqual([]);
    expect(server.counted.get('frames.ignored dialect=sockchat kind=typing reason=already')).toBe(1);
    server.clock.skip(1);
    expect(await send(server, Alice, '4→1→Lounge')).toEqual(['12→Lounge→1→T+5']);
    await server.says(Alice, '/join Other');
    expect(await send(server, Alice, '4→1→Other')).toEqual(['12→Other→1→T+5']);
  });

  it('[sockchat 12] of two connections of one user the second adds nothing, and a new life begins anew', async () => {
    const server = await serve(drafted);
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    const second = await server.arrive('Alice');
    await agree(server, Alice, second, Bob);
    await send(server, Alice, '4→1→Lounge');
    expect(Bob.take()).toEqual(['12→Lounge→1→T']);
    await send(server, second, '4→1→Lounge');
    expect(Bob.take()).toEqual([]);
    for (const one of [Alice, second]) one.terminate();
    await Bob.packet('user_remove');
    const again = await server.arrive('Alice');
    await agree(server, again);
    await send(server, again, '4→1→Lounge');
    expect(Bob.take()).toEqual(['12→Lounge→1→T']);
  });

  it('[sockchat 12] nobody is shown typing who may not send, is silenced, elsewhere, or not who they say', async () => {
    const server = await serve({ ...drafted, channels: [{ name: 'Lounge' }, { name: 'Other' }] });
    const { Alice, Mute, Quiet } = await server.cast({
      Alice: {},
      Mute: { permissions: [] },
      Quiet: {},
    });
    await server.chat.users.silence(server.userId('Quiet'));
    await agree(server, Alice, Mute, Quiet);
    for (const [who, frame] of [
      [Mute, '4→2→Lounge'],
      [Quiet, '4→3→Lounge'],
      [Alice, '4→1→Other'],
      [Alice, '4→1→Nowhere'],
      [Alice, '4→1→'],
      [Alice, '4→1'],
      [Alice, '4→2→Lounge'],
      [Alice, '4→→Lounge'],
    ] as const) {
      expect([frame, await send(server, who, frame)]).toEqual([frame, []]);
      expect([frame, Alice.take()]).toEqual([frame, []]);
    }
    await server.chat.users.unsilence(server.userId('Quiet'));
    await server.settle();
    await send(server, Quiet, '4→3→Lounge');
    expect(Alice.take()).toEqual(['12→Lounge→3→T']);
    const stranger = await server.connect();
    stranger.send('3→TYPING');
    await stranger.packet('capabilities');
    stranger.send('4→1→Lounge');
    await server.settle();
    expect(stranger.take()).toEqual(['11→TYPING']);
  });

  it('[sockchat 12] a connection that gave TYPING back, or never had it, neither sends nor hears it', async () => {
    const server = await serve(drafted);
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    await agree(server, Alice, Bob);
    await send(server, Bob, '3→');
    expect(await send(server, Alice, '4→1→Lounge')).toEqual(['12→Lounge→1→T']);
    expect(Bob.take()).toEqual([]);
    await send(server, Bob, '4→2→Lounge');
    expect(Alice.take()).toEqual([]);
    expect(server.counted.get('frames.ignored dialect=sockchat kind=typing reason=not-agreed')).toBe(1);
  });

  it('[sockchat 12] typing does not end being away, and a hook may refuse it without a word', async () => {
    let refuse = false;
    const server = await serve({
      ...drafted,
      hooks: {
        before: (command) => !(refuse && command.type === 'typing.start'),
      },
    });
    const { Alice } = await server.cast({ Alice: {} });
    await agree(server, Alice);
    await server.says(Alice, '/afk');
    refuse = true;
    expect(await send(server, Alice, '4→1→Lounge')).toEqual([]);
    refuse = false;
    expect(await send(server, Alice, '4→1→Lounge')).toEqual(['12→Lounge→1→T']);
    expect(await server.answer(Alice, 'back')).toEqual([
      '10→1→Alice→inherit→0 0 0 0 0',
      '2→T→1→back→#→10010',
    ]);
  });

  it('[sockchat 12] the packet of the other draft is ignored', async () => {
    const server = await serve(drafted);
    const { Alice } = await server.cast({ Alice: {} });
    expect(await send(server, Alice, '3→Kuroko/1→TYPING')).toEqual([]);
    expect(await send(server, Alice, '4→1→Lounge')).toEqual([]);
  });
});

describe('the draft of 2025', () => {
  const informed = {
    sockchat: { extensions: 'info-2025', flood: { banMs: 0 }, authFailCloseDelay: 1_000 },
  } as const;

  it('[sockchat 12] packet 3 is answered with packet 11 once, before packet 1', async () => {
    const server = await serve(informed);
    const alice = await server.connect();
    alice.send('3→Kuroko/fbcdbdb9e8→ONE␌TWO');
    alice.send('3→Kuroko/fbcdbdb9e8→');
    expect(await alice.packet('server_info')).toEqual({
      kind: 'server_info',
      server: 'polylect',
      capabilities: [],
    });
    alice.send(server.words('Alice'));
    await alice.packet('context_channels');
    expect(alice.take().slice(0, 2)).toEqual(['11→polylect→', expect.stringMatching(/^1→y/)]);
    expect(await send(server, alice, '3→Kuroko/fbcdbdb9e8→')).toEqual([]);
    expect(server.counted.get('frames.ignored dialect=sockchat kind=client_info reason=over')).toBe(1);
    expect(server.counted.get('frames.unexpected dialect=sockchat kind=client_info')).toBe(1);
  });

  it('[sockchat 12] after packet 1 it is too late, though that was refused', async () => {
    const server = await serve(informed);
    const alice = await server.connect();
    alice.send('1→nonsense');
    await alice.packet('auth_fail');
    alice.send('3→Kuroko/fbcdbdb9e8→');
    alice.send(server.words('Alice'));
    await alice.packet('context_channels');
    expect(alice.frames.filter((one) => one.startsWith('11'))).toEqual([]);
  });

  it('[sockchat 12] the packets of the other draft are ignored', async () => {
    const server = await serve(informed);
    const alice = await server.connect();
    alice.send('3→TYPING');
    alice.send(server.words('Alice'));
    await alice.packet('context_channels');
    expect(alice.take()[0]).toMatch(/^1→y/);
    for (const one of ['3→TYPING', '4→1→Lounge']) expect(await send(server, alice, one)).toEqual([]);
  });
});

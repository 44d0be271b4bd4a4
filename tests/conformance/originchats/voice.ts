import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Member, type OriginServer, serve } from './support/server.js';

export function voice(): void {
  let server: OriginServer;
  let alice: Member;
  let bob: Member;
  let carol: Member;

  beforeEach(async () => {
    server = await serve();
    for (const name of ['lounge', 'den']) await server.chat.channels.create({ name, kind: 'voice' });
    await server.chat.channels.create({ name: 'staff', kind: 'voice', roles: { see: ['admin'] } });
    ({ alice, bob, carol } = await server.cast({ alice: {}, bob: {}, carol: {} }));
  });
  afterEach(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  const join = (who: Member, channel = 'lounge', peer_id = `peer-${who.name}`) =>
    who.ask({ cmd: 'voice_join', channel, peer_id });
  const user = (who: Member, muted = false) => ({ id: `USR:${who.name}`, username: who.name, muted });

  test('who joins is pushed to all viewers, and only those inside learn how to reach them', async () => {
    expect(await join(alice)).toEqual({ cmd: 'voice_join', channel: 'lounge', participants: [] });
    await Promise.all([alice, bob, carol].map((one) => one.settle()));
    bob.send({ cmd: 'voice_join', channel: 'lounge', peer_id: 'b', listener: 'V-1' });
    const shown = { cmd: 'voice_user_joined', channel: 'lounge', user: user(bob) };
    const known = { ...shown, user: { ...shown.user, peer_id: 'b' } };
    expect(await bob.settle()).toEqual([
      known,
      {
        cmd: 'voice_join',
        channel: 'lounge',
        participants: [{ username: 'alice', peer_id: 'peer-alice', muted: false }],
        listener: 'V-1',
      },
    ]);
    expect(await alice.settle()).toEqual([known]);
    expect(await carol.settle()).toEqual([shown]);
    const text = alice.probe.texts.at(-2) ?? '';
    expect(text).toBe(JSON.stringify(known));
  });

  test('joining another channel leaves the first, and leaving is told to the leaver too', async () => {
    await join(alice);
    await bob.settle();
    await join(alice, 'den');
    const left = { cmd: 'voice_user_left', channel: 'lounge', username: 'alice' };
    expect(await bob.settle()).toEqual([
      left,
      { cmd: 'voice_user_joined', channel: 'den', user: user(alice) },
    ]);
    await alice.settle();
    alice.send({ cmd: 'voice_leave', listener: 'V-2' });
    expect(await alice.settle()).toEqual([
      { ...left, channel: 'den' },
      { cmd: 'voice_leave', channel: 'den', listener: 'V-2' },
    ]);
    expect(await bob.settle()).toEqual([{ ...left, channel: 'den' }]);
  });

  test('muting is pushed to all viewers and answered under its own name', async () => {
    await join(alice);
    await Promise.all([alice, bob].map((one) => one.settle()));
    for (const [cmd, muted] of [
      ['voice_mute', true],
      ['voice_unmute', false],
    ] as const) {
      expect(await alice.ask({ cmd })).toEqual({ cmd, channel: 'lounge', muted });
      expect(await bob.settle()).toEqual([
        { cmd: 'voice_user_updated', channel: 'lounge', user: user(alice, muted) },
      ]);
    }
  });

  test('voice_state shows how to reach people to those inside only, and channels_get who is there', async () => {
    await join(alice);
    await alice.ask({ cmd: 'voice_mute' });
    const shown = user(alice, true);
    const state = { cmd: 'voice_state', channel: 'lounge' };
    expect(await bob.ask(state)).toEqual({ ...state, participants: [shown] });
    expect(await alice.ask(state)).toEqual({
      ...state,
      participants: [{ ...shown, peer_id: 'peer-alice' }],
    });
    const { val } = await bob.ask({ cmd: 'channels_get' });
    const states = val.map((one: { name: string; voice_state?: unknown }) => [one.name, one.voice_state]);
    expect(states).toEqual([
      ['general', undefined],
      ['lounge', [{ username: 'alice', muted: true }]],
      ['den', []],
    ]);
  });

  test('each refusal has its text, the peer id first', async () => {
    const forbidden = 'You do not have permission to access this voice channel';
    const cases: [{ cmd: string; [field: string]: unknown }, string][] = [
      [{ cmd: 'voice_join' }, 'Peer ID is required'],
      [{ cmd: 'voice_join', channel: 'lounge', peer_id: '' }, 'Peer ID is required'],
      [{ cmd: 'voice_join', channel: 'lounge', peer_id: 7 }, 'Peer ID is required'],
      [{ cmd: 'voice_join', peer_id: 'x' }, 'Channel name is required'],
      [{ cmd: 'voice_join', channel: 'staff', peer_id: 'x' }, forbidden],
      [{ cmd: 'voice_join', channel: 'nowhere', peer_id: 'x' }, forbidden],
      [{ cmd: 'voice_join', channel: 'general', peer_id: 'x' }, 'This is not a voice channel'],
      [{ cmd: 'voice_leave' }, 'You are not in a voice channel'],
      [{ cmd: 'voice_mute' }, 'You are not in a voice channel'],
      [{ cmd: 'voice_unmute' }, 'You are not in a voice channel'],
      [{ cmd: 'voice_state' }, 'Channel name is required'],
      [{ cmd: 'voice_state', channel: 'staff' }, forbidden],
      [{ cmd: 'voice_state', channel: 'general' }, 'This is not a voice channel'],
    ];
    for (const [request, val] of cases)
      expect(await alice.ask(request)).toEqual({ cmd: 'error', src: request.cmd, val });
    expect(await bob.settle()).toEqual([]);
  });

  test('who disconnects leaves voice first, then takes their commands along, then is gone', async () => {
    await join(alice);
    await alice.ask({
      cmd: 'slash_register',
      commands: [{ name: 'roll', description: 'Rolls', options: [] }],
    });
    await bob.settle();
    alice.probe.terminate();
    expect(await bob.probe.take(3)).toEqual([
      { cmd: 'voice_user_left', channel: 'lounge', username: 'alice' },
      { cmd: 'slash_remove', commands: ['roll'] },
      { cmd: 'user_disconnect', username: 'alice' },
    ]);
  });

  test('a channel that ends empties, and who may no longer see one is out of it', async () => {
    await join(alice);
    await bob.settle();
    const { id } = server.chat.channels.byName('lounge') ?? {};
    await server.chat.channels.remove(id as never);
    await expect
      .poll(async () => (await alice.ask({ cmd: 'voice_leave' })).val)
      .toBe('You are not in a voice channel');
    expect((await bob.ask({ cmd: 'voice_state', channel: 'lounge' })).val).toBe(
      'You do not have permission to access this voice channel',
    );
  });
}

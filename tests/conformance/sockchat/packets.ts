import { afterEach, describe, expect, it } from 'vitest';
import { error } from './support/notation.js';
import { serve, stopAll } from './support/server.js';

afterEach(stopAll);

describe('packets a client sends', () => {
  it('[sockchat 4 C0] a ping is answered 0→pong; one with another id, or before login, is not', async () => {
    const server = await serve();
    const alice = await server.arrive('Alice');
    await server.settle();
    const before = alice.frames.length;
    alice.send('0→2');
    alice.send('0');
    alice.send('0→');
    alice.send('0→1→1700000000');
    await server.settle();
    const pongs = alice.frames.slice(before);
    // One for the ping with a timestamp behind, two for those that the test settles with.
    expect(pongs).toEqual(['0\tpong', '0\tpong', '0\tpong']);
    const stranger = await server.connect();
    stranger.send('0→1');
    stranger.send(server.words('Stranger'));
    await stranger.packet('context_channels');
    expect(stranger.frames).not.toContain('0\tpong');
    expect(server.counted.get('frames.ignored dialect=sockchat kind=ping reason=wrong-user')).toBe(2);
    expect(server.counted.get('frames.unexpected dialect=sockchat kind=ping')).toBe(1);
  });

  it('[sockchat 1] malformed input is dropped in silence, the connection stays, and the host can count it', async () => {
    const server = await serve();
    const { Alice, Bob } = await server.cast({ Alice: {}, Bob: {} });
    const bad = [
      '',
      'abc',
      '2',
      '2→1',
      '-1→x',
      '+2→1→x',
      ' 2→1→x',
      '99→x',
      '3→CAP',
      '4→1→Lounge',
      '２→1→x',
      '0x2→1→x',
    ];
    for (const one of bad) Alice.send(one);
    Alice.send(Buffer.from('2\t1\tbinary'));
    for (const wrong of ['2→2→as Bob', '2→→nobody', '2→01→padded', '2→-1→0␌say␌as the server'])
      Alice.send(wrong);
    await server.settle();
    expect(Alice.take()).toEqual([]);
    expect(Bob.take()).toEqual([]);
    const malformed = [...server.counted].filter(([name]) => name.startsWith('frames.malformed'));
    const drafts = [...server.counted].filter(([name]) => name.startsWith('frames.unexpected'));
    const sum = (counts: typeof drafts) => counts.reduce((total, [, count]) => total + count, 0);
    expect(sum(drafts)).toBe(2);
    expect(sum(malformed)).toBe(bad.length + 1 - 2);
    expect(server.counted.get('frames.malformed dialect=sockchat code=binary')).toBe(1);
    expect(server.counted.get('frames.ignored dialect=sockchat kind=message reason=wrong-user')).toBe(4);
    expect(await server.answer(Alice, 'still here')).toEqual(['2→T→1→still here→#→10010']);
  });

  it('[sockchat 1] nothing but packet 1 is listened to before login', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: {} });
    const stranger = await server.connect();
    for (const one of ['2→1→hello', '2→2→/who', '0→2', '7→0']) stranger.send(one);
    stranger.send(server.words('Stranger'));
    await stranger.packet('context_channels');
    expect(stranger.take()[0]).toMatch(/^1→y/);
    expect(Alice.take()).toEqual(['1→T→2→Stranger→inherit→0 0 0 0 0→#']);
    expect(server.counted.get('frames.unexpected dialect=sockchat kind=message')).toBe(2);
  });

  it('[sockchat 4 C2] further fields are part of the text, their TABs shown as four spaces', async () => {
    const server = await serve();
    const { Alice } = await server.cast({ Alice: {} });
    expect(await server.answer(Alice, 'a\tb\t\tc')).toEqual(['2→T→1→a    b        c→#→10010']);
  });

  it.each(['   ', '', '\t\t', '\n', '\r\n', '\f', '\0', ' \f\0 ', '\u00a0'])(
    '[sockchat 4 C2] %j is nothing to say',
    async (text) => {
      const server = await serve();
      const { Alice } = await server.cast({ Alice: {} });
      expect(await server.answer(Alice, text)).toEqual([]);
      expect(server.counted.get('frames.ignored dialect=sockchat kind=message reason=empty')).toBe(1);
    },
  );

  it('[sockchat 4 C2] who may not send is not heard, and gets no answer, commands included', async () => {
    const server = await serve();
    const { Mute, Bob } = await server.cast({ Mute: { permissions: [] }, Bob: {} });
    for (const text of ['hello', '/who', '/nonsense', '/me waves']) {
      expect(await server.answer(Mute, text)).toEqual([]);
      expect(Bob.take()).toEqual([]);
    }
    expect(server.counted.get('frames.ignored dialect=sockchat kind=message reason=not-allowed')).toBe(4);
  });

  it('[sockchat 4 C2] text is cut to code points before it is trimmed, and a leading space does not hide a command', async () => {
    const server = await serve({ sockchat: { maxLength: 5 } });
    const { Alice } = await server.cast({ Alice: {} });
    for (const [text, shown] of [
      ['12345', '12345'],
      ['123456', '12345'],
      ['   1234', '12'],
      ['😀😀😀😀😀😀', '😀😀😀😀😀'],
      ['<<<<<<', '&lt;&lt;&lt;&lt;&lt;'],
    ] as const)
      expect(await server.answer(Alice, text)).toEqual([`2→T→1→${shown}→#→10010`]);
    expect(await server.answer(Alice, '      hi')).toEqual([]);
    expect(await server.answer(Alice, '  /zz')).toEqual([error('nocmd', 'zz')]);
  });

  it('[sockchat 5 S1.y] the advertised length is the option maxLength, or the chat’s own limit where that is smaller', async () => {
    for (const [maxLength, messageLength, shown] of [
      [undefined, undefined, 5000],
      [100, undefined, 100],
      [9_000, 300, 300],
    ] as const) {
      const server = await serve({
        sockchat: maxLength === undefined ? {} : { maxLength },
        limits: messageLength === undefined ? {} : { messageLength },
      });
      const alice = await server.arrive('Alice');
      expect((await alice.packet('auth_ok')).maxLength).toBe(shown);
      await server.says(alice, 'x'.repeat(shown + 1));
      const said = alice.packets.find((one) => one.kind === 'message');
      expect(said?.text).toBe('x'.repeat(shown));
    }
  });
});

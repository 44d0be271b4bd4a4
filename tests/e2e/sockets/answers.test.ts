import { afterEach, describe, expect, it } from 'vitest';
import { clientFrame, start, stopAll, until } from '../../support/echo-client.js';

afterEach(stopAll);

const bytes = 800_000;

/** `fetched 3` or the text of a message, in the order in which they came. */
function heard(log: readonly { readonly [field: string]: unknown }[]): string[] {
  return log.flatMap((packet) => {
    if (typeof packet.message === 'string') return [packet.message];
    return 'fetched' in packet ? [`fetched ${packet.fetched}`] : [];
  });
}

describe('answers that are read from storage', () => {
  it('all come in order, however many large ones are asked for in one go, and live messages once each between them', async () => {
    const { member, chat } = await start();
    const [reader, speaker] = [await member('reader'), await member('speaker')];
    const cut: unknown[] = [];
    chat.on('slow_reader', (event) => cut.push(event));
    for (let n = 0; n < 10; n++) {
      reader.send({ do: 'fetch', fetch: n, bytes });
      reader.send({ do: 'say', text: `own ${n}` });
    }
    for (let n = 0; n < 200; n++) {
      speaker.send({ do: 'say', text: `other ${n}` });
      if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await until('all', () => heard(reader.log).length === 220 || reader.closed);
    expect([cut, reader.closed]).toEqual([[], undefined]);
    const all = heard(reader.log);
    const numbered = (what: string, count: number) => Array.from({ length: count }, (_, n) => `${what} ${n}`);
    expect(all.filter((text) => text.startsWith('other'))).toEqual(numbered('other', 200));
    expect(all.filter((text) => !text.startsWith('other'))).toEqual(
      Array.from({ length: 10 }, (_, n) => [`fetched ${n}`, `own ${n}`]).flat(),
    );
    // Everybody hears the same order of messages.
    expect(all.filter((text) => !text.startsWith('fetched'))).toEqual(heard(speaker.log));
  });

  it('wait for a reader that pauses, for whom at most one is in memory, and who is cut if it goes on', async () => {
    let fetched = 0;
    const gate = async () => {
      fetched++;
    };
    const { raw, chat, server } = await start({
      echo: { gate },
      chat: { limits: { slotMs: 1_500 } },
      attach: { limits: { closeMs: 60_000 } },
    });
    let unread = () => 0;
    server.on('upgrade', (_, socket) => {
      unread = () => socket.writableLength;
    });
    const cut: { reason: string }[] = [];
    chat.on('slow_reader', (event) => cut.push(event));
    const slow = await raw();
    await slow.upgrade();
    slow.socket.write(clientFrame('{"do":"login","name":"slow"}'));
    await until('welcome', () => slow.frames().length === 3);
    slow.socket.pause();
    let most = 0;
    for (let n = 0; n < 40; n++)
      slow.socket.write(clientFrame(JSON.stringify({ do: 'fetch', fetch: n, bytes })));
    await until('cut', () => {
      most = Math.max(most, unread());
      return cut.length > 0;
    });
    expect(cut).toEqual([
      {
        at: expect.any(Number),
        connection: '1',
        user: expect.any(String),
        reason: expect.stringContaining('for 1500 ms (slotMs), limit 1048576 (outboxBytes)'),
      },
    ]);
    expect(fetched).toBeLessThan(40);
    expect(most).toBeLessThan(1_048_576 / 2 + bytes + 1_000);
    slow.socket.resume();
    expect(await slow.closeCode()).toBe(1013);
    expect(chat.users.online()).toEqual([]);
  });

  it('are read one after the other, and with four to come the connection is not listened to', async () => {
    const open: (() => void)[] = [];
    const gate = () => new Promise<void>((resolve) => open.push(resolve));
    const { member } = await start({ echo: { gate } });
    const [reader, other] = [await member('reader'), await member('other')];
    for (let n = 0; n < 3; n++) reader.send({ do: 'fetch', fetch: n, bytes: 10 });
    reader.send({ do: 'say', text: 'before' });
    expect(await other.next('message')).toMatchObject({ message: 'before' });
    reader.send({ do: 'fetch', fetch: 3, bytes: 10 });
    reader.send({ do: 'say', text: 'after' });
    other.send({ do: 'say', text: 'meanwhile' });
    expect(await other.next('message')).toMatchObject({ message: 'meanwhile' });
    expect([open.length, heard(reader.log)]).toEqual([1, []]);
    open[0]?.();
    expect(await other.next('message')).toMatchObject({ message: 'after' });
    for (let n = 1; n < 4; n++) {
      await until('the next', () => open.length === n + 1);
      open[n]?.();
    }
    await until('all', () => heard(reader.log).length === 7);
    expect(heard(reader.log)).toEqual([
      'fetched 0',
      'fetched 1',
      'fetched 2',
      'before',
      'fetched 3',
      'meanwhile',
      'after',
    ]);
  });
});

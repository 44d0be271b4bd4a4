import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { clientFrame, type EchoClient, start, stopAll, until } from '../../support/echo-client.js';

afterEach(stopAll);

/** The first field of each packet. */
function kinds(client: EchoClient): (string | undefined)[] {
  return client.log.map((packet) => Object.keys(packet)[0]);
}

describe('order', () => {
  it('is the greeting, then the answer to a login, then what the login causes', async () => {
    const { member } = await start();
    const ann = await member('ann');
    expect(ann.log).toEqual([{ hello: 'echo' }, { ok: 'login' }, { welcome: 'ann' }]);
  });

  it('puts each answer before the message it is about, and messages the same for all', async () => {
    const { member } = await start();
    const people = await Promise.all(['ann', 'bob', 'cid'].map((name) => member(name)));
    for (let n = 0; n < 50; n++) for (const one of people) one.send({ do: 'say', text: `${n}` });
    const messages = (one: EchoClient) => one.log.filter((packet) => 'message' in packet);
    await until('all messages', () => people.every((one) => messages(one).length === 150));
    for (const one of people) {
      expect(messages(one)).toEqual(messages(people[0] as EchoClient));
      const own = one.log.filter((packet) => packet.ok === 'say').map((packet) => packet.id);
      expect(own).toHaveLength(50);
      for (const id of own) {
        const at = (field: string) => one.log.findIndex((packet) => field in packet && packet.id === id);
        expect(at('ok')).toBeLessThan(at('message'));
      }
    }
  });

  it('handles the packets of a connection strictly in turn, pausing what it cannot keep', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { member } = await start({
      echo: { gate: () => gate, limits: { waitingPackets: 10 } },
    });
    const ann = await member('ann');
    const bob = await member('bob');
    ann.send({ do: 'wait' });
    for (let n = 0; n < 1_000; n++) ann.send({ do: 'say', text: `${n} ${'x'.repeat(1_000)}` });
    bob.send({ do: 'say', text: 'meanwhile' });
    await ann.next('message');
    expect(ann.log.at(-1)?.message).toBe('meanwhile');
    expect(kinds(ann)).not.toContain('waited');
    open();
    await until('all messages', () => bob.log.filter((packet) => 'message' in packet).length === 1_001);
    const [first, second] = ann.log.slice(4);
    expect([first, second]).toMatchObject([{ waited: true }, { ok: 'say' }]);
    const numbers = bob.log.flatMap((packet) =>
      'message' in packet ? [parseInt(String(packet.message), 10)] : [],
    );
    expect(numbers.slice(1)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
  });

  it('closes one that waits for an answer too, when it is over', async () => {
    const { member, chat } = await start({
      echo: { gate: () => new Promise(() => {}), limits: { waitingPackets: 4 } },
      attach: { limits: { closeMs: 60_000 } },
    });
    const ann = await member('ann');
    ann.send({ do: 'wait' });
    for (let n = 0; n < 20; n++) ann.send({ do: 'address' });
    const drained = chat.drain();
    // The close handshake is read although reading was paused.
    expect((await ann.close()).code).toBe(1001);
    expect(await drained).toEqual({ ended: 0, unstored: 0 });
  });
});

describe('the end', () => {
  it('comes after the last words', async () => {
    const { member, chat } = await start();
    const [ann, bob] = [await member('ann'), await member('bob')];
    const user = chat.users.online().find((person) => person.handle === 'ann')?.user;
    if (user === undefined) throw new Error('ann is not online');
    ann.send({ do: 'say', text: 'one' });
    await ann.next('message');
    await chat.users.kick(user, 'rude');
    expect(await ann.close()).toEqual({ code: 4001, reason: 'kicked' });
    expect(ann.log.slice(-2)).toEqual([{ kicked: 'rude' }, { goodbye: 'ann' }]);
    bob.send({ do: 'say', text: 'two' });
    await bob.next('message');
    expect(kinds(ann).filter((kind) => kind === 'message')).toHaveLength(1);
  });

  it('of a session is told in the words of its protocol', async () => {
    const { member, chat } = await start();
    const ann = await member('ann');
    const user = chat.users.online()[0]?.user;
    if (user === undefined) throw new Error('nobody is online');
    for (const session of chat.sessions.of(user)) await chat.sessions.close(session.id);
    expect(await ann.next('goodbye')).toEqual({ goodbye: 'host' });
    expect((await ann.close()).code).toBe(1001);
  });

  it('is told to all when the chat drains under load, and no accepted message is lost', async () => {
    const { member, client, chat } = await start();
    const people = await Promise.all(['ann', 'bob', 'cid'].map((name) => member(name)));
    for (let n = 0; n < 300; n++) for (const one of people) one.send({ do: 'say', text: `${n}` });
    await people[0]?.next('message');
    const drained = chat.drain({ timeoutMs: 5_000, spreadMs: 50 });
    expect(await client().outcome()).toBe(503);
    expect(await drained).toEqual({ ended: 0, unstored: 0 });
    const ids = (one: EchoClient, field: string) =>
      one.log.flatMap((packet) => (field in packet && 'id' in packet ? [packet.id] : []));
    for (const one of people) {
      expect(await one.close()).toMatchObject({ code: 1001 });
      expect(one.log.at(-1)).toEqual({ goodbye: 'drain' });
      // What was answered was also shown, to its sender.
      expect(ids(one, 'message')).toEqual(expect.arrayContaining(ids(one, 'ok')));
    }
  });

  it('comes at once for those who do not answer the goodbye within the time', async () => {
    const { raw, chat } = await start({ attach: { limits: { closeMs: 60_000 } } });
    const one = await raw();
    await one.upgrade();
    expect(await chat.drain({ timeoutMs: 300 })).toEqual({ ended: 1, unstored: 0 });
    await until('end', () => one.closed);
  });
});

describe('a slow reader', () => {
  it('is told 1013 if it reads in time, is not listened to any more, and the host is told', async () => {
    const { member, raw, chat } = await start({
      chat: { limits: { outboxBytes: 65_536 } },
      attach: { limits: { closeMs: 60_000 } },
    });
    const slow = await raw();
    await slow.upgrade();
    slow.socket.write(clientFrame('{"do":"login","name":"slow"}'));
    await until('welcome', () => slow.frames().length === 3);
    slow.socket.pause();
    const cut: { user?: string; reason: string }[] = [];
    chat.on('slow_reader', (event) => cut.push(event));
    const speaker = await member('speaker');
    const text = 'x'.repeat(4_900);
    let said = 0;
    await until('cut', () => {
      if (speaker.log.length > said - 50)
        for (let n = 0; n < 100; n++) speaker.send({ do: 'say', text: `${said++} ${text}` });
      return cut.length > 0;
    });
    expect(cut).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('limit 65536 (outboxBytes)') }),
    ]);
    expect(chat.users.online().map((person) => person.handle)).toEqual(['speaker']);
    slow.socket.write(clientFrame('{"do":"login","name":"again"}'));
    slow.socket.resume();
    expect(await slow.closeCode()).toBe(1013);
    slow.socket.write(clientFrame(Buffer.from([3, 245]), { opcode: 8 }));
    await until('end', () => slow.closed);
    expect(chat.users.online().map((person) => person.handle)).toEqual(['speaker']);
    // What it was sent came in order and without a gap, up to the cut.
    const heard = slow.frames().flatMap((frame) => {
      const packet = frame.opcode === 1 ? (JSON.parse(frame.payload.toString()) as { message?: string }) : {};
      return packet.message === undefined ? [] : [parseInt(packet.message, 10)];
    });
    expect(heard).toEqual(heard.map((_, n) => n));
    expect(heard.length).toBeLessThan(said);
  });
});

describe('what can be missed', () => {
  it('is left out for a reader who is behind, and for nobody else; all the rest comes', async () => {
    const limits = { skipBytes: 10_000, outboxBytes: 2 ** 30 };
    const { member, raw, chat, server } = await start({ chat: { limits } });
    const sockets: Socket[] = [];
    server.on('connection', (socket: Socket) => sockets.push(socket));
    const slow = await raw();
    await slow.upgrade();
    slow.socket.write(clientFrame('{"do":"login","name":"slow"}'));
    await until('welcome', () => slow.frames().length === 3);
    const quick = await member('quick');
    const [by, channel] = [chat.users.byHandle('quick')?.id, chat.channels.byName('lounge')?.id];
    if (by === undefined || channel === undefined) throw new Error('nobody is here');
    const count = (field: string) => [
      slow.frames().filter((frame) => frame.payload.includes(`"${field}":`)).length,
      quick.log.filter((packet) => field in packet).length,
    ];
    const type = () => chat.run('typing.start', { by, channel });
    await type();
    await until('typing', () => count('typing').join() === '1,1');

    slow.socket.pause();
    let said = 0;
    while ((sockets[0]?.writableLength ?? 0) <= limits.skipBytes) {
      await chat.messages.send(channel, 'x'.repeat(4_900));
      said++;
      if (said % 50 === 0) await until('messages', () => count('message')[1] === said);
    }
    for (let n = 0; n < 5; n++) await type();
    await chat.messages.send(channel, 'last');
    slow.socket.resume();
    await until('messages', () => count('message').join() === `${said + 1},${said + 1}`);
    expect(count('typing')).toEqual([1, 6]);
    await type();
    await until('typing', () => count('typing').join() === '2,7');
  });
});

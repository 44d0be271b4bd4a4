import { afterEach, describe, expect, it } from 'vitest';
import type { JsonProbe } from '../../support/json-probe.js';
import { arriveElsewhere, leaveElsewhere, serveBoth } from './support/foreign.js';
import { everything, stopAll, type TestServer } from './support/server.js';

afterEach(stopAll);

const set = async (client: JsonProbe, status: string) => {
  client.send({ cmd: 'status_set', status, listener: status });
  await client.until((frame) => frame.listener === status);
};

/** A chat with somebody invisible, here and in the other protocol, and `oscar`, who has an account and is away. */
async function haunted() {
  const server = await serveBoth({ limits: { sessionsPerUser: 20 } });
  const oscar = await arriveElsewhere(server, 'oscar', { rank: 2 });
  await leaveElsewhere(server, oscar);
  const olivia = await arriveElsewhere(server, 'olivia', { rank: 2 });
  const here = await server.arrive('olivia', { rank: 2 });
  await set(olivia, 'invisible');
  return { server, olivia, here };
}

/** What somebody is answered about each of the two, with their names taken out. */
async function answersAbout(server: TestServer, by: Awaited<ReturnType<TestServer['arrive']>>, text: string) {
  const answers: string[][] = [];
  for (const name of ['oscar', 'olivia']) {
    await server.says(by, '/nick');
    const told = await server.answer(by, text.replace('NAME', name));
    answers.push(
      told.map((packet) => packet.replaceAll(new RegExp(name, 'gi'), 'NAME').replace(/T\+?\d*/g, 'T')),
    );
  }
  return answers as [string[], string[]];
}

describe('somebody invisible is answered for like somebody offline', () => {
  it.each([
    '/msg NAME psst',
    '/whisper <tag>_NAME psst',
    '/kick NAME',
    '/ban NAME 60',
    '/silence NAME',
    '/unsilence NAME',
    '/ip NAME',
    '/nick NAME',
  ])('%s, by an equal who may do everything', async (text) => {
    const { server, here } = await haunted();
    const Alice = await server.arrive('Alice', { rank: 2, permissions: everything });
    await server.settle();
    here.take();
    const [offline, invisible] = await answersAbout(server, Alice, text);
    expect(offline.length).toBeGreaterThan(0);
    expect(invisible).toEqual(offline);
    expect(here.take().join()).not.toContain('psst');
  });

  it('a login by their name', async () => {
    const { server } = await haunted();
    const outcome = async (name: string) => {
      const one = await server.connect();
      one.send(server.words(`thief of ${name}`, { name }));
      await one.packet('context_channels');
      return one.take()[0];
    };
    expect(await outcome('Oscar')).toMatch(/^1→y→\d+→Oscar2→/);
    expect(await outcome('Olivia')).toMatch(/^1→y→\d+→Olivia2→/);
  });

  it('until they choose otherwise, and never to themselves', async () => {
    const { server, olivia, here } = await haunted();
    const Alice = await server.arrive('Alice');
    await server.settle();
    expect(await server.answer(here, '/msg olivia psst')).toEqual([]);
    expect(await server.answer(here, '/msg Alice boo')).toHaveLength(1);
    expect(Alice.take().join()).toContain('boo');
    await set(olivia, 'dnd');
    expect((await server.answer(Alice, '/msg olivia psst')).join()).toContain('psst');
    expect(here.take().join()).toContain('psst');
  });

  it('but not to whoever moderates them, since what they say is seen', async () => {
    const { server, here } = await haunted();
    const root = await server.arrive('root', { rank: 9, permissions: everything });
    await server.settle();
    expect((await server.answer(root, '/msg olivia psst')).join()).toContain('usernf');
    expect((await server.answer(root, '/ip olivia')).join()).toContain('127.0.0.1');
    expect((await server.answer(root, '/silence olivia')).join()).toContain('silok');
    here.take();
    await server.says(here, 'boo');
    expect(root.take()).toEqual([]);
    await server.says(root, '/kick olivia');
    await here.end();
  });
});

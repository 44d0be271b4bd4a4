import { afterAll, beforeAll, expect, test } from 'vitest';
import { Town } from './support/town.js';

/** The place where all these tests happen: four protocols on one port, and what each of them sees of the same fact. */
export function town(): void {
  let town: Town;
  beforeAll(async () => {
    town = await Town.open();
  });
  afterAll(() => town.stop());

  test('one message is one and the same line in all text protocols, and nothing to an encrypted one', async () => {
    const saki = town.person('saki');
    const olive = town.person('olive');
    const vera = town.person('vera');
    const speaker = await town.sock(saki);
    await town.origin(olive);
    await town.world(vera, 'lounge');
    await town.sealed('conny');
    await town.seen();
    speaker.say('hello');
    const { by, host } = await town.seen();
    expect(by[`${saki.name}@sockchat`]).toEqual([`2→T→${saki.id}→hello→#1→10010`]);
    expect(by[`${olive.name}@originchats`]).toMatchObject([
      {
        cmd: 'message_new',
        channel: 'lounge',
        message: { user: saki.name, content: 'hello', id: '#1', timestamp: 'T' },
      },
    ]);
    expect(by[`${vera.name}@venueless`]).toMatchObject([
      ['chat.event', { channel: '<lounge>', event_id: '#1', sender: `<${saki.name}>`, timestamp: 'T' }],
      ['chat.unread_pointers', { '<lounge>': '#1' }],
    ]);
    expect(Object.entries(by).find(([key]) => key.endsWith('@conclave'))?.[1]).toEqual([]);
    expect(host).toEqual(['message']);
  });

  test('somebody is the same user in every text protocol', async () => {
    const one = town.person('one');
    await town.sock(one);
    await town.origin(one);
    await town.world(one);
    const user = town.chat.users.byHandle(one.name);
    if (user === undefined) throw new Error(`nobody is called ${one.name}`);
    expect(town.chat.sessions.of(user.id).map(({ dialect }) => dialect)).toEqual([
      'sockchat',
      'originchats',
      'venueless',
    ]);
  });

  test('whoever is on Conclave alone is in no list of Sock Chat, and is not counted by OriginChats', async () => {
    const saki = await town.sock(town.person('saki'));
    await town.seen();
    const counted = async () =>
      ((await (await fetch(`http://${town.host}/info`)).json()) as { readonly stats: object }).stats;
    const before = await counted();
    const conny = await town.sealed('conny');
    expect(await counted()).toEqual(before);
    await town.pass(10_000);
    saki.say('/who');
    await town.settle();
    expect(saki.frames.some((frame) => frame.includes('\fwho\f'))).toBe(true);
    const late = await town.sock(town.person('late'));
    expect(late.frames.some((frame) => frame.startsWith('7\t0'))).toBe(true);
    expect(`${saki.frames}${late.frames}`.toLowerCase()).not.toContain(conny.name.toLowerCase());
  });
}

import { afterEach, expect, test } from 'vitest';
import { type OriginServer, serve } from './support/server.js';

export function startPages(): void {
  let server: OriginServer;
  afterEach(() => server.stop());

  test('several pages of long messages asked for in one go all come, and messages meanwhile once each', async () => {
    server = await serve();
    const { ada, bob } = await server.cast({ ada: {}, bob: {} });
    const channel = server.chat.channels.byName('general')?.id;
    if (channel === undefined) throw new Error('there is no channel');
    for (let n = 0; n < 220; n++) await server.chat.messages.send(channel, `${n} ${'😀'.repeat(1_990)}`);
    await ada.settle();
    await bob.settle();
    const pages = Array.from({ length: 10 }, (_, n) => `page ${n}`);
    for (const listener of pages) ada.send({ cmd: 'messages_get', channel: 'general', limit: 100, listener });
    for (let n = 0; n < 20; n++)
      bob.send({ cmd: 'message_new', channel: 'general', content: `meanwhile ${n}` });
    const answered: string[] = [];
    const live: string[] = [];
    while (answered.length < pages.length || live.length < 20) {
      const frame = await ada.probe.until((one) => one.cmd === 'messages_get' || one.cmd === 'message_new');
      if (frame.cmd === 'message_new') live.push(frame.message.content);
      else {
        answered.push(frame.listener);
        expect(frame.messages).toHaveLength(100);
        // A page ends with what was live before it, and holds nothing that is live after it.
        const newest = (frame.messages as { content: string }[]).filter(({ content }) =>
          content.startsWith('m'),
        );
        expect(newest.map(({ content }) => content)).toEqual(live);
      }
    }
    expect(answered).toEqual(pages);
    expect(live).toEqual(Array.from({ length: 20 }, (_, n) => `meanwhile ${n}`));
    expect(server.errors).toEqual([]);
  });
}

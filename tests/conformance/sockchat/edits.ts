import { afterEach, describe, expect, test } from 'vitest';
import type { JsonProbe } from '../../support/json-probe.js';
import type { SockProbe } from '../../support/sock-probe.js';
import { direct, gather, gone, say, text } from '../venueless/support/talk.js';
import { Beside } from './support/beside.js';

/** What Sock Chat viewers see of messages that change, which their protocol does not have. */
export function edits(): void {
  describe('messages that change', () => {
    let beside: Beside;
    afterEach(() => beside.stop());

    async function open() {
      beside = await Beside.open();
      const olivia = await beside.onOriginChats('olivia');
      const saki = await beside.onSockChat('saki');
      saki.take();
      return { olivia, saki };
    }
    /** Says something from OriginChats; the message as it is there. */
    async function write(olivia: JsonProbe, content: string) {
      olivia.send({ cmd: 'message_new', channel: 'lounge', content });
      return (await olivia.until(({ cmd, message }) => cmd === 'message_new' && message.content === content))
        .message;
    }
    async function edit(olivia: JsonProbe, id: string, content: string) {
      olivia.send({ cmd: 'message_edit', channel: 'lounge', id, content });
      await olivia.until((frame) => frame.cmd === 'message_edit' && frame.content === content);
    }
    /** What came since the last look, as packets. */
    async function fresh(saki: SockProbe) {
      await saki.ping();
      return saki.takeFrames().map((one) => one.split('\t'));
    }
    /** Id and text of the messages in the backlog of somebody who comes now. */
    async function backlog(name: string) {
      const probe = await beside.onSockChat(name);
      const lines = probe.fields.filter((one) => one[0] === '7' && one[1] === '1' && one[3] !== '-1');
      await probe.close();
      return lines.map((one) => [one[8], one[7]]);
    }

    test('go away and come anew, with the time they were said and an id of their own', async () => {
      const { olivia, saki } = await open();
      const { id, timestamp } = await write(olivia, 'helo');
      await fresh(saki);
      await edit(olivia, id, 'hello <b>');
      const [removed, shown, ...rest] = await fresh(saki);
      expect(removed).toEqual(['6', id]);
      expect(shown).toEqual([
        ...['7', '1', String(Math.floor(timestamp)), expect.any(String), 'olivia', 'inherit'],
        ...[expect.any(String), 'hello &lt;b&gt;', expect.stringMatching(/^\d+$/), '0', '10010'],
      ]);
      const [renewed] = shown?.slice(8) ?? [];
      expect(Number(renewed)).toBeGreaterThan(Number(id));
      expect(rest).toEqual([]);
      expect(await backlog('late')).toEqual([[renewed, 'hello &lt;b&gt;']]);
    });

    test('are known by the newest of their ids, which takes them back for everybody', async () => {
      const { olivia, saki } = await open();
      const { id } = await write(olivia, 'one');
      for (const content of ['two', 'three', 'four']) await edit(olivia, id, content);
      const late = await beside.onSockChat('late');
      const packets = await fresh(saki);
      const ids = packets.filter((one) => one[0] === '7' && one[9] === '0').map((one) => one[8]);
      expect(ids).toHaveLength(3);
      expect(packets.filter((one) => one[0] === '6').map((one) => one[1])).toEqual([id, ids[0], ids[1]]);
      late.take();
      olivia.send({ cmd: 'message_delete', channel: 'lounge', id });
      await olivia.until((frame) => frame.cmd === 'message_delete');
      expect(await fresh(saki)).toEqual([['6', ids[2]]]);
      expect(await fresh(late)).toEqual([['6', ids[2]]]);
      const mod = await beside.onSockChat('mod');
      mod.say(`/delete ${ids[2]}`);
      await mod.until(() => mod.notices.some((one) => one.startsWith('delerr')), 'the refusal');
    });

    test('can be taken back on Sock Chat by each id that somebody may still see, also after a restart', async () => {
      const { olivia, saki } = await open();
      const [first, second, third] = [
        await write(olivia, 'a'),
        await write(olivia, 'b'),
        await write(olivia, 'c'),
      ];
      for (const { id } of [first, second, third]) {
        await edit(olivia, id, `${id} once`);
        await edit(olivia, id, `${id} twice`);
      }
      const known = new Map<string, string[]>();
      for (const one of await fresh(saki)) {
        const [of = ''] = (one[7] ?? '').split(' ');
        if (one[0] === '7') known.set(of, [...(known.get(of) ?? []), one[8] ?? '']);
      }
      await beside.stop();
      beside = await Beside.open({ storage: beside.storage });
      const mod = await beside.onSockChat('mod');
      const newest = [first, second, third].map(({ id }) => known.get(id)?.[1]);
      mod.take();
      // By the newest id, by the one before, and by the one it was said under.
      for (const id of [newest[0], known.get(second.id)?.[0], third.id]) mod.say(`/delmsg ${id}`);
      expect(await fresh(mod)).toEqual(newest.map((id) => ['6', id]));
      expect(await backlog('late')).toEqual([]);
    });

    test('are shown by their new words to who comes later, and not anew, once twenty newer ones are there', async () => {
      const { olivia, saki } = await open();
      const oldest = await write(olivia, 'oldest');
      const next = await write(olivia, 'next');
      for (let n = 0; n < 19; n++)
        await beside.chat.messages.send(beside.chat.channels.byName('lounge')?.id as never, `${n}`);
      await fresh(saki);
      await edit(olivia, oldest.id, 'oldest, changed');
      expect(await fresh(saki)).toEqual([]);
      await edit(olivia, next.id, 'next, changed');
      expect((await fresh(saki)).map((one) => one[0])).toEqual(['6', '7']);
      // Taken back under the id by which those who saw it know it.
      olivia.send({ cmd: 'message_delete', channel: 'lounge', id: oldest.id });
      await olivia.until((frame) => frame.cmd === 'message_delete');
      expect(await fresh(saki)).toEqual([['6', oldest.id]]);
    });

    test('come anew whoever changed them: their author on Venueless, or the host', async () => {
      const { saki } = await open();
      const vera = await beside.onVenueless('vera');
      const lounge = vera.channel('lounge');
      await gather(lounge, vera);
      const { event_id: id } = await say(vera, lounge, 'helo');
      await fresh(saki);
      await vera.done('chat.send', text(lounge, 'hello', { replaces: id }));
      const [removed, shown] = await fresh(saki);
      expect(removed).toEqual(['6', String(id)]);
      expect(shown?.[7]).toBe('hello');
      await beside.chat.messages.edit(id, 'hullo');
      const [again, anew] = await fresh(saki);
      expect(again).toEqual(['6', shown?.[8]]);
      expect(anew?.slice(4, 8)).toEqual(['vera', 'inherit', expect.any(String), 'hullo']);
      // A change has no messages of its own on Venueless.
      expect(await vera.refused('chat.send', gone(lounge, Number(anew?.[8])))).toEqual({
        code: 'chat.denied',
      });
      await vera.done('chat.send', gone(lounge, id));
      expect(await fresh(saki)).toEqual([['6', anew?.[8]]]);
    });

    test('keep what somebody does in italics', async () => {
      const { saki } = await open();
      saki.say('/me waves');
      await saki.until(() => saki.heard.length > 0, 'the own message');
      await beside.chat.messages.edit(Number(saki.newestId) as never, 'bows');
      expect((await fresh(saki)).at(-1)?.slice(7)).toEqual(['<i>bows</i>', expect.any(String), '0', '11000']);
    });

    test('among two are whispers that go and come anew, and among more nothing', async () => {
      const { saki } = await open();
      const vera = await beside.onVenueless('vera');
      const sakiThere = await beside.onVenueless('saki');
      const walt = await beside.onVenueless('walt');
      const two = await direct(vera, sakiThere);
      const { event_id: id } = await say(vera, two, 'helo');
      await fresh(saki);
      await vera.done('chat.send', text(two, 'hello', { replaces: id }));
      const [removed, shown] = await fresh(saki);
      expect(removed).toEqual(['6', String(id)]);
      expect(shown?.slice(7)).toEqual(['hello', expect.any(String), '0', '10011']);
      await vera.done('chat.send', gone(two, id));
      expect(await fresh(saki)).toEqual([['6', shown?.[8]]]);
      const three = await direct(vera, sakiThere, walt);
      const { event_id: other } = await say(vera, three, 'helo');
      await vera.done('chat.send', text(three, 'hello', { replaces: other }));
      await vera.done('chat.send', gone(three, other));
      expect(await fresh(saki)).toEqual([]);
    });
  });
}

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Json, JsonProbe } from '../../support/json-probe.js';
import type { SockProbe } from '../../support/sock-probe.js';
import { direct, say } from '../venueless/support/talk.js';
import { Beside } from './support/beside.js';

/** Whispers and direct channels between protocols. */
export function whispers(): void {
  describe('whispers between protocols', () => {
    let beside: Beside;
    let saki: SockProbe;
    beforeEach(async () => {
      beside = await Beside.open();
      saki = await beside.onSockChat('saki');
      saki.take();
    });
    afterEach(() => beside.stop());

    const fresh = async (who: SockProbe) => {
      await who.ping();
      return who.takeFrames().map((one) => one.split('\t'));
    };
    const directs = (frame: Json) => frame[1].channels.filter((one: Json) => one.members !== undefined);

    test('find nobody who is on OriginChats alone, where nothing could show them', async () => {
      const olivia = await beside.onOriginChats('olivia');
      const seen = olivia.frames.length;
      saki.say('/msg olivia psst');
      await saki.until(() => saki.notices.includes('usernf olivia'), 'the refusal');
      expect((await fresh(saki)).filter((one) => one[5] === '10011')).toEqual([]);
      olivia.send({ cmd: 'channels_get', listener: 'list' });
      await olivia.until((frame) => frame.listener === 'list');
      expect(JSON.stringify(olivia.frames.slice(seen))).not.toContain('psst');
      // Once they are on Sock Chat too they can be shown it there.
      const here = await beside.onSockChat('olivia');
      saki.say('/msg olivia psst');
      await here.until(
        () => here.fields.some((one) => one[5] === '10011' && one[3] === 'psst'),
        'the whisper',
      );
    });

    test('are kept for whoever has been on Venueless, and for nobody else', async () => {
      const ann = await beside.onSockChat('ann');
      saki.say('/msg ann gone');
      await ann.until(() => ann.fields.some((one) => one[3] === 'gone'), 'the whisper');
      const vera = await beside.onVenueless('vera');
      saki.say('/msg vera kept');
      const [, { event, sender }] = await vera.probe.until(([name]) => name === 'chat.notification');
      expect(event.content).toEqual({ type: 'text', body: 'kept' });
      expect(sender.profile.display_name).toBe('saki');
      // What was said before saki ever looked is not there; what vera may read, saki may too.
      const there = await JsonProbe.open(`ws://${beside.url}/world/demo/`, 'saki');
      there.send(['authenticate', { token: 'saki' }]);
      const [, welcome] = await there.next();
      const channels = welcome['chat.channels'].filter((one: Json) => one.members !== undefined);
      expect(channels).toHaveLength(1);
      expect(channels[0].id).toBe(event.channel);
    });

    test('have one id in both copies where they are kept, so that both go when it is taken back', async () => {
      const vera = await beside.onVenueless('vera');
      const veraHere = await beside.onSockChat('vera');
      const sakiThere = await beside.onVenueless('saki');
      saki.say('/msg vera psst');
      const [, { event }] = await vera.probe.until(([name]) => name === 'chat.notification');
      await veraHere.until(() => veraHere.fields.some((one) => one[3] === 'psst'), 'the whisper');
      const own = (await fresh(saki)).find((one) => one[5] === '10011');
      expect(own).toEqual([
        ...['2', expect.any(String), saki.id, 'vera psst', String(event.event_id), '10011'],
      ]);
      await fresh(veraHere);
      await sakiThere.done('chat.send', {
        ...{ channel: event.channel, event_type: 'channel.message', replaces: event.event_id },
        content: { type: 'deleted' },
      });
      const gone = [['6', String(event.event_id)]];
      expect([await fresh(saki), await fresh(veraHere)]).toEqual([gone, gone]);
    });

    test('are what is said in the direct channel of two, for both, and not what is said among three', async () => {
      const [vera, walt] = [await beside.onVenueless('vera'), await beside.onVenueless('walt')];
      const sakiThere = await beside.onVenueless('saki');
      const veraHere = await beside.onSockChat('vera');
      await fresh(saki);
      const two = await direct(vera, sakiThere);
      const { event_id } = await say(vera, two, 'psst <b>');
      const id = String(event_id);
      expect((await fresh(saki)).map((one) => one.slice(4))).toEqual([
        ['vera', 'inherit', expect.any(String), 'psst &lt;b&gt;', id, '1', '10011'],
      ]);
      // Whoever says it has the other's name in front, which clients cut off.
      expect((await fresh(veraHere)).at(-1)?.slice(7)).toEqual(['saki psst &lt;b&gt;', id, '1', '10011']);
      const three = await direct(vera, sakiThere, walt);
      await say(vera, three, 'all of you');
      expect(await fresh(saki)).toEqual([]);
    });

    test('of somebody whom the other does not know, in another channel or nowhere, come with all that is shown of them', async () => {
      await beside.chat.channels.create({ name: 'annex' });
      const ann = await beside.onSockChat('ann');
      const whispered = async () => (await fresh(ann)).filter((one) => one.at(-1) === '10011');
      await fresh(ann);
      saki.say('/msg ann near');
      await saki.ping();
      expect(await whispered()).toEqual([
        ['2', expect.any(String), saki.id, 'near', expect.any(String), '10011'],
      ]);
      saki.say('/join annex');
      saki.say('/msg ann <far>');
      await saki.ping();
      const from = (id: string, name: string) => [id, name, 'inherit', expect.any(String)];
      const far = ['&lt;far&gt;', expect.any(String), '1', '10011'];
      expect(await whispered()).toEqual([
        ['7', '1', expect.any(String), ...from(saki.id ?? '', 'saki'), ...far],
      ]);
      const own = (await fresh(saki)).filter((one) => one[5] === '10011');
      expect(own.at(-1)?.slice(2, 4)).toEqual([saki.id, 'ann &lt;far&gt;']);
      // Whoever runs commands for people may do so for somebody without a session here.
      await beside.onOriginChats('olivia');
      const user = beside.chat.users.byHandle('olivia');
      const to = beside.chat.users.byHandle('ann');
      if (user === undefined || to === undefined) throw new Error('olivia or ann is nobody');
      await beside.chat.run('direct.whisper', { from: user.id, to: to.id, text: 'hm' });
      expect((await whispered()).map((one) => [one[0], one[1], one[4], one[7]])).toEqual([
        ['7', '1', 'olivia', 'hm'],
      ]);
    });

    test('of somebody who is blocked find nobody', async () => {
      const vera = await beside.onVenueless('vera');
      const sakiThere = await beside.onVenueless('saki');
      await vera.done('user.block', { id: sakiThere.id });
      await beside.onSockChat('vera');
      saki.say('/msg vera psst');
      await saki.until(() => saki.notices.includes('usernf vera'), 'the refusal');
      const list = await vera.done('user.fetch', { id: vera.id }).then(() => vera.settle());
      expect(list.filter(([name]) => name === 'chat.channels').flatMap(directs)).toEqual([]);
    });

    test('to oneself say nothing, and to nobody who is not there anything but that', async () => {
      await beside.onVenueless('saki');
      saki.say('/msg saki me');
      saki.say('/msg nobody me');
      await saki.until(() => saki.notices.includes('usernf nobody'), 'the refusal');
      expect((await fresh(saki)).filter((one) => one[0] === '2' && one[2] !== '-1')).toEqual([]);
    });
  });
}

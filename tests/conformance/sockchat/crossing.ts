import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json, JsonProbe } from '../../support/json-probe.js';
import type { SockProbe } from '../../support/sock-probe.js';
import type { Member } from '../venueless/support/server.js';
import { gather, say } from '../venueless/support/talk.js';
import { Beside } from './support/beside.js';

/** What is done on Sock Chat, as others see it, and what others do, as Sock Chat shows it. */
export function crossing(): void {
  describe('between Sock Chat and the others', () => {
    let beside: Beside;
    let mod: SockProbe;
    let saki: SockProbe;
    let olivia: JsonProbe;
    let vera: Member;
    let lounge: string;
    beforeEach(async () => {
      beside = await Beside.open();
      mod = await beside.onSockChat('mod');
      saki = await beside.onSockChat('saki');
      olivia = await beside.onOriginChats('olivia');
      vera = await beside.onVenueless('vera');
      lounge = vera.channel('lounge');
      await gather(lounge, vera);
      await fresh(mod);
      await fresh(saki);
      await origin();
    });
    afterEach(() => beside.stop());

    async function fresh(who: SockProbe) {
      await who.ping();
      return who.takeFrames().map((one) => one.split('\t'));
    }
    let asked = 0;
    let seen = 0;
    /** What OriginChats was pushed since the last look; lists of channels come when they come. */
    async function origin(): Promise<Json[]> {
      const listener = `settled-${++asked}`;
      olivia.send({ cmd: 'ping', listener });
      await olivia.until((frame) => frame.listener === listener);
      const frames = olivia.frames.slice(seen);
      seen = olivia.frames.length;
      return frames.filter((one) => one.listener !== listener && one.cmd !== 'channels_get');
    }
    const notices = async (who: SockProbe) =>
      (await fresh(who))
        .filter((one) => one[0] === '2' && one[2] === '-1')
        .map((one) => one[3]?.split('\f').slice(1).join(' '));

    test('what somebody does is in italics everywhere', async () => {
      saki.say('/me waves');
      expect((await fresh(mod)).at(-1)?.slice(3)).toEqual(['<i>waves</i>', expect.any(String), '11000']);
      expect(await origin()).toMatchObject([
        { cmd: 'message_new', message: { user: 'saki', content: '*waves*' } },
      ]);
      expect(await vera.settle()).toMatchObject([
        ['chat.event', { content: { type: 'text', body: '*waves*' } }],
        ['chat.unread_pointers', {}],
      ]);
    });

    test.each(['/say', 'the host'])('what %s announces is said by the server to everybody', async (by) => {
      if (by === '/say') mod.say('/say hear, <hear>');
      else await beside.chat.messages.announce('hear, <hear>');
      await saki.until(() => saki.notices.length > 0, 'the notice');
      expect(await notices(saki)).toEqual(['say hear, &lt;hear&gt;']);
      expect(await origin()).toMatchObject([
        { cmd: 'message_new', message: { user: 'originChats', content: 'hear, <hear>' }, channel: 'lounge' },
      ]);
      const pushed = await vera.settle();
      expect(pushed.map(([name]) => name)).toEqual(['announcement.created_or_updated']);
      expect(JSON.stringify(pushed)).toContain('hear, <hear>');
      const late = await beside.onSockChat('late');
      expect(late.fields.some((one) => one[7]?.includes('hear, &lt;hear&gt;'))).toBe(true);
    });

    test('threads, forums and voice are of OriginChats alone', async () => {
      const forum = await beside.chat.channels.create({ name: 'ideas', kind: 'forum' });
      await beside.chat.channels.create({ name: 'talk', kind: 'voice' });
      olivia.send({ cmd: 'thread_create', channel: 'ideas', name: 'secret thread', listener: 'made' });
      const { thread } = await olivia.until((frame) => frame.listener === 'made');
      const place = { channel: 'ideas', thread_id: thread.id };
      olivia.send({ cmd: 'message_new', ...place, content: 'hi @saki and @vera', listener: 'said' });
      const { message } = await olivia.until((frame) => frame.listener === 'said');
      olivia.send({
        cmd: 'message_edit',
        ...place,
        id: message.id,
        content: 'hello @saki',
        listener: 'edit',
      });
      await olivia.until((frame) => frame.listener === 'edit');
      olivia.send({ cmd: 'message_delete', ...place, id: message.id, listener: 'gone' });
      await olivia.until((frame) => frame.listener === 'gone');
      expect(await fresh(saki)).toEqual([]);
      expect(await vera.settle()).toEqual([]);
      const late = await beside.onSockChat('late');
      const listed = late.packets.find((one) => one.kind === 'context_channels');
      expect(listed?.channels.map((one) => one.name)).toEqual(['lounge']);
      expect(late.frames.join()).not.toContain('hello @saki');
      for (const name of ['ideas', 'talk', 'secret thread']) {
        late.say(`/join ${name}`);
        await late.until(() => late.notices.includes(`nochan ${name.split(' ')[0]}`), 'the refusal');
      }
      const valerie = await beside.onVenueless('valerie');
      const words = JSON.stringify(valerie.welcome);
      for (const one of ['ideas', 'talk', 'secret', String(thread.id), String(forum.channel)])
        expect(words).not.toContain(one);
    });

    test('channels of /create stay on Sock Chat', async () => {
      mod.say('/create den');
      await mod.until(() => mod.notices.includes('crchan den'), 'the channel');
      mod.say('nobody hears');
      await fresh(mod);
      expect(await origin()).toEqual([]);
      expect(await vera.settle()).toEqual([]);
      olivia.send({ cmd: 'channels_get', listener: 'list' });
      const { val } = await olivia.until((frame) => frame.listener === 'list');
      expect(val.map((one: Json) => one.name)).toEqual(['lounge']);
      const late = await beside.onVenueless('late');
      expect(JSON.stringify(late.welcome)).not.toContain('den"');
    });

    test('who is kicked stays on OriginChats', async () => {
      const there = await beside.onOriginChats('saki');
      await origin();
      await fresh(saki);
      mod.say('/kick saki');
      await saki.end();
      expect(saki.frames.at(-1)).toBe('9\t0');
      expect((await fresh(mod)).map((one) => one.slice(0, 4))).toEqual([['3', saki.id, 'saki', 'kick']]);
      expect(await origin()).toEqual([]);
      there.send({ cmd: 'message_new', channel: 'lounge', content: 'still here' });
      // Not in the list any more, until it comes anew.
      await mod.until(() => mod.frames.some((one) => /^7\t1\t.*\tstill here\t/.test(one)), 'what they say');
    });

    test('who is banned is sent away everywhere', async () => {
      const there = await beside.onOriginChats('saki');
      const [other, before] = [await beside.onVenueless('saki'), Math.floor(Date.now() / 1000)];
      await fresh(mod);
      mod.say('/ban saki 100');
      await saki.end();
      const [kind, banned, until] = saki.fields.at(-1) ?? [];
      expect([kind, banned]).toEqual(['9', '1']);
      expect(Number(until)).toBeGreaterThanOrEqual(before + 100);
      expect((await fresh(mod)).map((one) => one.slice(0, 4))).toEqual([['3', saki.id, 'saki', 'kick']]);
      await there.closed;
      await other.probe.closed;
      expect(there.frames.at(-1)).toMatchObject({ cmd: 'disconnect' });
      expect(other.probe.frames.at(-1)?.[0]).toBe('connection.reload');
      mod.say('/unban saki');
      await mod.until(() => mod.notices.includes('unban saki'), 'the notice');
      await beside.onOriginChats('saki');
      // The address was banned as well, where the ban was given.
      mod.say('/unbanip 127.0.0.1');
      await mod.until(() => mod.notices.includes('unban 127.0.0.1'), 'the notice');
      await beside.onSockChat('saki');
    });

    test('who is silenced is told in each protocol, and told when it ends on Sock Chat', async () => {
      const there = await beside.onOriginChats('saki');
      mod.say('/silence saki 100');
      await saki.until(() => saki.notices.includes('silence'), 'the notice');
      await mod.until(() => mod.notices.includes('silok saki'), 'the notice');
      expect(await there.until((frame) => frame.cmd === 'rate_limit')).toMatchObject({ length: 100_000 });
      mod.say('/unsilence saki');
      await saki.until(() => saki.notices.includes('unsil'), 'the notice');
      await mod.until(() => mod.notices.includes('usilok saki'), 'the notice');
      saki.say('free');
      await mod.until(() => mod.heard.includes('free'), 'the message');
    });

    test('who is away is idle on OriginChats, with the reason', async () => {
      saki.say('/afk lunch break');
      expect((await fresh(mod)).at(-1)?.slice(0, 3)).toEqual(['10', saki.id, '&lt;LUNCH&gt;_saki']);
      expect(await origin()).toMatchObject([
        { cmd: 'status_get', username: 'saki', status: { status: 'idle', text: 'lunch break' } },
      ]);
      saki.say('back');
      expect(await origin()).toMatchObject([
        { cmd: 'status_get', username: 'saki', status: { status: 'online' } },
        { cmd: 'message_new', message: { content: 'back' } },
      ]);
      expect((await say(vera, lounge, 'hi')).content.body).toBe('hi');
    });
  });
}

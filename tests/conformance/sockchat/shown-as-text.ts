import { afterEach, describe, expect, test } from 'vitest';
import type { ChannelId } from '../../../src/domain/ids.js';
import type { JsonProbe } from '../../support/json-probe.js';
import type { SockProbe } from '../../support/sock-probe.js';
import { dataUri, png } from '../originchats/support/files.js';
import { gather } from '../venueless/support/talk.js';
import { Beside, type BesideOptions } from './support/beside.js';

/** What other protocols show as more than text. */
export function shownAsText(): void {
  describe('what is more than text elsewhere', () => {
    let beside: Beside;
    afterEach(() => beside.stop());

    async function open(options: BesideOptions = {}) {
      beside = await Beside.open(options);
      const olivia = await beside.onOriginChats('olivia');
      const saki = await beside.onSockChat('saki');
      return { olivia, saki };
    }
    /** Uploads a picture from OriginChats; its id. */
    async function upload(olivia: JsonProbe, name: string): Promise<string> {
      const { validator_key } = olivia.frames[0].val;
      const { validator } = olivia.frames.find((frame) => frame.cmd === 'ready');
      const response = await fetch(`http://${beside.url}/attachments/upload`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ validator_key, validator, channel: 'lounge', name },
          ...{ mime_type: 'image/png', file: dataUri('image/png', png) },
        }),
      });
      return ((await response.json()) as { attachment: { id: string } }).attachment.id;
    }
    /** The first text of a person, whether or not they are known. */
    const textShown = async (saki: SockProbe) => {
      const find = () =>
        saki.packets.find((one) =>
          one.kind === 'context_message' ? one.user.id !== '-1' : one.kind === 'message',
        );
      await saki.until(() => find() !== undefined, 'a text');
      return (find() as { readonly text: string }).text;
    };
    const idOf = (name: string) => beside.chat.channels.byName(name)?.id as ChannelId;
    const backlog = async () =>
      (await beside.onSockChat('late')).packets.flatMap((one) =>
        one.kind === 'context_message' && one.user.id !== '-1' ? one.text : [],
      );

    test('files are links below the address that OriginChats is told to have, live and in the backlog', async () => {
      const { olivia, saki } = await open({ originchats: { server: { url: 'https://chat.example' } } });
      const [one, two] = [await upload(olivia, 'one.png'), await upload(olivia, 'two.png')];
      const attachments = [{ id: one }, { id: two }];
      olivia.send({ cmd: 'message_new', channel: 'lounge', content: 'see <these>', attachments });
      const text = `see &lt;these&gt; <br/> https://chat.example/attachments/${one}`;
      expect(await textShown(saki)).toBe(text);
      expect(await backlog()).toEqual([text]);
    });

    test('a file that nobody can be told the address of is its name', async () => {
      const { olivia, saki } = await open();
      const id = await upload(olivia, 'a & b.png');
      olivia.send({ cmd: 'message_new', channel: 'lounge', content: '', attachments: [{ id }] });
      expect(await textShown(saki)).toBe('a & b.png');
    });

    test('files of Venueless are links below its own address', async () => {
      const { saki } = await open({ venueless: { url: 'https://chat.example/world' } });
      const vera = await beside.onVenueless('vera');
      const channel = vera.channel('lounge');
      await gather(channel, vera);
      const form = new FormData();
      form.append('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'view of [sea].png');
      const response = await fetch(`http://${beside.url}/world/demo/upload/`, {
        method: 'POST',
        headers: { authorization: 'Bearer vera' },
        body: form,
      });
      const { url } = (await response.json()) as { url: string };
      const content = { type: 'files', files: [{ url }], body: 'look' };
      await vera.done('chat.send', { channel, event_type: 'channel.message', content });
      const text = await textShown(saki);
      expect(text).toBe(`look <br/> ${url}`);
      expect(text).toMatch(/https:\/\/chat\.example\/world\/demo\/files\/[0-9a-f-]{36}\/[^ ]+$/);
      const file = await fetch(url.replace('https://chat.example', `http://${beside.url}`));
      expect(Buffer.from(await file.arrayBuffer())).toEqual(png);
    });

    test('embeds are their links, or what they are headed by', async () => {
      const { olivia, saki } = await open();
      const embeds = [
        { type: 'rich', title: 'News', url: 'https://example.org/a?b=1&c=2' },
        { type: 'image', image: { url: 'https://example.org/c.png' } },
        { type: 'rich', title: 'Only <words>' },
      ];
      olivia.send({ cmd: 'message_new', channel: 'lounge', content: 'hm', embeds });
      expect((await textShown(saki)).split(' <br/> ')).toEqual([
        'hm',
        'https://example.org/a?b=1&c=2',
        'https://example.org/c.png',
        'Only &lt;words&gt;',
      ]);
    });

    test('embeds are said as their links, or as what they are headed by, on Venueless too', async () => {
      await open();
      const vera = await beside.onVenueless('vera');
      const channel = vera.channel('lounge');
      await gather(channel, vera);
      const embeds = [
        { type: 'rich', title: 'News', url: 'https://example.org/a' },
        { type: 'rich', description: 'Only @vera' },
      ];
      const id = idOf('lounge');
      for (const text of ['', 'said'])
        await beside.chat.run('message.send', { by: 'host', channel: id, text, embeds });
      const said = () =>
        vera.probe.until(([name]) => name === 'chat.event').then(([, event]) => event.content);
      const body = 'https://example.org/a\nOnly @vera';
      expect(await said()).toEqual({ type: 'text', body });
      expect(await said()).toEqual({ type: 'text', body: `said\n${body}` });
      const { results } = await vera.done('chat.fetch', { channel, count: 10 });
      expect(results.at(-2).content).toEqual({ type: 'text', body });
    });

    test('what a webhook posts is said by the server with the name of the webhook in front', async () => {
      const { saki } = await open();
      const id = idOf('lounge');
      const token = 'secret';
      await beside.chat.run('webhook.create', { by: 'host', id: 'hook', token, channel: id, name: 'Builds' });
      await beside.chat.run('webhook.post', { token, text: 'green', username: 'ol\nivia' });
      const embeds = [{ type: 'rich', url: 'https://example.org/7' }];
      await beside.chat.run('webhook.post', { token, text: '', embeds });
      const said = () => saki.fields.filter((one) => one[0] === '2').map((one) => one.slice(2, 4).join(' '));
      await saki.until(() => said().length > 1, 'both posts');
      expect(said()).toEqual(['-1 0\fsay\fol ivia: green', '-1 0\fsay\fBuilds: https://example.org/7']);
      const late = await beside.onSockChat('late');
      const past = late.fields.filter((one) => one[1] === '1' && one[7]?.includes(': ')).map((one) => one[7]);
      expect(past).toEqual(['0\fsay\fol ivia: green', '0\fsay\fBuilds: https://example.org/7']);
    });

    test('polls are their question and options; votes and their end show nothing', async () => {
      const { olivia, saki } = await open();
      olivia.send({ cmd: 'poll_create', channel: 'lounge', question: 'Tea <now>?', options: ['yes', 'no'] });
      const text = 'Tea &lt;now&gt;? <br/> - yes <br/> - no';
      expect(await textShown(saki)).toBe(text);
      const { poll_id } = await olivia.until((frame) => frame.cmd === 'poll_create');
      saki.take();
      olivia.send({ cmd: 'poll_vote', poll_id, option_id: '0', listener: 'vote' });
      await olivia.until((frame) => frame.listener === 'vote');
      olivia.send({ cmd: 'poll_end', poll_id, listener: 'end' });
      await olivia.until((frame) => frame.listener === 'end');
      await saki.ping();
      expect(saki.take()).toEqual([]);
      expect(await backlog()).toEqual([text]);
    });
  });
}

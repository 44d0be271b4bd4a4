import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidOf } from '../../../src/dialects/uuid.js';
import type { ChannelId } from '../../../src/domain/ids.js';
import type { Json } from '../../support/json-probe.js';
import { channels, chief } from './support/rules-of-access.js';
import { Town } from './support/town.js';

/** What each name and text of what is hidden has in it. */
const canary = 'zyx';

/** What is hidden. */
interface Hidden {
  /** The channel's name, the id of a message in it, and of a thread; without one, nothing. */
  readonly name: string;
  readonly message: number;
  readonly thread: string;
  /** The same of what never was. */
  readonly missing: { readonly name: string; readonly message: number; readonly thread: string };
}

/** What does not exist for somebody cannot be found out by them: not in a list, a search, a count, a notification, an error or by its id. */
export function hidden(): void {
  let town: Town;
  beforeAll(async () => {
    town = await Town.open({ roles: [chief], traitGrants: { attendee: [] } });
  });
  afterAll(() => town.stop());

  const outsider = { rank: 1, roles: ['person'] } as const;
  let made = 0;
  /** An id that nothing has. */
  const nowhere = 7;

  /** Makes a channel of a kind, in which somebody talks about `outsiders`, and undoes some of it. */
  async function live(wish: (typeof channels)[string], outsiders: readonly string[]): Promise<Hidden> {
    const name = `${canary}cellar${++made}`;
    const insider = town.person(`insider`, {
      rank: 9,
      roles: ['member', 'person'],
      traits: ['vip'],
      permissions: ['message.send', 'message.edit.own', 'message.delete.own', 'channel.create'],
    });
    const probe = await town.sock(insider);
    const { temporary, ...access } = wish;
    if (temporary) probe.say(`/create ${name}`);
    else await town.chat.channels.create({ name, look: { description: `${canary} of old` } });
    await town.settle();
    const channel = town.channelId(name);
    if (!temporary) await town.chat.channels.update(channel, { ...access });
    // It was open for a moment: what was seen of that is no secret.
    await town.seen();
    const by = town.userId(insider.name);
    const text = `${canary} ${outsiders.map((one) => `@${one}`).join(' ')}`;
    const run = town.chat.run.bind(town.chat);
    const inText = wish.kind === undefined;
    let thread = '';
    let place = channel;
    if (wish.kind === 'forum') {
      const input = { by, forum: channel, name: `${canary} thread` };
      thread = (await run('thread.create', input)).thread.channel.channel;
      place = thread as ChannelId;
    }
    if (temporary || wish.password !== undefined) probe.say(`/join ${name} ${wish.password ?? ''}`);
    await town.settle();
    const talked = inText || thread !== '';
    // What there is none of has the id of something of a like kind.
    const { id } = talked ? await town.chat.messages.send(place, text) : { id: Number(channel) };
    if (talked) {
      const said = (await run('message.send', { by, channel: place, text })).id;
      const gone = (await run('message.send', { by, channel: place, text })).id;
      await run('message.edit', { by, id: said, text: `${text} again` });
      await run('message.react', { by, id: said, emoji: '🎈', on: true });
      await town.chat.messages.pin(said);
      await run('message.delete', { by, id: gone });
      await run('typing.start', { by, channel: place });
    }
    if (!temporary) await town.chat.channels.update(channel, { look: { description: `${canary} anew` } });
    if (wish.kind === 'voice') {
      const voice = await town.origin(insider);
      await voice.ask({ cmd: 'voice_join', channel: name, peer_id: canary });
    }
    return {
      name,
      message: Number(id),
      thread,
      missing: {
        name: `${canary}attic${made}`,
        message: Number(id) - 1,
        thread: thread === '' ? '' : String(Number(thread) - 1),
      },
    };
  }

  /** What a client can ask about a channel, in each protocol; answers as they came. */
  const questions = {
    async sockchat(who: Json, { name, message }: Hidden | Hidden['missing']): Promise<Json[]> {
      const answers: Json[] = [];
      for (const text of [
        `/join ${name}`,
        `/join ${name} sesame2`,
        `/who ${name}`,
        `/delchan ${name}`,
        `/delete ${name}`,
        `/delmsg ${message}`,
      ]) {
        who.take();
        who.say(text);
        await town.settle();
        answers.push([text, who.take()]);
      }
      return answers;
    },
    async originchats(who: Json, { name, message, thread }: Hidden | Hidden['missing']): Promise<Json[]> {
      const answers: Json[] = [];
      const id = String(message);
      const places = [
        { channel: name },
        ...(thread === '' ? [] : [{ thread_id: thread }, { channel: name, thread_id: thread }]),
      ];
      for (const place of places) {
        for (const request of [
          { cmd: 'messages_get' },
          { cmd: 'message_get', id },
          { cmd: 'messages_around', around: id },
          { cmd: 'message_replies', id },
          { cmd: 'messages_pinned' },
          { cmd: 'messages_search', query: canary },
          { cmd: 'message_new', content: 'x' },
          { cmd: 'message_edit', id, content: 'x' },
          { cmd: 'message_delete', id },
          { cmd: 'message_react_add', id, emoji: '🎈' },
          { cmd: 'message_react_remove', id, emoji: '🎈' },
          { cmd: 'message_pin', id },
          { cmd: 'message_unpin', id },
          { cmd: 'typing' },
          { cmd: 'unreads_ack', message_id: id },
          { cmd: 'unreads_ack' },
          { cmd: 'unreads_get' },
          { cmd: 'unreads_count' },
          { cmd: 'pings_get' },
          { cmd: 'thread_create', name: 'x' },
          { cmd: 'thread_get' },
          { cmd: 'thread_messages' },
          { cmd: 'thread_join' },
          { cmd: 'thread_leave' },
          { cmd: 'thread_update', name: 'x' },
          { cmd: 'thread_delete' },
          { cmd: 'voice_join', peer_id: 'x' },
          { cmd: 'voice_state' },
          { cmd: 'poll_create', question: 'x', options: ['x', 'y'] },
          { cmd: 'webhook_create', name: 'x' },
          { cmd: 'webhook_list' },
          { cmd: 'channel_update', current_name: name, updates: { description: 'x' } },
          { cmd: 'channel_move', name, position: 0 },
          { cmd: 'channel_delete', name },
          { cmd: 'slash_call', command: 'x', args: {} },
        ]) {
          const answer = await who.ask({ ...place, ...request });
          answers.push([request.cmd, Object.keys(place).join(), answer, await who.settle()]);
        }
      }
      return answers;
    },
    async venueless(who: Json, { message, ...named }: Hidden | Hidden['missing']): Promise<Json[]> {
      const id = town.chat.channels.byName(named.name)?.id ?? nowhere;
      const answers: Json[] = [];
      const content = { type: 'text', body: 'x' };
      for (const channel of [uuidOf('channel', id), uuidOf('channel', named.thread || nowhere)]) {
        for (const [action, payload] of [
          ['chat.join', {}],
          ['chat.subscribe', {}],
          ['chat.fetch', { count: 10, before_id: 2 ** 50 }],
          ['chat.fetch', { count: 10, before_id: message + 1 }],
          ['chat.send', { event_type: 'channel.message', content }],
          ['chat.send', { event_type: 'channel.message', content, replaces: message }],
          ['chat.send', { event_type: 'channel.message', content: { type: 'deleted' }, replaces: message }],
          ['chat.react', { event: message, reaction: '🎈' }],
          ['chat.mark_read', { id: message }],
          ['chat.leave', {}],
          ['chat.unsubscribe', {}],
        ] as const) {
          const [kind, , answer] = await who.ask(action, { channel, ...payload });
          answers.push([action, kind, answer, await who.settle()]);
        }
      }
      return answers;
    },
  };

  /** An answer with the names of what was asked for taken out. */
  function bare(answers: Json[], named: Hidden | Hidden['missing']): Json {
    const id = town.chat.channels.byName(named.name)?.id ?? nowhere;
    let text = JSON.stringify(answers);
    for (const [one, other] of [
      [uuidOf('channel', id), 'UUID'],
      [named.name, 'NAME'],
      [String(named.message), 'ID'],
      ...(named.thread === '' ? [] : [[named.thread, 'THREAD']]),
    ] as const)
      text = text.replaceAll(one, other);
    return JSON.parse(text.replace(/2857\d{10}/g, '#'));
  }

  /** The protocols in whose lists a channel stands for all who are there. */
  function open({ password, temporary, roles }: (typeof channels)[string]): readonly string[] {
    if (password !== undefined || temporary) return ['sockchat'];
    return roles?.see?.includes('person') ? ['sockchat', 'originchats', 'venueless'] : [];
  }

  /** Whether a protocol has words of its own for what keeps people out: ranks in one, roles in another. Those tell that there is something. */
  function hasWords(dialect: string, { kind, rank, roles, grants }: (typeof channels)[string]): boolean {
    if (dialect === 'sockchat')
      return kind === undefined && rank !== undefined && roles === undefined && grants === undefined;
    return dialect === 'originchats' && roles !== undefined && rank === undefined && grants === undefined;
  }

  describe.each(Object.entries(channels).filter(([kind]) => kind !== 'an open one'))('%s', (_, wish) => {
    test('is not seen by those who may not, whatever happens in it and whatever they ask', async () => {
      const people = [town.person('out'), town.person('out'), town.person('out')].map((one) => ({
        ...one,
        ...outsider,
      }));
      const [saki, olive, vera] = people;
      const clients = {
        sockchat: await town.sock(saki as never),
        originchats: await town.origin(olive as never),
        venueless: await town.world(vera as never),
      };
      await town.sealed('out');
      await town.seen();
      const there = await live(
        wish,
        people.map(({ name }) => name),
      );
      const isSpared = (client: string) =>
        client.startsWith('insider') || open(wish).some((dialect) => client.endsWith(dialect));
      const noticed = async () => {
        const { by } = await town.seen(3_000);
        return Object.entries(by).flatMap(([client, frames]) =>
          isSpared(client) ? [] : frames.filter((frame) => JSON.stringify(frame).includes(canary)),
        );
      };
      expect(await noticed()).toEqual([]);
      for (const [dialect, ask] of Object.entries(questions)) {
        if (open(wish).includes(dialect)) continue;
        const client = clients[dialect as keyof typeof clients];
        const answers = bare(await ask(client, there), there);
        const others = bare(await ask(client, there.missing), there.missing);
        expect(JSON.stringify(answers)).not.toContain(canary);
        if (!hasWords(dialect, wish)) expect(answers).toEqual(others);
      }
      await town.seen();
      await town.chat.channels.remove(town.channelId(there.name));
      expect(await noticed()).toEqual([]);
      await town.clear();
    });
  });
}

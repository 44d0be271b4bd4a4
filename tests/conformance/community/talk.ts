import type { Json } from '../../support/json-probe.js';
import type { Cast, Cause, Fact } from './support/facts.js';
import { nothing, shows, tells } from './support/facts.js';
import {
  comer,
  event,
  fields,
  line,
  notice,
  person,
  posted,
  speaker,
  strangersLine,
  text as textOf,
  unread,
} from './support/shapes.js';

const sealed = 'what is said there is sealed, in groups that nobody else sees';

/** Somebody of each protocol in the lounge, by what they do there. */
const says = (text: string): Fact['causes'] => ({
  async sockchat({ town, who }) {
    const client = await town.sock(who);
    return () => client.say(text);
  },
  async originchats({ town, who }) {
    const member = await town.origin(who);
    return () => member.send({ cmd: 'message_new', channel: 'lounge', content: text });
  },
  async venueless({ town, who }) {
    const member = await town.world(who, 'lounge');
    return () => member.done('chat.send', worldText(town.channelUuid('lounge'), text));
  },
  conclave: sealed,
  host:
    async ({ town }) =>
    () =>
      town.chat.messages.send(town.channelId('lounge'), text),
});

function worldText(channel: string, body: string, more: object = {}): object {
  return { channel, event_type: 'channel.message', content: { type: 'text', body }, ...more };
}

/** The same after somebody's message: what is done with its id. */
const then = (
  acts: Readonly<
    Record<'sockchat' | 'originchats' | 'venueless' | 'host', string | ((id: number, cast: Cast) => Act)>
  >,
): Fact['causes'] => ({
  sockchat: after(acts.sockchat, async ({ town, who }) => {
    const client = await town.sock(who);
    return { say: () => client.say('hello'), send: (text) => client.say(text as string) };
  }),
  originchats: after(acts.originchats, async ({ town, who }) => {
    const member = await town.origin(who);
    return {
      say: () => member.send({ cmd: 'message_new', channel: 'lounge', content: 'hello' }),
      send: (frame) => member.send(frame as object),
    };
  }),
  venueless: after(acts.venueless, async ({ town, who }) => {
    const member = await town.world(who, 'lounge');
    const channel = town.channelUuid('lounge');
    return {
      say: () => member.done('chat.send', worldText(channel, 'hello')),
      send: (ask) => member.done(...(ask as readonly [string, object])),
    };
  }),
  conclave: sealed,
  host: after(acts.host, async ({ town, who }) => {
    const client = await town.sock(who);
    return { say: () => client.say('hello'), send: () => {} };
  }),
});

/** A frame or an ask for the actor's connection; for the host a call that was made. */
type Act = Json;

function after(
  act: string | ((id: number, cast: Cast) => Act),
  come: (cast: Cast) => Promise<{ say(): unknown; send(what: unknown): unknown }>,
): Cause | string {
  if (typeof act === 'string') return act;
  return async (cast) => {
    const { say, send } = await come(cast);
    await say();
    const { events } = await cast.town.seen();
    const said = events.find(({ type }) => type === 'message') as unknown as { message: { id: number } };
    return async () => send(await act(said.message.id, cast));
  };
}

/** The one who said it has reacted to it. */
const reacted =
  (act: (id: number, cast: Cast) => Act) =>
  async (id: number, cast: Cast): Promise<Act> => {
    const { town, who } = cast;
    await town.chat.run('message.react', {
      by: town.userId(who.name),
      id: id as never,
      emoji: '🎈',
      on: true,
    });
    await town.seen();
    return act(id, cast);
  };

/** Who has been there for a while is in the list, and known. */
const known = (text: string) => shows('`2`', ({ who }) => [line(who, text)]);

export const talk: readonly Fact[] = [
  {
    row: 'message',
    title: 'a message',
    causes: says('hello *you* <b>'),
    views: {
      sockchat: shows('`2`', ({ who }) => [line(who, 'hello *you* &lt;b&gt;')], {
        originchats: known('hello *you* &lt;b&gt;'),
        venueless: known('hello *you* &lt;b&gt;'),
        host: shows('notice `say`', [notice('say', 'hello *you* &lt;b&gt;')]),
      }),
      originchats: shows('`message_new`', ({ by, who }) => [
        posted(by === 'host' ? 'originChats' : who.name, 'hello *you* <b>'),
      ]),
      venueless: shows('`chat.event`', (cast) => [event(speaker(cast), textOf('hello *you* <b>')), unread()]),
      conclave: nothing,
      host: tells('message'),
    },
  },
  {
    row: 'message',
    title: 'a message right after a login',
    causes: {
      ...says(''),
      sockchat: 'see a message',
      originchats:
        async ({ town, who }) =>
        async () => {
          const member = await town.origin(who);
          member.send({ cmd: 'message_new', channel: 'lounge', content: 'hello' });
          await town.settle();
          await town.leave(who, 'originchats');
        },
      venueless: 'as from OriginChats',
      host: 'see a message',
    },
    views: {
      sockchat: shows('`7→1` with all that tells who it is', ({ who }) => [strangersLine(who, 'hello')]),
      originchats: shows('`message_new`, between their coming and going', ({ who }) => [
        { cmd: 'user_join', user: comer(who) },
        { cmd: 'user_connect', user: comer(who) },
        posted(who.name, 'hello'),
        { cmd: 'user_disconnect', username: who.name },
      ]),
      venueless: shows('`chat.event`', (cast) => [event(speaker(cast), textOf('hello')), unread()]),
      conclave: nothing,
      host: tells('user_join', 'user_connect', 'session_open', 'message', 'session_close', 'user_disconnect'),
    },
  },
  {
    row: 'action',
    title: 'an action',
    causes: {
      ...says('/me waves'),
      originchats: 'what begins with a slash is text there',
      venueless: 'there is no such thing there',
      host: 'the host says things, it does none',
    },
    views: {
      sockchat: shows('`2` in italics with flags 11000', ({ who }) => [line(who, '<i>waves</i>', '11000')]),
      originchats: shows('italic', ({ who }) => [posted(who.name, '*waves*')]),
      venueless: shows('italic', (cast) => [event(speaker(cast), textOf('*waves*')), unread()]),
      conclave: nothing,
      host: tells('message'),
    },
  },
  {
    row: 'edited',
    title: 'an edit',
    causes: then({
      sockchat: 'a message cannot change in that protocol',
      originchats: (id) => ({ cmd: 'message_edit', channel: 'lounge', id: String(id), content: 'bye' }),
      venueless: (id, { town }) => [
        'chat.send',
        worldText(town.channelUuid('lounge'), 'bye', { replaces: id }),
      ],
      host: (id, { town }) => town.chat.messages.edit(id as never, 'bye'),
    }),
    views: {
      sockchat: shows('`6`, then `7→1` that makes no noise, with a new id', ({ who }) => [
        '6→#-1',
        `7→1→T-7→${fields(who)}→bye→#1→0→10010`,
      ]),
      originchats: shows('`message_edit`', ({ who }) => {
        const { pings: _, ...message } = posted(who.name, 'bye', {
          id: '#-1',
          edited: true,
          timestamp: 'T-7',
        }).message;
        return [{ cmd: 'message_edit', id: '#-1', content: 'bye', message, channel: 'lounge', global: true }];
      }),
      venueless: shows('`chat.event` with `replaces`', (cast) => [
        event(speaker(cast), textOf('bye'), { replaces: '#-1' }),
      ]),
      conclave: nothing,
      host: tells('message_edit'),
    },
  },
  {
    row: 'deleted',
    title: 'a deletion',
    causes: then({
      sockchat: (id) => `/delmsg ${id}`,
      originchats: (id) => ({ cmd: 'message_delete', channel: 'lounge', id: String(id) }),
      venueless: (id, { town }) => [
        'chat.send',
        {
          channel: town.channelUuid('lounge'),
          event_type: 'channel.message',
          content: { type: 'deleted' },
          replaces: id,
        },
      ],
      host: (id, { town }) => town.chat.messages.remove(id as never),
    }),
    views: {
      sockchat: shows('`6`', ['6→#-1']),
      originchats: shows('`message_delete`', [
        { cmd: 'message_delete', id: '#-1', channel: 'lounge', global: true },
      ]),
      venueless: shows('`chat.event` of type `deleted`', (cast) => [
        event(speaker(cast), { type: 'deleted' }, { replaces: '#-1' }),
      ]),
      conclave: nothing,
      host: tells('message_delete'),
    },
  },
  {
    row: 'reaction',
    title: 'a reaction',
    causes: then({
      sockchat: 'there are no reactions in that protocol',
      originchats: (id) => ({ cmd: 'message_react_add', channel: 'lounge', id: String(id), emoji: '🎈' }),
      venueless: (id, { town }) => [
        'chat.react',
        { channel: town.channelUuid('lounge'), event: id, reaction: '🎈' },
      ],
      host: 'the host has no reactions of its own',
    }),
    views: {
      sockchat: nothing,
      originchats: shows('`message_react_add`', ({ who }) => [
        { cmd: 'message_react_add', id: '#-1', emoji: '🎈', channel: 'lounge', from: who.name, global: true },
      ]),
      venueless: shows('`chat.event.reaction`', ({ who }) => {
        const [, shown] = event(person(who.name), textOf('hello'), {
          event_id: '#-1',
          timestamp: 'T-7',
          reactions: { '🎈': [`<${who.name}>`] },
        });
        return [['chat.event.reaction', shown]];
      }),
      conclave: nothing,
      host: tells('reaction_add'),
    },
  },
  {
    row: 'reaction',
    title: 'the end of a reaction',
    causes: then({
      sockchat: 'there are no reactions in that protocol',
      originchats: reacted((id) => ({
        cmd: 'message_react_remove',
        channel: 'lounge',
        id: String(id),
        emoji: '🎈',
      })),
      venueless: reacted((id, { town }) => [
        'chat.react',
        { channel: town.channelUuid('lounge'), event: id, reaction: '🎈', delete: true },
      ]),
      host: 'the host has no reactions of its own',
    }),
    views: {
      sockchat: nothing,
      originchats: shows('`message_react_remove`', ({ who }) => [
        {
          cmd: 'message_react_remove',
          id: '#-1',
          emoji: '🎈',
          channel: 'lounge',
          from: who.name,
          global: true,
        },
      ]),
      venueless: shows('`chat.event.reaction`', ({ who }) => {
        const [, shown] = event(person(who.name), textOf('hello'), {
          event_id: '#-1',
          timestamp: 'T-7',
          reactions: {},
        });
        return [['chat.event.reaction', shown]];
      }),
      conclave: nothing,
      host: tells('reaction_remove'),
    },
  },
  {
    row: 'pinned',
    title: 'a pin',
    staff: true,
    causes: then({
      sockchat: 'there are no pins in that protocol',
      originchats: (id) => ({ cmd: 'message_pin', channel: 'lounge', id: String(id) }),
      venueless: 'there are no pins in that protocol',
      host: (id, { town }) => town.chat.messages.pin(id as never),
    }),
    views: {
      sockchat: nothing,
      originchats: shows('`message_pin`', [
        { cmd: 'message_pin', id: '#-1', channel: 'lounge', pinned: true, global: true },
      ]),
      venueless: nothing,
      conclave: nothing,
      host: tells('message_pin'),
    },
  },
  {
    row: 'typing',
    title: 'somebody typing',
    causes: {
      ...says(''),
      sockchat: 'only a draft for extensions has it, which is off',
      async originchats({ town, who }) {
        const member = await town.origin(who);
        return () => member.send({ cmd: 'typing', channel: 'lounge' });
      },
      venueless: 'there is no such thing there',
      host: 'the host has no keyboard',
    },
    views: {
      sockchat: nothing,
      originchats: shows('`typing`', ({ who }) => [
        { cmd: 'typing', channel: 'lounge', user: who.name, thread_id: null, global: true },
      ]),
      venueless: nothing,
      conclave: nothing,
      host: tells('typing'),
    },
  },
  {
    row: 'announcement',
    title: 'an announcement',
    staff: true,
    causes: {
      ...says('/say be quiet'),
      originchats: 'there is no such thing there',
      venueless: 'announcements there are managed, and have an end: they are not spoken of here',
      host:
        async ({ town }) =>
        () =>
          town.chat.messages.announce('be quiet'),
    },
    views: {
      sockchat: shows('notice `say`', [notice('say', 'be quiet')]),
      originchats: shows('`message_new` by the server', [posted('originChats', 'be quiet')]),
      venueless: shows('`announcement.created_or_updated`', [
        [
          'announcement.created_or_updated',
          { id: '#1', text: 'be quiet', show_until: 'T+600', state: 'active', is_visible: true },
        ],
      ]),
      conclave: nothing,
      host: tells('announcement'),
    },
  },
];

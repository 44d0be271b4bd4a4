import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChannelAction, channelActions } from '../../../src/domain/access/may.js';
import type { EventName } from '../../../src/domain/events.js';
import type { Identity } from '../../../src/domain/users/identity.js';
import { channels, chief, holds, type Kind, users } from './support/rules-of-access.js';
import { Town } from './support/town.js';

/** Tries what one can wish to do with a channel; whether it was done shows by itself, or in what the host is told. */
type Attempts = { readonly [action in ChannelAction]?: () => Promise<boolean> };

interface Case {
  readonly who: Identity;
  /** Names of the channel, and of one like it that may be removed. */
  readonly name: string;
  readonly spare: string;
  /** Messages in it: one's own, to be changed and to be taken back, and one of somebody of lower rank. */
  readonly own: readonly [number, number];
  readonly others: number;
}

/** What stands in each channel, for those who may read. */
const secret = 'the cat is under the hat';

/** Where everybody is at first. */
const home = 'lounge';

/** The one rule, tried by every kind of user on every kind of channel in every protocol of text. */
export function access(): void {
  let town: Town;
  beforeAll(async () => {
    town = await Town.open({ roles: [chief], traitGrants: { attendee: [] } });
  });
  afterAll(() => town.stop());

  /** Whether what was just asked for is told by an event of this name, about somebody. */
  const happened = async (name: EventName, by: string): Promise<boolean> => {
    const { events } = await town.seen();
    return events.some((one) => {
      const { type, person, by: actor } = one as { type: string; person?: { user: string }; by?: string };
      return type === name && (person?.user === by || actor === by);
    });
  };

  /** How each dialect asks. What is not here it has no words for. */
  const dialects = {
    async sockchat({ who, name, spare, own, others }: Case): Promise<Attempts> {
      const client = await town.sock(who);
      const user = town.userId(who.name);
      const listed = client.fields.some(
        (fields) => fields[0] === '7' && fields[1] === '2' && fields.includes(name),
      );
      return {
        see: async () => listed,
        enter: async () => {
          client.say(`/join ${name}`);
          return happened('channel_enter', user);
        },
        read: async () =>
          client.fields.some((fields) => fields[0] === '7' && fields.some((field) => field.includes(secret))),
        send: async () => {
          // Who is not inside speaks elsewhere.
          const here = town.chat.channels.byName(name)?.id;
          client.say('hello');
          const { events } = await town.seen();
          return events.some((one) => one.type === 'message' && one.channel.channel === here);
        },
        'delete-own': async () => {
          client.say(`/delmsg ${own[1]}`);
          return happened('message_delete', user);
        },
        'delete-any': async () => {
          client.say(`/delmsg ${others}`);
          return happened('message_delete', user);
        },
        manage: async () => {
          client.say(`/delchan ${spare}`);
          return happened('channel_delete', user);
        },
      };
    },
    async originchats({ who, name, spare, own, others }: Case): Promise<Attempts> {
      const client = await town.origin(who);
      const user = town.userId(who.name);
      const ask = async (event: EventName, request: object) => {
        client.send({ channel: name, ...request });
        return happened(event, user);
      };
      return {
        see: async () => {
          const { val } = await client.ask({ cmd: 'channels_get' });
          return JSON.stringify(val).includes(`"name":"${name}"`);
        },
        read: async () => {
          const answer = await client.ask({ cmd: 'messages_get', channel: name });
          return JSON.stringify(answer).includes(secret);
        },
        send: () => ask('message', { cmd: 'message_new', content: 'hello' }),
        'edit-own': () => ask('message_edit', { cmd: 'message_edit', id: String(own[0]), content: 'hullo' }),
        'delete-own': () => ask('message_delete', { cmd: 'message_delete', id: String(own[1]) }),
        'delete-any': () => ask('message_delete', { cmd: 'message_delete', id: String(others) }),
        react: () => ask('reaction_add', { cmd: 'message_react_add', id: String(own[0]), emoji: '🎈' }),
        pin: () => ask('message_pin', { cmd: 'message_pin', id: String(own[0]) }),
        'create-thread': () => ask('thread_create', { cmd: 'thread_create', name: 'a thread' }),
        manage: () => ask('channel_delete', { cmd: 'channel_delete', name: spare }),
      };
    },
    async venueless({ who, name, own, others }: Case): Promise<Attempts> {
      const client = await town.world(who);
      const user = town.userId(who.name);
      const channel = town.channelUuid(name);
      const content = { type: 'text', body: 'hello' };
      const ask = async (event: EventName, action: string, payload: object) => {
        await client.ask(action, { channel, ...payload });
        return happened(event, user);
      };
      const send = (event: EventName, more: object) =>
        ask(event, 'chat.send', { event_type: 'channel.message', content, ...more });
      return {
        see: async () => JSON.stringify(client.welcome['world.config'].rooms).includes(`"name":"${name}"`),
        read: async () => {
          const answer = await client.ask('chat.fetch', { channel, count: 50, before_id: 2 ** 52 });
          return JSON.stringify(answer).includes(secret);
        },
        enter: () => ask('member_add', 'chat.join', {}),
        send: () => send('message', {}),
        'edit-own': () => send('message_edit', { replaces: own[0] }),
        'delete-own': () => send('message_delete', { content: { type: 'deleted' }, replaces: own[1] }),
        'delete-any': () => send('message_delete', { content: { type: 'deleted' }, replaces: others }),
        react: () => ask('reaction_add', 'chat.react', { event: own[0], reaction: '🎈' }),
      };
    },
  };

  let channelCount = 0;
  /** A channel where all of them have said something while it was open to them. */
  async function build(wish: (typeof channels)[string], who: Identity): Promise<Case> {
    const names = [`kept${++channelCount}`, `spare${channelCount}`] as const;
    const [name, spare] = names;
    const { temporary, ...access } = wish;
    if (temporary) return { who, name, spare, ...(await buildTemporary(names, who)) };
    const { kind, ...gate } = access;
    for (const one of names) await town.chat.channels.create({ name: one });
    const channel = town.channelId(name);
    const made = await speak(name, who);
    for (const one of names) {
      await town.chat.channels.update(town.channelId(one), {
        ...gate,
        ...(kind === undefined ? {} : { kind }),
      });
    }
    expect(town.channelId(name)).toBe(channel);
    return { who, name, spare, ...made };
  }

  async function speak(name: string, who: Identity): Promise<Pick<Case, 'own' | 'others'>> {
    const channel = town.channelId(name);
    const low = town.person('low', { rank: 0 });
    const probe = await town.origin(low);
    if (name !== home) await town.chat.messages.send(channel, secret);
    // They come by once, to have something of their own here.
    const before = await town.origin({ ...who, permissions: ['message.send'] });
    const say = async (by: Identity) =>
      (await town.chat.run('message.send', { by: town.userId(by.name), channel, text: 'mine' })).id;
    const own = [await say(who), await say(who)] as const;
    const others = await say(low);
    before.probe.terminate();
    probe.probe.terminate();
    await town.seen();
    return { own, others };
  }

  /** Somebody on Sock Chat opens it and stays. */
  async function buildTemporary(
    names: readonly string[],
    who: Identity,
  ): Promise<Pick<Case, 'own' | 'others'>> {
    const made = await speak(home, who);
    for (const name of names) {
      const host = await town.sock(town.person('host', { permissions: ['message.send', 'channel.create'] }));
      host.say(`/create ${name}`);
      await host.nextOf('channel_switch');
      host.say(secret);
      await town.settle();
    }
    return made;
  }

  /** What a dialect refuses though the rule would grant it; why. */
  function refusedBesides(
    dialect: string,
    action: ChannelAction,
    { kind = 'text', temporary, password }: (typeof channels)[string],
    { silenced, permissions }: Kind,
  ): boolean {
    // One enters these, which only one protocol has; there is nothing but text in two of them.
    if (dialect !== 'sockchat' && (temporary || password !== undefined)) return true;
    if (dialect !== 'originchats' && kind !== 'text') return true;
    switch (dialect) {
      case 'sockchat':
        // Section 2, packet 2: whoever may not speak gives no commands either, and whoever is silenced few.
        if (!permissions.includes('message.send')) return action !== 'see';
        return silenced === true && (action === 'delete-own' || action === 'delete-any');
      case 'originchats':
        // Section 6.1: text is in text channels, threads are in forums.
        if (action === 'read' || action === 'send') return kind !== 'text';
        if (action === 'create-thread' && kind !== 'forum') return true;
        return silenced === true && ['edit-own', 'react', 'create-thread'].includes(action);
      default:
        // Section 5, effects of moderation: whoever is silenced reads, comes and goes, and does nothing else. Changes are sent as messages are.
        if (silenced === true) return !['see', 'enter', 'read'].includes(action);
        return (
          ['edit-own', 'delete-own', 'delete-any'].includes(action) && !permissions.includes('message.send')
        );
    }
  }

  for (const [dialect, attempt] of Object.entries(dialects)) {
    for (const [channelKind, wish] of Object.entries(channels)) {
      describe(`${channelKind} on ${dialect}`, () => {
        test.each(Object.entries(users))('does for %s what the rule says', async (_, kind) => {
          const { silenced, ...brings } = kind;
          const who = town.person('who', brings);
          const one = await build(wish, who);
          if (silenced) await town.chat.users.silence(town.userId(who.name));
          await town.seen();
          const attempts = await attempt(one);
          await town.seen();
          const done: string[] = [];
          const expected: string[] = [];
          for (const action of channelActions) {
            if (attempts[action] === undefined) continue;
            if (await attempts[action]()) done.push(action);
            if (holds(wish, kind, action) && !refusedBesides(dialect, action, wish, kind))
              expected.push(action);
          }
          await town.clear();
          expect(done).toEqual(expected);
        });
      });
    }
  }
}

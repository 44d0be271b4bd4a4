import type { Identity } from '../../../src/domain/users/identity.js';
import { type Cast, type Cause, type Cell, type Fact, nothing, shows, tells } from './support/facts.js';
import { line, person, strangersLine, text, unread } from './support/shapes.js';

const nobody = { sockchat: nothing, originchats: nothing, venueless: nothing, conclave: nothing };

type Text = 'sockchat' | 'originchats' | 'venueless';

async function come({ town }: Cast, who: Identity, dialect: Text): Promise<void> {
  if (dialect === 'sockchat') await town.sock(who);
  else if (dialect === 'originchats') await town.origin(who);
  else await town.world(who);
}

/** A whisper of Sock Chat to somebody who is there by another protocol. */
const whispersTo =
  (dialect: Text, prepare: (cast: Cast) => Promise<unknown> = async () => {}): Cause =>
  async (cast) => {
    await come(cast, cast.target, dialect);
    const client = await cast.town.sock(cast.who);
    await prepare(cast);
    return () => client.say(`/msg ${cast.target.name} psst`);
  };

/** A message in a direct channel of Venueless with somebody who is there by another protocol. */
const writesTo =
  (dialect: Text): Cause =>
  async (cast) => {
    const { town, who, target } = cast;
    await come(cast, target, dialect);
    const member = await town.world(who);
    const { id } = await member.done('chat.direct.create', {
      users: [town.userUuid(target.name)],
      hide: false,
    });
    return () =>
      member.done('chat.send', {
        channel: id,
        event_type: 'channel.message',
        content: { type: 'text', body: 'psst' },
      });
  };

const none = 'there are no direct messages there';
const noHost = 'the host whispers to nobody';

async function blocked({ town, who, target }: Cast): Promise<void> {
  await town.chat.users.block(town.userId(target.name), town.userId(who.name));
}

const sealed = 'what is said there is sealed';

/** What somebody on Venueless is sent of it, who does not look at the channel. */
const noted = ({ who }: Cast) => [
  unread('direct'),
  [
    'chat.notification',
    {
      event: {
        type: 'chat.event',
        event_id: '#1',
        channel: '<direct>',
        sender: `<${who.name}>`,
        timestamp: 'T',
        event_type: 'channel.message',
        content: text('psst'),
        edited: null,
        replaces: null,
        reactions: {},
      },
      sender: person(who.name),
    },
  ],
];

const to = (dialect: Text, title: string, own: Cell, host: Cell): Fact => ({
  row: dialect === 'venueless' ? 'kind: direct' : 'whispers and direct messages',
  title: `a word in private to somebody on ${title}`,
  causes: {
    sockchat: whispersTo(dialect),
    originchats: none,
    venueless: writesTo(dialect),
    conclave: sealed,
    host: noHost,
  },
  views: { ...nobody, [`own ${dialect}`]: own, host },
});

export const inPrivate: readonly Fact[] = [
  to(
    'sockchat',
    'Sock Chat',
    shows('a whisper', ({ who }) => [line(who, 'psst', '10011')], {
      venueless: shows('a whisper that tells who it is', ({ who }) => [
        strangersLine(who, 'psst', { flags: '10011' }),
      ]),
    }),
    { ...tells('whisper'), from: { venueless: tells('message') } },
  ),
  to('originchats', 'OriginChats', nothing, {
    ...nothing,
    from: { venueless: tells('message') },
  }),
  to(
    'venueless',
    'Venueless',
    shows(
      'a direct channel, with a notification',
      (cast) => [
        [
          'chat.channels',
          {
            channels: [
              {
                id: '<direct>',
                unread_pointer: '#1',
                members: [person(cast.target.name), person(cast.who.name)],
              },
            ],
          },
        ],
        ...noted(cast),
      ],
      { venueless: shows('a notification', noted) },
    ),
    {
      ...tells('direct_open', 'member_add', 'member_add', 'message', 'whisper'),
      from: { venueless: tells('message') },
    },
  ),
  {
    row: 'blocks',
    title: 'a word in private to somebody who blocks it',
    own: 'who',
    causes: {
      sockchat: whispersTo('venueless', blocked),
      originchats: none,
      venueless: none,
      conclave: sealed,
      host: noHost,
    },
    views: {
      ...nobody,
      'own sockchat': shows('notice `usernf`', ({ target }) => [`2→T→-1→1␌usernf␌${target.name}→#1→10010`]),
      host: shows('nothing', []),
    },
  },
  {
    row: 'whispers and direct messages',
    title: 'a word in private to somebody who has no such thing',
    own: 'who',
    causes: {
      sockchat: whispersTo('originchats'),
      originchats: none,
      venueless: none,
      conclave: sealed,
      host: noHost,
    },
    views: {
      ...nobody,
      'own sockchat': shows('notice `usernf`', ({ target }) => [`2→T→-1→1␌usernf␌${target.name}→#1→10010`]),
      host: nothing,
    },
  },
];

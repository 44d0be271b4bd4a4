import * as wire from '../../../src/dialects/conclave/codec.js';
import type { ChannelWish } from '../../../src/domain/channels/commands.js';
import { users } from '../../../src/domain/users/users.js';
import type { Json } from '../../support/json-probe.js';
import type { Person } from '../conclave/support/server.js';
import { byHost, onOrigin, onSock, onWorld, type Prepare } from './support/acts.js';
import { type Cast, type Cause, type Fact, nothing, shows, tells } from './support/facts.js';
import { belonging, list, listed, posted, room } from './support/shapes.js';

const nobody = { sockchat: nothing, originchats: nothing, venueless: nothing, conclave: nothing };
const rooms = 'rooms are managed elsewhere there';
const sealed = 'there are no channels there';

/** What the channel of a case is called. */
const nameOf = ({ who }: Cast) => `place${who.id}`;

/** It is there before. */
const standing =
  (more: Partial<ChannelWish> = {}): Prepare =>
  async (cast) => {
    await cast.town.chat.channels.create({ name: nameOf(cast), ...more });
  };

const makes = (wish: Partial<ChannelWish>): Cause => byHost((cast) => standing(wish)(cast));

/** Who may do what, as OriginChats says it: without, a channel made there is for owners. */
const permissions = {
  view: ['user'],
  send: ['user'],
  delete: ['admin', 'moderator'],
  create_thread: ['user'],
};

/** What is listed of the rights in a channel that was made by OriginChats. */
function madeBy({ by }: Cast): object {
  if (by !== 'originchats') return {};
  return {
    permissions: {
      ...permissions,
      edit_own: ['user'],
      delete_own: ['user'],
      react: ['user'],
      pin: ['owner'],
    },
  };
}

/** A channel of OriginChats in which nothing is said. */
function silent(name: string, more: object): Json {
  const { last_message: _, last_message_id: __, ...shown } = listed(name, more);
  return shown;
}

function threadOf(cast: Cast): Json {
  return {
    id: '#1',
    name: 'why',
    parent_channel: nameOf(cast),
    created_by: cast.who.name,
    created_at: 'T',
    locked: false,
    archived: false,
    participants: [cast.who.name],
    last_message: null,
    last_message_id: null,
  };
}

/** The world of Venueless with these rooms. */
function world(...rooms: readonly Json[]): Json {
  return {
    world: {
      id: 'demo',
      title: 'Town',
      pretalx: {},
      profile_fields: [],
      social_logins: [],
      iframe_blockers: { default: { enabled: false, policy_url: null } },
      onsite_traits: [],
      vapid_public_key: '',
    },
    permissions: [
      'room:chat.join',
      'room:chat.read',
      'room:chat.send',
      'room:view',
      'world:chat.direct',
      'world:view',
    ],
    rooms,
  };
}

export const channels: readonly Fact[] = [
  {
    row: 'channel created, changed, deleted',
    title: 'a channel',
    staff: true,
    causes: {
      sockchat: onSock((client, cast) => client.say(`/create ${nameOf(cast)}`)),
      originchats: onOrigin((member, cast) =>
        member.send({ cmd: 'channel_create', name: nameOf(cast), type: 'text', permissions }),
      ),
      venueless: rooms,
      conclave: sealed,
      host: makes({}),
    },
    views: {
      ...nobody,
      sockchat: shows('`4→0`', (cast) => [`4→0→${nameOf(cast)}→0→0`], {
        sockchat: shows('`4→0`, and `5→1` of who goes there', (cast) => [
          `4→0→${nameOf(cast)}→0→0`,
          `5→1→${cast.who.id}→#1`,
        ]),
      }),
      originchats: shows('`channels_get`', (cast) => [list(listed(nameOf(cast), madeBy(cast)))]),
      venueless: shows('`room.create`', (cast) => [['room.create', room(nameOf(cast))]]),
      host: {
        ...tells('channel_create'),
        from: { sockchat: tells('channel_create', 'channel_leave', 'channel_enter') },
      },
    },
  },
  {
    row: 'channel created, changed, deleted',
    title: 'a new name of a channel',
    staff: true,
    causes: {
      sockchat: 'channels keep their names there',
      originchats: onOrigin(
        (member, cast) =>
          member.send({
            cmd: 'channel_update',
            current_name: nameOf(cast),
            updates: { name: `new${nameOf(cast)}` },
          }),
        standing(),
      ),
      venueless: rooms,
      conclave: sealed,
      host: byHost(
        (cast) =>
          cast.town.chat.channels.update(cast.town.channelId(nameOf(cast)), { name: `new${nameOf(cast)}` }),
        standing(),
      ),
    },
    views: {
      ...nobody,
      sockchat: shows('`4→1`', (cast) => [`4→1→${nameOf(cast)}→new${nameOf(cast)}→0→0`]),
      originchats: shows('`channels_get`', (cast) => [list(listed(`new${nameOf(cast)}`))]),
      venueless: shows('`world.updated`', (cast) => [
        [
          'world.updated',
          world(
            room('lounge', { users: 'few' }),
            room('workshop', { users: 'few' }),
            room(`new${nameOf(cast)}`),
          ),
        ],
      ]),
      host: tells('channel_update'),
    },
  },
  {
    row: 'channel created, changed, deleted',
    title: 'a password of a channel',
    staff: true,
    causes: {
      sockchat: onSock(async (client, cast) => {
        client.say(`/join ${nameOf(cast)}`);
        await cast.town.seen();
        client.say('/password open');
      }, standing()),
      originchats: 'channels have no passwords there',
      venueless: rooms,
      conclave: sealed,
      host: byHost(
        (cast) => cast.town.chat.channels.update(cast.town.channelId(nameOf(cast)), { password: 'open' }),
        standing(),
      ),
    },
    views: {
      ...nobody,
      sockchat: shows('`4→1` with the mark', (cast) => [`4→1→${nameOf(cast)}→${nameOf(cast)}→1→0`]),
      originchats: shows('`channels_get` without it', [list()]),
      venueless: shows('`room.delete`', (cast) => [['room.delete', { id: `<room ${nameOf(cast)}>` }]]),
      host: tells('channel_update'),
    },
  },
  {
    row: 'channel created, changed, deleted',
    title: 'the end of a channel',
    staff: true,
    causes: {
      sockchat: onSock((client, cast) => client.say(`/delchan ${nameOf(cast)}`), standing()),
      originchats: onOrigin(
        (member, cast) => member.send({ cmd: 'channel_delete', name: nameOf(cast) }),
        standing(),
      ),
      venueless: rooms,
      conclave: sealed,
      host: byHost((cast) => cast.town.chat.channels.remove(cast.town.channelId(nameOf(cast))), standing()),
    },
    views: {
      ...nobody,
      sockchat: shows('`4→2`', (cast) => [`4→2→${nameOf(cast)}`]),
      originchats: shows('`channels_get`', [list()]),
      venueless: shows('`room.delete`', (cast) => [['room.delete', { id: `<room ${nameOf(cast)}>` }]]),
      host: tells('channel_delete'),
    },
  },
  {
    row: 'kind: text',
    title: 'a text channel that a host made',
    causes: {
      sockchat: 'see a channel',
      originchats: 'see a channel',
      venueless: rooms,
      conclave: sealed,
      host: makes({ look: { description: 'Where we meet' } }),
    },
    views: {
      ...nobody,
      sockchat: shows('`4→0`', (cast) => [`4→0→${nameOf(cast)}→0→0`]),
      originchats: shows('a channel', (cast) => [
        list(listed(nameOf(cast), { description: 'Where we meet' })),
      ]),
      venueless: shows('a room', (cast) => [
        ['room.create', room(nameOf(cast), { description: 'Where we meet' })],
      ]),
      host: tells('channel_create'),
    },
  },
  {
    row: 'kind: forum',
    title: 'a forum',
    causes: {
      sockchat: 'there are none there',
      originchats: 'none is made there, though a channel may become one',
      venueless: rooms,
      conclave: sealed,
      host: makes({ kind: 'forum' }),
    },
    views: {
      ...nobody,
      originchats: shows('a forum', (cast) => [list(silent(nameOf(cast), { type: 'forum', threads: [] }))]),
      host: tells('channel_create'),
    },
  },
  {
    row: 'kind: thread',
    title: 'a thread',
    causes: {
      sockchat: 'there are none there',
      originchats: onOrigin(
        (member, cast) => member.send({ cmd: 'thread_create', channel: nameOf(cast), name: 'why' }),
        standing({ kind: 'forum' }),
      ),
      venueless: 'there are none there',
      conclave: sealed,
      host: byHost(
        (cast) =>
          cast.town.chat.run('thread.create', {
            by: cast.town.userId(cast.who.name),
            forum: cast.town.channelId(nameOf(cast)),
            name: 'why',
          }),
        async (cast) => {
          await cast.town.origin(cast.who);
          await standing({ kind: 'forum' })(cast);
        },
      ),
    },
    views: {
      ...nobody,
      originchats: shows('`thread_create`, and lists anew', (cast) => {
        const thread = threadOf(cast);
        return [
          { cmd: 'thread_create', thread, channel: nameOf(cast), global: true },
          list(silent(nameOf(cast), { type: 'forum', threads: [thread] })),
        ];
      }),
      host: tells('thread_create'),
    },
  },
  {
    row: 'kind: thread',
    title: 'a message in a thread',
    causes: {
      sockchat: 'there are none there',
      originchats: async (cast) => {
        await standing({ kind: 'forum' })(cast);
        const member = await cast.town.origin(cast.who);
        const { thread } = await member.ask({ cmd: 'thread_create', channel: nameOf(cast), name: 'why' });
        return () => member.send({ cmd: 'message_new', thread_id: thread.id, content: 'because' });
      },
      venueless: 'there are none there',
      conclave: sealed,
      host: 'see a thread',
    },
    views: {
      ...nobody,
      originchats: shows('`message_new` with `thread_id`', (cast) => [
        posted(cast.who.name, 'because', {}, { channel: nameOf(cast), thread_id: '#-1' }),
      ]),
      host: tells('message'),
    },
  },
  {
    row: 'kind: voice',
    title: 'a voice channel',
    staff: true,
    causes: {
      sockchat: 'there are none there',
      originchats: onOrigin((member, cast) =>
        member.send({ cmd: 'channel_create', name: nameOf(cast), type: 'voice', permissions }),
      ),
      venueless: rooms,
      conclave: sealed,
      host: makes({ kind: 'voice' }),
    },
    views: {
      ...nobody,
      originchats: shows('a voice channel', (cast) => [
        list(silent(nameOf(cast), { type: 'voice', voice_state: [], ...madeBy(cast) })),
      ]),
      host: tells('channel_create'),
    },
  },
  {
    row: 'kind: voice',
    title: 'somebody in voice',
    causes: {
      sockchat: 'there is no voice there',
      originchats: onOrigin(
        (member, cast) => member.send({ cmd: 'voice_join', channel: nameOf(cast), peer_id: 'peer' }),
        standing({ kind: 'voice' }),
      ),
      venueless: 'there is no voice there',
      conclave: sealed,
      host: 'the host has no voice',
    },
    views: {
      ...nobody,
      originchats: shows('`voice_user_joined`', (cast) => [
        {
          cmd: 'voice_user_joined',
          channel: nameOf(cast),
          user: { id: cast.who.id, username: cast.who.name, muted: false },
        },
      ]),
      host: tells('voice_join'),
    },
  },
  {
    row: 'kind: separator',
    title: 'a separator',
    staff: true,
    causes: {
      sockchat: 'there are none there',
      originchats: onOrigin((member, cast) =>
        member.send({ cmd: 'channel_create', name: nameOf(cast), type: 'separator', size: 9, permissions }),
      ),
      venueless: rooms,
      conclave: sealed,
      host: makes({ kind: 'separator', look: { size: 9 } }),
    },
    views: {
      ...nobody,
      originchats: shows('a separator', (cast) => [
        list(silent(nameOf(cast), { type: 'separator', size: 9, ...madeBy(cast) })),
      ]),
      host: tells('channel_create'),
    },
  },
  {
    row: 'kind: temporary',
    title: 'a channel for now',
    causes: {
      sockchat: async (cast) => {
        const who = { ...cast.who, permissions: ['message.send', 'channel.create'] as const };
        const client = await cast.town.sock(who);
        return () => client.say(`/create ${nameOf(cast)}`);
      },
      originchats: 'channels last there',
      venueless: rooms,
      conclave: sealed,
      host: 'channels of the host last',
    },
    views: {
      ...nobody,
      sockchat: shows('`4→0` with the mark, and `5→1`', (cast) => [
        `4→0→${nameOf(cast)}→0→1`,
        `5→1→${cast.who.id}→#1`,
      ]),
      host: tells('channel_create', 'channel_leave', 'channel_enter'),
    },
  },
  {
    row: 'kind: temporary',
    title: 'the end of a channel for now',
    causes: {
      sockchat: async (cast) => {
        const who = { ...cast.who, permissions: ['message.send', 'channel.create'] as const };
        const client = await cast.town.sock(who);
        client.say(`/create ${nameOf(cast)}`);
        await cast.town.seen();
        return () => client.say('/join lounge');
      },
      originchats: 'channels last there',
      venueless: rooms,
      conclave: sealed,
      host: 'channels of the host last',
    },
    views: {
      ...nobody,
      sockchat: shows('`5→0` of who comes back, and `4→2`', (cast) => [
        `5→0→${cast.who.id}→${cast.who.name}→inherit→#2`,
        `4→2→${nameOf(cast)}`,
      ]),
      host: tells('channel_leave', 'channel_enter', 'channel_delete'),
    },
  },
  {
    row: 'member joined or left',
    title: 'somebody joining',
    causes: {
      sockchat: 'nobody belongs to a channel there',
      originchats: 'nobody belongs to a channel there',
      venueless: onWorld((member, { town }) =>
        member.done('chat.join', { channel: town.channelUuid('workshop') }),
      ),
      conclave: 'groups are of their own, see a group',
      host: byHost(
        ({ town, who }) =>
          town.chat.run('member.join', { user: town.userId(who.name), channel: town.channelId('workshop') }),
        ({ town, who }) => town.world(who),
      ),
    },
    views: {
      ...nobody,
      venueless: shows('`channel.member`', ({ who }) => [
        belonging(who.name, 'join', { channel: '<workshop>' }),
      ]),
      host: { ...tells('member_add'), from: { venueless: tells('subscription_open', 'member_add') } },
    },
  },
  {
    row: 'member joined or left',
    title: 'somebody leaving',
    causes: {
      sockchat: 'nobody belongs to a channel there',
      originchats: 'nobody belongs to a channel there',
      venueless: onWorld((member, { town }) =>
        member.done('chat.leave', { channel: town.channelUuid('lounge') }),
      ),
      conclave: 'groups are of their own, see a group',
      host: byHost(
        ({ town, who }) => town.chat.channels.removeMember(town.channelId('lounge'), town.userId(who.name)),
        ({ town, who }) => town.world(who, 'lounge'),
      ),
    },
    views: {
      ...nobody,
      venueless: shows('`channel.member`', ({ who }) => [belonging(who.name, 'leave')]),
      host: { ...tells('member_remove'), from: { venueless: tells('subscription_close', 'member_remove') } },
    },
  },
];

/** What becomes of encrypted groups: the onlooker of Conclave belongs to the group. */
const inGroup =
  (act: (by: Parts, cast: Cast) => unknown): Cause =>
  async (cast) => {
    const { town } = cast;
    const founder = await town.sealed('Founder');
    const guest = await town.sealed('Guest');
    const group = await founder.group(`club${cast.who.id}`);
    await founder.bring(group, town.onlooker, 1);
    await founder.bring(group, guest, 2);
    cast.people.founder = founder.name;
    cast.people.guest = guest.name;
    return () => act({ founder, guest, group }, cast);
  };

interface Parts {
  readonly founder: Person;
  readonly guest: Person;
  readonly group: string;
}

const elsewhere = {
  sockchat: 'there are no groups there',
  originchats: 'there are no groups there',
  venueless: 'there are no groups there',
  host: 'groups belong to those in them',
};

export const groups: readonly Fact[] = [
  {
    row: 'kind: group',
    title: 'a message in a group',
    causes: { ...elsewhere, conclave: inGroup(({ founder, group }) => founder.send(group, 1, 2, 3)) },
    views: {
      ...nobody,
      conclave: shows('`new_message`', ({ who, people }) => [
        `message <club${who.id}> 3 <${people.founder}>`,
      ]),
      host: tells('group_message'),
    },
  },
  {
    row: 'kind: group',
    title: 'somebody brought into a group',
    causes: {
      ...elsewhere,
      conclave: async (cast) => {
        const newcomer = await cast.town.sealed('Newcomer');
        return inGroup(({ founder, group }) => founder.bring(group, newcomer, 3))(cast);
      },
    },
    views: {
      ...nobody,
      conclave: shows('`group_update`', ({ who }) => [`update <club${who.id}> commit`]),
      host: tells('group_invite', 'group_member_add', 'group_welcome', 'group_update'),
    },
  },
  {
    row: 'kind: group',
    title: 'somebody leaving a group',
    causes: { ...elsewhere, conclave: inGroup(({ guest, group }) => guest.done(`/groups/${group}/leave`)) },
    views: {
      ...nobody,
      conclave: shows('`member_removed`', ({ who, people }) => [`removed <club${who.id}> <${people.guest}>`]),
      host: tells('group_member_remove'),
    },
  },
  {
    row: 'kind: group',
    title: 'a new alias of a member',
    causes: {
      ...elsewhere,
      conclave: inGroup(({ guest }) =>
        guest.done('/me', wire.UpdateProfileRequest, { alias: 'Somebody Else' }, 'PATCH'),
      ),
    },
    views: {
      ...nobody,
      conclave: shows('`group_update`', ({ who }) => [`update <club${who.id}> settings`]),
      host: tells('group_update'),
    },
  },
  {
    row: 'leaves for good',
    title: 'a member leaving for good',
    causes: {
      ...elsewhere,
      conclave: inGroup(({ guest }) =>
        guest.done('/delete-account', wire.DeleteAccountRequest, { password: 'password123' }),
      ),
    },
    views: {
      ...nobody,
      conclave: shows('`member_removed`', ({ who, people }) => [`removed <club${who.id}> <${people.guest}>`]),
      host: tells('user_leave', 'token_end', 'group_member_remove'),
    },
  },
  {
    row: 'banned',
    title: 'a ban of a private account',
    causes: {
      sockchat: 'nobody knows of them there',
      originchats: 'nobody knows of them there',
      venueless: 'nobody knows of them there',
      conclave: 'bans there are from groups',
      host: inGroup(async ({ guest }, { town }) => {
        const user = town.chat.read((view) => [...view.all(users)].find(({ name }) => name === guest.name));
        if (user === undefined) throw new Error('the guest has no account');
        await town.chat.users.ban(user.id);
      }),
    },
    views: {
      ...nobody,
      host: tells('user_ban', 'token_end'),
    },
  },
  {
    row: 'kind: group',
    title: 'the end of a group',
    causes: {
      ...elsewhere,
      conclave: inGroup(({ founder, group }) => founder.done(`/groups/${group}/delete`)),
    },
    views: {
      ...nobody,
      conclave: shows('`group_deleted`', ({ who }) => [`deleted <club${who.id}>`]),
      host: tells('group_delete'),
    },
  },
];

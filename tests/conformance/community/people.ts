import * as wire from '../../../src/dialects/conclave/codec.js';
import {
  byHost,
  type Everywhere,
  everywhere,
  onOrigin,
  onSealed,
  onSock,
  onWorld,
  type Prepare,
  targetEverywhere,
  uuidOfUser,
} from './support/acts.js';
import { type Cause, type Cell, type Fact, nothing, shows, tells } from './support/facts.js';
import {
  answered,
  belonging,
  comer,
  event,
  fields,
  line,
  notice,
  person,
  posted,
  refreshed,
  staffFields,
  text,
  unread,
  voice,
} from './support/shapes.js';

const nobody = { sockchat: nothing, originchats: nothing, venueless: nothing, conclave: nothing };

/** Somebody who was here before. */
const known =
  (come: Cause): Cause =>
  async (cast) => {
    const before = await cast.town.sock(cast.who);
    await before.close();
    return come(cast);
  };

const comes: Fact['causes'] = {
  sockchat:
    async ({ town, who }) =>
    () =>
      town.sock(who),
  originchats:
    async ({ town, who }) =>
    () =>
      town.origin(who),
  venueless:
    async ({ town, who }) =>
    () =>
      town.world(who),
  conclave:
    async ({ town }) =>
    () =>
      town.sealed('Newcomer'),
  host: 'the host has no sessions: accounts begin with a login',
};

/** The target's own hand, in each dialect. */
const ownHand =
  (act: (own: Everywhere, cast: Parameters<Cause>[0]) => unknown): Cause =>
  async (cast) => {
    const own = await everywhere(cast, cast.target);
    return () => act(own, cast);
  };

/** Whoever will act is away, by what the other protocol calls it. */
const isAfk: Prepare = async ({ town, who }) => {
  const client = await town.sock(who);
  client.say('/afk tea time');
};
const isIdle: Prepare = async ({ town, who }) => {
  const member = await town.origin(who);
  await member.ask({ cmd: 'status_set', status: 'idle', text: 'tea time' });
};
const present = (username: string) => ({
  cmd: 'status_get',
  username,
  status: { status: 'online', text: '' },
  global: true,
});

/** People of other protocols are in the list of Sock Chat, which is sent anew a while after. */
const listedLater: Cell = shows('the list anew', ({ who, foreign }) => refreshed(...foreign, who));
const goneLater: Cell = shows('the list anew', ({ foreign }) => refreshed(...foreign));

export const people: readonly Fact[] = [
  {
    row: 'account created',
    title: 'a newcomer',
    causes: comes,
    views: {
      ...nobody,
      sockchat: {
        ...listedLater,
        from: { sockchat: shows('`1.#`', ({ who }) => [`1→T→${fields(who)}→#1`]), conclave: nothing },
      },
      originchats: shows(
        '`user_join` and `user_connect`',
        ({ who }) => [
          { cmd: 'user_join', user: comer(who) },
          { cmd: 'user_connect', user: comer(who) },
        ],
        { conclave: nothing },
      ),
      host: {
        ...tells('user_join', 'user_connect', 'session_open'),
        from: { conclave: tells('user_join', 'stream_open') },
      },
    },
  },
  {
    row: 'first session opens',
    title: 'a login',
    causes: Object.fromEntries(
      Object.entries(comes).map(([by, cause]) => [
        by,
        typeof cause === 'string' || by === 'conclave' ? 'whoever is private is nobody there' : known(cause),
      ]),
    ) as unknown as Fact['causes'],
    views: {
      ...nobody,
      sockchat: {
        ...listedLater,
        from: { sockchat: shows('`1.#`', ({ who }) => [`1→T→${fields(who)}→#1`]) },
      },
      originchats: shows('`user_connect`', ({ who }) => [{ cmd: 'user_connect', user: comer(who) }]),
      host: tells('user_connect', 'session_open'),
    },
  },
  {
    row: 'last session closes',
    title: 'a logout',
    causes: {
      sockchat: onSock((client) => client.close()),
      originchats: onOrigin((member) => member.probe.close()),
      venueless: onWorld((member) => member.probe.close()),
      conclave: onSealed((person) => person.streams[0]?.abort()),
      host: byHost(
        async ({ town, target }) => {
          for (const { id } of town.chat.sessions.of(town.userId(target.name)))
            await town.chat.sessions.close(id);
        },
        ({ town, target }) => town.sock(target),
      ),
    },
    views: {
      ...nobody,
      sockchat: {
        ...goneLater,
        from: {
          sockchat: shows('`3` with `leave`', ({ who }) => [`3→${who.id}→${who.name}→leave→T→#1`]),
          conclave: nothing,
          host: shows('`3` with `leave`', ({ target }) => [`3→${target.id}→${target.name}→leave→T→#1`]),
        },
      },
      originchats: shows(
        '`user_disconnect`',
        ({ by, who, target }) => [
          { cmd: 'user_disconnect', username: by === 'host' ? target.name : who.name },
        ],
        { conclave: nothing },
      ),
      host: { ...tells('session_close', 'user_disconnect'), from: { conclave: tells('stream_close') } },
    },
  },
  {
    row: 'last session closes',
    title: 'a silent end',
    causes: {
      sockchat: onSock((_, { town, who }) => fallSilent(town, who, 'sockchat', 310)),
      originchats: onOrigin((member, { town, who }) => {
        member.probe.pause();
        return fallSilent(town, who, 'originchats', 220);
      }),
      venueless: onWorld((member, { town, who }) => {
        member.probe.pause();
        return fallSilent(town, who, 'venueless', 130);
      }),
      conclave: 'streams are written to, and not listened to',
      host: 'the host has no connection',
    },
    views: {
      ...nobody,
      sockchat: {
        ...goneLater,
        from: {
          sockchat: shows('`3` with `timeout`', ({ who }) => [`3→${who.id}→${who.name}→timeout→T+300→#1`]),
        },
      },
      originchats: shows('`user_disconnect`', ({ who }) => [{ cmd: 'user_disconnect', username: who.name }]),
      host: tells('session_close', 'user_disconnect'),
    },
  },
  {
    row: 'leaves for good',
    title: 'leaving for good',
    staff: true,
    causes: {
      sockchat: 'there is no command for it in that protocol',
      originchats: ownHand(({ origin }) => origin.send({ cmd: 'user_leave' })),
      venueless: onWorld(
        (member, cast) => member.done('user.delete', { id: uuidOfUser(cast, cast.target) }),
        targetEverywhere,
      ),
      conclave: onSealed((person) =>
        person.done('/delete-account', wire.DeleteAccountRequest, { password: 'password123' }),
      ),
      host: byHost(({ town, target }) => town.chat.users.remove(town.userId(target.name)), targetEverywhere),
    },
    views: {
      ...nobody,
      sockchat: {
        ...shows('`3` with `leave`', ({ target }) => [`3→${target.id}→${target.name}→leave→T→#1`]),
        from: { conclave: nothing },
      },
      originchats: shows(
        '`user_leave` and `user_disconnect`',
        ({ by, target }) => [
          {
            cmd: 'user_leave',
            username: target.name,
            ...(by === 'originchats' ? { val: 'User left server' } : {}),
          },
          { cmd: 'user_disconnect', username: target.name },
        ],
        { conclave: nothing },
      ),
      venueless: shows(
        'member `leave`',
        ({ target }) => [belonging(target.name, 'leave', { event_id: '#2' })],
        {
          conclave: nothing,
        },
      ),
      'own sockchat': shows('`9→0` and the end', ['9→0', 'closed 1000'], { conclave: null }),
      'own originchats': shows(
        '`user_leave`, logged out',
        ({ target }) => [{ cmd: 'user_leave', username: target.name }],
        {
          originchats: shows('`user_leave` and the end', ({ target }) => [
            { cmd: 'user_leave', username: target.name, val: 'User left server' },
            'closed 1000',
          ]),
          conclave: null,
        },
      ),
      'own venueless': shows(
        '`auth.denied` and the end',
        [['error', { code: 'auth.denied' }], 'closed 1000'],
        {
          venueless: shows('`connection.reload` and the end', [['connection.reload', {}], 'closed 1000']),
          conclave: null,
        },
      ),
      host: {
        ...tells(
          'user_leave',
          'session_close',
          'session_close',
          'session_close',
          'user_disconnect',
          'member_remove',
        ),
        from: { conclave: tells('user_leave', 'token_end') },
      },
    },
  },
  {
    row: 'away',
    title: 'being away',
    causes: {
      sockchat: onSock((client) => client.say('/afk tea time')),
      originchats: onOrigin((member) => member.send({ cmd: 'status_set', status: 'idle', text: 'tea time' })),
      venueless: 'there is no such thing there',
      conclave: 'there is no such thing there',
      host: 'nobody is away for the host',
    },
    views: {
      ...nobody,
      sockchat: shows(
        'the list anew, with the prefix',
        ({ foreign, who }) => refreshed(...foreign, fields({ ...who, name: `&lt;TEA&gt;_${who.name}` })),
        {
          sockchat: shows('`10` with the prefix', ({ who }) => [
            `10→${fields({ ...who, name: `&lt;TEA&gt;_${who.name}` })}`,
          ]),
        },
      ),
      originchats: shows('`status_get` with `idle`', ({ who }) => [
        {
          cmd: 'status_get',
          username: who.name,
          status: { status: 'idle', text: 'tea time' },
          global: true,
        },
      ]),
      host: tells('user_update', 'user_status'),
    },
  },
  {
    row: 'away',
    title: 'being back',
    causes: {
      sockchat: onSock((client) => client.say('back'), isIdle),
      originchats: onOrigin((member) => member.send({ cmd: 'status_set', status: 'online' }), isAfk),
      venueless: 'there is no such thing there',
      conclave: 'there is no such thing there',
      host: 'nobody is away for the host',
    },
    // Whichever of the two it was that they went away by.
    views: {
      ...nobody,
      sockchat: shows('`10` without the prefix', ({ who }) => [`10→${fields(who)}`], {
        sockchat: shows('`10` without the prefix, then what is said', ({ who }) => [
          `10→${fields(who)}`,
          line(who, 'back'),
        ]),
      }),
      originchats: shows('`status_get` with `online`', ({ who }) => [present(who.name)], {
        sockchat: shows('`status_get` with `online`, then what is said', ({ who }) => [
          present(who.name),
          posted(who.name, 'back'),
        ]),
      }),
      venueless: shows('nothing', [], {
        sockchat: shows('what is said', ({ who }) => [event(person(who.name), text('back')), unread()]),
      }),
      host: {
        ...tells('user_update', 'user_status'),
        from: { sockchat: tells('user_update', 'user_status', 'message') },
      },
    },
  },
  {
    row: 'nick, profile',
    title: 'a nick',
    staff: true,
    causes: {
      sockchat: onSock((client) => client.say('/nick Nick')),
      originchats: 'nicknames there are display names',
      venueless: 'names there are display names',
      conclave: 'names there are for the own group',
      host: 'the host gives display names',
    },
    views: {
      ...nobody,
      sockchat: shows('notice `nick` and `10`', ({ who }) => [
        notice('nick', who.name, '~Nick'),
        `10→${staffFields(who, '~Nick')}`,
      ]),
      host: tells('user_update'),
    },
  },
  {
    row: 'nick, profile',
    title: 'a display name',
    causes: {
      sockchat: 'nicks there are for now',
      originchats: onOrigin((member) =>
        member.send({ cmd: 'slash_call', channel: 'workshop', command: 'nick', args: { nickname: 'Nicky' } }),
      ),
      venueless: onWorld((member) => member.done('user.update', { profile: { display_name: 'Nicky' } })),
      conclave: 'names there are for the own group',
      host: byHost(
        ({ town, target }) =>
          town.chat.users.update(town.userId(target.name), { profile: { display_name: 'Nicky' } }),
        targetEverywhere,
      ),
    },
    views: {
      ...nobody,
      originchats: shows(
        '`nickname_update`',
        ({ by, who, target }) => {
          const { id, name } = by === 'host' ? target : who;
          return [{ cmd: 'nickname_update', user: id, username: name, nickname: 'Nicky' }];
        },
        {
          originchats: shows('`nickname_update`, and the answer to the command', ({ who }) => [
            { cmd: 'nickname_update', user: who.id, username: who.name, nickname: 'Nicky' },
            answered('nick', who.name, 'Nickname set to **Nicky**', '#1'),
          ]),
        },
      ),
      venueless: shows('nothing', [], {
        originchats: shows('the answer to the command', [
          event(voice, text('Nickname set to **Nicky**'), { channel: '<workshop>' }),
          unread('workshop'),
        ]),
      }),
      host: { ...tells('user_update'), from: { originchats: tells('user_update', 'message') } },
    },
  },
  {
    row: 'nick, profile',
    title: 'a display name by somebody else',
    staff: true,
    causes: {
      sockchat: 'only nicks are given there',
      originchats: onOrigin(
        (member, { target }) =>
          member.send({ cmd: 'user_update', user: target.name, updates: { nickname: 'Nicky' } }),
        targetEverywhere,
      ),
      venueless: onWorld(
        (member, cast) =>
          member.done('user.admin.update', {
            id: uuidOfUser(cast, cast.target),
            profile: { display_name: 'Nicky' },
          }),
        targetEverywhere,
      ),
      conclave: 'names there are for the own group',
      host: 'see above',
    },
    views: {
      ...nobody,
      originchats: shows('`user_updated`', ({ target }) => [
        { cmd: 'user_updated', user_id: target.id, username: target.name, nickname: 'Nicky' },
      ]),
      'own venueless': shows('`user.updated`', ({ target }) => [
        ['user.updated', person(target.name, 'Nicky')],
      ]),
      host: tells('user_update'),
    },
  },
  {
    row: 'blocks',
    title: 'a block',
    causes: {
      sockchat: 'there are none in that protocol',
      originchats: 'there are none in that protocol',
      venueless: onWorld(
        (member, cast) => member.done('user.block', { id: uuidOfUser(cast, cast.target) }),
        targetEverywhere,
      ),
      conclave: 'there are none in that protocol',
      host: byHost(
        ({ town, who, target }) => town.chat.users.block(town.userId(who.name), town.userId(target.name)),
        async (cast) => {
          await cast.town.sock(cast.who);
          await targetEverywhere(cast);
        },
      ),
    },
    views: {
      ...nobody,
      host: tells('user_block'),
    },
  },
];

/** Lets so many seconds pass, in which everybody else shows that they are there. */
async function fallSilent(
  town: Parameters<Cause>[0]['town'],
  who: Parameters<Cause>[0]['who'],
  dialect: string,
  seconds: number,
): Promise<void> {
  town.mute(who, dialect);
  for (let passed = 0; passed < seconds; passed += 10) await town.pass(10_000);
}

import {
  byHost,
  onOrigin,
  onSock,
  onWorld,
  type Prepare,
  targetEverywhere,
  uuidOfUser,
} from './support/acts.js';
import { type Cell, type Fact, nothing, shows, tells } from './support/facts.js';
import { answered, event, notice, refreshed, staffFields, text, unread, voice } from './support/shapes.js';

const nobody = { sockchat: nothing, originchats: nothing, venueless: nothing, conclave: nothing };
const none = 'people are moderated in their groups there, which nobody else sees';

const slash = (command: string, args: object) => ({ cmd: 'slash_call', channel: 'workshop', command, args });

/** Silent before they came by the other protocols. */
const silenced: Prepare = async (cast) => {
  const { town, target } = cast;
  await town.sock(target);
  await town.chat.users.silence(town.userId(target.name));
  await town.origin(target);
  await town.world(target);
};

const banned: Prepare = async (cast) => {
  await cast.town.sock(cast.target);
  await cast.town.chat.users.ban(cast.town.userId(cast.target.name));
};

/** All sessions of somebody end. */
const ends = ['session_close', 'session_close', 'session_close', 'user_disconnect'];

const sockKick: Cell = shows('`3` with `kick`', ({ target }) => [`3→${target.id}→${target.name}→kick→T→#1`]);
const goes = shows('`user_disconnect`', ({ target }) => [{ cmd: 'user_disconnect', username: target.name }]);
const reloads = shows('`connection.reload` and the end', [['connection.reload', {}], 'closed 1000']);
const sentAway = (why: string) =>
  shows('`disconnect` and the end', [{ cmd: 'disconnect', reason: `You have been ${why}` }, 'closed 1000']);

const outcome = (name: string) => `🚫 **${name}** has been banned.\n**Reason:** No reason provided`;

export const moderation: readonly Fact[] = [
  {
    row: 'kicked',
    title: 'a kick by a client',
    staff: true,
    causes: {
      sockchat: onSock((client, { target }) => client.say(`/kick ${target.name}`), targetEverywhere),
      originchats: 'there is no such thing there',
      venueless: 'there is no such thing there',
      conclave: none,
      host: 'what the host does holds in all protocols',
    },
    // It holds where it was given: by the others they are still there.
    views: {
      ...nobody,
      sockchat: shows('`3` with `kick`, then the list with those who are there by others', (cast) => [
        `3→${cast.target.id}→${cast.target.name}→kick→T→#1`,
        ...refreshed(staffFields(cast.who, cast.who.name), ...cast.foreign, cast.target),
      ]),
      'own sockchat': shows('`9→0` and the end', ['9→0', 'closed 1000']),
      'own originchats': nothing,
      'own venueless': nothing,
      host: tells('user_kick', 'session_close', 'channel_leave'),
    },
  },
  {
    row: 'kicked',
    title: 'a kick by the host',
    staff: true,
    causes: {
      sockchat: 'kicks of clients hold where they were given',
      originchats: 'there is no such thing there',
      venueless: 'there is no such thing there',
      conclave: none,
      host: byHost(({ town, target }) => town.chat.users.kick(town.userId(target.name)), targetEverywhere),
    },
    views: {
      ...nobody,
      sockchat: sockKick,
      originchats: goes,
      'own sockchat': shows('`9→0` and the end', ['9→0', 'closed 1000']),
      'own originchats': sentAway('kicked'),
      'own venueless': reloads,
      host: tells('user_kick', ...ends),
    },
  },
  {
    row: 'banned',
    title: 'a ban for some time',
    staff: true,
    causes: {
      sockchat: onSock((client, { target }) => client.say(`/kick ${target.name} 60`), targetEverywhere),
      originchats: 'bans there have no end',
      venueless: 'bans there have no end',
      conclave: none,
      host: byHost(
        ({ town, target }) =>
          town.chat.users.ban(town.userId(target.name), { until: town.clock.now() + 60_000 }),
        targetEverywhere,
      ),
    },
    views: {
      ...nobody,
      sockchat: sockKick,
      originchats: goes,
      'own sockchat': shows('`9→1` with its end, and the end', ['9→1→T+60', 'closed 1000']),
      'own originchats': sentAway('banned'),
      'own venueless': reloads,
      host: tells('user_ban', ...ends),
    },
  },
  {
    row: 'banned',
    title: 'a ban',
    staff: true,
    causes: {
      sockchat: onSock((client, { target }) => client.say(`/ban ${target.name}`), targetEverywhere),
      originchats: onOrigin(
        (member, { target }) => member.send({ cmd: 'user_ban', user: target.name }),
        targetEverywhere,
      ),
      venueless: onWorld(
        (member, cast) => member.done('user.ban', { id: uuidOfUser(cast, cast.target) }),
        targetEverywhere,
      ),
      conclave: none,
      host: byHost(({ town, target }) => town.chat.users.ban(town.userId(target.name)), targetEverywhere),
    },
    views: {
      ...nobody,
      sockchat: sockKick,
      originchats: { ...goes, from: { originchats: nothing } },
      'own sockchat': shows('`9→1→-1` and the end', ['9→1→-1', 'closed 1000']),
      'own originchats': { ...sentAway('banned'), from: { originchats: nothing } },
      'own venueless': reloads,
      host: {
        ...tells('user_ban', ...ends),
        from: {
          originchats: tells('user_ban', 'session_close', 'session_close', 'channel_leave'),
        },
      },
    },
  },
  {
    row: 'banned',
    title: 'a ban by /ban',
    staff: true,
    causes: {
      sockchat: 'see the other bans',
      originchats: onOrigin(
        (member, { target }) => member.send(slash('ban', { username: target.name })),
        targetEverywhere,
      ),
      venueless: 'there are no commands there',
      conclave: none,
      host: 'see the other bans',
    },
    views: {
      ...nobody,
      sockchat: sockKick,
      originchats: shows('`user_disconnect`, and the answer to the command', ({ who, target }) => [
        { cmd: 'user_disconnect', username: target.name },
        answered('ban', who.name, outcome(target.name), '#2'),
      ]),
      venueless: shows('the answer to the command', ({ target }) => [
        event(voice, text(outcome(target.name)), { event_id: '#2', channel: '<workshop>' }),
        unread('workshop', '#2'),
      ]),
      'own sockchat': shows('`9→1→-1` and the end', ['9→1→-1', 'closed 1000']),
      'own originchats': sentAway('banned'),
      'own venueless': reloads,
      host: tells('user_ban', ...ends, 'message'),
    },
  },
  {
    row: 'silenced',
    title: 'a silence',
    staff: true,
    causes: {
      sockchat: onSock((client, { target }) => client.say(`/silence ${target.name}`), targetEverywhere),
      originchats: onOrigin(
        (member, { target }) => member.send({ cmd: 'user_timeout', user: target.name, timeout: 60 }),
        targetEverywhere,
      ),
      venueless: onWorld(
        (member, cast) => member.done('user.silence', { id: uuidOfUser(cast, cast.target) }),
        targetEverywhere,
      ),
      conclave: none,
      host: byHost(({ town, target }) => town.chat.users.silence(town.userId(target.name)), targetEverywhere),
    },
    views: {
      ...nobody,
      'own sockchat': shows('notice `silence`', [notice('silence')]),
      'own originchats': shows(
        '`rate_limit`',
        [{ cmd: 'rate_limit', reason: 'User timeout set', length: 2 ** 31 - 1 }],
        {
          originchats: shows('`rate_limit`', [
            { cmd: 'rate_limit', reason: 'User timeout set', length: 60_000 },
          ]),
        },
      ),
      'own venueless': reloads,
      host: tells('user_silence', 'session_close'),
    },
  },
  {
    row: 'unbanned, unsilenced',
    title: 'the end of a silence',
    staff: true,
    causes: {
      sockchat: onSock((client, { target }) => client.say(`/unsilence ${target.name}`), silenced),
      originchats: onOrigin(
        (member, { target }) => member.send({ cmd: 'user_timeout', user: target.name, timeout: 0 }),
        silenced,
      ),
      venueless: onWorld(
        (member, cast) => member.done('user.reactivate', { id: uuidOfUser(cast, cast.target) }),
        silenced,
      ),
      conclave: none,
      host: byHost(({ town, target }) => town.chat.users.unsilence(town.userId(target.name)), silenced),
    },
    views: {
      ...nobody,
      'own sockchat': shows('notice `unsil`', [notice('unsil')]),
      'own originchats': nothing,
      'own venueless': { ...reloads, from: { venueless: nothing } },
      host: { ...tells('user_unsilence', 'session_close'), from: { venueless: tells('user_unsilence') } },
    },
  },
  {
    row: 'unbanned, unsilenced',
    title: 'the time after which a silence ends',
    staff: true,
    causes: {
      sockchat: 'the clock brings it about',
      originchats: 'the clock brings it about',
      venueless: 'the clock brings it about',
      conclave: none,
      host: async ({ town, target }) => {
        await town.sock(target);
        await town.chat.users.silence(town.userId(target.name), { until: town.clock.now() + 30_000 });
        await town.origin(target);
        await town.world(target);
        return async () => {
          for (let passed = 0; passed < 40; passed += 10) await town.pass(10_000);
        };
      },
    },
    views: {
      ...nobody,
      'own sockchat': nothing,
      'own originchats': nothing,
      'own venueless': reloads,
      host: tells('session_close'),
    },
  },
  {
    row: 'unbanned, unsilenced',
    title: 'the end of a ban',
    staff: true,
    causes: {
      sockchat: onSock((client, { target }) => client.say(`/unban ${target.name}`), banned),
      originchats: onOrigin(
        (member, { target }) => member.send({ cmd: 'user_unban', user: target.name }),
        banned,
      ),
      venueless: onWorld(
        (member, cast) => member.done('user.reactivate', { id: uuidOfUser(cast, cast.target) }),
        banned,
      ),
      conclave: none,
      host: byHost(({ town, target }) => town.chat.users.unban(town.userId(target.name)), banned),
    },
    views: {
      ...nobody,
      host: tells('user_unban'),
    },
  },
];

export const floods: readonly Fact[] = [
  {
    row: 'last session closes',
    title: 'a flood',
    causes: {
      sockchat: onSock((client) => {
        for (let line = 0; line < 31; line++) client.say('/nothing');
      }),
      originchats: 'who is too fast there waits',
      venueless: 'there is no such thing there',
      conclave: none,
      host: 'the host is never too fast',
    },
    own: 'who',
    views: {
      ...nobody,
      sockchat: shows('`3` with `flood`', ({ who }) => [`3→${who.id}→${who.name}→flood→T→#31`]),
      originchats: shows('`user_disconnect`', ({ who }) => [{ cmd: 'user_disconnect', username: who.name }]),
      'own sockchat': shows('thirty answers, then `9→1` with its end', [
        ...Array.from({ length: 30 }, (_, index) => `2→T→-1→1␌nocmd␌nothing→#${index + 1}→10010`),
        '9→1→T+30',
        'closed 1000',
      ]),
      host: tells('user_ban', 'session_close', 'user_disconnect'),
    },
  },
];

import { afterEach, describe, expect, it } from 'vitest';
import type { UserId } from '../../../src/domain/ids.js';
import type { SockProbe } from '../../support/sock-probe.js';
import { turn } from './support/clock.js';
import { error, info } from './support/notation.js';
import { everything, type ServeOptions, serve, stopAll, type TestServer } from './support/server.js';

afterEach(stopAll);

const mod = { rank: 5, permissions: everything };

/** A chat whose hook holds back one kind of command until the test has changed the world; then it goes on, changed or not. */
async function held(type: string, options: ServeOptions = {}) {
  let release: (() => void) | undefined;
  let change: ((input: never) => object) | undefined;
  const server = await serve({
    ...options,
    hooks: {
      before: async (command) => {
        if (command.type !== type) return true;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return change === undefined ? true : ({ type, input: change(command.input as never) } as never);
      },
    },
  });
  return {
    server,
    /** What the speaker is sent when `meanwhile` happens between the handler's checks and the decision. */
    async race(
      client: SockProbe,
      text: string,
      meanwhile: () => Promise<unknown>,
      changed?: (input: never) => object,
    ): Promise<string[]> {
      change = changed;
      release = undefined;
      await server.says(client, text, async () => {
        while (release === undefined) await turn();
        await meanwhile();
        release();
      });
      return client.take();
    },
  };
}

const tempGoes = (server: TestServer) => server.chat.channels.remove(server.channelId('Temp'));
const bobIsKicked = (server: TestServer) => server.chat.users.kick(server.userId('Bob'));
const modFalls = (server: TestServer) => server.chat.users.update(server.userId('Mod'), { rank: 1 });
async function modIsSilenced(server: TestServer): Promise<void> {
  await server.chat.users.update(server.userId('Mod'), { permissions: ['message.send'] });
  await server.chat.users.silence(server.userId('Mod'));
}

describe('what changes between the checks and the decision', () => {
  const nothing = async () => {};

  /** Each row: text said, command held back, what happens meanwhile, the answer. */
  const races: readonly {
    readonly name: string;
    readonly text: string;
    readonly holds: string;
    readonly meanwhile?: (server: TestServer, client: SockProbe) => Promise<unknown>;
    readonly change?: (server: TestServer) => (input: never) => object;
    readonly prepare?: readonly string[];
    readonly answer: readonly string[];
  }[] = [
    {
      name: '4 C2] the right to send is lost: silence',
      text: 'hello',
      holds: 'message.send',
      meanwhile: (server) => server.chat.users.update(server.userId('Mod'), { permissions: [] }),
      answer: [],
    },
    {
      name: '8.9] the speaker is silenced: silence',
      text: 'hello',
      holds: 'message.send',
      meanwhile: modIsSilenced,
      answer: [info('silence')],
    },
    {
      name: '8.9] the same for /me',
      text: '/me waves',
      holds: 'message.send',
      meanwhile: modIsSilenced,
      answer: [info('silence')],
    },
    {
      name: '6.6] the speaker was moved elsewhere: what was said to the old channel is not said there',
      text: 'hello',
      holds: 'message.send',
      prepare: ['/join Temp'],
      meanwhile: tempGoes,
      answer: ['5→2→Lounge', '4→2→Temp'],
    },
    {
      name: '6.2] another connection of the speaker moves: what was said to the old channel is not said there',
      text: 'hello',
      holds: 'message.send',
      meanwhile: async (server) => {
        const second = await server.arrive('Mod', mod);
        second.say('/join Temp');
        await second.packet('channel_switch');
      },
      answer: ['5→2→Temp'],
    },
    {
      name: '8.10] the other goes: usernf with the typed name',
      text: '/msg bob hi',
      holds: 'direct.whisper',
      meanwhile: bobIsKicked,
      answer: ['3→2→Bob→kick→T→#', error('usernf', 'bob')],
    },
    {
      name: '8.10] a hook turns a whisper to oneself: nothing',
      text: '/msg bob hi',
      holds: 'direct.whisper',
      change: (server) => (input: { readonly from: UserId }) =>
        ({ ...input, to: server.userId('Mod') }) as object,
      answer: [],
    },
    {
      name: '8.7] the other goes: usernf with the typed name',
      text: '/kick bob',
      holds: 'user.kick',
      meanwhile: bobIsKicked,
      answer: ['3→2→Bob→kick→T→#', error('usernf', 'bob')],
    },
    {
      name: '8.7] the other leaves for good: usernf with the typed name',
      text: '/kick bob 5',
      holds: 'user.ban',
      meanwhile: (server) => server.chat.users.remove(server.userId('Bob')),
      answer: ['3→2→Bob→leave→T→#', error('usernf', 'bob')],
    },
    {
      name: '8.7] the other rises: kickna',
      text: '/kick bob',
      holds: 'user.kick',
      meanwhile: (server) => server.chat.users.update(server.userId('Bob'), { rank: 9 }),
      answer: ['10→2→Bob→inherit→9 0 0 0 0', error('kickna', 'Bob')],
    },
    {
      name: '8.7] the right is lost: cmdna',
      text: '/kick bob',
      holds: 'user.kick',
      meanwhile: (server) =>
        server.chat.users.update(server.userId('Mod'), { permissions: ['message.send'] }),
      answer: ['10→1→Mod→inherit→5 0 0 0 0', error('cmdna', '/kick')],
    },
    {
      name: '8.7] the time is over before it began: generr',
      text: '/kick bob 1',
      holds: 'user.ban',
      meanwhile: async (server) => server.clock.skip(2_000),
      answer: [error('generr')],
    },
    {
      name: '8.8] somebody else was quicker: notban',
      text: '/unban Eve',
      holds: 'user.unban',
      meanwhile: (server) => server.chat.users.unban(server.userId('Eve')),
      answer: [error('notban', 'Eve')],
    },
    {
      name: '8.8] the same for an address',
      text: '/unbanip 192.0.2.1',
      holds: 'address.unban',
      meanwhile: (server) => server.chat.users.unbanAddress('192.0.2.1'),
      answer: [error('notban', '192.0.2.1')],
    },
    {
      name: '8.9] somebody else was quicker: silerr',
      text: '/silence bob',
      holds: 'user.silence',
      meanwhile: (server) => server.chat.users.silence(server.userId('Bob')),
      answer: [error('silerr')],
    },
    {
      name: '8.9] somebody else was quicker: usilerr',
      text: '/unsilence Dave',
      holds: 'user.unsilence',
      meanwhile: (server) => server.chat.users.unsilence(server.userId('Dave')),
      answer: [error('usilerr')],
    },
    {
      name: '8.3] somebody took the name: nameinuse',
      text: '/nick Newname',
      holds: 'user.nick',
      meanwhile: (server) => server.chat.users.update(server.userId('Bob'), { name: 'newname' }),
      answer: ['10→2→newname→inherit→0 0 0 0 0', error('nameinuse', 'Newname')],
    },
    {
      name: '8.4] somebody took the name: nischan',
      text: '/create Fresh',
      holds: 'channel.create',
      meanwhile: (server) => server.chat.channels.create({ name: 'fresh' }),
      answer: ['4→0→fresh→0→0', error('nischan', 'Fresh')],
    },
    {
      name: '8.4] the own rank falls: rankerr',
      text: '/create 5 Fresh',
      holds: 'channel.create',
      meanwhile: modFalls,
      answer: ['10→1→Mod→inherit→1 1 0 1 2', error('rankerr')],
    },
    {
      name: '8.5] the channel goes: nochan and 5.2',
      text: '/join temp',
      holds: 'place.enter',
      meanwhile: tempGoes,
      answer: ['4→2→Temp', error('nochan', 'temp'), '5→2→Lounge'],
    },
    {
      name: '8.6] the channel goes: nochan',
      text: '/delchan temp',
      holds: 'channel.delete',
      meanwhile: tempGoes,
      answer: ['4→2→Temp', error('nochan', 'temp')],
    },
    {
      name: '8.6] a hook means the default channel: ndchan',
      text: '/delchan temp',
      holds: 'channel.delete',
      change: (server) => (input: object) => ({ ...input, channel: server.channelId('Lounge') }),
      answer: [error('ndchan', 'Temp')],
    },
    {
      name: '8.13] the channel goes: cmdna, since the default channel is nobody’s',
      text: '/password x',
      holds: 'channel.update',
      prepare: ['/join Temp'],
      meanwhile: tempGoes,
      answer: ['5→2→Lounge', '4→2→Temp', error('cmdna', '/password')],
    },
    {
      name: '8.13] the own rank falls: rankerr',
      text: '/rank 5',
      holds: 'channel.update',
      prepare: ['/join Temp'],
      meanwhile: modFalls,
      answer: ['10→1→Mod→inherit→1 1 0 1 2', error('rankerr')],
    },
    {
      name: '7] a hook makes a name of it that is none: inchan',
      text: '/create Fresh',
      holds: 'channel.create',
      change: () => (input: object) => ({ ...input, name: 'no good' }),
      answer: [error('inchan')],
    },
    {
      name: '7] a hook makes the text too long: generr',
      text: 'hello',
      holds: 'message.send',
      change: () => (input: object) => ({ ...input, text: 'x'.repeat(5_001) }),
      answer: [error('generr')],
    },
    {
      name: '7] a hook leaves no text: nothing',
      text: 'hello',
      holds: 'message.send',
      change: () => (input: object) => ({ ...input, text: '' }),
      answer: [],
    },
    {
      name: '7] a hook breaks the command: generr, and it is reported',
      text: 'hello',
      holds: 'message.send',
      change: () => (input: object) => ({ ...input, text: undefined }),
      answer: [error('generr')],
    },
  ];

  it.each(races.map((race) => [race.name, race] as const))(
    '[sockchat %s',
    async (_, { text, holds, meanwhile, change, prepare, answer }) => {
      const { server, race } = await held(holds, { channels: [{ name: 'Lounge' }, { name: 'Temp' }] });
      const { Mod } = await server.cast({ Mod: mod, Bob: {}, Eve: {}, Dave: {} });
      await server.chat.users.silence(server.userId('Dave'));
      await server.chat.users.ban(server.userId('Eve'));
      await server.chat.users.banAddress('192.0.2.1');
      await server.settle();
      for (const one of prepare ?? []) await server.says(Mod, one);
      const seen = await race(Mod, text, () => meanwhile?.(server, Mod) ?? nothing(), change?.(server));
      // Only what the row is about: the own looks and the switch of a channel have tests of their own.
      const about = seen.filter(
        (one) => answer.includes(one) || /^2→[^→]*→-1/.test(one) || one.startsWith('2→'),
      );
      expect(about.map((one) => one.replace('T+2', 'T'))).toEqual(answer);
    },
  );
});

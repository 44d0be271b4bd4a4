import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Community, community, outcome } from '../../../tests/support/community.js';
import type { ChannelWish } from '../channels/commands.js';
import { domainLimits } from '../config.js';
import type { ChannelId, SessionId, UserId } from '../ids.js';
import { sessionsOf } from '../sessions/online.js';
import { voice, voiceMembers } from './voice.js';

const { config } = community();

interface Voices extends Community {
  make(name: string, wish?: Partial<ChannelWish>): ChannelId;
  /** A user and the session opened last. */
  come(name: string, identity?: object): { user: UserId; session: SessionId };
  enter(who: { user: UserId; session: SessionId }, channel: ChannelId, peer?: string): unknown;
  /** Who is in a channel, with their peer. */
  inside(channel: ChannelId): string[];
}

function voices(): Voices {
  const set = community();
  return {
    ...set,
    make(name, wish) {
      const made = set.run('channel.create', { by: 'host', name, kind: 'voice', ...wish });
      return (made as { channel: ChannelId }).channel;
    },
    come(name, identity) {
      const user = set.join(name, identity, { place: false });
      const session = set.bench.read((view) =>
        sessionsOf(view, user).sort((a, b) => +a.id.slice(1) - +b.id.slice(1)),
      );
      return { user, session: session.at(-1)?.id as SessionId };
    },
    enter: ({ user, session }, channel, peer = `peer of ${session}`) =>
      set.run('voice.join', { user, session, channel, peer }),
    inside: (channel) =>
      set.bench.read((view) =>
        voiceMembers(view, config, channel).map(
          ({ person, peer, muted }) => `${person.handle} ${peer}${muted ? ' muted' : ''}`,
        ),
      ),
  };
}

describe('joining', () => {
  test('tells who came, where, and how they are reached, and answers with the others', () => {
    const set = voices();
    const talk = set.make('talk');
    const anna = set.come('anna');
    const ben = set.come('ben');
    expect(set.enter(anna, talk, 'a')).toMatchObject({
      channel: { name: 'talk', kind: 'voice' },
      others: [],
    });
    expect(set.enter(ben, talk, 'b')).toMatchObject({
      others: [{ person: { handle: 'anna' }, peer: 'a', muted: false }],
    });
    expect(set.told('voice_join')).toMatchObject([
      {
        person: { handle: 'ben' },
        channel: { name: 'talk' },
        peer: 'b',
        muted: false,
        inside: [anna.user, ben.user],
      },
    ]);
    expect(set.inside(talk)).toEqual(['anna a', 'ben b']);
  });

  test('leaves the former channel first', () => {
    const set = voices();
    const [one, two] = [set.make('one'), set.make('two')];
    const anna = set.come('anna');
    set.enter(anna, one);
    set.enter(anna, two);
    expect(set.bench.events.map((event) => event.type)).toEqual(['voice_leave', 'voice_join']);
    expect([set.inside(one), set.inside(two)]).toEqual([[], ['anna peer of s1']]);
  });

  test('is refused in what is no voice channel, is hidden, or has a password', () => {
    const set = voices();
    const anna = set.come('anna');
    const wishes = {
      staff: { rank: 5 },
      closed: { roles: { see: ['admin'] } },
      locked: { password: 'x' },
      text: { kind: 'text' },
    } as const;
    const outcomes = Object.entries(wishes).map(([name, wish]) =>
      outcome(set.enter(anna, set.make(name, wish))),
    );
    expect(outcomes).toEqual(['channel-rank-too-low', 'not-permitted', 'channel-unknown', 'channel-kind']);
    expect(outcome(set.enter(anna, 'nowhere' as ChannelId))).toBe('channel-unknown');
  });

  test('is refused without a session of that user, and with a peer of no or too much text', () => {
    const set = voices();
    const talk = set.make('talk');
    const anna = set.come('anna');
    const ben = set.come('ben');
    expect(outcome(set.enter({ ...anna, session: ben.session }, talk))).toBe('user-offline');
    expect(outcome(set.enter({ ...anna, user: 'nobody' as UserId }, talk))).toBe('user-unknown');
    const limit = domainLimits.voicePeerLength;
    expect(outcome(set.enter(anna, talk, ''))).toBe('voice-peer-invalid');
    expect(outcome(set.enter(anna, talk, 'p'.repeat(limit + 1)))).toBe('voice-peer-invalid');
    expect(outcome(set.enter(anna, talk, 'p'.repeat(limit)))).toBe('granted');
  });
});

describe('somebody in voice', () => {
  test('mutes and unmutes, told once each', () => {
    const set = voices();
    const talk = set.make('talk');
    const anna = set.come('anna');
    set.enter(anna, talk, 'a');
    const { session } = anna;
    expect(set.run('voice.mute', { session, on: true })).toMatchObject({
      muted: true,
      channel: { name: 'talk' },
    });
    expect(set.told('voice_update')).toMatchObject([{ person: { handle: 'anna' }, muted: true, peer: 'a' }]);
    expect(set.inside(talk)).toEqual(['anna a muted']);
    set.run('voice.mute', { session, on: true });
    expect(set.told('voice_update')).toEqual([]);
    set.run('voice.mute', { session, on: false });
    expect(set.told('voice_update')).toMatchObject([{ muted: false }]);
  });

  test('leaves, and cannot leave or mute again', () => {
    const set = voices();
    const talk = set.make('talk');
    const anna = set.come('anna');
    set.enter(anna, talk);
    expect(set.run('voice.leave', { session: anna.session })).toEqual({ channel: talk });
    expect(set.told('voice_leave')).toMatchObject([
      { person: { handle: 'anna' }, channel: { name: 'talk' }, inside: [] },
    ]);
    expect(outcome(set.run('voice.leave', { session: anna.session }))).toBe('voice-none');
    expect(outcome(set.run('voice.mute', { session: anna.session, on: true }))).toBe('voice-none');
  });

  test('with two sessions in one channel is shown once, by the one that came last', () => {
    const set = voices();
    const talk = set.make('talk');
    const first = set.come('anna');
    const second = set.come('anna');
    set.enter(first, talk, 'one');
    set.enter(second, talk, 'two');
    expect(set.inside(talk)).toEqual(['anna two']);
    set.run('voice.mute', { session: first.session, on: true });
    expect(set.bench.events).toEqual([]);
    set.run('voice.leave', { session: second.session });
    expect(set.bench.events).toMatchObject([{ type: 'voice_update', peer: 'one', muted: true }]);
    set.run('voice.leave', { session: first.session });
    expect(set.bench.events).toMatchObject([{ type: 'voice_leave', inside: [] }]);
  });
});

describe('nobody stays in voice', () => {
  const first = (set: Community) => set.bench.events[0]?.type;
  const endings: [
    what: string,
    end: (set: Voices, who: { user: UserId; session: SessionId }, talk: ChannelId) => void,
  ][] = [
    ['whose session closes', (set, { session }) => set.run('session.close', { session, reason: 'leave' })],
    ['who leaves for good', (set, { user }) => set.run('user.leave', { user, via: 'one' })],
    ['whose channel ends', (set, _, channel) => set.run('channel.delete', { by: 'host', channel })],
  ];

  test.each(endings)('%s, and that is told first', (_, end) => {
    const set = voices();
    const talk = set.make('talk');
    const anna = set.come('anna');
    set.enter(anna, talk);
    end(set, anna, talk);
    expect(first(set)).toBe('voice_leave');
    expect(set.told('voice_leave')).toHaveLength(1);
    expect(set.bench.read((view) => view.size(voice as never))).toBe(0);
  });

  const changes: typeof endings = [
    [
      'who may not see the channel any more',
      (set, _, channel) => set.run('channel.update', { by: 'host', channel, rank: 5 }),
    ],
    [
      'whose channel is for something else now',
      (set, _, channel) => set.run('channel.update', { by: 'host', channel, kind: 'text' }),
    ],
    [
      'whose channel has a password now',
      (set, _, channel) => set.run('channel.update', { by: 'host', channel, password: 'x' }),
    ],
    [
      'whose own rank is too low now',
      (set, { user }) => set.run('user.update', { user, identity: { rank: 0 } }),
    ],
    ['who logs in again with a rank that is too low', (set) => set.come('anna', { rank: 0 })],
    ['who is kicked', (set, { user }) => set.run('user.kick', { by: 'host', user })],
  ];

  test.each(changes)('%s', (_, change) => {
    const set = voices();
    const talk = set.make('talk', { rank: 1 });
    const [anna, ben] = [set.come('anna'), set.come('ben', { rank: 9 })];
    set.enter(anna, talk);
    change(set, anna, talk);
    expect(set.told('voice_leave')).toMatchObject([{ person: { handle: 'anna' } }]);
    expect(set.inside(talk)).toEqual([]);
    expect(ben.user).toBeDefined();
  });

  test('but who may see it all the same', () => {
    const set = voices();
    const talk = set.make('talk');
    const [anna, ben] = [set.come('anna'), set.come('ben', { rank: 9 })];
    set.enter(anna, talk);
    set.enter(ben, talk);
    set.run('channel.update', { by: 'host', channel: talk, rank: 5 });
    expect(set.inside(talk)).toEqual(['ben peer of s2']);
  });
});

test('whatever happens, those in voice follow from what was told, and each has a session', () => {
  const step = fc.tuple(
    fc.constantFrom('join', 'leave', 'mute', 'close', 'rank', 'gone'),
    fc.nat(5),
    fc.nat(2),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const set = voices();
      const rooms = [set.make('one'), set.make('two'), set.make('high', { rank: 2 })];
      const known = new Map<string, string>();
      const come = (at: number) => set.come(`u${at % 3}`, { rank: 3 });
      const people = Array.from({ length: 6 }, (_, at) => come(at));
      for (const [kind, at, room] of steps) {
        const who = people[at] as { user: UserId; session: SessionId };
        if (kind === 'join') set.enter(who, rooms[room] as ChannelId);
        else if (kind === 'leave') set.run('voice.leave', { session: who.session });
        else if (kind === 'mute') set.run('voice.mute', { session: who.session, on: room > 0 });
        else if (kind === 'rank') set.run('user.update', { user: who.user, identity: { rank: room + 1 } });
        else {
          if (kind === 'close') set.run('session.close', { session: who.session, reason: 'leave' });
          else set.run('user.leave', { user: who.user, via: 'one' });
        }
        for (const event of set.bench.events) {
          if (event.type === 'voice_join' || event.type === 'voice_update') {
            const told = event as typeof event & {
              channel: { channel: string };
              person: { user: string };
              peer: string;
            };
            known.set(`${told.channel.channel} ${told.person.user}`, told.peer);
          }
          if (event.type === 'voice_leave') {
            const told = event as typeof event & { channel: { channel: string }; person: { user: string } };
            known.delete(`${told.channel.channel} ${told.person.user}`);
          }
        }
        set.bench.events = [];
        const now = rooms.flatMap((id) =>
          set.bench.read((view) =>
            voiceMembers(view, config, id).map(({ person, peer }) => [`${id} ${person.user}`, peer] as const),
          ),
        );
        expect([...known].sort()).toEqual([...now].sort());
        if (kind === 'close' || kind === 'gone') people[at] = come(at);
        set.bench.events = [];
      }
    }),
    { numRuns: 60 },
  );
});

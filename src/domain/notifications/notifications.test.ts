import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { community, outcome } from '../../../tests/support/community.js';
import type { ChannelWish } from '../channels/commands.js';
import { domainLimits } from '../config.js';
import type { ChannelId, MessageId, SessionId, UserId } from '../ids.js';
import type { ThreadFacts } from '../threads/threads.js';
import type { Person } from '../users/person.js';
import { notifications, notificationsOf } from './notifications.js';

/** Anna, Ben and Carl have been where direct channels are shown, Dora has not; all are members of the lounge. */
function circle(limits: Partial<typeof domainLimits> = {}) {
  const permissions = ['message.send', 'message.edit.own', 'message.delete.own', 'direct.send'] as const;
  const chat = community({
    defaults: { rank: 1, roles: [], traits: [], permissions },
    limits: { ...domainLimits, ...limits },
  });
  const { run, bench, config, channel } = chat;
  const lounge = channel('lounge').id;
  const session = (name: string) => `of-${name}` as SessionId;
  const enter = (name: string, dialect = 'two') =>
    chat.join(name, {}, { session: session(name), place: false, dialect });
  const join = (user: UserId, place: ChannelId = lounge) =>
    run('member.join', { user, channel: place, volatile: false });
  const [anna, ben, carl] = ['anna', 'ben', 'carl'].map((name) => enter(name)) as [UserId, UserId, UserId];
  const dora = enter('dora', 'one');
  for (const user of [anna, ben, carl, dora]) join(user);
  const make = (wish: ChannelWish) => {
    run('channel.create', { by: 'host', ...wish });
    return channel(wish.name).id;
  };
  const direct = (by: UserId, ...others: UserId[]) =>
    (run('direct.open', { by, users: others, hide: true }) as { channel: ChannelId }).channel;
  const say = (by: UserId | 'host', text: string, place: ChannelId = lounge) =>
    (run('message.send', { by, channel: place, text }) as { id: MessageId }).id;
  const read = (user: UserId, last: MessageId, place: ChannelId = lounge, back = false) =>
    run('read.mark', { user, channel: place, last, back });
  const counts = (user: UserId) => bench.read((view) => notificationsOf(view, config, user));
  const rows = () => bench.read((view) => view.size(notifications as never));
  /** Whom the last message notified, and whom it missed. */
  const reached = () =>
    chat.told('message').map(({ notified, missed }) => [notified, missed?.map((one) => one.user)])[0];
  return {
    ...chat,
    lounge,
    anna,
    ben,
    carl,
    dora,
    enter,
    join,
    session,
    make,
    direct,
    say,
    read,
    counts,
    rows,
    reached,
  };
}

describe('in a direct channel', () => {
  test('each message notifies everybody else who has been where it is shown', () => {
    const { anna, ben, carl, dora, direct, say, counts, reached } = circle();
    const place = direct(anna, ben, carl, dora);
    say(anna, 'hello', place);
    expect(reached()).toEqual([[ben, carl].sort(), undefined]);
    say(ben, 'hello @anna @dora', place);
    expect(reached()).toEqual([[anna, carl].sort(), undefined]);
    expect([anna, ben, carl, dora].map(counts)).toEqual([{ [place]: 1 }, { [place]: 1 }, { [place]: 2 }, {}]);
    say('host', 'hear', place);
    expect(reached()?.[0]).toHaveLength(3);
  });

  test('whoever has hidden it is shown it before they are notified, online or not', () => {
    const { anna, ben, direct, say, counts, run, session, bench, told } = circle();
    const place = direct(anna, ben);
    run('session.close', { session: session('ben'), reason: 'leave' });
    say(anna, 'hello', place);
    expect(bench.events.map(({ type }) => type)).toEqual(['direct_show', 'message']);
    const people = told('message')[0]?.people;
    expect(people?.map((one) => one.person?.handle)).toEqual(people?.map((one) => one.handle));
    expect(told('message')).toMatchObject([{ notified: [ben] }]);
    run('direct.hide', { user: ben, channel: place });
    expect(counts(ben)).toEqual({});
    say(anna, 'again', place);
    expect(counts(ben)).toEqual({ [place]: 1 });
  });

  test('a whisper that is kept notifies as well, an edit does not', () => {
    const { anna, ben, run, told, counts } = circle();
    run('direct.whisper', { from: anna, to: ben, text: 'psst' });
    const message = told('message')[0]?.message;
    const [place, id] = [message?.channel as ChannelId, message?.id as MessageId];
    expect(counts(ben)).toEqual({ [place]: 1 });
    expect(outcome(run('message.edit', { by: anna, id, text: 'psst!' }))).toBe('granted');
    expect(counts(ben)).toEqual({ [place]: 1 });
  });

  test('whoever has left for good is notified of nothing, and has nothing left', () => {
    const { anna, ben, carl, direct, make, say, run, counts, rows, reached } = circle();
    const place = direct(anna, ben, carl);
    say(anna, 'hello', place);
    run('user.ban', { by: 'host', user: carl, until: null });
    run('user.leave', { user: carl, via: 'host' });
    expect([counts(carl), rows()]).toEqual([{}, 1]);
    say(anna, 'again', place);
    expect(reached()).toEqual([[ben], undefined]);
    say(anna, '@carl', make({ name: 'passage', memberPolicy: { volatile: true } }));
    expect(reached()).toEqual([undefined, undefined]);
    run('user.leave', { user: ben, via: 'two' });
    run('user.leave', { user: anna, via: 'two' });
    expect(rows()).toBe(0);
  });
});

describe('in a text channel', () => {
  test('members who are mentioned are notified, once a message, and not by themselves', () => {
    const { anna, ben, carl, dora, say, reached, counts, lounge } = circle();
    say(anna, 'hello');
    expect(reached()).toEqual([undefined, undefined]);
    say(anna, '@ben @BEN @anna @dora @nobody @carl');
    expect(reached()).toEqual([[ben, carl], undefined]);
    say('host', '@anna');
    expect([anna, ben, carl, dora].map(counts)).toEqual([
      { [lounge]: 1 },
      { [lounge]: 1 },
      { [lounge]: 1 },
      {},
    ]);
  });

  test('those who are mentioned and do not belong to it are missed', () => {
    const { anna, ben, carl, enter, join, make, run, told, reached, counts } = circle();
    const den = make({ name: 'den' });
    join(anna, den);
    join(ben, den);
    enter('erik', 'one');
    const text = '@ben @carl @erik @nobody @anna';
    const said = run('message.send', { by: anna, channel: den, text }) as {
      missed?: readonly Person[];
    };
    expect(reached()).toEqual([[ben], [carl]]);
    expect(said.missed).toEqual(told('message')[0]?.missed);
    expect(counts(carl)).toEqual({});
  });

  test('whoever may read it is notified where members come and go', () => {
    const { anna, ben, carl, make, say, reached, run, counts } = circle();
    const passage = make({ name: 'passage', memberPolicy: { volatile: true } });
    say(anna, '@ben', passage);
    expect(reached()).toEqual([[ben], undefined]);
    const staff = make({ name: 'staff', rank: 5, memberPolicy: { volatile: true } });
    run('user.update', { user: carl, identity: { rank: 5 } });
    say('host', '@ben @carl', staff);
    expect(reached()).toEqual([[carl], [ben]]);
    run('user.update', { user: carl, identity: { rank: 1 } });
    expect(counts(carl)).toEqual({});
    expect(outcome(run('channel.update', { by: 'host', channel: staff, rank: 0 }))).toBe('granted');
    expect(counts(carl)).toEqual({ [staff]: 1 });
  });

  test('a member who may read it no longer is missed', () => {
    const { anna, ben, carl, make, join, say, reached, run, counts } = circle();
    const den = make({ name: 'den' });
    for (const user of [anna, ben, carl]) join(user, den);
    say(anna, '@ben', den);
    run('channel.update', { by: 'host', channel: den, rank: 5 });
    expect(counts(ben)).toEqual({});
    run('user.update', { user: carl, identity: { rank: 5 } });
    say(carl, '@anna @ben', den);
    expect(reached()).toEqual([undefined, [anna, ben]]);
  });

  test('nobody is notified where a password or an end of its own keeps a channel in other protocols, nor in threads', () => {
    const { anna, make, run, say, reached, channel } = circle();
    for (const wish of [
      { name: 'shut', password: 'open' },
      { name: 'brief', temporary: 'empty' as const },
    ]) {
      say('host', '@ben', make(wish));
      expect(reached()).toEqual([undefined, undefined]);
    }
    make({ name: 'ideas', kind: 'forum' });
    const forum = channel('ideas').id;
    const { thread } = run('thread.create', { by: anna, forum, name: 'tea' }) as { thread: ThreadFacts };
    say(anna, '@ben', thread.channel.channel);
    expect(reached()).toEqual([undefined, undefined]);
  });

  test('fifty who are mentioned at once are not notified, nor missed; forty-nine are', () => {
    const { enter, join, say, reached } = circle();
    const names = Array.from({ length: 48 }, (_, i) => `guest${i}`);
    const users = names.map((name) => enter(name));
    for (const user of users.slice(1)) join(user);
    const all = names.map((name) => `@${name}`).join(' ');
    say('host', `${all} @anna`);
    expect(reached()?.[0]).toHaveLength(48);
    expect(reached()?.[1]).toEqual([users[0]]);
    say('host', `${all} @anna @ANNA @nobody @stranger`);
    expect(reached()?.[0]).toHaveLength(48);
    say('host', `${all} @anna @ben`);
    expect(reached()).toEqual([undefined, undefined]);
  });

  test('nobody is notified by somebody they have blocked', () => {
    const { anna, ben, carl, run, say, reached } = circle();
    run('user.block', { by: ben, user: anna });
    say(anna, '@ben @carl');
    expect(reached()).toEqual([[carl], undefined]);
    say(ben, '@anna');
    expect(reached()).toEqual([[anna], undefined]);
  });
});

describe('notifications', () => {
  test('end when their channel is read up to them, and the reader is told how many are left', () => {
    const { anna, ben, direct, say, read, told, lounge } = circle();
    const place = direct(anna, ben);
    const first = say(anna, '@ben');
    const second = say(anna, '@ben');
    say(anna, 'hello', place);
    const left = () => told('read').map((event) => event.notifications);
    read(ben, (first - 1) as MessageId);
    expect(left()).toEqual([{ [lounge]: 2, [place]: 1 }]);
    read(ben, first);
    expect(left()).toEqual([{ [lounge]: 1, [place]: 1 }]);
    read(ben, second);
    expect(left()).toEqual([{ [place]: 1 }]);
    read(ben, first, lounge, true);
    expect(left()).toEqual([{ [place]: 1 }]);
    read(anna, second);
    expect(left()).toEqual([{}]);
  });

  test('are at most so many in a channel: the oldest counts as read', () => {
    const { anna, ben, say, read, counts, lounge } = circle({ notificationsPerChannel: 3 });
    const said = [1, 2, 3, 4, 5].map(() => say(anna, '@ben'));
    expect(counts(ben)).toEqual({ [lounge]: 3 });
    read(ben, said[2] as MessageId);
    expect(counts(ben)).toEqual({ [lounge]: 2 });
  });

  test('go with their message, with the membership and with the channel', () => {
    const { anna, ben, carl, make, join, say, run, counts, rows } = circle();
    const den = make({ name: 'den' });
    for (const user of [anna, ben, carl]) join(user, den);
    const id = say(anna, '@ben @carl', den);
    say(anna, '@ben', den);
    run('message.delete', { by: anna, id });
    expect([counts(ben), counts(carl)]).toEqual([{ [den]: 1 }, {}]);
    run('member.leave', { user: ben, channel: den });
    expect(rows()).toBe(0);
    join(ben, den);
    say(anna, '@ben @carl', den);
    run('member.remove', { by: 'host', user: carl, channel: den });
    expect(rows()).toBe(1);
    run('channel.delete', { by: 'host', channel: den });
    expect(rows()).toBe(0);
  });

  test('are as many as a simple count of random messages, reads and deletions says', () => {
    const step = fc.tuple(
      fc.constantFrom('say', 'say', 'say', 'read', 'delete'),
      fc.nat(2),
      fc.nat(1),
      fc.nat(30),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { anna, ben, carl, direct, say, read, run, counts, lounge, bench } = circle({
          notificationsPerChannel: 5,
        });
        const users = [anna, ben, carl] as const;
        const places = [lounge, direct(anna, ben, carl)] as const;
        const unread = users.map((): [MessageId[], MessageId[]] => [[], []]);
        const sent: { readonly id: MessageId; readonly by: UserId; readonly at: 0 | 1 }[] = [];
        const marks = users.map((): [number, number] => [0, 0]);
        for (const [what, who, where, pick] of steps as [string, 0 | 1 | 2, 0 | 1, number][]) {
          const by = users[who];
          const place = places[where];
          const one = sent[pick % Math.max(1, sent.length)];
          if (what === 'say') {
            const id = say(by, pick % 2 ? '@anna @carl' : 'hello', place);
            sent.push({ id, by, at: where });
            users.forEach((user, i) => {
              if (user === by || (where === 0 && (pick % 2 === 0 || user === ben))) return;
              const list = unread[i]?.[where] as MessageId[];
              list.push(id);
              if (list.length > 5) list.shift();
            });
          } else if (one !== undefined && what === 'read') {
            const mine = marks[who] as [number, number];
            mine[where] = Math.max(mine[where], one.id);
            read(by, one.id, place);
            const lists = unread[who] as [MessageId[], MessageId[]];
            lists[where] = lists[where].filter((id) => id > mine[where]);
          } else if (one !== undefined) {
            expect(outcome(run('message.delete', { by: one.by, id: one.id }))).toBe('granted');
            sent.splice(sent.indexOf(one), 1);
            for (const lists of unread) lists[one.at] = lists[one.at].filter((id) => id !== one.id);
          }
          users.forEach((user, i) => {
            const expected = Object.fromEntries(
              places.flatMap((id, at) => {
                const { length } = unread[i]?.[at] ?? [];
                return length === 0 ? [] : [[id, length]];
              }),
            );
            expect(counts(user)).toEqual(expected);
          });
          for (const { messages } of bench.read((view) => [...view.all(notifications)]))
            expect(messages).toEqual([...messages].sort((a, b) => a - b));
        }
      }),
      { numRuns: 60 },
    );
  });
});

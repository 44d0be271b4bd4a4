import { describe, expect, test } from 'vitest';
import { community, everything, outcome } from '../../../tests/support/community.js';
import type { ChannelId, UserId } from '../ids.js';
import { lines } from '../lines/lines.js';
import { messages } from '../messages/messages.js';
import { online } from '../sessions/online.js';

function rig() {
  const one = community();
  const lounge = one.channel('lounge').id;
  const types = (by: UserId, channel: ChannelId = lounge, inside?: boolean) =>
    outcome(one.run('typing.start', { by, channel, ...(inside === undefined ? {} : { inside }) }));
  return { ...one, lounge, types };
}

describe('typing', () => {
  test('is told whole, and nothing of it is kept', () => {
    const { join, run, told, bench, types, lounge } = rig();
    const anna = join('anna', { colour: 'red' });
    run('user.nick', { by: anna, user: anna, nick: 'queen' });
    const kept = () =>
      bench.read((view) => [[...view.all(online)], [...view.all(lines)], view.newest(messages, lounge, 5)]);
    const before = kept();
    expect(types(anna)).toBe('granted');
    expect(told('typing')).toMatchObject([
      { person: { handle: 'anna', nick: 'queen', colour: 'red' }, channel: { name: 'lounge' } },
    ]);
    expect(kept()).toEqual(before);
  });

  test('is refused with the words in which sending is', () => {
    const { join, run, types, channel } = rig();
    const anna = join('anna');
    const mute = join('mute', { permissions: [] });
    const moderator = join('moderator', { rank: 9, permissions: everything });
    run('channel.create', { by: 'host', name: 'high', rank: 5 });
    run('channel.create', { by: 'host', name: 'shut', password: 'key' });
    run('channel.create', { by: 'host', name: 'talk', kind: 'voice' });
    run('user.silence', { by: 'host', user: anna, until: null });
    run('user.silence', { by: 'host', user: moderator, until: null });
    const ben = join('ben');
    for (const [by, name] of [
      [anna, 'lounge'],
      [mute, 'lounge'],
      [ben, 'high'],
      [ben, 'shut'],
      [moderator, 'shut'],
      [ben, 'lounge'],
      [ben, 'talk'],
      [ben, 'none'],
      ['404' as UserId, 'lounge'],
    ] as const) {
      const id = name === 'none' ? ('404' as ChannelId) : channel(name).id;
      const said = outcome(run('message.send', { by, channel: id, text: 'x' }));
      expect([by, name, types(by, id)]).toEqual([by, name, said]);
    }
    expect(types(anna)).toBe('user-silenced');
    expect(types(mute)).toBe('not-permitted');
    expect(types(moderator)).toBe('granted');
    expect(types(ben, channel('talk').id)).toBe('channel-kind');
  });

  test('can be bound to where somebody is', () => {
    const { join, run, types, lounge, channel } = rig();
    const anna = join('anna');
    expect(types(anna, lounge, true)).toBe('granted');
    run('channel.create', { by: 'host', name: 'den' });
    run('place.enter', { user: anna, channel: channel('den').id });
    expect(types(anna, lounge, true)).toBe('channel-none');
    expect(types(anna, lounge)).toBe('granted');
  });
});

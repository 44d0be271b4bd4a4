import { describe, expect, test } from 'vitest';
import { community, outcome } from '../../../tests/support/community.js';
import type { UserId } from '../ids.js';
import { anyBlocks, blockedBy, blocks, isBlocked, isBlockedByAny } from './blocks.js';

function three() {
  const chat = community();
  const [anna, ben, carl] = ['anna', 'ben', 'carl'].map((name) => chat.join(name)) as [
    UserId,
    UserId,
    UserId,
  ];
  const block = (by: UserId, user: UserId) => chat.run('user.block', { by, user });
  const unblock = (by: UserId, user: UserId) => chat.run('user.unblock', { by, user });
  const whisper = (from: UserId, to: UserId) =>
    outcome(chat.run('direct.whisper', { from, to, text: 'psst' }));
  return { ...chat, anna, ben, carl, block, unblock, whisper };
}

describe('a block', () => {
  test('is told to its own side, once, and taken back', () => {
    const { anna, ben, carl, block, unblock, bench, told } = three();
    block(anna, ben);
    expect(told('user_block')).toMatchObject([{ by: { user: anna }, user: { user: ben }, on: true }]);
    block(anna, ben);
    expect(told('user_block')).toEqual([]);
    bench.read((view) => {
      expect(isBlocked(view, anna, ben)).toBe(true);
      expect(isBlocked(view, ben, anna)).toBe(false);
      expect(anyBlocks(view, [carl, ben, anna])).toBe(true);
      expect(anyBlocks(view, [carl, ben])).toBe(false);
      expect(isBlockedByAny(view, [carl, anna], ben)).toBe(true);
      expect(isBlockedByAny(view, [carl, anna], carl)).toBe(false);
      expect(blockedBy(view, anna)).toEqual([ben]);
    });
    unblock(anna, ben);
    expect(told('user_block')).toMatchObject([{ on: false }]);
    unblock(anna, ben);
    expect(told('user_block')).toEqual([]);
    expect(bench.read((view) => blockedBy(view, anna))).toEqual([]);
  });

  test('is for somebody else who is known, up to a number of people', () => {
    const { anna, block, unblock } = three();
    expect(outcome(block(anna, anna))).toBe('user-self');
    expect(outcome(unblock(anna, anna))).toBe('user-self');
    expect(outcome(block(anna, 'nobody' as UserId))).toBe('user-unknown');
    expect(outcome(unblock('nobody' as UserId, anna))).toBe('user-unknown');
    const { config } = community();
    const few = community({ limits: { ...config.limits, blocksPerUser: 1 } });
    const [by, one, two] = ['a', 'b', 'c'].map((name) => few.join(name)) as [UserId, UserId, UserId];
    few.run('user.block', { by, user: one });
    expect(outcome(few.run('user.block', { by, user: two }))).toBe('too-many-blocks');
  });

  test('has the blocker appear not to be there to whispers, and lets them whisper themselves', () => {
    const { anna, ben, block, whisper, run } = three();
    block(anna, ben);
    expect(whisper(ben, anna)).toBe('user-offline');
    expect(whisper(anna, ben)).toBe('granted');
    // Whatever else would be said of the whisper is not said either.
    expect(outcome(run('direct.whisper', { from: ben, to: anna, text: '' }))).toBe('user-offline');
  });

  test('goes with either of the two', () => {
    const { anna, ben, carl, block, run, bench } = three();
    block(anna, ben);
    block(carl, anna);
    block(ben, carl);
    run('user.leave', { user: anna, via: 'one' });
    expect(bench.read((view) => [...view.all(blocks)])).toEqual([{ by: ben, user: carl }]);
  });

  test('goes also with somebody whose ban is kept: they may come back as another user', () => {
    const { anna, ben, block, run, bench } = three();
    block(anna, ben);
    block(ben, anna);
    run('user.ban', { by: 'host', user: ben, until: null });
    run('user.leave', { user: ben, via: 'one' });
    expect(bench.read((view) => [...view.all(blocks)])).toEqual([]);
  });
});

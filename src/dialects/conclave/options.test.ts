import { describe, expect, it } from 'vitest';
import { ChatError } from '../../core/errors.js';
import { secondsOf } from './durations.js';
import { type ConclaveOptions, settings } from './options.js';
import { RateLimiter } from './rate-limiter.js';

describe('durations', () => {
  it.each([
    ['-1', -1],
    ['0', 0],
    [' 90d ', 7_776_000],
    ['1s', 1],
    ['1h', 3_600],
    ['1w', 604_800],
    ['1m', 2_592_000],
    ['1y', 31_536_000],
    ['0s', undefined],
    ['-2', undefined],
    ['5', undefined],
    ['1 h', undefined],
    ['1min', undefined],
    ['1.5h', undefined],
    ['', undefined],
    ['999999999999999y', undefined],
    [3_600, undefined],
  ])('[Conclave 12] %j is %j seconds', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });
});

describe('options', () => {
  it('leave the chat its own defaults', () => {
    expect(settings({})).toEqual({
      registration: 'open',
      authHeader: 'Authorization',
      rateLimits: {},
      streamsPerUser: 100,
      groups: {},
    });
  });

  it('become settings of groups', () => {
    const { groups } = settings({
      tokenTtlSeconds: 60,
      inviteTtlSeconds: 61,
      messageRetention: '2h',
      cleanupInterval: '0',
      promoteSuccessor: true,
      dropEmptyGroups: false,
    });
    expect(groups).toEqual({
      tokenMs: 60_000,
      inviteMs: 61_000,
      retentionSeconds: 7_200,
      cleanUpMs: 1_000,
      promoteSuccessor: true,
      dropEmptyGroups: false,
    });
  });

  it.each<[unknown, string]>([
    [null, 'takes an object'],
    [{ strange: 1 }, 'no option strange'],
    [{ tokenTtlSeconds: 0 }, 'tokenTtlSeconds'],
    [{ inviteTtlSeconds: '1h' }, 'inviteTtlSeconds'],
    [{ messageRetention: '1min' }, 'messageRetention'],
    [{ cleanupInterval: 5 }, 'cleanupInterval'],
    [{ registration: 'maybe' }, 'registration'],
    [{ registration: { token: '' } }, 'registration'],
    [{ registration: { token: 'a b' } }, 'registration'],
    [{ authHeader: 'X Token' }, 'authHeader'],
    [{ streamsPerUser: 0 }, 'streamsPerUser'],
    [{ promoteSuccessor: 1 }, 'promoteSuccessor'],
    [{ rateLimits: { strange: {} } }, 'rateLimits.strange'],
    [{ rateLimits: { login: { count: 0, ms: 1 } } }, 'rateLimits.login'],
    [{ rateLimits: [] }, 'rateLimits'],
  ])('%j is refused, by name', (options, name) => {
    expect(() => settings(options as ConclaveOptions)).toThrowError(ChatError);
    expect(() => settings(options as ConclaveOptions)).toThrowError(name);
  });
});

describe('rate limits', () => {
  it('let through so much in a time for each key, and say how long to wait', () => {
    const limiter = new RateLimiter({ count: 2, ms: 100 });
    expect([0, 10, 20].map((now) => limiter.take('a', now))).toEqual([undefined, undefined, 80]);
    expect(limiter.take('b', 20)).toBeUndefined();
    expect(limiter.take('a', 100)).toBeUndefined();
  });

  it('let everything through where there are none', () => {
    const limiter = new RateLimiter(undefined);
    for (let i = 0; i < 100; i++) expect(limiter.take('a', 0)).toBeUndefined();
  });

  it('forget those counted for longest beyond ten thousand', () => {
    const limiter = new RateLimiter({ count: 1, ms: 1_000 });
    for (let i = 0; i <= 10_000; i++) limiter.take(String(i), i / 100);
    expect(limiter.take('10000', 101)).toBeGreaterThan(0);
    expect(limiter.take('0', 101)).toBeUndefined();
  });
});

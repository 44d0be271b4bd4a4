import { describe, expect, it } from 'vitest';
import { type Caller, Callers, settleLimits, socketLimits } from './limits.js';

function callers(limits = {}) {
  let now = 1_000_000;
  const all = new Callers(settleLimits(limits), () => now);
  return {
    all,
    pass: (ms: number) => {
      now += ms;
    },
    connect(address: string | undefined): Caller | 'free' | number {
      const answer = all.ask(address);
      if (answer === 'free') return answer;
      if ('retryAfter' in answer) return answer.retryAfter;
      all.enter(answer);
      return answer;
    },
  };
}

describe('Callers', () => {
  it('lets an address have 16 connections at once and not one more', () => {
    const { all, connect } = callers();
    const open = Array.from({ length: 16 }, () => connect('192.0.2.1'));
    expect(open.every((one) => typeof one === 'object')).toBe(true);
    expect(connect('192.0.2.1')).toBe(0);
    expect(connect('192.0.2.2')).toBeTypeOf('object');
    all.leave(open[0] as Caller);
    expect(connect('192.0.2.1')).toBeTypeOf('object');
    expect(connect('192.0.2.1')).toBe(0);
  });

  it('lets an address open 32 in ten minutes and not one more', () => {
    const { all, pass, connect } = callers();
    for (let i = 0; i < 32; i++) {
      all.leave(connect('192.0.2.1') as Caller);
      pass(1_000);
    }
    expect(connect('192.0.2.1')).toBe(568);
    pass(567_999);
    expect(connect('192.0.2.1')).toBe(1);
    pass(1);
    expect(connect('192.0.2.1')).toBeTypeOf('object');
  });

  it('counts IPv6 by its first 64 bits, and IPv4 in IPv6 as IPv4', () => {
    const { connect } = callers({ connectionsPerAddress: 1 });
    expect(connect('2001:db8::1')).toBeTypeOf('object');
    expect(connect('2001:db8:0:0:ffff::2')).toBe(0);
    expect(connect('2001:db8:0:1::1')).toBeTypeOf('object');
    expect(connect('192.0.2.1')).toBeTypeOf('object');
    expect(connect('::ffff:192.0.2.1')).toBe(0);
  });

  it('leaves this machine and Unix sockets free', () => {
    const { all, connect } = callers({ connectionsPerAddress: 1 });
    for (const address of ['127.0.0.1', '::1', '127.0.0.1', '::1', undefined, undefined])
      expect(connect(address)).toBe('free');
    expect(all.size).toBe(0);
  });

  it('forgets addresses that have gone and whose window is over', () => {
    const { all, pass, connect } = callers();
    for (let i = 0; i < 200; i++) all.leave(connect(`192.0.2.${i}`) as Caller);
    const stays = connect('198.51.100.1');
    expect(all.size).toBe(201);
    pass(600_000);
    connect('198.51.100.2');
    expect(all.size).toBe(2);
    all.leave(stays as Caller);
  });
});

describe('settleLimits', () => {
  it('fills in defaults', () => {
    expect(settleLimits()).toEqual(socketLimits);
    expect(settleLimits({ closeMs: 5 })).toEqual({ ...socketLimits, closeMs: 5 });
  });

  it.each([
    ['closeMs', 0],
    ['closeMs', 1.5],
    ['bodyBytes', -1],
    ['fragments', Number.POSITIVE_INFINITY],
    ['fragments', '7'],
    ['windowMs', Number.NaN],
    ['toString', 1],
    ['speed', 1],
  ])('refuses %s: %s', (name, value) => {
    expect(() => settleLimits({ [name]: value })).toThrow(
      expect.objectContaining({
        code: 'options-invalid',
        message: expect.stringMatching(`limits.*${name}`),
      }),
    );
  });
});

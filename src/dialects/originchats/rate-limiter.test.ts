import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.js';

const limits = { enabled: true, messagesPerMinute: 8, burst: 4, cooldownSeconds: 5 };

describe('RateLimiter', () => {
  it('[originchats 10] lets through what a plain count of the last minute and the last ten seconds would', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 15_000 }), { maxLength: 200 }), (gaps) => {
        const limiter = new RateLimiter(limits);
        let now = 1_000_000;
        let sent: number[] = [];
        let coolUntil = 0;
        for (const gap of gaps) {
          now += gap;
          sent = sent.filter((at) => now - at < 60_000);
          const recent = sent.filter((at) => now - at < 10_000).length;
          expect(limiter.status('u', now)).toMatchObject({
            messages_this_minute: sent.length,
            recent_messages: recent,
            cooldown_remaining: Math.max(0, coolUntil - now) / 1000,
          });
          const limited = limiter.take('u', now);
          if (coolUntil > now) expect(limited?.ms).toBe(coolUntil - now);
          else if (sent.length >= 8) expect(limited?.ms).toBe((sent.at(-8) as number) + 60_000 - now);
          else if (recent >= 4) {
            coolUntil = now + 5_000;
            expect(limited?.ms).toBe(5_000);
          } else {
            expect(limited).toBeUndefined();
            sent.push(now);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('forgets accounts that have sent nothing for a minute', () => {
    const limiter = new RateLimiter({ ...limits, burst: 100 });
    for (let i = 0; i < 8; i++) limiter.take('u', 0);
    expect(limiter.take('u', 59_999)?.ms).toBe(1);
    limiter.sweep(60_000);
    expect(limiter.status('u', 60_000).messages_this_minute).toBe(0);
    expect(limiter.take('u', 60_000)).toBeUndefined();
  });
});

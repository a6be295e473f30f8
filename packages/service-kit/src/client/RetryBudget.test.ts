import fc from 'fast-check';
import { RetryBudget } from './RetryBudget.ts';

function setUp(options: { ratio?: number; minRetries?: number } = {}) {
  const clock = { now: 0 };
  const budget = new RetryBudget({
    ratio: options.ratio ?? 0.1,
    minRetries: options.minRetries ?? 2,
    windowMs: 10_000,
    now: () => clock.now,
  });
  const requests = (count: number) => {
    for (let i = 0; i < count; i += 1) {
      budget.countRequest();
    }
  };
  const retries = (asked: number) => {
    let made = 0;
    for (let i = 0; i < asked; i += 1) {
      made += budget.tryRetry() ? 1 : 0;
    }
    return made;
  };
  return { clock, requests, retries };
}

describe('RetryBudget', () => {
  it('allows a few retries when there are few requests', () => {
    const { requests, retries } = setUp();
    requests(3);
    expect(retries(10)).toBe(2);
  });

  it('allows a tenth of the requests of the window, and no more', () => {
    const { requests, retries } = setUp();
    requests(200);
    expect(retries(100)).toBe(20);
    expect(retries(1)).toBe(0);
  });

  it('forgets what is older than the window, also after a long silence', () => {
    const { clock, requests, retries } = setUp();
    requests(200);
    expect(retries(100)).toBe(20);
    clock.now = 9_999;
    expect(retries(1)).toBe(0);
    clock.now = 10_000;
    expect(retries(100)).toBe(2);
    clock.now = 123_456_789;
    requests(100);
    expect(retries(100)).toBe(10);
  });

  it('never lets retries of a window exceed its share, however they come', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            stepMs: fc.integer({ min: 0, max: 3000 }),
            retry: fc.boolean(),
          }),
          { maxLength: 300 },
        ),
        events => {
          const { clock, requests, retries } = setUp();
          const log: { at: number; retry: boolean }[] = [];
          let worstExcess = 0;
          for (const { stepMs, retry } of events) {
            clock.now += stepMs;
            if (!retry) {
              requests(1);
              log.push({ at: clock.now, retry: false });
            } else if (retries(1) === 1) {
              log.push({ at: clock.now, retry: true });
              // A slot of the window is a second: what counts began after this.
              const since = (Math.floor(clock.now / 1000) - 9) * 1000;
              const recent = log.filter(({ at }) => at >= since);
              const made = recent.filter(item => item.retry).length;
              worstExcess = Math.max(
                worstExcess,
                made - Math.max(2, Math.floor((recent.length - made) / 10)),
              );
            }
          }
          expect(worstExcess).toBe(0);
        },
      ),
    );
  });
});

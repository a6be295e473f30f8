import { Health } from './Health.ts';

describe('Health', () => {
  it('is alive from the first moment, started once, and ready only after the start', async () => {
    const health = new Health();
    expect(health.live().ok).toBe(true);
    expect(health.startup().ok).toBe(false);
    expect((await health.ready()).ok).toBe(false);
    health.markStarted();
    expect(health.startup().ok).toBe(true);
    expect((await health.ready()).ok).toBe(true);
  });

  it('is not ready while a check fails, says which, and stays alive', async () => {
    const health = new Health({
      checks: [
        { name: 'database', check: () => Promise.reject(new Error('gone')) },
        { name: 'cache', check: () => Promise.resolve() },
      ],
    });
    health.markStarted();
    expect(await health.ready()).toEqual({
      ok: false,
      checks: { database: 'gone', cache: 'ok' },
    });
    expect(health.live().ok).toBe(true);
  });

  it('takes a check that does not answer in time as failed', async () => {
    const health = new Health({
      checks: [{ name: 'database', check: () => new Promise(() => {}) }],
      timeoutMs: 5,
    });
    health.markStarted();
    expect((await health.ready()).checks.database).toBe('no answer in 5 ms');
  });

  it('reuses an answer for a moment, so that probes cost no load', async () => {
    let asked = 0;
    let now = 0;
    const health = new Health({
      checks: [
        {
          name: 'database',
          check: async () => {
            asked += 1;
          },
        },
      ],
      reuseMs: 500,
      now: () => now,
    });
    health.markStarted();
    await Promise.all([health.ready(), health.ready()]);
    expect(asked).toBe(1);
    now = 500;
    await health.ready();
    expect(asked).toBe(2);
  });

  it('is never ready again once it drains', async () => {
    const health = new Health();
    health.markStarted();
    health.startDraining();
    expect(await health.ready()).toEqual({
      ok: false,
      checks: { drain: 'shutting down' },
    });
    expect(health.live().ok).toBe(true);
  });
});

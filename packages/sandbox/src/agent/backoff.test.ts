import { afterExit, forgivenAfterMs, restartDelayMs } from './backoff.ts';

describe('back-off of restarts', () => {
  it('restarts at once, then waits twice as long each time, up to a minute', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 50].map(crashes =>
      restartDelayMs({ crashes }),
    );
    expect(delays).toEqual([
      0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });

  it('forgets earlier crashes after a long run', () => {
    expect(afterExit({ crashes: 7 }, 5000)).toEqual({ crashes: 8 });
    expect(afterExit({ crashes: 7 }, forgivenAfterMs)).toEqual({ crashes: 1 });
  });
});

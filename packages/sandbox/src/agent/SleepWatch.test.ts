import { eventually } from '../testing/LiveSandbox.ts';
import { SleepWatch } from './SleepWatch.ts';

describe('SleepWatch', () => {
  const hour = 3_600_000;
  let clock: number;
  let looks: number;
  let slept: number[];
  let watch: SleepWatch;

  beforeEach(() => {
    clock = 0;
    looks = 0;
    slept = [];
    watch = new SleepWatch({
      intervalMs: 1,
      now: () => {
        looks += 1;
        return clock;
      },
      onWake: ms => slept.push(ms),
    });
  });
  afterEach(() => watch.close());

  const looked = () => {
    const before = looks;
    return eventually(async () => expect(looks).toBeGreaterThan(before + 3));
  };

  it('tells once for how long the clock went on while timers stood still', async () => {
    await looked();
    clock += hour;
    await looked();
    expect(slept).toEqual([hour - 1]);
  });

  it('takes neither a busy machine nor a clock that is set back for sleep', async () => {
    clock += 60_000;
    await looked();
    clock -= hour;
    await looked();
    expect(slept).toEqual([]);
  });
});

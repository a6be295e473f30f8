import { DEFAULT_BACKOFF, decideRestart } from './backoff.ts';

const policy = {
  firstDelayMs: 100,
  maxDelayMs: 1000,
  maxFailures: 6,
  resetAfterMs: 60_000,
};

describe('decideRestart', () => {
  it.each([
    [0, { kind: 'restart', failures: 1, delayMs: 100 }],
    [1, { kind: 'restart', failures: 2, delayMs: 200 }],
    [3, { kind: 'restart', failures: 4, delayMs: 800 }],
    [4, { kind: 'restart', failures: 5, delayMs: 1000 }],
    [5, { kind: 'give-up', failures: 6 }],
  ])('after %i failures', (failures, decision) => {
    expect(decideRestart({ policy, failures, readyForMs: 0 })).toEqual(
      decision,
    );
  });

  it('forgets failures of a part that was ready for long', () => {
    expect(decideRestart({ policy, failures: 5, readyForMs: 60_000 })).toEqual({
      kind: 'restart',
      failures: 1,
      delayMs: 100,
    });
    expect(
      decideRestart({ policy, failures: 5, readyForMs: 59_999 }).kind,
    ).toBe('give-up');
  });

  it('spends about a minute before it gives up by default', () => {
    let total = 0;
    for (let failures = 0; ; failures++) {
      const decision = decideRestart({
        policy: DEFAULT_BACKOFF,
        failures,
        readyForMs: 0,
      });
      if (decision.kind === 'give-up') {
        break;
      }
      total += decision.delayMs;
    }
    expect(total).toBe(61_500);
  });
});

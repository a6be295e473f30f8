import { evaluateObjective, neededWindows, worstState } from './evaluate';

const HOUR = 3600;
const DAY = 24 * HOUR;
const WINDOW = 30 * DAY;

function evaluate(
  month: [number, number],
  hour: [number, number] = [0, 100],
  fiveMinutes: [number, number] = [0, 10],
) {
  const counts = ([bad, total]: [number, number]) => ({ bad, total });
  return evaluateObjective({
    target: 0.99,
    windowSeconds: WINDOW,
    coverageSeconds: WINDOW,
    windows: new Map([
      [WINDOW, counts(month)],
      [HOUR, counts(hour)],
      [300, counts(fiveMinutes)],
    ]),
  });
}

describe('state of an objective', () => {
  it.each([
    ['ok with budget left', evaluate([100, 72_000]), 'ok'],
    ['failing when the budget is used up', evaluate([720, 72_000]), 'failing'],
    ['at risk below a tenth of the budget', evaluate([650, 72_000]), 'at-risk'],
    [
      'at risk while a row burns',
      evaluate([100, 72_000], [15, 100], [2, 10]),
      'at-risk',
    ],
    // 99 % at a factor of 14.4 needs 7 events: one bad of six says nothing.
    ['ok with too few events', evaluate([100, 72_000], [1, 6], [1, 6]), 'ok'],
    [
      'ok again once the short window is quiet',
      evaluate([100, 72_000], [15, 100], [0, 10]),
      'ok',
    ],
    ['unknown without events', evaluate([0, 0], [0, 0], [0, 0]), 'unknown'],
  ])('is %s', (_, result, state) => {
    expect(result.state).toBe(state);
  });

  it('carries every figure', () => {
    expect(evaluate([360, 72_000], [2, 100])).toMatchObject({
      target: 0.99,
      counts: { bad: 360, total: 72_000 },
      serviceLevel: 0.995,
      budgetLeft: expect.closeTo(0.5, 9),
      burnRate: expect.closeTo(2, 9),
      forecast: { kind: 'exhausts', inSeconds: expect.closeTo(240 * HOUR, 1) },
    });
  });

  it('asks for each window once, shortest first', () => {
    expect(neededWindows(WINDOW)).toEqual([
      300,
      1800,
      HOUR,
      2 * HOUR,
      6 * HOUR,
      DAY,
      3 * DAY,
      WINDOW,
    ]);
  });

  it('never counts unknown as a pass', () => {
    expect(worstState(['ok', 'unknown'])).toBe('unknown');
    expect(worstState(['ok', 'at-risk', 'failing'])).toBe('failing');
    expect(worstState([])).toBe('unknown');
  });
});

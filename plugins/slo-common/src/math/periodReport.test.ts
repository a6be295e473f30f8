import fc from 'fast-check';
import { judgePeriod, PeriodPart } from './periodReport';

const HOUR = 3600;
/** Midnight in Berlin. */
const START = Date.parse('2026-11-01T00:00:00+01:00') / 1000;

/** Hours from {@link START} on, each with so many bad of 100; `undefined` is not covered. */
function hours(
  bads: Array<number | undefined>,
  rest: Partial<PeriodPart> = {},
): PeriodPart {
  const at = (index: number) => START + (index + 1) * HOUR;
  return {
    target: 0.99,
    weight: 1,
    buckets: bads.map((bad, index) => ({
      at: at(index),
      counts: { bad: bad ?? 0, total: bad === undefined ? 0 : 100 },
    })),
    covered: new Set(
      bads.flatMap((bad, index) => (bad === undefined ? [] : at(index))),
    ),
    ...rest,
  };
}

function judge(
  parts: PeriodPart[],
  options: { periodSeconds?: number; target?: number } = {},
) {
  return judgePeriod({
    parts,
    bucketSeconds: HOUR,
    target: options.target ?? 0.99,
    periodSeconds: options.periodSeconds ?? parts[0].buckets.length * HOUR,
    timeZone: 'Europe/Berlin',
  });
}

function day(bads: Record<number, number>) {
  return Array.from({ length: 24 }, (_, hour) => bads[hour] ?? 0);
}

describe('judgePeriod', () => {
  it('judges a period as one window and names the days that spent most', () => {
    const result = judge([
      hours([...day({ 3: 10, 4: 2 }), ...day({}), ...day({ 5: 20 })]),
    ]);
    // 32 bad of 7,200: the budget is 72, 44.4 % of it are used. 10, 2 and 20 of 100 are above 1 %: three hours.
    expect(result).toEqual({
      verdict: 'kept',
      observed: 'kept',
      counts: { bad: 32, total: 7_200 },
      serviceLevel: expect.closeTo(1 - 32 / 7_200, 12),
      budgetUsed: expect.closeTo(32 / 72, 12),
      badSeconds: 3 * HOUR,
      periodSeconds: 72 * HOUR,
      coverageSeconds: 72 * HOUR,
      worstDays: [
        {
          day: '2026-11-03',
          counts: { bad: 20, total: 2_400 },
          budgetShare: expect.closeTo(20 / 72, 12),
        },
        {
          day: '2026-11-01',
          counts: { bad: 12, total: 2_400 },
          budgetShare: expect.closeTo(12 / 72, 12),
        },
      ],
    });
  });

  it('says that a promise was broken', () => {
    // 50 bad of 2,400 are more than 24.
    expect(judge([hours(day({ 1: 50 }))])).toMatchObject({
      verdict: 'broken',
      budgetUsed: expect.closeTo(50 / 24, 12),
    });
  });

  it('never passes what is not covered', () => {
    const part = hours([...day({}), ...Array(24).fill(undefined)]);
    expect(judge([part])).toMatchObject({
      verdict: 'unknown',
      observed: 'kept',
      coverageSeconds: 24 * HOUR,
      periodSeconds: 48 * HOUR,
    });
    expect(judge([hours([undefined])])).toMatchObject({
      verdict: 'unknown',
      counts: { bad: 0, total: 0 },
      worstDays: [],
    });
    expect(judge([hours([undefined])]).observed).toBeUndefined();
    // Maintenance is no part of the period, so what is left out of it is not missing.
    expect(judge([part], { periodSeconds: 24 * HOUR }).verdict).toBe('kept');
  });

  it('weighs parts, each with its own sums, and knows nothing when a part does not', () => {
    const parts = [
      hours(day({ 0: 24 }), { weight: 3, target: 0.99 }),
      hours(day({}), { weight: 1, target: 0.95 }),
    ];
    // 24 of 2,400 are 1 %: bad = 3 x 0.01 of 4. The target is (3 x 0.99 + 0.95) / 4 = 0.98, the budget 0.08.
    expect(judge(parts, { target: 0.98 })).toMatchObject({
      verdict: 'kept',
      counts: { bad: expect.closeTo(0.03, 12), total: 4 },
      budgetUsed: expect.closeTo(0.375, 12),
      worstDays: [],
    });
    expect(
      judge([parts[0], hours(Array(24).fill(undefined))], { target: 0.98 }),
    ).toMatchObject({ verdict: 'unknown', coverageSeconds: 0 });
  });

  it('spends on its worst days no more than in the whole period', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.nat(100), { nil: undefined }), {
          minLength: 1,
          maxLength: 100,
        }),
        bads => {
          const result = judge([hours(bads)]);
          const shares = result.worstDays.map(each => each.budgetShare);
          expect(shares.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(
            (result.budgetUsed ?? 0) + 1e-9,
          );
          expect([...shares].sort((a, b) => b - a)).toEqual(shares);
          expect(
            result.verdict === 'unknown' || !bads.includes(undefined),
          ).toBe(true);
        },
      ),
    );
  });
});

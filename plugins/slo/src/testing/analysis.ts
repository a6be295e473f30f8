import {
  allowedShare,
  burnRowDefinitions,
  SloAnalysisApi,
  SloTargetTrial,
  SloWhatIf,
} from '@shopfloor/plugin-slo-common';

const DAY_SECONDS = 86_400;

/** A trial with this many bad requests of a million, and alerts of the first row at these times. */
export function testTrial(
  target: number,
  options: {
    bad?: number;
    firings?: SloTargetTrial['rows'][0]['firings'];
  } = {},
): SloTargetTrial {
  const { bad = 370, firings = [] } = options;
  const budget = allowedShare(target) * 1_000_000;
  return {
    target,
    budget,
    budgetLeft: 1 - bad / budget,
    worstBurn: { burnRate: 25, at: '2026-11-26T10:20:00.000Z' },
    rows: burnRowDefinitions(30 * DAY_SECONDS).map((row, index) => ({
      ...row,
      status: row.factor >= 1 / allowedShare(target) ? 'never' : 'tried',
      firings: index === 0 ? firings : [],
    })),
  };
}

/** An API of the past that records what it was asked. */
export function testAnalysisApi(
  options: Partial<SloAnalysisApi> & { whatIfAnswer?: Partial<SloWhatIf> } = {},
): jest.Mocked<SloAnalysisApi> {
  const { whatIfAnswer, ...overrides } = options;
  return {
    whatIf: jest.fn(async ({ id, target, range, objective }) => ({
      id,
      objective: objective ?? 0,
      range,
      observedAt: '2026-11-26T13:00:00.000Z',
      source: 'direct' as const,
      bucketSeconds: 60,
      rangeSeconds: 7 * DAY_SECONDS,
      coverageSeconds: 3 * DAY_SECONDS,
      window: { seconds: 30 * DAY_SECONDS },
      now: testTrial(0.999),
      tried: testTrial(target),
      ...whatIfAnswer,
    })),
    ...(overrides as object),
  };
}

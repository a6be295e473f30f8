import {
  allowedShare,
  burnRowDefinitions,
  PresentedTally,
  ReleaseGate,
  ReleaseGateApi,
  SloAnalysisApi,
  SloEvents,
  SloTargetTrial,
  SloWhatIf,
} from '@shopfloor/plugin-slo-common';
import { testLookedAt } from './slos';

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
  options: Partial<SloAnalysisApi> & {
    whatIfAnswer?: Partial<SloWhatIf>;
    eventsAnswer?: Partial<SloEvents>;
  } = {},
): jest.Mocked<SloAnalysisApi> {
  const { whatIfAnswer, eventsAnswer, ...overrides } = options;
  return {
    whatIf: jest.fn(async ({ id, target, objective, ...choice }) => ({
      ...testLookedAt(choice),
      id,
      objective: objective ?? 0,
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
    red: jest.fn(async ({ id: _, ...choice }) => ({
      ...testLookedAt(choice),
      destination: 'products',
      observedAt: '2026-11-26T13:00:00.000Z',
      stepSeconds: 60,
      coverageSeconds: 3600,
      points: [0, 1].map(index => ({
        at: `2026-11-26T12:5${8 + index}:00.000Z`,
        rate: 10,
        errorShare: 0.5,
        p50: 50,
        p95: 150,
        p99: 180,
      })),
      queries: {
        rate: 'rate-query',
        errors: 'errors-query',
        latency: 'latency-query',
      },
    })),
    events: jest.fn(async ({ id: _, ...choice }) => ({
      ...testLookedAt(choice),
      log: 'connected' as const,
      events: [],
      truncated: false,
      maintenance: [],
      afterSeconds: 3600,
      ...eventsAnswer,
    })),
    rollUps: jest.fn(async ({ by }) => ({
      by,
      items: [],
      total: tally({}),
      comparedWith: '2026-11-19T13:00:00.000Z',
    })),
    report: jest.fn(),
    export: jest.fn(
      async (_of: { id: string } | { entity: string }) =>
        new Blob(['kind: SLO']),
    ),
    ...(overrides as object),
  };
}

/** How several SLOs do. */
export function tally(
  states: Partial<PresentedTally['states']>,
  rest: Partial<PresentedTally> = {},
): PresentedTally {
  const all = {
    ok: 0,
    'at-risk': 0,
    failing: 0,
    unknown: 0,
    stale: 0,
    ...states,
  };
  return {
    slos: Object.values(all).reduce((sum, count) => sum + count, 0),
    states: all,
    trend: { compared: 0, less: 0, more: 0 },
    ...rest,
  };
}

/** A gate that decides so. */
export function testGateApi(
  change: Partial<ReleaseGate> = {},
): jest.Mocked<ReleaseGateApi> {
  return {
    gate: jest.fn(async ({ entity, environment }) => ({
      entityRef: entity,
      environment,
      decision: 'go' as const,
      reasons: [],
      slos: [],
      policy: { name: 'built-in' },
      decidedAt: new Date().toISOString(),
      ...change,
    })),
  };
}

import {
  BURN_NOW_SECONDS,
  evaluateObjective,
  neededWindows,
  LookedAt,
  SloApi,
  SloDetail,
  SloHistory,
  SloList,
  SloSummary,
  tallySlos,
  TimeRangeChoice,
} from '@shopfloor/plugin-slo-common';

const DAY_SECONDS = 86_400;
const WINDOW_SECONDS = 30 * DAY_SECONDS;

/** An SLO over 30 days, measured with these counts of the last hour and shorter, and of every longer window. */
export function testSlo(
  options: Partial<SloSummary> & {
    bad?: number;
    total?: number;
    recentBad?: number;
    recentTotal?: number;
    targets?: number[];
  } = {},
): SloSummary {
  const {
    bad = 370,
    total = 1_000_000,
    recentBad = 0,
    recentTotal = 1_000,
    targets = [0.999],
    ...rest
  } = options;
  const coverageSeconds = rest.coverage?.seconds ?? WINDOW_SECONDS;
  const windows = new Map(
    neededWindows(WINDOW_SECONDS).map(seconds => [
      seconds,
      seconds <= BURN_NOW_SECONDS
        ? { bad: recentBad, total: recentTotal }
        : { bad, total },
    ]),
  );
  const objectives = targets.map(target =>
    evaluateObjective({
      target,
      windowSeconds: WINDOW_SECONDS,
      windows,
      coverageSeconds,
    }),
  );
  return {
    id: 'component~default~products~products-availability~production',
    name: 'products-availability',
    displayName: 'Products answers',
    entityRef: 'component:default/products',
    owner: 'group:default/merchandising-team',
    environment: 'production',
    timeWindow: {
      kind: 'rolling',
      duration: '30d',
      durationSeconds: WINDOW_SECONDS,
    },
    state: objectives[0].state,
    observedAt: new Date().toISOString(),
    objectives,
    worstBudgetLeft: objectives[0].budgetLeft,
    coverage: {
      seconds: coverageSeconds,
      windowSeconds: WINDOW_SECONDS,
      resolutionSeconds: 300,
    },
    notes: [],
    evaluable: true,
    unsupported: [],
    source: { file: 'slo.yaml', line: 12 },
    ...rest,
  };
}

/** An SLO that was never measured. */
export function unmeasuredSlo(options: Partial<SloSummary> = {}): SloSummary {
  return testSlo({
    state: 'unknown',
    objectives: [],
    observedAt: undefined,
    coverage: undefined,
    worstBudgetLeft: undefined,
    ...options,
  });
}

function testDetail(slo: SloSummary): SloDetail {
  return {
    ...slo,
    service: 'products',
    budgetingMethod: 'Occurrences',
    alertPolicies: [
      {
        name: 'fast-burn',
        alertWhenNoData: false,
        alertWhenResolved: false,
        alertWhenBreaching: true,
        notificationTargets: [],
      },
    ],
    document: {},
    lint: { findings: [], unchecked: [] },
    explanation: {
      numerator: 'good',
      prometheusUrl: 'http://prometheus.test',
      intervalSeconds: 5,
      coverageExpression: 'coverage',
      windows: [
        {
          seconds: 3600,
          counts: { bad: 0, total: 1000 },
          countedExpression: 'good-1h',
          totalExpression: 'total-1h',
        },
        {
          seconds: WINDOW_SECONDS,
          counts: slo.objectives[0]?.counts ?? { bad: 0, total: 0 },
          countedExpression: 'sum(sum_over_time(good[2592000s])) * 5',
          totalExpression: 'sum(sum_over_time(total[2592000s])) * 5',
        },
      ],
    },
  };
}

/** How many are in each state, as the backend tells it. */
export function statesOf(items: SloSummary[]): SloList['states'] {
  return tallySlos(items).states;
}

/** An API over these SLOs that records what it was asked. */
export function testSloApi(
  items: SloSummary[],
  options: { sources?: SloList['sources']; history?: Partial<SloHistory> } = {},
): jest.Mocked<SloApi> {
  return {
    list: jest.fn(async () => ({
      items,
      totalItems: items.length,
      states: statesOf(items),
      sources: options.sources ?? [],
      facets: {
        owners: ['group:default/merchandising-team'],
        environments: ['production', 'staging'],
        systems: ['system:default/shop'],
      },
    })),
    get: jest.fn(async id => testDetail(items.find(slo => slo.id === id)!)),
    history: jest.fn(async ({ objective, ...choice }) => ({
      ...testLookedAt(choice),
      objective: objective ?? 0,
      source: 'prometheus' as const,
      observedAt: new Date().toISOString(),
      points: [],
      ...options.history,
    })),
  };
}

/** The stretch that was asked for, as the backend tells it. */
export function testLookedAt(choice: TimeRangeChoice): LookedAt {
  const { from = '2026-11-26T12:00:00.000Z', to = '2026-11-26T13:00:00.000Z' } =
    choice;
  return { range: choice.range, from, to };
}

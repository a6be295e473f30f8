import {
  CheckOutcome,
  CheckRun,
  ChecksApi,
} from '@shopfloor/plugin-checks-common';
import {
  gradeEntity,
  GradeReport,
  GradeSummary,
  ScorecardDefinition,
  ScorecardList,
  ScorecardsApi,
  ScorecardSummary,
  tallyOf,
  trendOf,
  Waiver,
} from '@shopfloor/plugin-scorecards-common';

function text(en: string, zh = en) {
  return { en, zh };
}

/** Bronze asks for readme (3) and runbook (1) and takes 75 %, silver for probes (2); ok from 80 %, at risk from 50 %. */
export function testDefinition(
  options: Partial<ScorecardDefinition> = {},
): ScorecardDefinition {
  return {
    name: 'readiness',
    title: text('Production readiness', '生产就绪'),
    description: text('What a service needs to serve shoppers'),
    owner: 'group:default/platform-team',
    draft: false,
    appliesTo: [{ kind: 'Component' }],
    categories: [{ name: 'docs', title: text('Documentation') }],
    levels: [
      { name: 'bronze', title: text('Bronze', '铜级'), threshold: 75 },
      { name: 'silver', title: text('Silver', '银级'), threshold: 100 },
    ],
    states: { ok: 80, atRisk: 50 },
    checks: [
      { check: 'readme', level: 'bronze', category: 'docs', weight: 3 },
      { check: 'runbook', level: 'bronze', category: 'docs', weight: 1 },
      { check: 'probes', level: 'silver', category: 'docs', weight: 2 },
    ],
    ...options,
  };
}

/** A grade from outcomes of readme, runbook and probes. */
export function testGrade(
  name: string,
  outcomes: CheckOutcome[],
  options: {
    waived?: string[];
    observedAt?: string;
    definition?: ScorecardDefinition;
  } = {},
): GradeSummary {
  const { definition = testDefinition() } = options;
  const graded = gradeEntity({
    definition,
    outcomes: new Map(
      definition.checks.map(({ check }, index) => [check, outcomes[index]]),
    ),
    waived: new Set(options.waived),
  });
  const now = new Date().toISOString();
  return {
    scorecard: definition.name,
    entityRef: `component:default/${name}`,
    owner: 'group:default/checkout-team',
    system: 'system:default/checkout',
    figures: graded.figures,
    withoutWaivers: graded.withoutWaivers,
    counts: graded.counts,
    checks: graded.checks,
    observedAt: options.observedAt ?? now,
    gradedAt: now,
    since: now,
  };
}

/** The report of a grade. */
export function testReport(
  grade: GradeSummary,
  options: Partial<GradeReport> = {},
): GradeReport {
  const definition = options.definition ?? testDefinition();
  const graded = gradeEntity({
    definition,
    outcomes: new Map(
      grade.checks.map(({ check, outcome }) => [check, outcome]),
    ),
    waived: new Set(
      grade.checks.filter(({ waived }) => waived).map(({ check }) => check),
    ),
  });
  const history = [{ at: grade.since, figures: grade.figures }];
  return {
    ...grade,
    definition,
    levels: graded.levels,
    categories: graded.categories,
    waivers: [],
    history,
    trend: trendOf({ points: history, now: new Date(), periodDays: 30 }),
    may: { requestWaiver: true, manageBadge: false, runChecks: true },
    ...options,
  };
}

/** A waiver that waits and that the person may decide about. */
export function testWaiver(options: Partial<Waiver> = {}): Waiver {
  return {
    id: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
    scorecard: 'readiness',
    entityRef: 'component:default/cart',
    check: 'probes',
    reason: 'The probes come with the next release',
    state: 'waiting',
    requestedBy: 'user:default/farid.rahimi',
    requestedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 864_000_000).toISOString(),
    may: ['approve', 'deny'],
    ...options,
  };
}

function summaryOf(
  definition: ScorecardDefinition,
  grades: GradeSummary[],
): ScorecardSummary {
  return {
    definition,
    tally: tallyOf(
      grades.map(({ figures }) => figures),
      definition.levels.length,
    ),
    unknownChecks: [],
    source: { file: 'readiness.yaml', line: 3 },
    gradedAt: new Date().toISOString(),
  };
}

/** An API over these grades that records what it was asked. */
export function testScorecardsApi(
  grades: GradeSummary[],
  options: {
    list?: Partial<ScorecardList>;
    report?: GradeReport;
    waivers?: Waiver[];
    overrides?: Partial<ScorecardsApi>;
  } = {},
): jest.Mocked<ScorecardsApi> {
  const definition = testDefinition();
  const states = tallyOf(
    grades.map(({ figures }) => figures),
    2,
  ).states;
  return {
    listScorecards: jest.fn(async () => ({
      items: [summaryOf(definition, grades)],
      invalid: [],
      status: {},
      ...options.list,
    })),
    listGrades: jest.fn(async () => ({
      items: grades,
      totalItems: grades.length,
      states,
      facets: {
        owners: ['group:default/checkout-team'],
        teams: ['group:default/checkout-team', 'group:default/larkfield'],
        systems: ['system:default/checkout'],
        domains: ['domain:default/commerce'],
      },
    })),
    getGrade: jest.fn(async () => options.report ?? testReport(grades[0])),
    listRollUps: jest.fn(async ({ scorecard, by }) => {
      const tally = tallyOf(
        grades.map(({ figures }) => figures),
        2,
      );
      return {
        scorecard,
        by,
        items: [
          {
            ref: 'group:default/checkout-team',
            parent: 'group:default/larkfield',
            own: tally,
            total: tally,
          },
          {
            ref: 'group:default/larkfield',
            title: 'Larkfield Market',
            own: tallyOf([], 2),
            total: tally,
          },
        ],
      };
    }),
    getRollUpTrend: jest.fn(async ({ scorecard }) => ({
      scorecard,
      points: [
        {
          at: '2026-11-01T00:00:00.000Z',
          entities: 2,
          passed: 6,
          unseen: 0,
          asked: 8,
        },
        {
          at: '2026-11-02T00:00:00.000Z',
          entities: 2,
          passed: 4,
          unseen: 0,
          asked: 8,
        },
      ],
      regressions: [
        {
          at: '2026-11-01T09:00:00.000Z',
          entityRef: 'component:default/orders',
          lost: ['probes'],
          rankBefore: 2,
          rankAfter: 1,
        },
      ],
    })),
    listCheckStandings: jest.fn(async ({ scorecard }) => ({
      scorecard,
      items: definition.checks.map(check => ({
        ...check,
        counts: {
          pass: 1,
          fail: 2,
          unknown: 3,
          stale: 4,
          'not-applicable': 0,
          waived: 5,
        },
      })),
    })),
    whatIf: jest.fn(async () => ({
      before: tallyOf([], 2),
      after: tallyOf([], 2),
      movers: [],
    })),
    export: jest.fn(async () => new Blob(['entity'])),
    listWaivers: jest.fn(async () => ({ items: options.waivers ?? [] })),
    requestWaiver: jest.fn(async () => testWaiver()),
    actOnWaiver: jest.fn(async () => testWaiver({ state: 'approved' })),
    listCampaigns: jest.fn(async () => ({ items: [], mayManage: true })),
    getCampaign: jest.fn(),
    createCampaign: jest.fn(),
    endCampaign: jest.fn(),
    listBadges: jest.fn(async () => ({ items: [] })),
    createBadge: jest.fn(),
    revokeBadge: jest.fn(),
    ...options.overrides,
  } as jest.Mocked<ScorecardsApi>;
}

/** A run over the collectors of orders, with as many of them done and failed as asked for. */
export function testRun(options: {
  done: number;
  failed?: number;
  waiting: number;
}): CheckRun {
  const { done, failed = 0, waiting } = options;
  const states = [
    ...new Array(done).fill('done'),
    ...new Array(failed).fill('failed'),
    ...new Array(waiting).fill('waiting'),
  ] as CheckRun['items'][number]['state'][];
  return {
    id: '0d5a1c62-6d1c-4c0e-9a3b-0f6e0a4f2b11',
    createdAt: new Date().toISOString(),
    ...(waiting === 0 && { finishedAt: new Date().toISOString() }),
    createdBy: 'user:default/mei.tan',
    progress: { waiting, running: 0, done, failed },
    items: states.map((state, index) => ({
      entityRef: 'component:default/orders',
      collector: `collector-${index + 1}`,
      state,
      ...(state === 'failed' && { failure: 'connection refused' }),
    })),
  };
}

/** A check engine that knows one result. */
export function testChecksApi(): jest.Mocked<ChecksApi> {
  const definition = {
    name: 'probes',
    title: text('Probes'),
    why: text('Without probes a dead pod keeps getting requests.'),
    fix: text('Declare readiness and liveness probes in the values.'),
    fixUrl: 'how-to/probes',
  };
  return {
    listDefinitions: jest.fn(async () => ({
      items: [definition],
      invalid: [],
    })),
    listCollectors: jest.fn(async () => ({ items: [] })),
    createRun: jest.fn(async () => testRun({ done: 0, waiting: 4 })),
    getRun: jest.fn(async () => testRun({ done: 4, waiting: 0 })),
    getResult: jest.fn(async () => ({
      outcome: 'fail',
      words: text('orders-v1 has no readiness probe'),
      observedAt: new Date().toISOString(),
      definition,
      evidence: [
        {
          id: '1',
          collector: 'kubernetes',
          key: 'workloads',
          value: { probes: [] },
          source: 'kubernetes:sandbox',
          observedAt: new Date().toISOString(),
          references: [
            {
              kind: 'file',
              target: 'services/orders/deploy/values.yaml',
              href: 'https://git.test/values.yaml',
              line: 12,
            },
          ],
        },
      ],
    })),
  } as unknown as jest.Mocked<ChecksApi>;
}

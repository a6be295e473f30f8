import fc from 'fast-check';
import { SloSummary } from '../api/types';
import { burnRowDefinitions } from '../math/burnRows';
import { ObjectiveResult, SloState } from '../math/evaluate';
import { decideRelease, DEFAULT_RELEASE_POLICY } from './decideRelease';
import { ReleaseCalendarEntry, ReleasePolicy } from './types';

const AT = new Date('2026-11-11T04:00:00Z');
const ORDERS = 'component:default/orders';
const [PAGE, , TICKET] = burnRowDefinitions(30 * 86_400);

function slo(
  left: number | undefined,
  options: {
    state?: SloState;
    burning?: Array<typeof PAGE>;
    objectives?: [];
  } = {},
): SloSummary {
  const { state = 'ok', burning = [] } = options;
  const objective = {
    target: 0.999,
    state,
    counts: { bad: 0, total: 1 },
    budgetLeft: left,
    burnRows: burning.map(row => ({ ...row, active: true, canFire: true })),
    forecast: { kind: 'lasts' },
  } as ObjectiveResult;
  return {
    id: 'orders',
    name: 'orders',
    entityRef: ORDERS,
    environment: 'production',
    state,
    evaluable: true,
    observedAt: '2026-11-11T03:00:00Z',
    objectives: options.objectives ?? [objective],
    worstBudgetLeft: left,
    timeWindow: { kind: 'rolling', duration: '30d', durationSeconds: 2592000 },
    notes: [],
    unsupported: [],
    source: { file: 'slo.yaml', line: 1 },
  };
}

const SINGLES_DAY: ReleaseCalendarEntry = {
  name: "Singles' Day",
  reason: { en: 'The busiest day', zh: '全年最忙的一天' },
  from: '2026-11-11T00:00:00+08:00',
  to: '2026-11-12T00:00:00+08:00',
  decision: 'freeze',
  environments: ['production'],
};

function decide(
  slos: SloSummary[],
  policy: Partial<ReleasePolicy> = {},
  environment = 'production',
) {
  const { decision, reasons } = decideRelease({
    policy: { ...DEFAULT_RELEASE_POLICY, ...policy },
    entityRef: ORDERS,
    environment,
    at: AT,
    slos,
  });
  return [decision, ...reasons.map(({ code }) => code)];
}

const rule = DEFAULT_RELEASE_POLICY.rules[0];

describe('decideRelease', () => {
  // By hand from the built-in policy: freeze at 0, slow down below 25 % or while a row burns.
  it.each<[string, SloSummary[], string[]]>([
    ['all budget', [slo(1)], ['go']],
    ['exactly a quarter', [slo(0.25)], ['go']],
    ['less than a quarter', [slo(0.2)], ['slow-down', 'budget-low']],
    ['none', [slo(0)], ['freeze', 'budget-used-up']],
    ['overspent', [slo(-3)], ['freeze', 'budget-used-up']],
    [
      'a row that pages',
      [slo(0.9, { burning: [PAGE] })],
      ['slow-down', 'burning'],
    ],
    ['a ticket', [slo(0.9, { burning: [TICKET] })], ['slow-down', 'burning']],
    [
      'one that freezes beside one that is well',
      [slo(0.9), slo(0)],
      ['freeze', 'budget-used-up'],
    ],
    [
      'one that slows down beside one of which nothing is known',
      [slo(0.2), slo(undefined, { state: 'unknown' })],
      ['unknown', 'slo-unknown', 'budget-low'],
    ],
    [
      'one that freezes beside one of which nothing is known',
      [slo(undefined, { state: 'unknown' }), slo(0)],
      ['freeze', 'budget-used-up', 'slo-unknown'],
    ],
    [
      'stale figures, however good',
      [slo(1, { state: 'stale' })],
      ['unknown', 'slo-stale'],
    ],
    [
      'never measured',
      [slo(undefined, { objectives: [] })],
      ['unknown', 'slo-unknown'],
    ],
    ['no SLO', [], ['unknown', 'no-slos']],
  ])('says of %s', (_, slos, expected) => {
    expect(decide(slos)).toEqual(expected);
  });

  it('takes the first rule for the environment, and knows nothing without one', () => {
    const rules = [
      { ...rule, environments: ['production'], freezeAtBudget: 0.5 },
      { ...rule, environments: ['staging'], withoutSlos: 'go' as const },
    ];
    expect(decide([slo(0.4)], { rules })).toEqual(['freeze', 'budget-used-up']);
    expect(decide([slo(0.4)], { rules }, 'staging')).toEqual(['go']);
    expect(decide([], { rules }, 'staging')).toEqual(['go']);
    expect(decide([slo(1)], { rules }, 'moon')).toEqual(['unknown', 'no-rule']);
  });

  it('lets a burning row that pages freeze where the policy says so', () => {
    const rules = [
      {
        ...rule,
        burning: { page: 'freeze' as const, ticket: 'slow-down' as const },
      },
    ];
    expect(decide([slo(0.9, { burning: [TICKET, PAGE] })], { rules })).toEqual([
      'freeze',
      'burning',
    ]);
    expect(decide([slo(0.9, { burning: [TICKET] })], { rules })).toEqual([
      'slow-down',
      'burning',
    ]);
  });

  // 04:00 in UTC is noon of the 11th in China.
  it.each<[string, Partial<ReleaseCalendarEntry>, string, string[]]>([
    ['on the day', {}, 'production', ['freeze', 'calendar']],
    ['elsewhere', {}, 'staging', ['go']],
    ['before it', { from: '2026-11-11T12:00:01+08:00' }, 'production', ['go']],
    [
      'from its first moment',
      { from: '2026-11-11T12:00:00+08:00' },
      'production',
      ['freeze', 'calendar'],
    ],
    [
      'when it is over',
      { to: '2026-11-11T12:00:00+08:00' },
      'production',
      ['go'],
    ],
    [
      'for others',
      { entities: ['component:default/cart'] },
      'production',
      ['go'],
    ],
    [
      'for this one',
      { entities: [ORDERS] },
      'production',
      ['freeze', 'calendar'],
    ],
    [
      'milder',
      { decision: 'slow-down' },
      'production',
      ['slow-down', 'calendar'],
    ],
  ])('knows the calendar %s', (_, change, environment, expected) => {
    const calendar = [{ ...SINGLES_DAY, ...change }];
    expect(decide([slo(1)], { calendar }, environment)).toEqual(expected);
  });

  it('never says go while anything is unknown, and never gets milder by one more SLO', () => {
    const order = ['go', 'slow-down', 'unknown', 'freeze'];
    const some = fc.record({
      left: fc.option(fc.double({ min: -2, max: 1, noNaN: true }), {
        nil: undefined,
      }),
      state: fc.constantFrom<SloState>(
        'ok',
        'at-risk',
        'failing',
        'unknown',
        'stale',
      ),
      burning: fc.subarray([PAGE, TICKET]),
    });
    fc.assert(
      fc.property(
        fc.array(some, { minLength: 1, maxLength: 5 }),
        some,
        (all, more) => {
          const slos = all.map(({ left, ...rest }) => slo(left, rest));
          const [decision] = decide(slos);
          const [after] = decide([...slos, slo(more.left, more)]);
          expect(order.indexOf(after)).toBeGreaterThanOrEqual(
            order.indexOf(decision),
          );
          const blind = all.some(
            ({ left, state }) => left === undefined || state === 'stale',
          );
          expect(blind && (decision === 'go' || decision === 'slow-down')).toBe(
            false,
          );
        },
      ),
    );
  });
});

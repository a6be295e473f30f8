import { renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import {
  SloAnalysisApi,
  SloReport,
  SloRollUpItem,
} from '@shopfloor/plugin-slo-common';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import { sloAnalysisApiRef, sloApiRef } from '../api';
import { tally, testAnalysisApi } from '../testing/analysis';
import { testSlo, testSloApi } from '../testing/slos';
import { SlosPage } from './SlosPage';
import { latestMonths } from './SloReportPage';

jest.setTimeout(60_000);

function Location() {
  const { search } = useLocation();
  return <span data-testid="search">{search}</span>;
}

async function render(api: SloAnalysisApi, path = '/') {
  await renderInTestApp(
    <>
      <SlosPage />
      <Location />
    </>,
    {
      apis: [
        [sloApiRef, testSloApi([testSlo()])],
        [sloAnalysisApiRef, api],
      ],
      initialRouteEntries: [path],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    },
  );
}

const worst = {
  id: 'a',
  name: 'products-availability',
  displayName: 'Products answers',
  entityRef: 'component:default/products',
  environment: 'production',
  budgetLeft: -0.5,
};
const items: SloRollUpItem[] = [
  {
    ref: 'group:default/merchandising-team',
    title: 'Merchandising',
    parent: 'group:default/larkfield',
    own: tally({ failing: 1 }),
    total: tally({ failing: 1 }, { worst }),
  },
  {
    ref: 'group:default/larkfield',
    title: 'Larkfield Market',
    own: tally({}),
    total: tally(
      { failing: 1, ok: 2 },
      { worst, trend: { compared: 3, less: 2, more: 1 } },
    ),
  },
  { own: tally({ unknown: 1 }), total: tally({ unknown: 1 }) },
];

function testReport(change: Partial<SloReport> = {}): SloReport {
  const objective = {
    target: 0.999,
    counts: { bad: 320, total: 1_000_000 },
    serviceLevel: 0.99968,
    budgetUsed: 0.32,
    badSeconds: 1200,
    periodSeconds: 30 * 86_400,
    coverageSeconds: 30 * 86_400,
    maintenanceSeconds: 3600,
  };
  return {
    by: 'team',
    ref: 'group:default/larkfield',
    title: 'Larkfield Market',
    month: '2026-10',
    timeZone: 'Asia/Shanghai',
    from: '2026-09-30T16:00:00.000Z',
    to: '2026-10-31T16:00:00.000Z',
    complete: true,
    writtenAt: '2026-11-02T08:00:00.000Z',
    verdicts: { kept: 1, broken: 0, unknown: 1 },
    slos: [
      {
        id: 'a',
        name: 'products-availability',
        displayName: 'Products answers',
        entityRef: 'component:default/products',
        environment: 'production',
        unit: 'events',
        objectives: [
          {
            ...objective,
            verdict: 'kept',
            observed: 'kept',
            worstDays: [
              {
                day: '2026-10-07',
                counts: { bad: 200, total: 30_000 },
                budgetShare: 0.2,
              },
            ],
          },
        ],
      },
      {
        id: 'b',
        name: 'cart-availability',
        entityRef: 'component:default/cart',
        environment: 'production',
        unit: 'events',
        objectives: [
          {
            ...objective,
            verdict: 'unknown',
            observed: 'broken',
            coverageSeconds: 7200,
            worstDays: [],
          },
        ],
      },
    ],
    log: {
      state: 'connected',
      changes: [{ kind: 'deployment', count: 4, failed: 1 }],
      changesTotal: 4,
      incidents: [
        {
          id: 'i',
          kind: 'incident',
          title: 'Products burns its budget',
          at: '2026-10-07T02:00:00.000Z',
          endedAt: '2026-10-07T02:28:00.000Z',
          outcome: 'closed',
        },
      ],
      incidentsTotal: 1,
      restore: { closed: 1, open: 0, meanSeconds: 1680, medianSeconds: 1680 },
    },
    ...change,
  };
}

describe('SlosPage', () => {
  it('shows the list first, and each tab has an address', async () => {
    await render(testAnalysisApi());
    expect(await screen.findByText('63%')).toBeVisible();
    await userEvent.click(screen.getByRole('tab', { name: 'Teams' }));
    expect(screen.getByTestId('search')).toHaveTextContent('?tab=teams');
  });

  it('rolls SLOs up to teams, those below after the ones above them', async () => {
    const rollUps = jest.fn(async () => ({
      by: 'team' as const,
      items,
      total: tally({ failing: 1, ok: 2, unknown: 1 }),
      comparedWith: '2026-11-19T13:00:00.000Z',
    }));
    await render(testAnalysisApi({ rollUps }), '/?tab=teams&env=production');
    expect(await screen.findByRole('status')).toHaveTextContent(
      '1 SLO does not keep its promise',
    );
    expect(rollUps).toHaveBeenLastCalledWith(
      { by: 'team', environment: 'production' },
      expect.anything(),
    );
    const rows = screen.getAllByRole('row').slice(1);
    expect(
      rows.map(row => within(row).getByRole('rowheader').textContent),
    ).toEqual(['Larkfield Market', 'Merchandising', 'Without an owner']);
    expect(rows[0]).toHaveTextContent('1Failing');
    expect(rows[0]).toHaveTextContent('2OK');
    expect(rows[0]).toHaveTextContent('Of 3: 2 have less budget, 1 more');
    expect(rows[1]).toHaveTextContent('Not known: no figures of then');
    expect(rows[1]).toHaveTextContent('-50% Products answers');
    // Only a team that owns something itself leads to the list.
    expect(
      screen.queryByRole('link', { name: 'Larkfield Market' }),
    ).not.toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Merchandising' })).toHaveAttribute(
      'href',
      expect.stringContaining(
        'owner=group%3Adefault%2Fmerchandising-team&env=production',
      ),
    );
    expect(
      screen.getByRole('link', { name: 'Report of Larkfield Market' }),
    ).toHaveAttribute(
      'href',
      expect.stringContaining('tab=report&by=team&ref=group'),
    );
  });

  it('teaches when there is nothing to roll up', async () => {
    await render(testAnalysisApi(), '/?tab=teams');
    expect(await screen.findByText('No SLOs yet')).toBeVisible();
  });

  it('tells a refusal from a failure', async () => {
    const api = testAnalysisApi();
    api.rollUps.mockRejectedValue(
      Object.assign(new Error('no'), { name: 'NotAllowedError' }),
    );
    await render(api, '/?tab=teams');
    expect(await screen.findByText('You may not see this')).toBeVisible();
  });

  it('reports a month with its time zone, verdicts, worst days and times to restore', async () => {
    const report = jest.fn(async () => testReport());
    await render(
      testAnalysisApi({ report }),
      '/?tab=report&ref=group:default/larkfield&month=2026-10&tz=Asia/Shanghai',
    );
    expect(
      await screen.findByRole('heading', {
        name: 'Larkfield Market, October 2026',
      }),
    ).toBeVisible();
    expect(report).toHaveBeenCalledWith(
      {
        by: 'team',
        ref: 'group:default/larkfield',
        month: '2026-10',
        timeZone: 'Asia/Shanghai',
        environment: undefined,
      },
      expect.anything(),
    );
    expect(
      screen.getByText(
        /Oct 1, 2026.* to Nov 1, 2026.*Asia\/Shanghai; every environment/,
      ),
    ).toBeVisible();
    expect(screen.getByRole('status')).toHaveTextContent(
      '1 of 2 promises kept, 0 broken, 1 not known',
    );
    const row = (name: RegExp) =>
      screen.getByRole('rowheader', { name }).closest('tr')!;
    expect(row(/Products answers/)).toHaveTextContent('Kept');
    expect(row(/Products answers/)).toHaveTextContent('32%');
    expect(row(/Products answers/)).toHaveTextContent(
      'Oct 7: 20% of the budget',
    );
    expect(row(/Products answers/)).toHaveTextContent(
      'without 1 hr of maintenance',
    );
    // What is not covered is never a verdict.
    expect(row(/cart-availability/)).toHaveTextContent(
      'Not knownOver the budget as far as there is data',
    );
    expect(row(/cart-availability/)).toHaveTextContent('2 hr of 30 days');
    expect(
      screen.getByText('4 changes: Deployment 4, of which 1 failed'),
    ).toBeVisible();
    expect(
      screen.getByText(/1 incidents were closed, after 28 min on average/),
    ).toBeVisible();
  });

  it('prints the report alone', async () => {
    const print = jest.spyOn(window, 'print').mockImplementation(() => {});
    await render(
      testAnalysisApi({ report: async () => testReport() }),
      '/?tab=report&ref=group:default/larkfield',
    );
    const title = await screen.findByRole('heading', {
      name: /Larkfield Market/,
    });
    expect(title.closest('[data-print]')).not.toBeNull();
    const styles = [...document.querySelectorAll('style')]
      .flatMap(style => [...(style.sheet?.cssRules ?? [])])
      .map(rule => rule.cssText)
      .join('\n');
    expect(styles).toMatch(/@media print[^@]*\[data-print\]/);
    await userEvent.click(screen.getByRole('button', { name: 'Print' }));
    expect(print).toHaveBeenCalledTimes(1);
    print.mockRestore();
  });

  it.each([
    ['not-connected', /With the plugin "audit" in the portal/],
    ['not-allowed', /You may not see changes/],
    ['unreachable', /Changes and incidents do not answer/],
  ] as const)('says in a report that the log is %s', async (state, words) => {
    await render(
      testAnalysisApi({ report: async () => testReport({ log: { state } }) }),
      '/?tab=report&ref=group:default/larkfield',
    );
    expect(await screen.findByText(words)).toBeVisible();
  });

  it('asks whose month it is, and offers those that have SLOs', async () => {
    const api = testAnalysisApi({
      rollUps: async () => ({
        by: 'team',
        items,
        total: tally({ ok: 1 }),
        comparedWith: '2026-11-19T13:00:00.000Z',
      }),
      report: jest.fn(async () => testReport()),
    });
    await render(api, '/?tab=report');
    expect(await screen.findByText('Whose month?')).toBeVisible();
    const user = userEvent.setup();
    await user.click(screen.getByRole('combobox', { name: 'Team' }));
    await user.click(
      await screen.findByRole('option', { name: 'Larkfield Market' }),
    );
    expect(screen.getByTestId('search')).toHaveTextContent(
      '?tab=report&ref=group%3Adefault%2Flarkfield',
    );
    expect(
      await screen.findByRole('heading', { name: /Larkfield Market/ }),
    ).toBeVisible();
  });
});

describe('latestMonths', () => {
  it('begins with the month of the time zone', () => {
    const now = Date.parse('2026-12-31T20:00:00Z');
    expect(latestMonths(now, 'UTC').slice(0, 2)).toEqual([
      '2026-12',
      '2026-11',
    ]);
    expect(latestMonths(now, 'Asia/Shanghai').slice(0, 2)).toEqual([
      '2027-01',
      '2026-12',
    ]);
  });
});

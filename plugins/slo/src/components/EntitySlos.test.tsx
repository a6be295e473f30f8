import { renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { SloApi, SloSummary } from '@shopfloor/plugin-slo-common';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import {
  releaseGateApiRef,
  sloAnalysisApiRef,
  sloApiRef,
  sloExclusionsApiRef,
} from '../api';
import { testAnalysisApi, testGateApi } from '../testing/analysis';
import { testExclusionsApi } from '../testing/exclusions';
import { testSlo, testSloApi, unmeasuredSlo } from '../testing/slos';
import { EntitySloCard } from './EntitySloCard';
import { EntitySlos } from './EntitySlos';

const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'products', namespace: 'default' },
};
const config = {
  shopfloor: {
    environments: [
      { name: 'staging' },
      { name: 'production', title: 'Production', production: true },
    ],
  },
};

jest.setTimeout(60_000);

function Location() {
  const { search } = useLocation();
  return <span data-testid="search">{search}</span>;
}

async function render(
  api: SloApi,
  path = '/',
  element = <EntitySlos />,
  gate = testGateApi(),
) {
  await renderInTestApp(
    <EntityProvider entity={entity}>
      {element}
      <Location />
    </EntityProvider>,
    {
      apis: [
        [sloApiRef, api],
        [sloAnalysisApiRef, testAnalysisApi()],
        [sloExclusionsApiRef, testExclusionsApi()],
        [releaseGateApiRef, gate],
      ],
      config,
      initialRouteEntries: [path],
    },
  );
  return api;
}

async function answerOf(slo: SloSummary) {
  await render(testSloApi([slo]));
  return screen.findByRole('status');
}

describe('EntitySlos', () => {
  it('says in words that a promise is kept, then shows every figure with when it was observed', async () => {
    await render(testSloApi([testSlo()]));
    expect(await screen.findByRole('status')).toHaveTextContent(
      'Keeps its promise, 63% of the error budget left; at this rate it lasts',
    );
    const figure = (label: string) =>
      within(screen.getByText(label).closest('dl')!);
    expect(figure('Objective').getByText('99.9%')).toBeInTheDocument();
    expect(figure('Measured').getByText('99.963%')).toBeInTheDocument();
    expect(
      figure('Measured').getByText('370 of 1M requests were bad'),
    ).toBeInTheDocument();
    expect(figure('Error budget left').getByText('63%')).toBeInTheDocument();
    expect(
      figure('Error budget left').getByText(
        '630 of 1,000 bad requests left to spend',
      ),
    ).toBeInTheDocument();
    expect(figure('Burn rate, last hour').getByText('0 ×')).toBeInTheDocument();
    for (const label of [
      'Measured',
      'Error budget left',
      'Burn rate, last hour',
    ]) {
      expect(figure(label).getByText(/^Observed/)).toBeInTheDocument();
    }
    expect(screen.getByText('Production')).toBeInTheDocument();
  });

  it.each<[string, SloSummary, string, string]>([
    [
      'runs out',
      // 2 bad of 1,000 in the last hour burn at 2.
      testSlo({ recentBad: 2 }),
      'ok',
      'Keeps its promise, 63% of the error budget left, at this rate for',
    ],
    [
      'is at risk',
      testSlo({ recentBad: 50 }),
      'at-risk',
      'Keeps its promise but is at risk: 63% of the error budget left, at this rate for',
    ],
    [
      'is overspent',
      testSlo({ bad: 1500 }),
      'failing',
      'Does not keep its promise: 1.5 times the error budget is spent',
    ],
    [
      'is exactly used up',
      testSlo({ bad: 1000 }),
      'failing',
      'Does not keep its promise: the error budget is used up',
    ],
    [
      'has no events',
      testSlo({ bad: 0, total: 0, notes: ['no-events'] }),
      'unknown',
      'Cannot be judged: there were no requests in 30 days',
    ],
    [
      'was never measured',
      unmeasuredSlo({
        failure: {
          code: 'no-data',
          message: 'No samples of x in the last 5m',
          since: new Date().toISOString(),
        },
      }),
      'unknown',
      'Not measured yet',
    ],
    [
      'is not evaluated yet',
      unmeasuredSlo({
        evaluable: false,
        timeWindow: {
          kind: 'calendar',
          duration: '1M',
          startTime: '2026-01-01 00:00:00',
          timeZone: 'Europe/Berlin',
        },
      }),
      'unknown',
      'Kept, not evaluated yet',
    ],
  ])('tells when the budget %s', async (_, slo, state, words) => {
    const status = await answerOf(slo);
    expect(status).toHaveTextContent(words);
    expect(status.querySelector('[data-state]')).toHaveAttribute(
      'data-state',
      state,
    );
  });

  it('keeps showing the last known figures, dimmed, and says why and since when', async () => {
    const observedAt = new Date(Date.now() - 10 * 60_000).toISOString();
    await render(
      testSloApi(
        [
          testSlo({
            state: 'stale',
            lastState: 'ok',
            observedAt,
            failure: {
              code: 'prometheus-unavailable',
              message: 'connection refused',
              since: observedAt,
            },
          }),
        ],
        { history: { source: 'stored', failure: 'connection refused' } },
      ),
    );
    const status = await screen.findByRole('status');
    expect(status).toHaveTextContent(
      'When last seen: Keeps its promise, 63% of the error budget left',
    );
    expect(status.querySelector('[data-state=stale]')).toBeInTheDocument();
    expect(
      screen.getByText(/Prometheus of this environment does not answer/),
    ).toHaveTextContent('Since 10 minutes ago: connection refused');
    expect(screen.getByText('63%').closest('dd')).toHaveAttribute('data-stale');
    expect(
      screen.getAllByText(/Stale, last observed 10 minutes ago/).length,
    ).toBeGreaterThan(3);
    expect(
      screen
        .getAllByRole('row')
        .slice(1)
        .every(row => row.querySelector('[data-state=stale]')),
    ).toBe(true);
    expect(
      await screen.findByText(/these points are the ones that the portal kept/),
    ).toBeInTheDocument();
  });

  it('says on how much of the window the figures rest', async () => {
    await render(
      testSloApi([
        testSlo({
          coverage: {
            seconds: 7200,
            windowSeconds: 2_592_000,
            resolutionSeconds: 300,
          },
        }),
      ]),
    );
    expect(
      await screen.findByText(/Based on 2 hr of 30 days/),
    ).toBeInTheDocument();
  });

  it('explains the numbers with formula, inputs and query', async () => {
    await render(testSloApi([testSlo()]));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Explain these numbers' }),
    );
    expect(screen.getByText('1 − 370 ÷ 1,000 = 63%')).toBeInTheDocument();
    expect(screen.getByText('0.001 × 1,000,000 = 1,000')).toBeInTheDocument();
    expect(
      screen.getByText('sum(sum_over_time(total[2592000s])) * 5'),
    ).toBeInTheDocument();
  });

  it('keeps environment, SLO, objective and time range in the URL', async () => {
    const api = await render(
      testSloApi([
        testSlo({ targets: [0.999, 0.99] }),
        testSlo({
          id: 'staging',
          environment: 'staging',
          displayName: 'Staging answers',
          bad: 1500,
        }),
      ]),
      '/?env=production',
    );
    await screen.findByText('63%');
    const user = userEvent.setup();
    await user.click(screen.getByRole('combobox', { name: 'Objective' }));
    await user.click(screen.getByRole('option', { name: '99%' }));
    expect(await screen.findByText('96.3%')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: '7 days' }));
    expect(screen.getByTestId('search')).toHaveTextContent(
      '?env=production&objective=1&range=7d',
    );
    expect(api.history).toHaveBeenLastCalledWith(
      expect.objectContaining({ range: '7d', objective: 1 }),
      expect.anything(),
    );
    await user.click(screen.getByRole('combobox', { name: 'Environment' }));
    await user.click(screen.getByRole('option', { name: /staging/ }));
    expect(await screen.findByText(/1.5 times/)).toBeInTheDocument();
  });

  it('does not fall back to another environment than the URL names', async () => {
    await render(testSloApi([testSlo()]), '/?env=moon');
    expect(
      await screen.findByText(
        /no SLOs of this entity in the environment "moon"/,
      ),
    ).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Show those there are' }),
    );
    expect(await screen.findByText('63%')).toBeInTheDocument();
  });

  it('teaches when there is no SLO', async () => {
    await render(testSloApi([]));
    expect(
      await screen.findByText('No promise is made here yet'),
    ).toBeInTheDocument();
    expect(screen.getByText(/shopfloor.dev\/slo/)).toBeInTheDocument();
  });

  it('shows what is wrong with a definition at its line', async () => {
    await render(
      testSloApi([testSlo()], {
        sources: [
          {
            entityRef: 'component:default/products',
            file: 'slo.yaml',
            usesOlderDefinitions: true,
            problems: [
              {
                severity: 'error',
                file: 'slo.yaml',
                line: 28,
                column: 7,
                field: 'spec.objectives[0].target',
                message: 'target must be a number',
              },
            ],
          },
        ],
      }),
    );
    const alert = await screen.findByText('1 finding in slo.yaml');
    expect(alert.closest('[role=alert]')).toHaveTextContent(
      'Error, Line 28, spec.objectives[0].target: target must be a number',
    );
    expect(
      screen.getByText(/The last right definition is in use/),
    ).toBeInTheDocument();
  });

  it('tells a refusal and a failure apart', async () => {
    const api = testSloApi([]);
    const refusal = Object.assign(new Error('no'), { name: 'NotAllowedError' });
    api.list.mockRejectedValueOnce(refusal);
    await render(api);
    expect(await screen.findByText('You may not see this')).toBeInTheDocument();
  });

  it('offers to try again after a failure', async () => {
    const api = testSloApi([testSlo()]);
    api.list.mockRejectedValueOnce(new Error('gateway timeout'));
    await render(api);
    expect(await screen.findByText('gateway timeout')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('63%')).toBeInTheDocument();
  });
});

describe('ReleaseGatePanel', () => {
  it('says whether a release may go, and why not, in the order of weight', async () => {
    const gate = testGateApi({
      decision: 'freeze',
      reasons: [
        {
          code: 'budget-used-up',
          decision: 'freeze',
          message: 'in English',
          sloId: 'a',
          values: { slo: 'Products answers', budgetLeft: -0.5, limit: 0 },
        },
        {
          code: 'calendar',
          decision: 'slow-down',
          message: 'in English',
          values: {
            name: 'Sale',
            until: '2026-11-30T00:00:00Z',
            en: 'Many shoppers',
            zh: '购物高峰',
          },
        },
      ],
      policy: { name: 'shop', problem: 'policy.yaml:6 is wrong' },
    });
    await render(testSloApi([testSlo()]), '/', <EntitySlos />, gate);
    const panel = within(
      (await screen.findByText('May it be released now?')).closest('section')!,
    );
    expect(
      await panel.findByText(
        'Release to production only what makes it better.',
      ),
    ).toBeVisible();
    expect(
      panel.getAllByRole('listitem').map(item => item.textContent),
    ).toEqual([
      'Freeze: "Products answers" has -50% of its error budget left; releases stop at 0%.',
      expect.stringMatching(/^Slow down: Sale until .*: Many shoppers$/),
    ]);
    expect(panel.getByText(/policy.yaml:6 is wrong/)).toBeVisible();
    expect(gate.gate).toHaveBeenCalledWith(
      { entity: 'component:default/products', environment: 'production' },
      expect.anything(),
    );
  });

  it('tells who may not ask so, beside the SLOs', async () => {
    const gate = testGateApi();
    gate.gate.mockRejectedValue(
      Object.assign(new Error('no'), { name: 'NotAllowedError' }),
    );
    await render(testSloApi([testSlo()]), '/', <EntitySlos />, gate);
    expect(await screen.findByText('You may not see this')).toBeVisible();
    expect(screen.getByText('63%')).toBeVisible();
  });
});

describe('EntitySloCard', () => {
  const card = (api: SloApi, gate = testGateApi()) =>
    render(api, '/', <EntitySloCard />, gate);

  it('has a line per SLO that leads to the tab, and one of the release gate', async () => {
    await card(
      testSloApi([testSlo()]),
      testGateApi({
        decision: 'unknown',
        reasons: [
          {
            code: 'slo-stale',
            decision: 'unknown',
            message: 'in English',
            values: { slo: 'Products answers' },
          },
        ],
      }),
    );
    expect(
      await screen.findByRole('link', { name: 'Products answers' }),
    ).toHaveAttribute(
      'href',
      '/catalog/default/component/products/slos?env=production&slo=products-availability',
    );
    expect(
      screen.getByText(/63% of the error budget left/),
    ).toBeInTheDocument();
    expect(
      await screen.findByText(
        'Releases to Production. "Products answers" is not observed any more.',
      ),
    ).toBeVisible();
  });

  it('says nothing of releases to who may not ask', async () => {
    const gate = testGateApi();
    gate.gate.mockRejectedValue(new Error('no'));
    await card(testSloApi([testSlo()]), gate);
    await screen.findByText(/63% of the error budget left/);
    expect(screen.queryByText(/Releases to/)).not.toBeInTheDocument();
  });

  it('says that nothing is promised yet', async () => {
    await card(testSloApi([]));
    expect(
      await screen.findByText('No promise is made here yet.'),
    ).toBeVisible();
  });

  it('says of what is stale what was last known', async () => {
    await card(testSloApi([testSlo({ state: 'stale', lastState: 'ok' })]));
    expect(
      await screen.findByText(/When last seen: Keeps its promise/),
    ).toBeVisible();
    expect(screen.getByText(/Stale, last observed/)).toBeVisible();
  });

  it('waits, tells a refusal apart, and tries again after a failure', async () => {
    const api = testSloApi([testSlo()]);
    let fail: (error: Error) => void = () => {};
    api.list.mockImplementationOnce(
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    );
    await card(api);
    expect(await screen.findByRole('progressbar')).toBeInTheDocument();
    fail(new Error('gateway timeout'));
    expect(await screen.findByText('gateway timeout')).toBeVisible();
    api.list.mockRejectedValueOnce(
      Object.assign(new Error('no'), { name: 'NotAllowedError' }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('You may not see this')).toBeVisible();
  });
});

import { ReactElement } from 'react';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { CheckOutcome } from '@shopfloor/plugin-checks-common';
import { ScorecardsApi } from '@shopfloor/plugin-scorecards-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { scorecardChecksApiRef, scorecardsApiRef } from '../api';
import {
  testChecksApi,
  testGrade,
  testReport,
  testRun,
  testScorecardsApi,
  testWaiver,
} from '../testing/scorecards';
import { EntityScorecard } from './EntityScorecard';
import { EntityScorecardCard } from './EntityScorecardCard';

jest.setTimeout(60_000);

const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'orders', namespace: 'default' },
};

async function render(
  api: ScorecardsApi,
  options: {
    path?: string;
    element?: ReactElement;
    checks?: ReturnType<typeof testChecksApi>;
  } = {},
) {
  const { checks = testChecksApi() } = options;
  await renderInTestApp(
    <EntityProvider entity={entity}>
      {options.element ?? <EntityScorecard />}
    </EntityProvider>,
    {
      apis: [
        [scorecardsApiRef, api],
        [scorecardChecksApiRef, checks],
      ],
      initialRouteEntries: [options.path ?? '/'],
    },
  );
  return checks;
}

describe('EntityScorecard', () => {
  it.each<[string, CheckOutcome[], string[], string]>([
    [
      'all passes',
      ['pass', 'pass', 'pass'],
      [],
      'Silver, the highest level: 100% of what is asked passes',
    ],
    [
      'a level is missing',
      ['pass', 'fail', 'fail'],
      [],
      'Bronze: 50% of what is asked passes; Silver is next',
    ],
    [
      'something is unseen',
      ['pass', 'pass', 'unknown'],
      [],
      'Bronze: 66.7% of what is asked passes, 100% if all that is unseen does',
    ],
    [
      'all is waived',
      ['fail', 'fail', 'fail'],
      ['readme', 'runbook', 'probes'],
      'Silver: all that is asked is waived',
    ],
    [
      'nothing applies',
      ['not-applicable', 'not-applicable', 'not-applicable'],
      [],
      'This scorecard asks nothing of this service',
    ],
  ])('says in words when %s', async (_, outcomes, waived, words) => {
    await render(
      testScorecardsApi([testGrade('orders', outcomes, { waived })]),
    );
    expect(await screen.findByText(words)).toBeVisible();
  });

  it('shows the score without waivers beside the one with', async () => {
    await render(
      testScorecardsApi([
        testGrade('orders', ['pass', 'fail', 'fail'], { waived: ['probes'] }),
      ]),
    );
    // 3 of 4 with, 3 of 6 without.
    expect(await screen.findByText('75%')).toBeVisible();
    expect(screen.getByText('Without waivers: 50%')).toBeVisible();
  });

  it('puts what fails first and shows evidence, why it matters and how to fix it', async () => {
    const checks = await render(
      testScorecardsApi([testGrade('orders', ['pass', 'fail', 'fail'])]),
    );
    const bronze = (
      await screen.findByText('Bronze', { selector: 'h2' })
    ).closest('section')!;
    expect(
      within(bronze)
        .getAllByRole('listitem')
        .map(item => item.textContent!.match(/readme|runbook/)![0]),
    ).toEqual(['runbook', 'readme']);
    const user = userEvent.setup();
    const details = await screen.findByRole('button', {
      name: 'Details of Probes',
    });
    expect(details).toHaveAttribute('aria-expanded', 'false');
    await user.click(details);
    expect(
      await screen.findByText('orders-v1 has no readiness probe'),
    ).toBeInTheDocument();
    expect(
      screen.getByText('Declare readiness and liveness probes in the values.'),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('link', {
        name: /services\/orders\/deploy\/values.yaml, line 12/,
        hidden: true,
      }),
    ).toHaveAttribute('href', 'https://git.test/values.yaml');
    expect(checks.getResult).toHaveBeenCalledWith(
      { entityRef: 'component:default/orders', check: 'probes' },
      expect.anything(),
    );
  });

  it('opens the check that the address names', async () => {
    await render(
      testScorecardsApi([testGrade('orders', ['pass', 'fail', 'fail'])]),
      { path: '/?check=probes' },
    );
    expect(
      await screen.findByText('orders-v1 has no readiness probe'),
    ).toBeInTheDocument();
  });

  it('dims what is stale and says since when and why', async () => {
    const grade = testGrade('orders', ['stale', 'stale', 'stale'], {
      observedAt: new Date(Date.now() - 600_000).toISOString(),
    });
    await render(testScorecardsApi([grade]));
    expect(
      await screen.findByText(/results behind this grade are too old/),
    ).toBeVisible();
    expect(
      screen.getByText(/Stale, last observed 10 minutes ago/),
    ).toBeVisible();
    expect(screen.getByText('No level').closest('dd')).toHaveAttribute(
      'data-stale',
    );
  });

  it('asks for a waiver with a reason, and tells who may not whom to ask', async () => {
    const grade = testGrade('orders', ['pass', 'pass', 'fail']);
    const api = testScorecardsApi([grade]);
    await render(api);
    const user = userEvent.setup();
    await user.click(
      await screen.findByRole('button', {
        name: 'Ask for a waiver of Probes',
      }),
    );
    const dialog = within(screen.getByRole('dialog'));
    const act = dialog.getByRole('button', {
      name: /^Ask for a waiver of Probes until \d{4}-/,
    });
    expect(act).toBeDisabled();
    await user.type(
      dialog.getByLabelText(/Reason/),
      'They come with the next release',
    );
    await user.click(act);
    expect(api.requestWaiver).toHaveBeenCalledWith({
      entityRef: 'component:default/orders',
      scorecard: 'readiness',
      check: 'probes',
      reason: 'They come with the next release',
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT00:00:00/),
    });
  });

  it('shows the control disabled, with the reason, to who may not ask', async () => {
    const grade = testGrade('orders', ['pass', 'pass', 'fail']);
    await render(
      testScorecardsApi([grade], {
        report: testReport(grade, {
          may: {
            requestWaiver: false,
            manageBadge: false,
            runChecks: false,
          },
          waivers: [testWaiver({ may: [] })],
        }),
      }),
    );
    expect(
      await screen.findByRole('button', {
        name: 'Ask for a waiver of Probes',
      }),
    ).toBeDisabled();
    expect(screen.getByText(/^Only the owners .* may ask$/)).toBeVisible();
    const look = screen.getByRole('button', { name: 'Look now' });
    expect(look).toBeDisabled();
    expect(look).toHaveAccessibleDescription(
      /Only the owners of the service and the platform team may have it looked at/,
    );
    expect(screen.getByText('Waiting for a decision')).toBeVisible();
    expect(screen.queryByText('Badge')).not.toBeInTheDocument();
  });

  it('has the service looked at now, shows how far that is, and reads the report again', async () => {
    const api = testScorecardsApi([testGrade('orders', ['pass', 'pass'])]);
    const checks = testChecksApi();
    let run = testRun({ done: 1, waiting: 3 });
    checks.getRun.mockImplementation(async () => run);
    await render(api, { checks });
    const user = userEvent.setup();
    const act = await screen.findByRole('button', { name: 'Look now' });
    expect(checks.getRun).not.toHaveBeenCalled();
    await user.click(act);
    expect(checks.createRun).toHaveBeenCalledWith({
      entityRefs: ['component:default/orders'],
    });
    expect(await screen.findByText('1 of 4 looks done')).toBeVisible();
    expect(
      screen.getByRole('progressbar', { name: 'Looking at the service' }),
    ).toHaveAttribute('aria-valuenow', '25');
    expect(act).toBeDisabled();
    const readBefore = api.getGrade.mock.calls.length;
    run = testRun({ done: 3, failed: 1, waiting: 0 });
    expect(
      await screen.findByText(/^Looked at .*The grade follows/, undefined, {
        timeout: 30_000,
      }),
    ).toBeVisible();
    expect(screen.getByRole('alert')).toHaveTextContent(
      'collector-4: connection refused',
    );
    expect(screen.queryByRole('progressbar')).not.toBeInTheDocument();
    await waitFor(() =>
      expect(api.getGrade.mock.calls.length).toBeGreaterThan(readBefore),
    );
    expect(act).toBeEnabled();
  });

  it('goes on showing the run that the address names', async () => {
    const checks = testChecksApi();
    checks.getRun.mockResolvedValue(testRun({ done: 2, waiting: 2 }));
    const { id } = testRun({ done: 2, waiting: 2 });
    await render(testScorecardsApi([testGrade('orders', ['pass'])]), {
      checks,
      path: `/?run=${id}`,
    });
    expect(await screen.findByText('2 of 4 looks done')).toBeVisible();
    expect(checks.getRun).toHaveBeenCalledWith(id, expect.anything());
    expect(screen.getByRole('button', { name: 'Look now' })).toBeDisabled();
  });

  it('says why it cannot be looked at now, and lets it be tried again', async () => {
    const checks = testChecksApi();
    checks.createRun.mockRejectedValueOnce(new Error('no database'));
    await render(testScorecardsApi([testGrade('orders', ['pass'])]), {
      checks,
    });
    const user = userEvent.setup();
    const act = await screen.findByRole('button', { name: 'Look now' });
    await user.click(act);
    expect(await screen.findByRole('alert')).toHaveTextContent('no database');
    expect(act).toBeEnabled();
    expect(checks.getRun).not.toHaveBeenCalled();
  });

  it('tells the address of a new badge once', async () => {
    const grade = testGrade('orders', ['pass', 'pass', 'pass']);
    const api = testScorecardsApi([grade], {
      report: testReport(grade, {
        may: { requestWaiver: true, manageBadge: true, runChecks: true },
      }),
    });
    api.createBadge.mockResolvedValue({
      markdown: '[![Production readiness](https://portal.test/x)]',
    } as never);
    await render(api);
    const user = userEvent.setup();
    await user.click(
      await screen.findByRole('button', { name: 'Make a badge' }),
    );
    expect(
      await screen.findByText(
        '[![Production readiness](https://portal.test/x)]',
      ),
    ).toBeVisible();
  });

  it('teaches when no scorecard applies', async () => {
    await render(testScorecardsApi([]));
    expect(
      await screen.findByText('No scorecard applies to this service'),
    ).toBeVisible();
  });
});

describe('EntityScorecardCard', () => {
  it('says in one line per scorecard how the service does', async () => {
    await render(
      testScorecardsApi([testGrade('orders', ['pass', 'fail', 'fail'])]),
      { element: <EntityScorecardCard /> },
    );
    expect(
      await screen.findByText(
        'Bronze: 50% of what is asked passes; Silver is next',
      ),
    ).toBeVisible();
    expect(
      screen.getByRole('link', { name: 'Production readiness' }),
    ).toHaveAttribute(
      'href',
      '/catalog/default/component/orders/scorecard?scorecard=readiness',
    );
  });

  it('says so when the portal does not answer', async () => {
    await render(
      testScorecardsApi([], {
        overrides: {
          listGrades: async () => {
            throw new Error('gone');
          },
        },
      }),
      { element: <EntityScorecardCard /> },
    );
    expect(await screen.findByRole('alert')).toHaveTextContent('gone');
  });
});

import { renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { ScorecardsApi } from '@shopfloor/plugin-scorecards-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import { scorecardChecksApiRef, scorecardsApiRef } from '../api';
import {
  testChecksApi,
  testDefinition,
  testGrade,
  testScorecardsApi,
  testWaiver,
} from '../testing/scorecards';
import { ScorecardsPage } from './ScorecardsPage';

jest.setTimeout(60_000);

function Location() {
  const { search } = useLocation();
  return <span data-testid="search">{search}</span>;
}

async function render(
  api: ScorecardsApi,
  path = '/',
  checks = testChecksApi(),
) {
  await renderInTestApp(
    <>
      <ScorecardsPage />
      <Location />
    </>,
    {
      apis: [
        [scorecardsApiRef, api],
        [scorecardChecksApiRef, checks],
      ],
      initialRouteEntries: [path],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    },
  );
}

const grades = [
  testGrade('products', ['fail', 'unknown', 'not-applicable']),
  testGrade('orders', ['pass', 'fail', 'fail'], { waived: ['probes'] }),
  testGrade('cart', ['pass', 'pass', 'pass']),
];

describe('ScorecardsPage', () => {
  it('shows services by checks with state, level, score and when observed', async () => {
    await render(testScorecardsApi(grades));
    expect(
      await screen.findByText(/3 services, 1 of them do well/),
    ).toBeVisible();
    const rows = screen.getAllByRole('row').slice(1);
    expect(
      rows.map(row => within(row).getAllByRole('link')[0].textContent),
    ).toEqual(['products', 'orders', 'cart']);
    const outcomes = (row: HTMLElement) =>
      within(row)
        .getAllByRole('img')
        .map(icon => icon.getAttribute('aria-label'));
    expect(outcomes(rows[0])).toEqual(['Fails', 'Unknown', 'Not applicable']);
    expect(outcomes(rows[1])).toEqual(['Passes', 'Fails', 'Waived']);
    expect(rows[0]).toHaveTextContent('Failing');
    expect(rows[0]).toHaveTextContent('No level');
    expect(rows[2]).toHaveTextContent('Silver');
    expect(rows[2]).toHaveTextContent('100%');
    expect(rows[2]).toHaveTextContent('Observed');
  });

  it('keeps its filters in the URL, asks the backend with them and ignores nonsense', async () => {
    const api = testScorecardsApi(grades);
    await render(api, '/?state=nonsense&system=system:default/checkout');
    const user = userEvent.setup();
    await user.click(await screen.findByRole('combobox', { name: 'State' }));
    await user.click(screen.getByRole('option', { name: 'Failing' }));
    await user.type(screen.getByRole('textbox', { name: 'Name' }), 'pro');
    await waitFor(() =>
      expect(api.listGrades).toHaveBeenLastCalledWith(
        expect.objectContaining({
          scorecard: 'readiness',
          system: 'system:default/checkout',
          state: 'failing',
          text: 'pro',
          sort: 'worst',
          limit: 50,
        }),
        expect.anything(),
      ),
    );
    expect(screen.getByTestId('search')).toHaveTextContent(
      'state=failing&system=system%3Adefault%2Fcheckout&text=pro',
    );
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    await waitFor(() =>
      expect(screen.getByTestId('search')).toBeEmptyDOMElement(),
    );
  });

  it('teaches when there are no scorecards, no grades, or filters hide all', async () => {
    await render(testScorecardsApi([], { list: { items: [] } }));
    expect(
      await screen.findByText('There are no scorecards yet'),
    ).toBeVisible();
  });

  it('says that nothing is graded yet', async () => {
    await render(testScorecardsApi([]));
    expect(await screen.findByText('Nothing is graded yet')).toBeVisible();
  });

  it('says that filters hide everything', async () => {
    await render(testScorecardsApi([]), '/?state=failing');
    expect(
      await screen.findByText('No service matches these filters'),
    ).toBeVisible();
  });

  it('says what does not answer and which definition is wrong, beside the last known grades', async () => {
    await render(
      testScorecardsApi(grades, {
        list: {
          status: { gradingFailure: 'connection refused' },
          invalid: [
            {
              file: 'security.yaml',
              usesOlder: ['security'],
              problems: [
                {
                  file: 'security.yaml',
                  line: 12,
                  column: 3,
                  field: 'spec.owner',
                  message: 'spec.owner is missing',
                },
              ],
            },
          ],
        },
      }),
    );
    expect(
      await screen.findByText(
        /check engine does not answer \(connection refused\)/,
      ),
    ).toBeVisible();
    expect(screen.getByText('security.yaml needs a correction')).toBeVisible();
    expect(
      screen.getByText('Line 12, spec.owner: spec.owner is missing'),
    ).toBeVisible();
    expect(await screen.findByText('products')).toBeVisible();
  });

  it('says that a person may not see scorecards', async () => {
    const denied = Object.assign(new Error('no'), { name: 'NotAllowedError' });
    await render(
      testScorecardsApi([], {
        overrides: {
          listScorecards: async () => {
            throw denied;
          },
        },
      }),
    );
    expect(await screen.findByText('You may not see this')).toBeVisible();
  });

  it('shows teams below their parents', async () => {
    await render(testScorecardsApi(grades), '/?tab=teams');
    await screen.findByText('Larkfield Market');
    const rows = screen.getAllByRole('row').slice(1);
    expect(
      rows.map(row => within(row).getByRole('rowheader').textContent),
    ).toEqual(['Larkfield Market', 'checkout-team']);
    // By hand, with probes of orders waived: 0 of 4, 3 of 4 and 6 of 6 are 9 of 14, 64.3 %.
    expect(rows[0]).toHaveTextContent('64.3%');
    expect(rows[0]).toHaveTextContent('1 of 3 do well');
  });

  it('shows how a team did over time with what was lost, at an address of its own', async () => {
    const api = testScorecardsApi(grades);
    await render(api, '/?tab=teams');
    const user = userEvent.setup();
    await user.click(
      await screen.findByRole('button', { name: 'Trend of Larkfield Market' }),
    );
    expect(
      await screen.findByText(
        /^75% on .*, 50% now. Checks that were lost: 1\./,
      ),
    ).toBeVisible();
    expect(api.getRollUpTrend).toHaveBeenCalledWith(
      { scorecard: 'readiness', team: 'group:default/larkfield', days: 90 },
      expect.anything(),
    );
    expect(screen.getByTestId('search')).toHaveTextContent(
      'node=group%3Adefault%2Flarkfield',
    );
    expect(await screen.findByText(/lost Probes\./)).toHaveTextContent(
      'Its level went from Silver to Bronze.',
    );
  });

  it('narrows the matrix to a team with those below and to a domain', async () => {
    const api = testScorecardsApi(grades);
    await render(api, '/?domain=domain:default/commerce');
    const user = userEvent.setup();
    await user.click(
      await screen.findByRole('combobox', { name: 'Team, with those below' }),
    );
    await user.click(screen.getByRole('option', { name: 'larkfield' }));
    await waitFor(() =>
      expect(api.listGrades).toHaveBeenLastCalledWith(
        expect.objectContaining({
          team: 'group:default/larkfield',
          domain: 'domain:default/commerce',
        }),
        expect.anything(),
      ),
    );
    expect(screen.getByTestId('search')).toHaveTextContent(
      'team=group%3Adefault%2Flarkfield',
    );
  });

  it('shows how checks come out, then of one why it matters and who fails', async () => {
    const api = testScorecardsApi(grades);
    await render(api, '/?tab=checks');
    const user = userEvent.setup();
    await user.click(await screen.findByRole('link', { name: /^probes$/i }));
    expect(
      await screen.findByText(
        'Without probes a dead pod keeps getting requests.',
      ),
    ).toBeVisible();
    expect(
      screen.getByRole('link', { name: 'Open the instructions' }),
    ).toHaveAttribute(
      'href',
      expect.stringContaining('shopfloor-docs/how-to/probes'),
    );
    await waitFor(() =>
      expect(api.listGrades).toHaveBeenLastCalledWith(
        expect.objectContaining({ check: 'probes', outcome: 'fail' }),
        expect.anything(),
      ),
    );
  });

  it('lets those decide about waivers who may, and asks why one is denied', async () => {
    const api = testScorecardsApi(grades, { waivers: [testWaiver()] });
    await render(api, '/?tab=waivers');
    const user = userEvent.setup();
    const name = 'Deny the waiver of Probes for cart';
    await user.click(await screen.findByRole('button', { name }));
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByRole('button', { name })).toBeDisabled();
    await user.type(dialog.getByRole('textbox'), 'Not needed');
    await user.click(dialog.getByRole('button', { name }));
    expect(api.actOnWaiver).toHaveBeenCalledWith({
      id: testWaiver().id,
      act: 'deny',
      comment: 'Not needed',
    });
  });

  it('leads to the request for approval when an engine decides, and says who does', async () => {
    const approvalId = '0d5a1c62-6d1c-4c0e-9a3b-0f6e0a4f2b11';
    const api = testScorecardsApi(grades, {
      waivers: [
        testWaiver({ approvalId, may: [] }),
        testWaiver({
          id: 'decided',
          check: 'runbook',
          state: 'approved',
          approvalId: 'other',
          may: ['revoke'],
        }),
        testWaiver({
          id: 'pending',
          check: 'readme',
          approvalPending: true,
          may: ['withdraw'],
        }),
      ],
    });
    await render(api, '/?tab=waivers');
    expect(
      await screen.findByRole('link', {
        name: 'Request for approval of the waiver of Probes for cart',
      }),
    ).toHaveAttribute('href', `/approvals/${approvalId}`);
    const [first, second, third] = screen
      .getAllByRole('listitem')
      .filter(({ textContent }) => textContent?.includes('cart'));
    expect(first).toHaveTextContent(/Those decide whom the approval policy/);
    expect(within(first).queryByRole('button')).toBeNull();
    expect(second).not.toHaveTextContent(/Those decide/);
    expect(within(second).getByRole('button')).toHaveTextContent('Revoke');
    expect(third).toHaveTextContent(/it is asked again by itself/);
  });

  it('tries another threshold and says who would move', async () => {
    const before = grades[1].figures;
    const api = testScorecardsApi(grades);
    api.whatIf.mockResolvedValue({
      before: undefined as never,
      after: undefined as never,
      movers: [
        {
          entityRef: 'component:default/orders',
          before,
          after: { ...before, rank: 0 },
        },
      ],
    });
    await render(api, '/?tab=about');
    const user = userEvent.setup();
    const field = await screen.findByLabelText('Threshold of Bronze, percent');
    await user.clear(field);
    await user.type(field, '100');
    await user.click(screen.getByRole('button', { name: 'Try it' }));
    expect(await screen.findByText('1 service would move')).toBeVisible();
    expect(api.whatIf).toHaveBeenCalledWith({
      scorecard: 'readiness',
      change: { thresholds: { bronze: 100 } },
    });
  });

  it('starts a campaign once title, checks and deadline are given', async () => {
    const api = testScorecardsApi(grades);
    api.createCampaign.mockResolvedValue({} as never);
    await render(api, '/?tab=campaigns');
    const user = userEvent.setup();
    await user.click(
      await screen.findByRole('button', { name: 'Start a campaign' }),
    );
    const dialog = within(screen.getByRole('dialog'));
    await user.type(dialog.getByLabelText(/Title/), 'Probes everywhere');
    const act = dialog.getByRole('button', {
      name: 'Start "Probes everywhere"',
    });
    expect(act).toBeDisabled();
    await user.click(dialog.getByRole('checkbox', { name: 'Probes' }));
    await user.type(dialog.getByLabelText(/Deadline/), '2099-01-31');
    await user.click(act);
    expect(api.createCampaign).toHaveBeenCalledWith({
      title: 'Probes everywhere',
      scorecard: 'readiness',
      checks: ['probes'],
      team: undefined,
      deadline: '2099-01-31T00:00:00.000Z',
    });
  });

  it('shows files of checks that need a correction and sources that do not answer', async () => {
    const checks = testChecksApi();
    checks.listDefinitions.mockResolvedValue({
      items: [],
      invalid: [
        {
          file: 'checks/mesh.yaml',
          problems: [
            {
              file: 'checks/mesh.yaml',
              line: 7,
              column: 3,
              field: 'spec.pass',
              message: 'unknown name "workload"',
            },
          ],
          usesOlder: ['strict-mtls'],
        },
      ],
    });
    const down = {
      name: 'kubernetes:sandbox',
      failures: 3,
      failure: 'connection refused',
      pausedUntil: '2026-11-26T12:00:00.000Z',
    };
    const title = (en: string) => ({ en, zh: en });
    checks.listCollectors.mockResolvedValue({
      items: [
        {
          name: 'kubernetes',
          version: '1',
          title: title('Workloads'),
          sources: [down],
        },
        {
          name: 'istio',
          version: '1',
          title: title('Mesh'),
          sources: [
            down,
            { name: 'gateway:well', failures: 0, failure: 'once' },
          ],
        },
      ],
    });
    await render(testScorecardsApi(grades), '/', checks);
    const file = (
      await screen.findByText('checks/mesh.yaml needs a correction')
    ).closest<HTMLElement>('[role=alert]')!;
    expect(file).toHaveTextContent(
      'Line 7, spec.pass: unknown name "workload"',
    );
    expect(file).toHaveTextContent(
      'Checked by the last right definition: strict-mtls',
    );
    const sources = screen
      .getByText('1 source of checks does not answer')
      .closest<HTMLElement>('[role=alert]')!;
    expect(sources).toHaveTextContent(
      /kubernetes:sandbox \(Workloads, Mesh\): connection refused\. Left alone until Nov 26, 2026/,
    );
    expect(sources).not.toHaveTextContent('gateway:well');
  });

  it('says that sources are not known when checks do not answer', async () => {
    const checks = testChecksApi();
    checks.listCollectors.mockRejectedValue(new Error('checks are away'));
    await render(testScorecardsApi(grades), '/', checks);
    expect(
      await screen.findByText(/is not known \(checks are away\)/),
    ).toBeVisible();
  });

  it('shows nothing of checks to who may not see what is checked', async () => {
    const checks = testChecksApi();
    checks.listCollectors.mockRejectedValue(
      Object.assign(new Error('no'), { name: 'NotAllowedError' }),
    );
    await render(testScorecardsApi(grades), '/', checks);
    await screen.findByText(/3 services, 1 of them do well/);
    await waitFor(() => expect(checks.listCollectors).toHaveBeenCalled());
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('marks a draft', async () => {
    const definition = testDefinition({ draft: true });
    await render(
      testScorecardsApi(grades, {
        list: {
          items: [
            {
              definition,
              tally: undefined as never,
              unknownChecks: ['gone'],
              source: { file: 'a.yaml', line: 1 },
            },
          ],
        },
      }),
    );
    expect(await screen.findByText(/A draft grades silently/)).toBeVisible();
    expect(
      screen.getByText(/not known to the check engine: gone/),
    ).toBeVisible();
  });
});

import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { identityApiRef } from '@backstage/frontend-plugin-api';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { ApprovalsApi } from '@shopfloor/plugin-approvals-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes, useLocation } from 'react-router-dom';
import { approvalsApiRef } from '../api';
import {
  testApprovalsApi,
  testDetail,
  testList,
  testRequest,
  testSummary,
} from '../testing/approvals';
import { ApprovalsPage } from './ApprovalsPage';
import { EntityApprovalsCard } from './EntityApprovalsCard';

jest.setTimeout(60_000);

const { id } = testRequest();

function Where() {
  const { pathname, search } = useLocation();
  return <output>{`${pathname}${search}`}</output>;
}

async function render(api: ApprovalsApi, path = '/') {
  await renderInTestApp(
    <>
      <Routes>
        <Route path="/*" element={<ApprovalsPage />} />
      </Routes>
      <Where />
    </>,
    {
      apis: [
        [approvalsApiRef, api],
        [
          identityApiRef,
          mockApis.identity({ userEntityRef: 'user:default/anna' }),
        ],
      ],
      initialRouteEntries: [path],
    },
  );
}

/** What the backend answers when the state machine refuses. */
function refusal(code: string) {
  return Object.assign(new Error('Request failed with 409 Conflict'), {
    body: { error: { code, message: 'words of the server' } },
  });
}

beforeEach(() => sessionStorage.clear());

describe('the list of requests', () => {
  it('shows first what waits for the reader, and how it stands', async () => {
    const api = testApprovalsApi();
    await render(api);
    expect(await screen.findByText('1 request waits for you')).toBeVisible();
    expect(api.listRequests.mock.calls[0][0]).toMatchObject({
      view: 'waiting-for-me',
      offset: 0,
    });
    const row = screen.getByRole('row', { name: /Send 60 % to v2/ });
    expect(within(row).getByText('1 of 2: Owners, 1 of 2')).toBeVisible();
    expect(within(row).getByText('production')).toBeVisible();
    expect(
      within(row).getByRole('link', { name: 'Send 60 % to v2' }),
    ).toHaveAttribute('href', `/approvals/${id}`);
  });

  it('keeps its filters in the URL and asks by them', async () => {
    const api = testApprovalsApi();
    await render(api, '/?view=all&state=denied&entity=component:default/cart');
    await waitFor(() =>
      expect(api.listRequests.mock.lastCall?.[0]).toMatchObject({
        view: 'all',
        state: ['denied'],
        entity: 'component:default/cart',
      }),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Clear filters' }),
    );
    await waitFor(() =>
      expect(api.listRequests.mock.lastCall?.[0]).toMatchObject({
        view: 'all',
        entity: undefined,
      }),
    );
    expect(screen.getByText('/?view=all')).toBeDefined();
  });

  it('teaches when nothing waits, and says what failed', async () => {
    await render(
      testApprovalsApi(undefined, {
        listRequests: jest.fn(async () => testList([])),
      }),
    );
    expect(
      (await screen.findAllByText('Nothing waits for you')).length,
    ).toBeGreaterThan(0);
    expect(screen.getByText(/Requests that you may decide/)).toBeVisible();
  });

  it('says that it could not be read', async () => {
    await render(
      testApprovalsApi(undefined, {
        listRequests: jest.fn(async () => {
          throw new Error('no answer');
        }),
      }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent('no answer');
  });
});

describe('a request', () => {
  it('shows all that is decided about', async () => {
    await render(testApprovalsApi(), `/${id}`);
    expect(
      await screen.findByText(
        'Waits for 2 more approvals in stage 1 of 2: Owners',
      ),
    ).toBeVisible();
    expect(screen.getByText('60 % of the requests go to v2')).toBeVisible();
    const fields = screen.getByRole('table', { name: 'What changes' });
    expect(
      within(fields)
        .getAllByRole('row')
        .map(row => row.textContent),
    ).toEqual([
      'FieldBeforeAfter',
      'Share of v210 %60 %',
      'Headernonex-canary',
    ]);
    expect(screen.getByLabelText('Changes in route.yaml')).toHaveTextContent(
      'a: 1- removed weight: 10+ added weight: 60',
    );
    expect(screen.getByRole('link', { name: 'cart' })).toHaveAttribute(
      'href',
      '/catalog/default/component/cart',
    );
    expect(screen.getByText('Send them back to v1')).toBeVisible();
    expect(screen.getByText('May decide: merchandising')).toBeVisible();
    expect(
      screen.getByText('Begins when the stage before is complete'),
    ).toBeVisible();
  });

  it('is approved for exactly what was shown', async () => {
    const api = testApprovalsApi();
    await render(api, `/${id}`);
    await userEvent.type(await screen.findByLabelText('Comment'), 'go');
    await userEvent.click(
      screen.getByRole('button', { name: 'Approve "Send 60 % to v2"' }),
    );
    expect(api.approve).toHaveBeenCalledWith({
      id,
      stage: 'owners',
      contentHash: testRequest().subject.contentHash,
      comment: 'go',
    });
    await waitFor(() =>
      expect(screen.getByLabelText('Comment')).toHaveValue(''),
    );
  });

  it('is denied only with a comment, which outlives a refusal and a reload', async () => {
    const api = testApprovalsApi(undefined, {
      deny: jest.fn(async () => {
        throw refusal('wrong-stage');
      }),
    });
    await render(api, `/${id}`);
    const deny = await screen.findByRole('button', {
      name: 'Deny "Send 60 % to v2"',
    });
    await userEvent.click(deny);
    expect(screen.getByText('Write why, then deny.')).toBeVisible();
    expect(api.deny).not.toHaveBeenCalled();
    await userEvent.type(screen.getByLabelText('Comment'), 'too much');
    await userEvent.click(deny);
    expect(
      await screen.findByText(/The stage that you saw is not open any more/),
    ).toBeVisible();
    expect(screen.getByLabelText('Comment')).toHaveValue('too much');
    expect(
      sessionStorage.getItem(`shopfloor.approvals.draft.decide.${id}`),
    ).toBe('too much');
  });

  it('is decided in the place of another', async () => {
    const detail = testDetail({
      acts: {
        decide: [
          { principal: 'user:default/anna', fallback: false },
          {
            principal: 'user:default/bert',
            fallback: false,
            delegationId: 'd-1',
          },
        ],
      },
    });
    const api = testApprovalsApi(detail);
    await render(api, `/${id}`);
    await userEvent.click(
      await screen.findByRole('combobox', { name: 'Decide' }),
    );
    await userEvent.click(
      screen.getByRole('option', { name: 'in the place of bert' }),
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Approve "Send 60 % to v2"' }),
    );
    expect(api.approve.mock.calls[0][0]).toMatchObject({
      actingFor: 'user:default/bert',
    });
  });

  it('says why one cannot decide, and whom to ask', async () => {
    await render(
      testApprovalsApi(
        testDetail({
          acts: { decide: [], whyNotDecide: 'requester-never-counts' },
        }),
      ),
      `/${id}`,
    );
    expect(
      await screen.findByText(
        /You cannot decide this: Who asked does not decide.*You can ask merchandising/,
      ),
    ).toBeVisible();
    expect(screen.queryByRole('button', { name: /Approve/ })).toBeNull();
  });

  it('goes ahead in an emergency with a reason only', async () => {
    const api = testApprovalsApi(testDetail({ acts: { breakGlass: true } }));
    await render(api, `/${id}`);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Break the glass' }),
    );
    const act = screen.getByRole('button', {
      name: 'Go ahead without approvals: "Send 60 % to v2"',
    });
    expect(act).toBeDisabled();
    await userEvent.type(
      screen.getByLabelText('What is the emergency'),
      'shop down',
    );
    await userEvent.click(act);
    expect(api.breakGlass).toHaveBeenCalledWith({
      id,
      contentHash: testRequest().subject.contentHash,
      reason: 'shop down',
    });
  });

  it('shows a broken glass and takes its review', async () => {
    const at = new Date().toISOString();
    const api = testApprovalsApi(
      testDetail({
        request: testRequest({
          state: 'break-glass',
          glass: {
            by: 'user:default/sven',
            at,
            reason: 'shop down',
            reviewDueAt: at,
          },
        }),
        acts: { decide: [], review: true },
      }),
    );
    await render(api, `/${id}`);
    expect(
      await screen.findByText(/sven broke the glass: it goes/),
    ).toBeVisible();
    expect(screen.queryByText('Your decision')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: /^Object/ }));
    await userEvent.type(screen.getByLabelText('What you found'), 'no need');
    await userEvent.click(
      within(screen.getByRole('dialog')).getByRole('button', {
        name: /^Object/,
      }),
    );
    expect(api.review).toHaveBeenCalledWith({
      id,
      verdict: 'objected',
      comment: 'no need',
    });
  });

  it('is discussed', async () => {
    const api = testApprovalsApi(
      testDetail({
        history: [
          {
            type: 'commented',
            at: new Date().toISOString(),
            by: 'user:default/bert',
            text: 'why 60 %?',
          },
        ],
      }),
    );
    await render(api, `/${id}`);
    expect(await screen.findByText('“why 60 %?”')).toBeVisible();
    await userEvent.type(
      screen.getByLabelText('Write a comment'),
      'since 10 % were fine',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(api.comment).toHaveBeenCalledWith({
      id,
      text: 'since 10 % were fine',
    });
  });

  it('that one may not see says so', async () => {
    await render(
      testApprovalsApi(undefined, {
        getRequest: jest.fn(async () => {
          throw new Error('There is no request, or you may not see it');
        }),
      }),
      `/${id}`,
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'you may not see it',
    );
  });
});

describe('my delegations', () => {
  it('are given with whole days, and ended', async () => {
    const day = 86_400_000;
    const api = testApprovalsApi(undefined, {
      listDelegations: jest.fn(async () => ({
        items: [
          {
            id: 'd-1',
            from: 'user:default/anna',
            to: 'user:default/dora',
            startsAt: new Date(Date.now() - day).toISOString(),
            endsAt: new Date(Date.now() + day).toISOString(),
          },
        ],
        mayManage: true,
        types: ['traffic-change'],
      })),
    });
    await render(api, '/?tab=delegations');
    expect(await screen.findByText('dora')).toBeVisible();
    expect(screen.getByText('In force')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Delegate' }));
    await userEvent.type(
      screen.getByLabelText(/Who decides in your place/),
      'bert',
    );
    await userEvent.click(
      screen.getByRole('button', { name: /^Delegate to bert until/ }),
    );
    await waitFor(() => expect(api.createDelegation).toHaveBeenCalled());
    const [given] = api.createDelegation.mock.calls[0];
    expect(given.to).toBe('bert');
    // Today alone: from midnight to midnight, which is 23 or 25 hours when the clock is changed.
    const hours =
      (Date.parse(given.endsAt) - Date.parse(given.startsAt)) / 3_600_000;
    expect([23, 24, 25]).toContain(hours);

    await userEvent.click(
      screen.getByRole('button', { name: 'End the delegation to dora' }),
    );
    await userEvent.click(
      within(screen.getByRole('dialog')).getByRole('button', {
        name: 'End the delegation to dora',
      }),
    );
    expect(api.endDelegation).toHaveBeenCalledWith('d-1');
  });
});

describe('policies', () => {
  it('are shown with what is wrong with their files', async () => {
    await render(
      testApprovalsApi(undefined, {
        listPolicies: jest.fn(async () => ({
          items: [
            { policy: testRequest().policy, file: 'traffic.yaml', line: 3 },
            {
              policy: {
                ...testRequest().policy,
                name: 'strict',
                appliesTo: { types: ['secret-access'], production: true },
              },
              file: 'secrets.yaml',
              line: 1,
            },
          ],
          invalid: [
            {
              file: 'broken.yaml',
              problems: [
                {
                  file: 'broken.yaml',
                  line: 13,
                  column: 1,
                  field: 'spec.stages[0].quorum',
                  message: 'must be >= 1',
                },
              ],
              usesOlder: ['broken'],
            },
          ],
        })),
      }),
      '/?tab=policies',
    );
    expect(
      await screen.findByText('Line 13, spec.stages[0].quorum: must be >= 1'),
    ).toBeVisible();
    expect(screen.getAllByText('Owners: 2 of the owners')).toHaveLength(2);
    expect(
      screen.getByText('For: secret-access, production environments'),
    ).toBeVisible();
    expect(screen.getByText('traffic.yaml, line 3')).toBeVisible();
  });
});

describe('the card of an entity', () => {
  it('shows what waits about it and leads to all', async () => {
    const api = testApprovalsApi(undefined, {
      listRequests: jest.fn(async () => testList([testSummary()])),
    });
    await renderInTestApp(
      <EntityProvider
        entity={{
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name: 'products' },
        }}
      >
        <EntityApprovalsCard />
      </EntityProvider>,
      { apis: [[approvalsApiRef, api]] },
    );
    expect(
      await screen.findByRole('link', { name: 'Send 60 % to v2' }),
    ).toHaveAttribute('href', `/approvals/${id}`);
    expect(api.listRequests.mock.calls[0][0]).toMatchObject({
      entity: 'component:default/products',
      state: ['waiting', 'break-glass'],
    });
    expect(
      screen.getByRole('link', { name: 'All requests about it' }),
    ).toHaveAttribute(
      'href',
      '/approvals?view=all&entity=component%3Adefault%2Fproducts',
    );
  });
});

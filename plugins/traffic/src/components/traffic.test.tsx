import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import {
  ChangeGate,
  ChangePreview,
  RouteChange,
  RouteView,
  TrafficApi,
} from '@shopfloor/plugin-traffic-common';
import {
  act,
  configure,
  fireEvent,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { trafficApiRef } from '../api';
import { TrafficCard } from './TrafficCard';
import { TrafficPage } from './TrafficPage';
import { TrafficTab } from './TrafficTab';

// A busy machine is slow, not wrong.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 15_000 });

const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'products', namespace: 'default' },
};
const production = {
  name: 'production',
  title: 'Production',
  production: true,
};
const staging = { name: 'staging', title: 'Staging', production: false };
const now = new Date().toISOString();

const view: RouteView = {
  environment: production,
  entityRef: 'component:default/products',
  wanted: {
    namespace: 'production',
    virtualService: 'products',
    resourceVersion: '7',
    managers: [{ name: 'helm', operation: 'Apply' }],
    observedAt: now,
    hosts: ['products.production.svc.cluster.local'],
    gateways: ['mesh'],
    destinations: [
      { subset: 'v1', host: 'products', weight: 90, share: 0.9 },
      { subset: 'v2', host: 'products', weight: 10, share: 0.1 },
    ],
    unroutedSubsets: [],
    keeps: ['timeout'],
  },
  measured: {
    observedAt: now,
    requestsPerSecond: 12,
    versions: [
      { version: 'v1', requestsPerSecond: 10.8, share: 0.9 },
      { version: 'v2', requestsPerSecond: 1.2, share: 0.1 },
    ],
    callers: [{ source: 'gateway', requestsPerSecond: 12 }],
  },
  access: { allowed: true, ask: [] },
};

const preview: ChangePreview = {
  environment: production,
  entityRef: view.entityRef,
  resourceVersion: '8',
  shares: [
    { subset: 'v1', from: 0.9, to: 0.75 },
    { subset: 'v2', from: 0.1, to: 0.25 },
  ],
  summary: '',
  diff: '--- a\n+++ b\n-          weight: 90\n+          weight: 75',
  dryRun: { state: 'accepted' },
  affected: {
    movedShare: 0.15,
    hosts: ['products.production.svc.cluster.local'],
    measured: view.measured!,
  },
};

const change: RouteChange = {
  id: 'c1',
  entityRef: view.entityRef,
  environment: 'production',
  virtualService: 'products',
  kind: 'shift',
  person: 'user:default/ben.lindqvist',
  impersonated: { user: 'ben.lindqvist@larkfield.example', groups: [] },
  takenOverFrom: [],
  shares: preview.shares,
  summary: '',
  intentAt: now,
  outcome: 'applied',
  resourceVersionBefore: '8',
  resourceVersionAfter: '9',
};

function refusal(status: number, name: string, message: string): Error {
  return Object.assign(new Error(message), { name, response: { status } });
}

function mockApi(overrides: Partial<TrafficApi> = {}) {
  return {
    listEnvironments: jest.fn(async () => [production, staging]),
    listRoutes: jest.fn(async () => []),
    getRoute: jest.fn(async () => view),
    preview: jest.fn(async () => preview),
    change: jest.fn(async () => change),
    previewUndo: jest.fn(async () => preview),
    undo: jest.fn(async () => ({ ...change, id: 'c2', kind: 'undo' })),
    listChanges: jest.fn(async () => ({ items: [] })),
    getChange: jest.fn(async () => change),
    ...overrides,
  } as jest.Mocked<TrafficApi>;
}

function render(element: JSX.Element, api = mockApi(), path = '/') {
  renderInTestApp(<EntityProvider entity={entity}>{element}</EntityProvider>, {
    apis: [[trafficApiRef, api]],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    initialRouteEntries: [path],
  });
  return api;
}

const withWanted = (part: Partial<NonNullable<RouteView['wanted']>>) => ({
  ...view,
  wanted: { ...view.wanted!, ...part },
});
const showing = (shown: RouteView) =>
  mockApi({ getRoute: jest.fn(async () => shown) });

/** Plans 25 % to v2 and opens the preview. */
async function planAndPreview() {
  const field = await screen.findByLabelText('v2 (%)');
  fireEvent.change(field, { target: { value: '25' } });
  await userEvent.click(
    screen.getByRole('button', { name: 'Preview the change' }),
  );
  return within(await screen.findByRole('dialog'));
}

describe('the release gate', () => {
  const reasons = [{ en: '"Orders" has 0 % left', zh: '“订单”剩余 0%' }];
  const at = { step: 0.15, decidedAt: now };
  const asked = (gate: ChangeGate, approval?: ChangePreview['approval']) =>
    mockApi({
      preview: jest.fn(async () => ({
        ...preview,
        gate,
        ...(approval && { approval }),
      })),
    });

  it.each<[string, ChangeGate, string[], boolean]>([
    [
      'has nothing against it',
      { decision: 'go', effect: 'pass', reasons: [], ...at },
      ['The release gate has nothing against a release.'],
      true,
    ],
    [
      'advises smaller steps',
      {
        decision: 'slow-down',
        effect: 'tell',
        advisedStepPercent: 5,
        reasons,
        ...at,
      },
      ['go slowly now', '"Orders" has 0 % left', 'Move at most 5%'],
      true,
    ],
    [
      'refuses',
      { decision: 'freeze', effect: 'refuse', reasons, ...at },
      ['are frozen now', '"Orders" has 0 % left', 'Going back and undo'],
      false,
    ],
    [
      'does not answer',
      {
        decision: 'unknown',
        effect: 'tell',
        reasons: [],
        unavailable: 'connection refused',
        ...at,
      },
      ['does not answer (connection refused)', 'made all the same'],
      true,
    ],
  ])(
    'that %s is said in the preview, with the way to the SLOs',
    async (_, gate, words, open) => {
      render(<TrafficTab />, asked(gate));
      const dialog = await planAndPreview();
      const notice = (
        await dialog.findByRole('link', {
          name: 'See the SLOs and the release policy',
        })
      ).closest('[role="alert"]')!;
      words.forEach(each => expect(notice).toHaveTextContent(each));
      expect(within(notice as HTMLElement).getByRole('link')).toHaveAttribute(
        'href',
        '/catalog/default/component/products/slos?env=production',
      );
      const send = dialog.getByRole<HTMLButtonElement>('button', {
        name: /^Send /,
      });
      expect(send.disabled).toBe(!open);
    },
  );

  it('that asks has the step ask, whatever its size, and wants a reason', async () => {
    const gate: ChangeGate = {
      decision: 'freeze',
      effect: 'ask',
      reasons,
      ...at,
    };
    render(<TrafficTab />, asked(gate, { step: 0.05, gate }));
    const dialog = await planAndPreview();
    expect(await dialog.findByText(/So a step forward asks/)).toBeVisible();
    expect(dialog.queryByText(/more than/)).toBeNull();
    expect(dialog.getByRole('button', { name: /^Ask to send/ })).toBeDisabled();
    expect(
      dialog.getByRole('textbox', { name: /Reason, for those who decide/ }),
    ).toBeRequired();
  });
});

describe('a large step', () => {
  const waiting: RouteChange = {
    ...change,
    outcome: 'waiting',
    reason: 'It keeps its promise',
    approval: {
      requestId: 'r1',
      step: 0.4,
      abovePercent: 20,
      askedAt: now,
      policy: 'risky-traffic',
      waitingFor: { en: 'Owners or platform team', zh: '负责人或平台团队' },
    },
  };

  it('says that it asks, wants a reason, and shows whom it waits for with the way there', async () => {
    const api = render(
      <TrafficTab />,
      mockApi({
        preview: jest.fn(async () => ({
          ...preview,
          approval: { step: 0.4, abovePercent: 20 },
        })),
        change: jest.fn(async () => waiting),
        getRoute: jest
          .fn()
          .mockResolvedValueOnce(view)
          .mockResolvedValue({ ...view, waiting: [waiting] }),
        listChanges: jest.fn(async () => ({ items: [waiting] })),
      }),
    );
    const dialog = await planAndPreview();
    expect(
      await dialog.findByText(/This step sends 40% .* more than 20%/),
    ).toBeVisible();
    const button = dialog.getByRole('button', {
      name: 'Ask to send 25% to v2 in Production',
    });
    expect(button).toBeDisabled();
    await userEvent.type(
      dialog.getByRole('textbox', { name: /Reason, for those who decide/ }),
      'It keeps its promise',
    );
    await userEvent.click(button);
    expect(api.change).toHaveBeenCalledWith(
      expect.anything(),
      expect.objectContaining({ reason: 'It keeps its promise' }),
      expect.any(String),
    );
    const status = (await screen.findAllByRole('status')).find(
      ({ textContent }) => textContent?.includes('Asked:'),
    )!;
    expect(status).toHaveTextContent('Waiting for: Owners or platform team');
    expect(
      within(status).getByRole('link', { name: /^Request for approval: / }),
    ).toHaveAttribute('href', '/approvals/r1');
    expect(within(status).queryByRole('button')).toBeNull();
  });

  it.each<[string, Partial<RouteChange>, string]>([
    [
      'could not be asked for yet',
      { approval: { ...waiting.approval!, requestId: undefined } },
      'asked again by itself',
    ],
    [
      'was denied',
      {
        outcome: 'not-approved',
        error: 'Denied by user:default/emil: Not today',
        approval: {
          ...waiting.approval!,
          decidedBy: ['user:default/emil'],
          comment: 'Not today',
        },
      },
      'Not approved',
    ],
    [
      'went ahead by a broken glass to which the review objected',
      {
        outcome: 'applied',
        approval: { ...waiting.approval!, objected: true },
      },
      'The review objected',
    ],
  ])('that %s says so in the history', async (_, more, words) => {
    render(
      <TrafficTab />,
      mockApi({
        listChanges: jest.fn(async () => ({
          items: [{ ...waiting, ...more }],
        })),
      }),
    );
    const table = within(await screen.findByRole('table', { name: 'History' }));
    expect(await table.findByText(new RegExp(words))).toBeVisible();
  });
});

describe('the route of a service', () => {
  it('says in one sentence what is wanted and whether it happens', async () => {
    render(<TrafficTab />);
    expect(
      await screen.findByText(
        'Wanted: v1 90%, v2 10%; the measured requests follow',
      ),
    ).toBeInTheDocument();
    expect(screen.getByText('As wanted')).toBeInTheDocument();
    expect(
      screen.getByRole('img', {
        name: /Of 12 requests per second: v1 wanted 90%, measured 90%/,
      }),
    ).toBeInTheDocument();
    expect(screen.getAllByText('Production').length).toBeGreaterThan(0);
  });

  it('has a table behind the picture', async () => {
    render(<TrafficTab />);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Show as a table' }),
    );
    const row = within(screen.getByRole('row', { name: /^v2/ }));
    expect(row.getAllByRole('cell').map(cell => cell.textContent)).toEqual([
      '10',
      '10%',
      '10%',
      '1.2',
    ]);
  });

  it('says when requests do not follow', async () => {
    render(
      <TrafficTab />,
      showing(
        withWanted({
          destinations: [
            { subset: 'v1', host: 'p', weight: 50, share: 0.5 },
            { subset: 'v2', host: 'p', weight: 50, share: 0.5 },
          ],
        }),
      ),
    );
    expect(await screen.findByText('Not as wanted')).toBeInTheDocument();
  });

  it('shows the environment of the URL', async () => {
    const api = render(<TrafficTab />, mockApi(), '/?env=staging');
    await waitFor(() =>
      expect(api.getRoute).toHaveBeenCalledWith({
        environment: 'staging',
        entityRef: 'component:default/products',
      }),
    );
  });

  it('shows no other environment instead of one that does not exist', async () => {
    const api = render(<TrafficTab />, mockApi(), '/?env=nowhere');
    expect(
      await screen.findByText('There is no environment of this name'),
    ).toBeInTheDocument();
    expect(api.getRoute).not.toHaveBeenCalled();
  });

  it('asks again by itself', async () => {
    const api = render(<TrafficTab />);
    await waitFor(() => expect(api.getRoute.mock.calls.length).toBe(1));
    await waitFor(() => expect(api.getRoute.mock.calls.length).toBe(2));
  });
});

describe('states that are not good', () => {
  it('shows the last known route as stale, and lets nobody change it', async () => {
    render(
      <TrafficTab />,
      showing(
        withWanted({ stale: { since: now, reason: 'connection refused' } }),
      ),
    );
    expect(
      await screen.findByText(
        /The cluster does not answer \(connection refused\)/,
      ),
    ).toBeInTheDocument();
    expect(screen.getByText('Stale')).toBeInTheDocument();
    expect(screen.getByLabelText('v2 (%)')).toBeDisabled();
  });

  it('marks measured shares as stale on their own', async () => {
    render(
      <TrafficTab />,
      showing({
        ...view,
        measured: {
          ...view.measured!,
          stale: { since: now, reason: 'no answer within 2 s' },
        },
      }),
    );
    expect(
      await screen.findByText(/Prometheus does not answer/),
    ).toBeInTheDocument();
    expect(screen.getByLabelText('v2 (%)')).toBeEnabled();
  });

  it('does not make zeros of what was never measured', async () => {
    const { measured: _, ...unmeasured } = view;
    render(
      <TrafficTab />,
      showing({ ...unmeasured, measuredUnavailable: { reason: 'refused' } }),
    );
    expect(await screen.findAllByText('Not measured')).toHaveLength(2);
  });

  it('teaches when there is no route', async () => {
    const { wanted: _, ...routeless } = view;
    render(
      <TrafficTab />,
      showing({
        ...routeless,
        wantedUnavailable: { reason: 'no such object' },
      }),
    );
    expect(
      await screen.findByText('No route to show in Production'),
    ).toBeInTheDocument();
    expect(screen.queryByText('Move traffic')).not.toBeInTheDocument();
  });

  it('does not take a cluster that is away for a missing route', async () => {
    const { wanted: _, ...routeless } = view;
    render(
      <TrafficTab />,
      showing({
        ...routeless,
        wantedUnavailable: { code: 'unreachable', reason: 'refused' },
      }),
    );
    expect(
      await screen.findByText('The cluster of Production does not answer'),
    ).toBeInTheDocument();
    expect(screen.queryByText(/No route to show/)).not.toBeInTheDocument();
  });

  it('tells a refusal as a refusal, and an error with a way to try again', async () => {
    const api = mockApi();
    api.getRoute.mockRejectedValue(refusal(403, 'NotAllowedError', 'no'));
    render(<TrafficTab />, api);
    expect(await screen.findByText('You may not see this')).toBeInTheDocument();
    api.getRoute.mockRejectedValue(refusal(500, 'Error', 'it broke'));
    expect(await screen.findByText('it broke')).toBeInTheDocument();
    api.getRoute.mockResolvedValue(view);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('As wanted')).toBeInTheDocument();
  });

  it('tells who may not change it why, and whom to ask', async () => {
    render(
      <TrafficTab />,
      showing({
        ...view,
        access: {
          allowed: false,
          code: 'not-permitted',
          ask: ['group:default/merchandising-team'],
        },
      }),
    );
    expect(
      await screen.findByText(/Only the owners of this service/),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: /merchandising-team/ }),
    ).toHaveAttribute('href', '/catalog/default/group/merchandising-team');
    const field = screen.getByLabelText('v2 (%)');
    expect(field).toBeDisabled();
    expect(field).toHaveAccessibleDescription(/Only the owners/);
    expect(
      screen.getByRole('button', { name: 'Preview the change' }),
    ).toBeDisabled();
  });

  it('shows a route that it does not understand read-only, with the reason', async () => {
    render(
      <TrafficTab />,
      showing({
        ...withWanted({
          refusal: { code: 'several-http-routes', message: '', detail: '3' },
        }),
        access: { allowed: false, code: 'route-not-editable', ask: [] },
      }),
    );
    expect(
      await screen.findByText(/has several HTTP rules \(3\)/),
    ).toBeInTheDocument();
  });
});

describe('moving traffic', () => {
  it('keeps the sum at 100 by number and by keyboard on the slider, and resets', async () => {
    render(<TrafficTab />);
    const v2 = await screen.findByLabelText('v2 (%)');
    const v1 = screen.getByLabelText('v1 (%)');
    fireEvent.change(v2, { target: { value: '25' } });
    expect(v1).toHaveValue('75');
    const slider = screen.getByRole('slider', { name: /Share of v2/ });
    act(() => slider.focus());
    fireEvent.keyDown(slider, { key: 'ArrowRight' });
    fireEvent.change(slider, { target: { value: 26 } });
    expect(v1).toHaveValue('74');
    fireEvent.change(v2, { target: { value: '260' } });
    expect(
      screen.getByText('Give a whole number from 0 to 100.'),
    ).toBeInTheDocument();
    expect(v1).toHaveValue('74');
    await userEvent.click(screen.getByRole('button', { name: 'Reset' }));
    expect(v1).toHaveValue('90');
  });

  it('shows words, who is affected, the dry run, how to undo and the diff before a button that names the act', async () => {
    const api = render(<TrafficTab />);
    const dialog = await planAndPreview();
    expect(
      await dialog.findByText('v2 gets 25% of the requests (now 10%)'),
    ).toBeInTheDocument();
    expect(api.preview).toHaveBeenCalledWith(
      { environment: 'production', entityRef: 'component:default/products' },
      {
        weights: [
          { subset: 'v1', weight: 75 },
          { subset: 'v2', weight: 25 },
        ],
      },
    );
    expect(
      dialog.getByText(/15% of the requests .* about 1.8 per second/),
    ).toBeInTheDocument();
    expect(
      dialog.getByText('Callers in the last minute: gateway'),
    ).toBeInTheDocument();
    expect(
      dialog.getByText('The cluster accepts this change.'),
    ).toBeInTheDocument();
    expect(dialog.getByText(/brings back exactly/)).toBeInTheDocument();
    expect(dialog.getByText(/\+ +weight: 75/)).toBeInTheDocument();
    await userEvent.type(dialog.getByLabelText('Reason (optional)'), 'try it');
    await userEvent.click(
      dialog.getByRole('button', { name: 'Send 25% to v2 in Production' }),
    );
    expect(api.change).toHaveBeenCalledWith(
      expect.anything(),
      expect.objectContaining({ resourceVersion: '8', reason: 'try it' }),
      expect.stringMatching(/^[0-9a-f]{32}$/),
    );
    expect(
      await screen.findByText('Done: v1 90% → 75%, v2 10% → 25%'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('asks to take the route over explicitly', async () => {
    const api = mockApi();
    api.preview.mockResolvedValue({
      ...preview,
      dryRun: {
        state: 'needs-take-over',
        managers: [{ name: 'helm', operation: 'Apply' }],
      },
    });
    render(<TrafficTab />, api);
    const dialog = await planAndPreview();
    const confirm = dialog.getByRole('button', { name: /^Send/ });
    await dialog.findByText('Confirm first that you take the route over.');
    expect(confirm).toBeDisabled();
    await userEvent.click(
      dialog.getByRole('checkbox', { name: 'Take the route over from helm' }),
    );
    await userEvent.click(confirm);
    expect(api.change.mock.calls[0][1]).toMatchObject({ takeOver: true });
  });

  it('does not offer what the cluster refuses', async () => {
    const api = mockApi();
    api.preview.mockResolvedValue({
      ...preview,
      dryRun: { state: 'refused', reason: 'ben cannot patch' },
    });
    render(<TrafficTab />, api);
    const dialog = await planAndPreview();
    expect(
      await dialog.findByText(/refuses this change: ben cannot patch/),
    ).toBeInTheDocument();
    expect(dialog.getByRole('button', { name: /^Send/ })).toBeDisabled();
  });

  it('keeps what was typed when it fails, and repeats with the same key only while the outcome is not known', async () => {
    const api = mockApi();
    api.change
      .mockRejectedValueOnce(new TypeError('network error'))
      .mockRejectedValueOnce(refusal(409, 'ConflictError', 'changed since'));
    render(<TrafficTab />, api);
    const dialog = await planAndPreview();
    await dialog.findByText('The cluster accepts this change.');
    await userEvent.type(dialog.getByLabelText('Reason (optional)'), 'why');
    const press = () =>
      userEvent.click(dialog.getByRole('button', { name: /^Send/ }));
    await press();
    await dialog.findByText(/network error/);
    await press();
    await dialog.findByText(/changed since/);
    expect(dialog.getByLabelText('Reason (optional)')).toHaveValue('why');
    await press();
    await screen.findByText(/^Done/);
    const keys = api.change.mock.calls.map(call => call[2]);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  it('says what the proxies acknowledged', async () => {
    const api = mockApi();
    render(<TrafficTab />, api);
    const dialog = await planAndPreview();
    await dialog.findByText('The cluster accepts this change.');
    api.getRoute.mockResolvedValue({
      ...view,
      latestChange: { ...change, effect: { state: 'effective', proxies: 3 } },
    });
    await userEvent.click(dialog.getByRole('button', { name: /^Send/ }));
    expect(
      await screen.findByText('Taken over by 3 proxies'),
    ).toBeInTheDocument();
  });
});

describe('history and undo', () => {
  const withHistory = (overrides: Partial<RouteChange> = {}) =>
    mockApi({
      listChanges: jest.fn(async () => ({
        items: [
          { ...change, reason: 'try ratings', ...overrides },
          {
            ...change,
            id: 'c0',
            outcome: 'refused' as const,
            error: 'cannot patch',
          },
        ],
      })),
    });

  it('lists who changed what and what became of it', async () => {
    render(<TrafficTab />, withHistory());
    const table = within(await screen.findByRole('table', { name: 'History' }));
    const [, first, second] = table.getAllByRole('row');
    expect(first).toHaveTextContent(/ben.lindqvist.*v1 90% → 75%.*Applied/);
    expect(second).toHaveTextContent(/Refused.*cannot patch/);
    expect(table.getAllByRole('button', { name: /^Undo/ })).toHaveLength(1);
  });

  it('teaches when it is empty', async () => {
    render(<TrafficTab />);
    expect(await screen.findByText('No change yet')).toBeInTheDocument();
  });

  it('undoes after a preview, with a button that names what it brings back', async () => {
    const api = render(<TrafficTab />, withHistory());
    await userEvent.click(
      await screen.findByRole('button', { name: /^Undo:/ }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    await dialog.findByText('The cluster accepts this change.');
    await userEvent.click(
      dialog.getByRole('button', {
        name: 'Undo: send 90% to v1 in Production',
      }),
    );
    expect(api.undo).toHaveBeenCalledWith(
      'c1',
      {},
      expect.stringMatching(/^[0-9a-f]{32}$/),
    );
    expect(await screen.findByText(/^Done/)).toBeInTheDocument();
  });

  it('shows what somebody changed since instead of undoing it', async () => {
    const api = withHistory();
    api.previewUndo.mockResolvedValue({
      ...preview,
      conflict: { reason: 'changed', diffSince: '+    since: now' },
    });
    render(<TrafficTab />, api);
    await userEvent.click(
      await screen.findByRole('button', { name: /^Undo:/ }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    expect(
      await dialog.findByText(/Somebody changed the route since/),
    ).toBeInTheDocument();
    expect(dialog.getByText('+ since: now')).toBeInTheDocument();
    expect(dialog.getByRole('button', { name: /^Undo:/ })).toBeDisabled();
  });

  it('offers no undo to who may not change the route', async () => {
    const api = withHistory();
    api.getRoute.mockResolvedValue({
      ...view,
      access: { allowed: false, code: 'not-permitted', ask: [] },
    });
    render(<TrafficTab />, api);
    await screen.findByRole('table', { name: 'History' });
    expect(
      screen.queryByRole('button', { name: /^Undo/ }),
    ).not.toBeInTheDocument();
  });
});

describe('the card on the overview', () => {
  it('gives the answer and the way to the tab', async () => {
    render(<TrafficCard />);
    expect(
      await screen.findByText(/the measured requests follow/),
    ).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Open traffic' })).toHaveAttribute(
      'href',
      '/catalog/default/component/products/traffic',
    );
  });

  it('says that a change waits for an approval', async () => {
    render(
      <TrafficCard />,
      showing({ ...view, waiting: [{ ...change, outcome: 'waiting' }] }),
    );
    expect(
      await screen.findByText('Changes that wait for an approval: 1'),
    ).toBeVisible();
  });
});

describe('the list of routes', () => {
  it('shows each service with its shares and a link to its tab in that environment', async () => {
    const api = mockApi();
    api.listRoutes.mockResolvedValue([
      {
        entityRef: 'component:default/products',
        title: 'Products',
        owner: 'group:default/merchandising-team',
        wanted: view.wanted!,
        measured: view.measured!,
      },
      {
        entityRef: 'component:default/cart',
        title: 'Cart',
        wantedUnavailable: { reason: 'no VirtualService' },
      },
    ]);
    render(<TrafficPage />, api);
    expect(
      await screen.findByText('Services with a route in Production: 2'),
    ).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Products' })).toHaveAttribute(
      'href',
      '/catalog/default/component/products/traffic?env=production',
    );
    expect(screen.getByText('v1 90%, v2 10%')).toBeInTheDocument();
    expect(screen.getByText('no VirtualService')).toBeInTheDocument();
  });

  it('teaches when it is empty', async () => {
    render(<TrafficPage />);
    expect(
      await screen.findByText('No service has a route yet'),
    ).toBeInTheDocument();
  });
});

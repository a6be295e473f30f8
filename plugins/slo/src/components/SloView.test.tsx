import { renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import {
  SloAnalysisApi,
  SloEvents,
  SloHistory,
  SloSummary,
} from '@shopfloor/plugin-slo-common';
import { fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { sloAnalysisApiRef, sloApiRef, sloExclusionsApiRef } from '../api';
import { testAnalysisApi } from '../testing/analysis';
import { testExclusionsApi } from '../testing/exclusions';
import { testSlo, testSloApi } from '../testing/slos';
import { SloView } from './SloView';

jest.setTimeout(60_000);

async function render(
  options: {
    slo?: SloSummary;
    api?: SloAnalysisApi;
    path?: string;
    history?: Partial<SloHistory>;
  } = {},
) {
  const { slo = testSlo(), api = testAnalysisApi(), path = '/' } = options;
  await renderInTestApp(<SloView slo={slo} objectiveIndex={0} />, {
    apis: [
      [sloApiRef, testSloApi([slo], { history: options.history })],
      [sloAnalysisApiRef, api],
      [sloExclusionsApiRef, testExclusionsApi()],
    ],
    initialRouteEntries: [path],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
  return api;
}

const events: Partial<SloEvents> = {
  events: [
    {
      id: 'c',
      kind: 'change',
      changeKind: 'traffic',
      title: 'Half of the requests to v2',
      at: '2026-11-26T12:10:00.000Z',
      outcome: 'succeeded',
      who: 'user:default/ben',
      href: '/traffic/changes/1',
      consumed: {
        from: '2026-11-26T12:10:00.000Z',
        to: '2026-11-26T13:00:00.000Z',
        counts: { bad: 120, total: 10_000 },
        share: 0.12,
        coverageSeconds: 3000,
        sharedBy: 1,
      },
    },
    {
      id: 'i',
      kind: 'incident',
      title: 'Products burns its budget',
      at: '2026-11-26T12:12:00.000Z',
      endedAt: '2026-11-26T12:40:00.000Z',
      outcome: 'closed',
    },
  ],
};

describe('SloView', () => {
  it('says of a row with a failure among few requests that it does not count, and from how many on', async () => {
    // 99.9 %: the row of an hour needs 70 events, that of six hours 167.
    await render({
      slo: testSlo({ recentBad: 1, recentTotal: 20, bad: 3, total: 100_000 }),
    });
    expect(
      await screen.findByText('Does not count below 70 events'),
    ).toBeInTheDocument();
    expect(screen.queryByText('Burning')).not.toBeInTheDocument();
  });

  it('asks for every chart over the one time range of the page', async () => {
    const api = await render({ path: '/?range=6h&target=0.99' });
    await screen.findByText('Requests, errors and latency of products');
    for (const ask of [api.red, api.events, api.whatIf]) {
      expect(ask).toHaveBeenLastCalledWith(
        expect.objectContaining({ range: '6h' }),
        expect.anything(),
      );
    }
    await userEvent.click(screen.getByRole('button', { name: '7 days' }));
    for (const ask of [api.red, api.events, api.whatIf]) {
      expect(ask).toHaveBeenLastCalledWith(
        expect.objectContaining({ range: '7d' }),
        expect.anything(),
      );
    }
  });

  it('takes a stretch from date and time to date and time, in a zone that it names, for every chart and from the URL', async () => {
    const stretch = {
      from: '2026-11-24T22:00:00.000Z',
      to: '2026-11-24T23:30:00.000Z',
    };
    const api = await render({
      path: `/?target=0.99&from=${stretch.from}&to=${stretch.to}`,
    });
    await screen.findByText('Requests, errors and latency of products');
    for (const ask of [api.red, api.events, api.whatIf]) {
      expect(ask).toHaveBeenLastCalledWith(
        expect.not.objectContaining({ range: expect.anything() }),
        expect.anything(),
      );
      expect(ask).toHaveBeenLastCalledWith(
        expect.objectContaining(stretch),
        expect.anything(),
      );
    }
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const form = screen.getByRole('form', { name: 'From … to …' });
    expect(within(form).getAllByText(`In ${zone}`)).toHaveLength(2);
    const [from, to] = ['From', 'To'].map(name =>
      within(form).getByLabelText(new RegExp(`^${name}`)),
    );
    const show = within(form).getByRole('button', { name: 'Show this time' });
    fireEvent.change(from, { target: { value: '2026-11-24T12:00' } });
    fireEvent.change(to, { target: { value: '2026-11-24T11:00' } });
    expect(
      within(form).getByText('The end must be after the beginning.'),
    ).toBeVisible();
    fireEvent.change(to, { target: { value: '2999-01-01T00:00' } });
    await userEvent.click(show);
    expect(
      within(form).getByText('It must not lie in the future.'),
    ).toBeVisible();
    expect(api.red).toHaveBeenLastCalledWith(
      expect.objectContaining(stretch),
      expect.anything(),
    );
    fireEvent.change(to, { target: { value: '2026-11-24T13:00' } });
    await userEvent.click(show);
    const chosen = {
      from: new Date('2026-11-24T12:00').toISOString(),
      to: new Date('2026-11-24T13:00').toISOString(),
    };
    for (const ask of [api.red, api.events, api.whatIf]) {
      expect(ask).toHaveBeenLastCalledWith(
        expect.objectContaining(chosen),
        expect.anything(),
      );
    }
  });

  it('says what is wrong with a stretch in the address, and shows another', async () => {
    const api = await render({
      path: '/?range=6h&from=2026-11-24T22:00:00Z',
    });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The time range in the address cannot be shown. Say from when and to when. Shown instead: 6 hours.',
    );
    expect(api.red).toHaveBeenLastCalledWith(
      expect.objectContaining({ range: '6h' }),
      expect.anything(),
    );
  });

  it.each([
    [0, 'Nothing is known of 1 hour'],
    [1200, 'There is data for 20 min of 1 hour.'],
  ])('says when %d s of the range are covered', async (seconds, words) => {
    await render({ history: { coverageSeconds: seconds } });
    expect(await screen.findByText(new RegExp(words))).toBeVisible();
  });

  it('has a table behind every chart, with what happened beside its time', async () => {
    await render({ api: testAnalysisApi({ eventsAnswer: events }) });
    await screen.findByText(/Half of the requests to v2/);
    const figure = await screen.findByRole('figure', {
      name: /Share of server errors/,
    });
    await userEvent.click(
      within(figure).getByRole('button', { name: /table/i }),
    );
    expect(within(figure).getAllByRole('row')[1]).toHaveTextContent('50%');
    expect(
      within(figure).getByRole('columnheader', { name: 'What happened' }),
    ).toBeVisible();
  });

  it('lists what happened with the budget that was consumed after each change, without blame', async () => {
    await render({ api: testAnalysisApi({ eventsAnswer: events }) });
    const list = await screen.findByRole('region', { name: 'What happened' });
    const table = await within(list.closest('section')!).findByRole('table');
    const rows = within(table).getAllByRole('row').slice(1);
    expect(rows[0]).toHaveTextContent('Traffic: Half of the requests to v2');
    expect(rows[0]).toHaveTextContent('12% 120 bad requests in 50 min');
    expect(
      within(rows[0]).getByRole('link', { name: /Half of the requests/ }),
    ).toHaveAttribute('href', '/traffic/changes/1');
    expect(rows[1]).toHaveTextContent('Closed after 28 min');
    expect(
      screen.getByText(/that does not say that it came of it/),
    ).toBeVisible();
  });

  it.each([
    ['connected', /No change and no incident in this time range/],
    ['not-connected', /With the plugin "audit" in the portal/],
    ['not-allowed', /You may not see changes/],
    ['unreachable', /Changes and incidents do not answer/],
  ] as const)(
    'says what it knows of changes when the log is %s',
    async (log, words) => {
      await render({ api: testAnalysisApi({ eventsAnswer: { log } }) });
      expect(await screen.findByText(words)).toBeVisible();
    },
  );

  it('shows maintenance, and both figures of what was declared afterwards', async () => {
    const stretch = {
      from: '2026-11-26T12:10:00.000Z',
      to: '2026-11-26T12:20:00.000Z',
    };
    await render({
      slo: testSlo({
        coverage: {
          seconds: 86_400,
          windowSeconds: 2_592_000 - 600,
          resolutionSeconds: 300,
          maintenanceSeconds: 600,
        },
      }),
      api: testAnalysisApi({
        eventsAnswer: {
          maintenance: [stretch],
          lateMaintenance: {
            stretches: [stretch],
            counts: { bad: 300, total: 1000 },
            budgetLeft: 0.93,
          },
        },
      }),
    });
    expect(
      await screen.findByText(/Maintenance, which does not count: /),
    ).toBeVisible();
    expect(
      screen.getByText(
        /Without its 300 bad requests 93% of the error budget would be left/,
      ),
    ).toBeVisible();
    expect(
      screen.getByText(/without 10 min of maintenance in the window/),
    ).toBeVisible();
    expect(
      await screen.findByText('There is data for 24 hr of 30 days.'),
    ).toBeVisible();
  });

  it('names a calendar window with its end and time zone, and what its forecast assumes', async () => {
    const slo = testSlo();
    const [objective] = slo.objectives;
    const calendar = {
      kind: 'calendar' as const,
      duration: '1M',
      startTime: '2026-01-01 00:00:00',
      timeZone: 'Europe/Berlin',
    };
    await render({
      slo: {
        ...slo,
        timeWindow: calendar,
        objectives: [
          {
            ...objective,
            window: {
              from: '2026-10-31T23:00:00.000Z',
              to: '2026-11-26T13:00:00.000Z',
              endsAt: '2026-11-30T23:00:00.000Z',
            },
            calendar: {
              forecast: { kind: 'lasts' },
              projection: 'so-far',
              projectedBudgetLeft: 0.41,
            },
            furtherWindows: [
              {
                timeWindow: {
                  kind: 'rolling',
                  duration: '7d',
                  durationSeconds: 604_800,
                },
                from: '2026-11-19T13:00:00.000Z',
                to: '2026-11-26T13:00:00.000Z',
                state: 'failing',
                counts: { bad: 30, total: 10_000 },
                serviceLevel: 0.997,
                budgetLeft: -2,
                coverage: {
                  seconds: 3600,
                  windowSeconds: 604_800,
                  resolutionSeconds: 70,
                },
              },
            ],
          },
        ],
      },
    });
    const words = /this month, until Dec 1, 2026.*\(Europe\/Berlin\)/;
    const row = (name: RegExp) =>
      screen.getByRole('rowheader', { name }).closest('tr')!;
    expect((await screen.findAllByText(words)).length).toBeGreaterThan(1);
    expect(row(words)).toHaveTextContent('63%');
    expect(row(/^7 days$/)).toHaveTextContent('Failing');
    expect(row(/^7 days$/)).toHaveTextContent('1 hr of 7 days');
    const projected = screen.getByText('Budget left at the end').closest('dl')!;
    expect(projected).toHaveTextContent('41%');
    expect(projected).toHaveTextContent(
      'if requests go on as in this window so far',
    );
  });

  it('shows the steps of a journey with their weights, and tries no target of the whole', async () => {
    const slo = testSlo({ bad: 0.02, total: 4 });
    await render({
      slo: {
        ...slo,
        objectives: [
          {
            ...slo.objectives[0],
            unit: 'weights',
            parts: [
              {
                name: 'cart-availability',
                sloId: 'x',
                entityRef: 'component:default/cart',
                target: 0.99,
                weight: 3,
                counts: { bad: 1, total: 100 },
                serviceLevel: 0.98,
              },
              { name: 'search', sloId: 'y', target: 0.95, weight: 1 },
              { name: '', target: 0, weight: 1, hidden: true },
            ],
          },
        ],
      },
    });
    const row = (name: string) =>
      screen.getByRole('rowheader', { name }).closest('tr')!;
    await screen.findByText('Steps of the journey');
    expect(row('cart-availability')).toHaveTextContent('3, 60% of the whole');
    expect(row('cart-availability')).toHaveTextContent('Below its objective');
    expect(row('search')).toHaveTextContent('Unknown');
    const hidden = row('A step that you may not see');
    expect(hidden).toHaveTextContent('1, 20% of the whole');
    expect(hidden).toHaveTextContent('––Unknown');
    expect(within(hidden).queryByRole('link')).not.toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: 'cart-availability' }),
    ).toHaveAttribute(
      'href',
      '/catalog/default/component/cart/slos?env=production&slo=cart-availability',
    );
    expect(screen.getByText('weighted mean of 3 parts')).toBeVisible();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Explain these numbers' }),
    );
    // 3 x 98 %, one that is not known and one that may not be seen; what one part counted in the last hour is not said of the whole.
    expect(
      screen.getByText(/^\(3 × 98% \+ 1 × – \+ 1 × –\) ÷ 5 = /),
    ).toBeVisible();
    expect(
      screen.queryByText(/Burn rate of the last hour =/),
    ).not.toBeInTheDocument();
    expect(screen.getByText('Try another target')).toBeVisible();
  });

  it('exports one SLO or all of the entity, and says when that fails', async () => {
    const create = jest.fn(() => 'blob:x');
    Object.assign(URL, { createObjectURL: create, revokeObjectURL: jest.fn() });
    const click = jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(() => {});
    const api = testAnalysisApi();
    await render({ api });
    const user = userEvent.setup();
    await user.click(
      await screen.findByRole('button', { name: 'Export this SLO' }),
    );
    expect(api.export).toHaveBeenLastCalledWith({ id: testSlo().id });
    await user.click(
      screen.getByRole('button', { name: 'Export all of products' }),
    );
    expect(api.export).toHaveBeenLastCalledWith({
      entity: 'component:default/products',
    });
    expect(click).toHaveBeenCalledTimes(2);
    api.export.mockRejectedValueOnce(new Error('away'));
    await user.click(screen.getByRole('button', { name: 'Export this SLO' }));
    expect(
      await screen.findByText('The export did not succeed: away'),
    ).toBeVisible();
    click.mockRestore();
  });
});

import { renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { SloApi } from '@shopfloor/plugin-slo-common';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import { sloApiRef } from '../api';
import { testSlo, testSloApi, unmeasuredSlo } from '../testing/slos';
import { SloListPage } from './SloListPage';

jest.setTimeout(60_000);

function Location() {
  const { search } = useLocation();
  return <span data-testid="search">{search}</span>;
}

async function render(api: SloApi, path = '/') {
  await renderInTestApp(
    <>
      <SloListPage />
      <Location />
    </>,
    {
      apis: [[sloApiRef, api]],
      initialRouteEntries: [path],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    },
  );
}

describe('SloListPage', () => {
  it('lists SLOs in the order of the backend with state, budget and when observed', async () => {
    await render(
      testSloApi([
        testSlo({ id: 'a', displayName: 'Overspent', bad: 1500 }),
        testSlo({ id: 'b', displayName: 'Fine' }),
        unmeasuredSlo({ id: 'c', displayName: 'Fresh' }),
      ]),
    );
    expect(await screen.findByRole('status')).toHaveTextContent(
      '1 SLO does not keep its promise',
    );
    const rows = screen.getAllByRole('row').slice(1);
    expect(
      rows.map(row => within(row).getAllByRole('link')[0].textContent),
    ).toEqual(['Overspent', 'Fine', 'Fresh']);
    expect(rows[0]).toHaveTextContent('Failing');
    expect(rows[0]).toHaveTextContent('-50%');
    expect(rows[0]).toHaveTextContent('99.9%');
    expect(rows[1]).toHaveTextContent('63%');
    expect(rows[2]).toHaveTextContent('Unknown');
    expect(rows[2]).toHaveTextContent('Not observed yet');
  });

  it('answers for all that match, not only for the page that is shown', async () => {
    const api = testSloApi([testSlo({ displayName: 'Fine' })]);
    api.list.mockResolvedValue({
      ...(await api.list()),
      totalItems: 120,
      states: { ok: 51, 'at-risk': 0, failing: 69, unknown: 0, stale: 0 },
    });
    await render(api, '/?offset=100');
    expect(await screen.findByRole('status')).toHaveTextContent(
      '69 SLOs do not keep their promise',
    );
  });

  it('says which figures are without maintenance', async () => {
    const slo = testSlo({ displayName: 'Maintained' });
    await render(
      testSloApi([
        {
          ...slo,
          coverage: { ...slo.coverage!, maintenanceSeconds: 5400 },
        },
        testSlo({ id: 'b', displayName: 'Fine' }),
      ]),
    );
    const row = (name: string) =>
      screen.getByRole('link', { name }).closest('tr')!;
    await screen.findByRole('link', { name: 'Maintained' });
    expect(row('Maintained')).toHaveTextContent(
      'Figures are without 1 hr 30 min of maintenance in the window.',
    );
    expect(row('Fine')).not.toHaveTextContent('maintenance');
  });

  it('keeps its filters in the URL and asks the backend with them', async () => {
    const api = testSloApi([testSlo()]);
    await render(api, '/?env=production');
    await screen.findByText('63%');
    expect(api.list).toHaveBeenLastCalledWith(
      {
        environment: 'production',
        owner: undefined,
        state: undefined,
        system: undefined,
        limit: 50,
        offset: 0,
      },
      expect.anything(),
    );
    const user = userEvent.setup();
    await user.click(screen.getByRole('combobox', { name: 'State' }));
    await user.click(screen.getByRole('option', { name: 'Failing' }));
    await user.click(screen.getByRole('combobox', { name: 'Owner' }));
    await user.click(
      screen.getByRole('option', { name: 'merchandising-team' }),
    );
    expect(screen.getByTestId('search')).toHaveTextContent(
      '?env=production&state=failing&owner=group%3Adefault%2Fmerchandising-team',
    );
    expect(api.list).toHaveBeenLastCalledWith(
      expect.objectContaining({
        state: 'failing',
        owner: 'group:default/merchandising-team',
      }),
      expect.anything(),
    );
    await user.click(screen.getByRole('combobox', { name: 'System' }));
    await user.click(screen.getByRole('option', { name: 'shop' }));
    expect(api.list).toHaveBeenLastCalledWith(
      expect.objectContaining({ system: 'system:default/shop' }),
      expect.anything(),
    );
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    expect(screen.getByTestId('search')).toBeEmptyDOMElement();
  });

  it('teaches when there is nothing, and says so when filters hide all', async () => {
    await render(testSloApi([]));
    expect(await screen.findByText('No SLOs yet')).toBeInTheDocument();
  });

  it('says when filters hide everything', async () => {
    await render(testSloApi([]), '/?state=failing');
    expect(
      await screen.findByText('No SLO matches these filters'),
    ).toBeInTheDocument();
  });
});

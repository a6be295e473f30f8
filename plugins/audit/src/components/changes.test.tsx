import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { ChangesApi } from '@shopfloor/plugin-audit-common';
import { configure, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ReactElement } from 'react';
import { useLocation } from 'react-router-dom';
import { changesApiRef } from '../api';
import { testChange, testChangesApi, testIncident } from '../testing/changes';
import { ChangesPage } from './ChangesPage';
import { EntityChanges } from './EntityChanges';
import { EntityChangesCard } from './EntityChangesCard';

// A busy machine is slow, not wrong.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 15_000 });

const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'products', namespace: 'default' },
};
const config = {
  shopfloor: {
    environments: [
      { name: 'production', title: 'Production', production: true },
      { name: 'staging', title: 'Staging', production: false },
    ],
  },
};

function Where() {
  const { search } = useLocation();
  return <output>{search}</output>;
}

async function show(element: ReactElement, api: ChangesApi, path = '/changes') {
  await renderInTestApp(
    <EntityProvider entity={entity}>
      {element}
      <Where />
    </EntityProvider>,
    {
      apis: [[changesApiRef, api]],
      config,
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
      initialRouteEntries: [path],
    },
  );
}
const search = () =>
  [...document.querySelectorAll('output')].at(-1)!.textContent;

describe('changes', () => {
  it('say how it went, who did it and where, and what failed first', async () => {
    const api = testChangesApi({
      listChanges: async () => ({
        items: [
          testChange({ id: 'a', outcome: 'failed', title: 'v2 10 % → 50 %' }),
          testChange({
            id: 'b',
            kind: 'deployment',
            userEntityRef: undefined,
            environment: 'staging',
            title: 'products-v2: products:2.0.0',
            reference: { url: '/somewhere' },
          }),
        ],
        totalItems: 2,
      }),
    });
    await show(<ChangesPage />, api);
    expect(
      await screen.findByText('1 of the 2 changes shown failed'),
    ).toBeVisible();
    const [, first, second] = within(
      screen.getByRole('table', { name: 'Changes' }),
    ).getAllByRole('row');
    for (const text of ['v2 10 % → 50 %', 'Failed', 'Production']) {
      expect(within(first).getByText(text)).toBeVisible();
    }
    expect(within(second).getByText('Not known')).toBeVisible();
    expect(
      within(second).getByRole('link', { name: 'products-v2: products:2.0.0' }),
    ).toHaveAttribute('href', '/somewhere');
    expect(
      screen.getByRole('img', { name: /Changes of the table below by kind/ }),
    ).toBeVisible();
  });

  it('never call what is unknown good', async () => {
    const api = testChangesApi({
      listChanges: async () => ({
        items: [testChange({ outcome: 'unknown' })],
        totalItems: 1,
      }),
    });
    await show(<ChangesPage />, api);
    expect(
      await screen.findByText('How 1 of the 1 changes shown went is unknown'),
    ).toBeVisible();
  });

  it('are asked for as the URL says, and write what is chosen into it', async () => {
    const api = testChangesApi();
    await show(
      <ChangesPage />,
      api,
      '/changes?env=staging&kind=traffic&outcome=nonsense&range=all&who=ben',
    );
    await screen.findByText('Nothing matches these filters');
    expect(api.listChanges).toHaveBeenLastCalledWith(
      {
        environment: ['staging'],
        kind: ['traffic'],
        who: ['ben'],
      },
      expect.anything(),
    );
    await userEvent.click(screen.getByLabelText('Outcome'));
    await userEvent.click(
      await screen.findByRole('option', { name: 'Failed' }),
    );
    await userEvent.type(screen.getByLabelText('Owner'), 'storefront{Enter}');
    await waitFor(() =>
      expect(api.listChanges).toHaveBeenLastCalledWith(
        expect.objectContaining({ outcome: ['failed'], owner: ['storefront'] }),
        expect.anything(),
      ),
    );
    expect(search()).toBe(
      '?env=staging&kind=traffic&outcome=failed&range=all&who=ben&owner=storefront',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Clear filters' }),
    );
    await screen.findByText('No change yet');
    expect(search()).toBe('?range=all');
  });

  it('are turned page by page', async () => {
    const api = testChangesApi({
      listChanges: jest.fn(async ({ cursor } = {}) => ({
        items: [testChange({ title: cursor ? 'older' : 'newest' })],
        totalItems: 2,
        ...(!cursor && { nextCursor: 'next' }),
      })),
    });
    await show(<ChangesPage />, api);
    await screen.findByText('newest');
    await userEvent.click(screen.getByRole('button', { name: 'Later pages' }));
    await screen.findByText('older');
    expect(search()).toBe('?cursor=next');
    await userEvent.click(
      screen.getByRole('button', { name: 'Back to the latest' }),
    );
    await screen.findByText('newest');
  });

  it('say what is wrong when they cannot be read', async () => {
    const api = testChangesApi({
      listChanges: async () => {
        throw new Error('who: "a:b:c" is not an entity ref');
      },
    });
    await show(<ChangesPage />, api);
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'who: "a:b:c" is not an entity ref',
    );
  });
});

describe('incidents', () => {
  const restore = {
    open: 1,
    closed: 3,
    meanSeconds: 1800,
    medianSeconds: 1200,
  };

  it('give the time to restore, and are closed with what was done', async () => {
    const open = testIncident();
    const api = testChangesApi({
      listIncidents: jest
        .fn()
        .mockResolvedValueOnce({ items: [open], totalItems: 4, restore })
        .mockResolvedValue({
          items: [{ ...open, closedAt: '2026-11-26T10:20:00.000Z' }],
          totalItems: 4,
          restore: { ...restore, open: 0, closed: 4 },
        }),
      getIncident: async () => open,
      closeIncident: jest.fn(async () => open),
    });
    await show(<ChangesPage />, api, '/changes?view=incidents');
    expect(await screen.findByText('Open incidents: 1')).toBeVisible();
    expect(screen.getByText('20 min')).toBeVisible();
    expect(screen.getByText('Mean 30 min, of 3 closed')).toBeVisible();
    await userEvent.click(
      screen.getByRole('button', {
        name: 'Close incident: Orders wait for a person',
      }),
    );
    await userEvent.type(
      screen.getByLabelText('What it was and what was done'),
      'Restarted',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Close the incident' }),
    );
    expect(await screen.findByText('No incident is open')).toBeVisible();
    expect(api.closeIncident).toHaveBeenCalledWith('i1', {
      resolution: 'Restarted',
    });
  });

  it('say who may close one that is not yours', async () => {
    const incident = testIncident({ mayManage: false });
    const api = testChangesApi({
      listIncidents: async () => ({
        items: [incident],
        totalItems: 1,
        restore: { open: 1, closed: 0 },
      }),
      getIncident: async () => incident,
    });
    await show(<ChangesPage />, api, '/changes?view=incidents');
    await userEvent.click(
      await screen.findByRole('button', { name: /^Close incident/ }),
    );
    expect(await screen.findByText(/Owners of the service/)).toBeVisible();
    expect(
      screen.getByRole('button', { name: 'Close the incident' }),
    ).toBeDisabled();
    expect(
      screen.getByText('None was closed in this time'),
    ).toBeInTheDocument();
  });

  it('are opened by hand once, and what was typed survives a failure', async () => {
    const openIncident = jest
      .fn()
      .mockRejectedValueOnce(new Error('connection lost'))
      .mockResolvedValue(testIncident());
    const api = testChangesApi({ openIncident });
    await show(
      <EntityChanges />,
      api,
      '/catalog/default/component/products/changes?view=incidents&env=production',
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Open an incident' }),
    );
    const dialog = screen.getByRole('dialog');
    expect(
      within(dialog).getByRole('button', { name: 'Open an incident' }),
    ).toBeDisabled();
    await userEvent.type(
      within(dialog).getByLabelText(/What is wrong/),
      'Nobody can pay',
    );
    const act = within(dialog).getByRole('button', {
      name: 'Open an incident about component:default/products in production',
    });
    await userEvent.click(act);
    expect(await within(dialog).findByText(/connection lost/)).toBeVisible();
    await userEvent.click(act);
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    const [[body, first], [, second]] = openIncident.mock.calls;
    expect(body).toEqual({
      title: 'Nobody can pay',
      entityRefs: ['component:default/products'],
      environment: 'production',
      severity: 'page',
    });
    expect(second).toBe(first);
  });
});

describe('the card of an entity', () => {
  it('says what changed last and leads on', async () => {
    const api = testChangesApi({
      listChanges: jest.fn(async () => ({
        items: [testChange()],
        totalItems: 9,
      })),
      listIncidents: async () => ({
        items: [],
        totalItems: 2,
        restore: { open: 2, closed: 0 },
      }),
    });
    await show(<EntityChangesCard />, api);
    expect(await screen.findByText('v2 0 % → 10 %')).toBeVisible();
    expect(screen.getByText('Open incidents: 2')).toBeVisible();
    expect(screen.getByRole('link', { name: 'All changes' })).toHaveAttribute(
      'href',
      '/catalog/default/component/products/changes',
    );
    expect(api.listChanges).toHaveBeenCalledWith(
      { entity: ['component:default/products'], limit: 3 },
      expect.anything(),
    );
  });
});

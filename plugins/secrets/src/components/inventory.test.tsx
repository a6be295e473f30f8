import { PLATFORM } from '@shopfloor/plugin-secrets-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { refusal, renderPage, violationsOf } from '../__testUtils__/render';
import {
  inHours,
  testEnvironment,
  testList,
  testSecretsApi,
  testSummary,
} from '../__testUtils__/secrets';

jest.setTimeout(60_000);

describe('the inventory', () => {
  it('says who may use what until when, and what needs somebody', async () => {
    const { container } = renderPage(
      testSecretsApi({
        listGrants: jest.fn(async () =>
          testList([
            testSummary({ state: 'expiring', expiresAt: inHours(30) }),
            testSummary({ id: 'g-2', requestedBy: PLATFORM }),
          ]),
        ),
      }),
    );
    expect(
      await screen.findByText('1 grant of this list needs attention'),
    ).toBeVisible();
    const table = screen.getByRole('table', { name: 'Grants' });
    const [, soon, platform] = within(table).getAllByRole('row');
    expect(within(soon).getByText('Ends soon')).toBeVisible();
    expect(within(soon).getByText('Production')).toBeVisible();
    expect(within(soon).getByText('Key and values: read')).toBeVisible();
    expect(within(soon).getByText(/^(30|29) hr/)).toBeVisible();
    expect(
      within(soon).getByRole('link', { name: 'payments / provider-key' }),
    ).toHaveAttribute('href', '/secrets/grants/g-1');
    expect(within(platform).getByText('Granted by the platform')).toBeVisible();
    expect(within(platform).getByText('9 days')).toBeVisible();
    expect(screen.getByText(/No value of a secret passes/)).toBeVisible();
    expect(await violationsOf(container)).toEqual([]);
  });

  it('asks by the filters of the URL, and keeps them there', async () => {
    const api = testSecretsApi();
    renderPage(
      api,
      '/secrets?env=production&state=drifted&service=orders&expires=7d&cursor=p2',
    );
    await waitFor(() =>
      expect(api.listGrants.mock.lastCall?.[0]).toMatchObject({
        environment: 'production',
        state: ['drifted'],
        service: 'orders',
        cursor: 'p2',
      }),
    );
    const { expiresBefore } = api.listGrants.mock.lastCall![0]!;
    const days = (Date.parse(expiresBefore!) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.99);
    expect(days).toBeLessThan(7.01);

    await userEvent.type(
      await screen.findByLabelText('Owner of the secret'),
      'payments{Enter}',
    );
    await waitFor(() =>
      expect(api.listGrants.mock.lastCall?.[0]).toMatchObject({
        owner: 'payments',
        cursor: undefined,
      }),
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Clear filters' }),
    );
    await waitFor(() =>
      expect(screen.getByTestId('where')).toHaveTextContent(/^\/secrets$/),
    );
  });

  it('turns its pages', async () => {
    const api = testSecretsApi({
      listGrants: jest.fn(async () =>
        testList([testSummary()], { totalItems: 60, nextCursor: 'p2' }),
      ),
    });
    renderPage(api);
    expect(await screen.findByText('1 of 60')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    await waitFor(() =>
      expect(api.listGrants.mock.lastCall?.[0]).toMatchObject({ cursor: 'p2' }),
    );
  });

  it('teaches when there is nothing, and tells that from filters that nothing fits', async () => {
    const api = testSecretsApi({
      listGrants: jest.fn(async () => testList([])),
    });
    renderPage(api);
    expect(await screen.findByText('No grants yet')).toBeVisible();
    expect(
      screen.getAllByRole('link', { name: 'Ask for access' })[0],
    ).toHaveAttribute('href', '/secrets/ask');
    await userEvent.type(
      screen.getByLabelText('Owner of the secret'),
      'nobody{Enter}',
    );
    expect(
      await screen.findByText('No grant fits these filters'),
    ).toBeVisible();
  });

  it('is exported whole, as the filters say', async () => {
    let written: Blob | undefined;
    URL.createObjectURL = jest.fn(blob => {
      written = blob as Blob;
      return 'blob:x';
    });
    URL.revokeObjectURL = jest.fn();
    const api = testSecretsApi({
      listGrants: jest.fn(async filter =>
        filter?.cursor
          ? testList([testSummary({ id: 'g-2' })])
          : testList([testSummary()], {
              ...(filter?.limit === 100 && { nextCursor: 'p2' }),
            }),
      ),
    });
    renderPage(api, '/secrets?env=production');
    await userEvent.click(
      await screen.findByRole('button', { name: 'Export as CSV' }),
    );
    await waitFor(() => expect(written).toBeDefined());
    const rows = (await written!.text()).split('\r\n');
    expect(rows[0]).toMatch(/^id,name,environment,subject,owner,kind,secret/);
    expect(rows.map(row => row.split(',')[0])).toEqual([
      'id',
      'g-1',
      'g-2',
      '',
    ]);
    expect(rows[1]).toContain(
      'production,component:default/orders,component:default/payments,kv,provider-key,provider,read,pinned,active,agent',
    );
    expect(api.listGrants.mock.lastCall?.[0]).toMatchObject({
      environment: 'production',
      cursor: 'p2',
    });
  });

  it('says that it could not be read', async () => {
    renderPage(
      testSecretsApi({
        listGrants: jest.fn(async () => {
          throw new Error('no answer');
        }),
      }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent('no answer');
  });
});

describe('how Vault does', () => {
  const withVault = (
    vault: Partial<ReturnType<typeof testEnvironment>['vault']>,
    changes = {},
  ) =>
    testSecretsApi({
      listEnvironments: jest.fn(async () => [
        testEnvironment({
          vault: { ...testEnvironment().vault, ...vault },
          ...changes,
        }),
      ]),
    });

  it.each([
    ['sealed', 'OpenBao of Production is sealed', /Nothing is lost/],
    ['standby', 'OpenBao of Production is on standby', /Another node/],
    ['away', 'OpenBao of Production does not answer', /last known state/],
    [
      'not-connected',
      'OpenBao (Production) is not connected',
      /secrets\.vault\.address/,
    ],
  ] as const)(
    'is said when it is %s, with what waits',
    async (status, title, help) => {
      renderPage(withVault({ status, words: undefined }));
      expect(await screen.findByText(title)).toBeVisible();
      expect(screen.getByText(help)).toBeVisible();
    },
  );

  it('is quiet when it serves', async () => {
    renderPage(withVault({}));
    await screen.findByRole('table', { name: 'Grants' });
    expect(screen.queryByText(/Production is|Production does/)).toBeNull();
    expect(screen.queryByText(/access ends when the portal/)).toBeNull();
  });

  it('is said when the portal ends access, or could grant more than is written out', async () => {
    renderPage(
      withVault(
        {
          product: 'vault',
          features: { policyTtl: false, controlGroups: false },
        },
        { freeForm: true },
      ),
    );
    expect(
      await screen.findByText(/access ends when the portal ends it/),
    ).toBeVisible();
    expect(
      screen.getByText(/Production has no control groups and lets/),
    ).toBeVisible();
  });

  it('that is not known is no reason to show nothing', async () => {
    renderPage(
      testSecretsApi({
        listEnvironments: jest.fn(async () => {
          throw refusal('the secrets backend is away', 503);
        }),
      }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'the secrets backend is away',
    );
    expect(await screen.findByRole('table', { name: 'Grants' })).toBeVisible();
  });
});

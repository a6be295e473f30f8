import { EntityProvider } from '@backstage/plugin-catalog-react';
import { SecretsApi } from '@shopfloor/plugin-secrets-common';
import { screen, within } from '@testing-library/react';
import { renderWith, violationsOf } from '../../__testUtils__/render';
import {
  inHours,
  testEntitySecrets,
  testList,
  testSecretsApi,
  testSummary,
} from '../../__testUtils__/secrets';
import { EntitySecretsCard } from './EntitySecretsCard';
import { EntitySecretsTab } from './EntitySecretsTab';

jest.setTimeout(60_000);

const orders = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'orders', namespace: 'default' },
  spec: { type: 'service' },
};

const show = (api: SecretsApi, part: 'tab' | 'card', path = '/') =>
  renderWith(
    api,
    <EntityProvider entity={orders}>
      {part === 'tab' ? <EntitySecretsTab /> : <EntitySecretsCard />}
    </EntityProvider>,
    { path },
  );

describe('the tab of a service', () => {
  it('shows what it may use, what it owns, and metadata alone of that', async () => {
    const api = testSecretsApi({
      getEntitySecrets: jest.fn(async () =>
        testEntitySecrets({
          declared: testEntitySecrets().ofOthers[0].secrets,
          paths: [
            {
              path: 'session-key',
              currentVersion: 0,
              createdAt: inHours(-10),
              updatedAt: inHours(-10),
              versions: [],
            },
          ],
          problems: [
            {
              file: 'secrets.yaml',
              line: 4,
              field: 'secrets[1].kind',
              message: 'is not a kind',
            },
          ],
        }),
      ),
    });
    const { container } = show(api, 'tab', '/?env=staging');
    expect(await screen.findByText('1 grant in force')).toBeVisible();
    expect(api.getEntitySecrets.mock.calls[0][0]).toEqual({
      entityRef: 'component:default/orders',
      environment: 'staging',
    });
    const owned = screen.getByRole('table', { name: 'Secrets that it owns' });
    expect(within(owned).getByText(/overdue, 1 hour ago/)).toBeVisible();
    expect(within(owned).getByText(/2 days ago, 2 versions/)).toBeVisible();
    expect(
      within(owned).getByRole('link', {
        name: 'Ask for access to Key of the provider',
      }),
    ).toHaveAttribute(
      'href',
      '/secrets/ask?service=component%3Adefault%2Forders&owner=component%3Adefault%2Forders&environment=production&secret=provider-key',
    );
    expect(screen.getByText('no current value')).toBeVisible();
    expect(
      screen.getByText('secrets.yaml:4, secrets[1].kind: is not a kind'),
    ).toBeVisible();
    expect(await violationsOf(container)).toEqual([]);
  });

  it('teaches when it declares nothing, and says why one may not ask', async () => {
    show(
      testSecretsApi({
        getEntitySecrets: jest.fn(async () =>
          testEntitySecrets({
            declared: [],
            held: [],
            mayAsk: false,
            whyNot: { en: 'Ask checkout-team.', zh: '请联系' },
          }),
        ),
      }),
      'tab',
    );
    expect(await screen.findByText('It declares no secrets')).toBeVisible();
    expect(screen.getByText('Ask checkout-team.')).toBeVisible();
    expect(screen.queryByRole('link', { name: 'Ask for access' })).toBeNull();
  });

  it('does not act on another environment than the one that the link names', async () => {
    const api = testSecretsApi();
    show(api, 'tab', '/?env=moon');
    expect(
      await screen.findByText('There is no environment of this name'),
    ).toBeVisible();
    expect(api.getEntitySecrets).not.toHaveBeenCalled();
  });
});

describe('the card of a service', () => {
  it('shows what needs somebody before what is in force', async () => {
    const api = testSecretsApi({
      listGrants: jest.fn(async () =>
        testList([testSummary(), testSummary({ id: 'g-2', state: 'drifted' })]),
      ),
    });
    show(api, 'card');
    const items = await screen.findAllByRole('listitem');
    expect(items.map(item => item.textContent)).toEqual([
      expect.stringContaining('Changed by hand'),
      expect.stringContaining('In force'),
    ]);
    expect(api.listGrants.mock.calls[0][0]).toMatchObject({
      service: 'component:default/orders',
    });
    expect(
      screen.getByRole('link', { name: 'All its secrets' }),
    ).toHaveAttribute('href', '/catalog/default/component/orders/secrets');
  });
});

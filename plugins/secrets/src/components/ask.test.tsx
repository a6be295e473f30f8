import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { refusal, renderPage, violationsOf } from '../__testUtils__/render';
import {
  testEntitySecrets,
  testEnvironment,
  testPreview,
  testSecretsApi,
} from '../__testUtils__/secrets';

jest.setTimeout(180_000);

const FILLED =
  '/secrets/ask?service=component:default/orders&owner=component:default/payments&environment=production&secret=provider-key';

const NEEDED = 'refunds are made by orders';

/** Fills in a field at once; letter by letter is slow on a busy machine. */
const fill = (field: HTMLElement, value: string) =>
  fireEvent.change(field, { target: { value } });

beforeEach(() => sessionStorage.clear());

describe('the form', () => {
  it('is filled in step by step; what is declared comes first, with class and metadata', async () => {
    const api = testSecretsApi();
    const { container } = renderPage(api, '/secrets/ask');
    expect(
      await screen.findByText(/Fill in the form and see here exactly/),
    ).toBeVisible();
    await userEvent.click(screen.getByLabelText('Service'));
    await userEvent.click(
      await screen.findByRole('option', { name: 'Orders' }),
    );
    await userEvent.click(screen.getByLabelText('Environment'));
    await userEvent.click(
      await screen.findByRole('option', { name: 'Production' }),
    );
    expect(await screen.findByText('Database of orders')).toBeVisible();
    await userEvent.click(screen.getByLabelText('Owner of the secret'));
    await userEvent.click(
      await screen.findByRole('option', { name: 'Payments' }),
    );
    await userEvent.click(await screen.findByLabelText('Key of the provider'));
    expect(
      screen.getByText(
        /sensitive · at most 30 days · rotated every 90 days · 2 versions · changed 2 days ago/,
      ),
    ).toBeVisible();
    // One kind of access and a third of the longest time stand there already.
    expect(
      screen.getByLabelText('Read the present and earlier values'),
    ).toBeChecked();
    expect(screen.getByLabelText(/For how long/)).toHaveValue('10');
    expect(screen.getByText('Say what it is needed for.')).toBeVisible();
    expect(api.preview).not.toHaveBeenCalled();

    fill(screen.getByLabelText(/Reason/), NEEDED);
    await waitFor(() =>
      expect(api.preview.mock.lastCall?.[0]).toEqual({
        environment: 'production',
        subject: {
          kind: 'service-account',
          entityRef: 'component:default/orders',
          namespace: 'production',
          name: 'orders',
        },
        owner: 'component:default/payments',
        secret: { kind: 'kv', path: 'provider', declared: 'provider-key' },
        access: ['read'],
        reason: NEEDED,
        durationSeconds: 864_000,
        delivery: 'agent',
      }),
    );
    expect(await violationsOf(container)).toEqual([]);
  });

  it('shows beside it what it would do, and asks for exactly that', async () => {
    const api = testSecretsApi({
      preview: jest.fn(async () =>
        testPreview({
          lint: [
            {
              code: 'overlap',
              severity: 'warning',
              words: { en: 'another grant lets it already', zh: '重叠' },
            },
          ],
          readers: [
            {
              policy: 'grant-x',
              roles: [{ mount: 'm', name: 'x', boundTo: 'production/cart' }],
              capabilities: ['read'],
              grant: 'g-7',
            },
          ],
        }),
      ),
    });
    renderPage(api, FILLED);
    fill(await screen.findByLabelText(/Reason/), NEEDED);
    const preview = screen.getByRole('region', { name: 'What it would do' });
    expect(
      await within(preview).findByText(
        'orders may read "provider" of payments',
      ),
    ).toBeVisible();
    expect(
      within(preview).getByLabelText('Changes in policy.hcl'),
    ).toHaveTextContent('+ added path "production/data/payments/provider" {');
    expect(within(preview).getByText('production/orders')).toBeVisible();
    expect(
      within(preview).getByText('another grant lets it already'),
    ).toBeVisible();
    expect(
      within(preview).getByRole('link', { name: 'production/cart' }),
    ).toHaveAttribute('href', '/secrets/grants/g-7');
    expect(within(preview).getByText('Owners of payments')).toBeVisible();
    expect(within(preview).getByLabelText('values.yaml')).toHaveTextContent(
      'secrets: role: x',
    );
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Ask for read of provider-key in Production',
      }),
    );
    await waitFor(() =>
      expect(api.ask).toHaveBeenCalledWith(
        {
          request: api.preview.mock.lastCall![0],
          contentHash: testPreview().contentHash,
        },
        { idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/) },
      ),
    );
    await waitFor(() =>
      expect(screen.getByTestId('where')).toHaveTextContent(
        '/secrets/grants/g-1',
      ),
    );
    expect(sessionStorage).toHaveLength(0);
  });

  it('says what is missing when one leaves a field or asks too early', async () => {
    const api = testSecretsApi();
    renderPage(api, '/secrets/ask');
    await userEvent.click(
      await screen.findByRole('button', { name: 'Ask for access' }),
    );
    // Beside the form, and at the fields.
    expect(
      screen.getAllByText('Choose the service that uses it.'),
    ).toHaveLength(2);
    expect(screen.getAllByText('Choose an environment.')).toHaveLength(2);
    expect(screen.getByLabelText('Service')).toHaveAttribute(
      'aria-invalid',
      'true',
    );
    expect(api.ask).not.toHaveBeenCalled();
  });

  it('has what the server objects to at its fields, and keeps what was typed', async () => {
    const api = testSecretsApi({
      ask: jest.fn(async () => {
        throw refusal(
          'durationSeconds: at most 604800 since yesterday; Vault of production is sealed',
        );
      }),
    });
    renderPage(api, FILLED);
    fill(await screen.findByLabelText(/Reason/), NEEDED);
    await userEvent.click(
      await screen.findByRole('button', { name: /^Ask for read of/ }),
    );
    expect(
      await screen.findByText(/at most 604800 since yesterday/),
    ).toBeVisible();
    expect(screen.getByLabelText(/For how long/)).toHaveAttribute(
      'aria-invalid',
      'true',
    );
    expect(screen.getByLabelText(/Reason/)).toHaveValue(NEEDED);
  });

  it('has what the server objects to in the preview at its field, too', async () => {
    const api = testSecretsApi({
      preview: jest.fn(async () => {
        throw refusal('secret.path: lies outside of the prefix of payments');
      }),
    });
    renderPage(api, FILLED);
    await userEvent.click(
      await screen.findByLabelText('An undeclared path of payments'),
    );
    fill(screen.getByLabelText(/Path below payments/), 'cart/x');
    await userEvent.click(
      screen.getByLabelText('Read the present and earlier values'),
    );
    fill(screen.getByLabelText(/Reason/), NEEDED);
    const field = screen.getByLabelText(/Path below payments/);
    await waitFor(() => expect(field).toHaveAttribute('aria-invalid', 'true'));
    expect(field).toHaveAccessibleDescription(
      'lies outside of the prefix of payments',
    );
  });

  it('explains what an undeclared path needs, and refuses wildcards at once', async () => {
    const api = testSecretsApi();
    renderPage(api, FILLED);
    await userEvent.click(
      await screen.findByLabelText('An undeclared path of payments'),
    );
    expect(
      screen.getByText(/an approver signs in to OpenBao in person/),
    ).toBeVisible();
    const field = screen.getByLabelText(/Path below payments/);
    fill(field, 'pay*');
    fireEvent.blur(field);
    expect(field).toHaveAccessibleDescription(/no wildcards/);
  });

  it('offers the paths that are there to who may see them, and says of another that it is new', async () => {
    const at = new Date().toISOString();
    const api = testSecretsApi({
      getEntitySecrets: jest.fn(async ({ entityRef }) =>
        testEntitySecrets(
          entityRef === 'component:default/payments'
            ? {
                entityRef,
                paths: [
                  {
                    path: 'provider',
                    currentVersion: 1,
                    createdAt: at,
                    updatedAt: at,
                    versions: [{ version: 1, createdAt: at, destroyed: false }],
                  },
                ],
              }
            : {},
        ),
      ),
    });
    renderPage(api, FILLED);
    await userEvent.click(
      await screen.findByLabelText('An undeclared path of payments'),
    );
    const field = screen.getByRole('combobox', { name: /Path below payments/ });
    await waitFor(() =>
      expect(api.getEntitySecrets).toHaveBeenCalledWith(
        { entityRef: 'component:default/payments', environment: 'production' },
        expect.anything(),
      ),
    );
    fill(field, 'other/key');
    await waitFor(() =>
      expect(field).toHaveAccessibleDescription(/nothing stands under this/),
    );
    fill(field, 'prov');
    await userEvent.click(
      await screen.findByRole('option', { name: /provider 1 version/ }),
    );
    expect(field).toHaveValue('provider');
    expect(field).toHaveAccessibleDescription(/may be asked for/);
    expect(field).not.toHaveAccessibleDescription(/nothing stands/);
  });

  it('does not ask against an error of the check, or where asking is not possible', async () => {
    const api = testSecretsApi({
      preview: jest.fn(async () =>
        testPreview({
          mayAsk: false,
          notes: ['no-control-groups'],
          lint: [
            {
              code: 'wildcard',
              severity: 'error',
              words: { en: 'a wildcard', zh: '通配符' },
            },
          ],
        }),
      ),
    });
    renderPage(api, FILLED);
    fill(await screen.findByLabelText(/Reason/), NEEDED);
    expect(
      await screen.findByText('Mend the errors of the check first.'),
    ).toBeVisible();
    expect(screen.getByText(/This server has no control groups/)).toBeVisible();
    expect(
      screen.getByRole('button', { name: /^Ask for read of/ }),
    ).toBeDisabled();
  });

  it('says to who may not ask why', async () => {
    renderPage(
      testSecretsApi({
        getEntitySecrets: jest.fn(async () =>
          testEntitySecrets({
            mayAsk: false,
            whyNot: { en: 'Only the owners of orders ask.', zh: '仅限负责方' },
          }),
        ),
      }),
      FILLED,
    );
    expect(
      await screen.findByText('Only the owners of orders ask.'),
    ).toBeVisible();
    expect(
      screen.getByRole('button', { name: 'Ask for access' }),
    ).toBeDisabled();
  });

  it('asks for a person for hours, by the address that the identity provider knows', async () => {
    const api = testSecretsApi({
      getEntitySecrets: jest.fn(async () =>
        testEntitySecrets({
          entityRef: 'component:default/payments',
          declared: testEntitySecrets().ofOthers[0].secrets,
        }),
      ),
    });
    renderPage(api, FILLED);
    await userEvent.click(
      await screen.findByLabelText('I myself, for some hours'),
    );
    expect(
      await screen.findByText(/for at most 8 hours; the server ends it/),
    ).toBeVisible();
    fill(screen.getByLabelText(/Reason/), NEEDED);
    await waitFor(() =>
      expect(api.preview.mock.lastCall?.[0]).toMatchObject({
        subject: {
          kind: 'person',
          userEntityRef: 'user:default/farid.rahimi',
          email: 'farid.rahimi@larkfield.example',
        },
        durationSeconds: 28_800,
        delivery: 'none',
      }),
    );
    expect(screen.queryByText(/How it is delivered/)).toBeNull();
  });

  it('outlives a reload, and has no field for a value', async () => {
    const first = renderPage(testSecretsApi(), FILLED);
    fill(await screen.findByLabelText(/Reason/), NEEDED);
    first.unmount();
    const kept = JSON.parse(
      sessionStorage.getItem('shopfloor.secrets.draft.ask')!,
    );
    expect(Object.keys(kept).sort()).toEqual(
      [
        'access',
        'amount',
        'declared',
        'delivery',
        'environment',
        'forWhom',
        'kind',
        'owner',
        'path',
        'reason',
        'service',
        'undeclared',
        'unit',
      ].sort(),
    );
    renderPage(testSecretsApi(), '/secrets/ask');
    expect(await screen.findByLabelText(/Reason/)).toHaveValue(NEEDED);
    expect(
      screen.getByText(/none is typed here\. Values are entered and read only/),
    ).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Start over' }));
    expect(screen.getByLabelText(/Reason/)).toHaveValue('');
    expect(sessionStorage).toHaveLength(0);
  });

  it('says when Vault waits in the environment that is chosen', async () => {
    renderPage(
      testSecretsApi({
        listEnvironments: jest.fn(async () => [
          testEnvironment({
            vault: { ...testEnvironment().vault, status: 'sealed' },
          }),
        ]),
      }),
      FILLED,
    );
    expect(
      await screen.findByText('OpenBao of Production is sealed'),
    ).toBeVisible();
  });
});

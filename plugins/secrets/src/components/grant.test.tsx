import { PLATFORM } from '@shopfloor/plugin-secrets-common';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { refusal, renderPage, violationsOf } from '../__testUtils__/render';
import {
  inHours,
  testBlastRadius,
  testGrant,
  testPlan,
  testRequest,
  testSecretsApi,
} from '../__testUtils__/secrets';

jest.setTimeout(60_000);

/** Fills in a field at once; letter by letter is slow on a busy machine. */
const fill = (field: HTMLElement, value: string) =>
  fireEvent.change(field, { target: { value } });

const show = (
  grant: ReturnType<typeof testGrant>,
  overrides: Parameters<typeof testSecretsApi>[0] = {},
) => {
  const api = testSecretsApi({
    getGrant: jest.fn(async () => grant),
    ...overrides,
  });
  const { container, unmount } = renderPage(api, '/secrets/grants/g-1');
  return { api, container, unmount };
};

describe('the page of a grant', () => {
  it('says how it stands, what it allows, and that this was proven', async () => {
    const { container } = show(testGrant());
    expect(await screen.findByText('In force for 9 days more')).toBeVisible();
    expect(
      screen.getByRole('heading', {
        level: 1,
        name: 'orders: read provider-key of payments',
      }),
    ).toBeVisible();
    const proof = screen.getByRole('table', { name: 'Proof' });
    expect(
      within(proof)
        .getAllByRole('row')
        .map(row => row.textContent),
    ).toEqual([
      'PathCapabilityExpectedFoundVerdict',
      'production/data/payments/providerreadallowallowas expected',
      'production/data/cartreaddenydenyas expected',
    ]);
    expect(
      screen.getByText('Holds: every answer is as expected'),
    ).toBeVisible();
    expect(
      screen.getByRole('link', { name: /^Open the exact path in OpenBao/ }),
    ).toHaveAttribute('href', testGrant().link);
    expect(
      screen.getByRole('link', { name: 'Open the request for approval' }),
    ).toHaveAttribute('href', '/approvals/a-1');
    expect(
      screen.getByText('orders may read "provider" of payments'),
    ).toBeVisible();
    expect(screen.getByText('Approved · giulia.conti')).toBeVisible();
    expect(await violationsOf(container)).toEqual([]);
  });

  it('does not take an unproven or refuted grant for a proven one', async () => {
    const first = show(testGrant({ lastProof: undefined }));
    expect(
      await screen.findByText('In force for 9 days more, not proven yet'),
    ).toBeVisible();
    expect(screen.getByText('It has not been proven yet.')).toBeVisible();
    first.unmount();

    const { lastProof } = testGrant();
    show(
      testGrant({
        state: 'failed',
        reasonCodes: ['proof-failed'],
        lastProof: {
          ...lastProof!,
          held: false,
          results: [
            lastProof!.results[0],
            { ...lastProof!.results[1], found: 'allow' },
          ],
        },
      }),
    );
    expect(
      await screen.findByText('1 of 2 answers are not as expected'),
    ).toBeVisible();
    const rows = within(
      screen.getByRole('table', { name: 'Proof' }),
    ).getAllByRole('row');
    expect(rows[1]).toHaveTextContent(
      'production/data/cartreaddenyallownot as expected',
    );
    expect(
      screen.getByText('The proof found something else than was granted.'),
    ).toBeVisible();
  });

  it.each([
    ['vault-refused', 'OpenBao refused the write.', true],
    ['base-changed', /^What OpenBao had was changed after/, false],
  ] as const)(
    'has the words of the server only where the reason does not say it all: %s',
    async (reason, words, shown) => {
      const failure = 'what the server said in English';
      show(testGrant({ state: 'failed', reasonCodes: [reason], failure }));
      expect(await screen.findByText(words)).toBeVisible();
      expect(screen.queryByText(failure) !== null).toBe(shown);
    },
  );

  it('says where to authorise, with the accessor and exactly the text', async () => {
    show(
      testGrant({
        state: 'waiting-authorisation',
        plan: { ...testPlan, tier: 'control-group' },
        appliedAt: undefined,
        activeSince: undefined,
        lastProof: undefined,
        authorisation: {
          accessor: 'acc-1',
          link: '',
        },
      }),
    );
    expect(await screen.findByLabelText('Accessor')).toHaveTextContent('acc-1');
    expect(screen.getByLabelText('Authorise, in a terminal')).toHaveTextContent(
      'bao write sys/control-group/authorize accessor=acc-1',
    );
    expect(
      screen.getByLabelText(`Exactly this text: ${testPlan.policy.name}`)
        .textContent,
    ).toBe(testPlan.policy.text);
    // OpenBao's interface has no page of control groups.
    expect(
      screen.queryByRole('link', { name: /^Open OpenBao/ }),
    ).not.toBeInTheDocument();
    expect(screen.getByText(/^giulia\.conti · /)).toBeVisible();
    const step = screen
      .getAllByRole('listitem')
      .find(each => each.getAttribute('aria-current') === 'step');
    expect(step).toHaveTextContent('Authorised at OpenBao');
  });

  it('says that a renewal waits at Vault while the grant stays in force, and that who asked cannot do it', async () => {
    show(
      testGrant({
        state: 'expiring',
        reasonCodes: ['needs-authorisation'],
        authorisation: { accessor: 'acc-2', link: 'http://127.0.0.1:7200/ui' },
        renewal: {
          number: 1,
          state: 'approved',
          by: 'user:default/farid.rahimi',
          reason: 'still sold',
          durationSeconds: 864_000,
          askedAt: inHours(-2),
          contentHash: `sha256:${'b'.repeat(64)}`,
          approvedAt: inHours(-1),
        },
      }),
    );
    expect(
      await screen.findByText('Authorise the renewal at OpenBao'),
    ).toBeVisible();
    expect(screen.getByText(/stays in force meanwhile/)).toBeVisible();
    expect(
      await screen.findByText(/another approver has to do this/),
    ).toBeVisible();
    expect(screen.getByRole('link', { name: /^Open OpenBao/ })).toHaveAttribute(
      'href',
      'http://127.0.0.1:7200/ui',
    );
  });

  it('says what is near in the catalog, and that this is not known when nobody answers', async () => {
    const { api } = show(testGrant(), {
      getBlastRadius: jest
        .fn()
        .mockRejectedValueOnce(new Error('the catalog does not answer'))
        .mockImplementation(async () => testBlastRadius()),
    });
    expect(
      await screen.findByText('the catalog does not answer'),
    ).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: /try again/i }));
    await userEvent.click(
      await screen.findByText(
        '2 entities depend on it, and perhaps more: not all were looked at',
      ),
    );
    expect(screen.getByRole('link', { name: 'Shop' })).toHaveAttribute(
      'href',
      '/catalog/default/component/storefront',
    );
    expect(screen.getByText(/website, of web-team/)).toHaveTextContent(
      'consumes orders-api',
    );
    expect(screen.getByText('1 more')).toBeInTheDocument();
    expect(screen.getByText('It provides no API.')).toBeVisible();
    expect(api.getBlastRadius).toHaveBeenCalledTimes(2);
  });

  it('is revoked in production only with the name typed and a reason, knowing what follows', async () => {
    const { api } = show(testGrant());
    await userEvent.click(
      await screen.findByRole('button', { name: 'Revoke' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(
      within(dialog).getByText(/tokens that are in use fail/),
    ).toBeVisible();
    expect(
      within(dialog).getByText(/What was read already cannot be taken back/),
    ).toBeVisible();
    const act = within(dialog).getByRole('button', {
      name: 'Revoke it in Production now',
    });
    expect(act).toBeDisabled();
    fill(within(dialog).getByLabelText(/^Reason/), 'leaked');
    expect(act).toBeDisabled();
    fill(within(dialog).getByLabelText(/Type orders to confirm/), 'orders');
    await userEvent.click(act);
    await waitFor(() =>
      expect(api.revoke).toHaveBeenCalledWith(
        { id: 'g-1', reason: 'leaked' },
        { idempotencyKey: expect.any(String) },
      ),
    );
    expect(await screen.findByText('It is being taken away.')).toBeVisible();
  });

  it('is revoked elsewhere with a reason alone, and says what the server refuses', async () => {
    show(testGrant({ request: testRequest({ environment: 'staging' }) }), {
      revoke: jest.fn(async () => {
        throw refusal('it ended a moment ago', 409);
      }),
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Revoke' }),
    );
    const dialog = await screen.findByRole('dialog');
    fill(within(dialog).getByLabelText(/^Reason/), 'unused');
    await userEvent.click(
      within(dialog).getByRole('button', {
        name: 'Revoke it in Staging now',
      }),
    );
    expect(
      await within(dialog).findByText(/it ended a moment ago/),
    ).toBeVisible();
    expect(within(dialog).getByLabelText(/^Reason/)).toHaveValue('unused');
  });

  it('in an environment that the configuration does not know is confirmed like production', async () => {
    show(testGrant({ request: testRequest({ environment: 'moon' }) }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Revoke' }),
    );
    expect(
      within(await screen.findByRole('dialog')).getByLabelText(
        /Type orders to confirm/,
      ),
    ).toBeVisible();
  });

  it('is renewed for as long as before, unless one says otherwise', async () => {
    const { api } = show(
      testGrant({ state: 'expiring', expiresAt: inHours(20) }),
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Renew' }));
    const dialog = await screen.findByRole('dialog');
    fill(within(dialog).getByLabelText(/Why it is still needed/), 'still sold');
    await userEvent.click(
      within(dialog).getByRole('button', {
        name: 'Ask for 10 days more in Production',
      }),
    );
    await waitFor(() =>
      expect(api.renew).toHaveBeenCalledWith(
        { id: 'g-1', reason: 'still sold', durationSeconds: 864_000 },
        { idempotencyKey: expect.any(String) },
      ),
    );
  });

  it('shows what was changed by hand and puts back what was approved', async () => {
    const { api } = show(
      testGrant({
        state: 'drifted',
        drift: {
          what: 'policy',
          expected: 'a\nread\n',
          found: 'a\nsudo\n',
          seenAt: inHours(-1),
        },
        may: { repair: true },
      }),
    );
    expect(
      await screen.findByText('What OpenBao has is not what was approved'),
    ).toBeVisible();
    expect(screen.getByLabelText('Approved and found')).toHaveTextContent(
      'a- removed read+ added sudo',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Put back what was approved' }),
    );
    await userEvent.click(
      within(await screen.findByRole('dialog')).getByRole('button', {
        name: 'Put back what was approved',
      }),
    );
    await waitFor(() =>
      expect(api.repair).toHaveBeenCalledWith(
        { id: 'g-1' },
        { idempotencyKey: expect.any(String) },
      ),
    );
  });

  it('says what a role that was widened by hand lets in', async () => {
    const drift = {
      what: 'role' as const,
      expected: 'token_ttl = 3600\n',
      found: 'token_period = 3600\ntoken_ttl = 3600\n',
      widened: ['token_period' as const, 'bound_claims_type' as const],
      seenAt: inHours(-1),
    };
    const { container } = show(
      testGrant({
        state: 'drifted',
        drift,
        history: [{ type: 'drift-found', at: inHours(-1), drift }],
      }),
    );
    const list = await screen.findByRole('list', {
      name: 'It lets in more than was approved:',
    });
    const words = [
      'tokens can be renewed without end (token_period)',
      'claims are compared as patterns, so others fit (bound_claims_type)',
    ];
    expect(
      within(list)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent),
    ).toEqual(words);
    // In its history, too.
    expect(screen.getAllByText(words[0])).toHaveLength(2);
    expect(await violationsOf(container)).toEqual([]);
  });

  it('says why it waits and follows by itself until it is in force', async () => {
    const getGrant = jest
      .fn()
      .mockResolvedValueOnce(
        testGrant({
          state: 'approved',
          reasonCodes: ['vault-sealed'],
          appliedAt: undefined,
          activeSince: undefined,
          lastProof: undefined,
        }),
      )
      .mockResolvedValue(testGrant());
    show(testGrant(), { getGrant });
    expect(
      await screen.findByText('It waits: OpenBao is sealed.'),
    ).toBeVisible();
    expect(
      await screen.findByText(
        'In force for 9 days more',
        {},
        { timeout: 30_000 },
      ),
    ).toBeVisible();
  });

  it('says who may renew and revoke when the reader may not', async () => {
    show(testGrant({ may: { renew: false, revoke: false } }));
    const revoke = await screen.findByRole('button', { name: 'Revoke' });
    expect(revoke).toBeDisabled();
    expect(revoke).toHaveAccessibleDescription(/Only the owners/);
    expect(screen.getByRole('button', { name: 'Renew' })).toBeDisabled();
  });

  it('that the platform gave says so, and has no end', async () => {
    const { id, slot, request, plan, contentHash } = testGrant();
    show(
      testGrant({
        requestedBy: PLATFORM,
        expiresAt: undefined,
        approvalLink: undefined,
        history: [
          {
            type: 'adopted',
            at: inHours(-1),
            by: PLATFORM,
            id,
            slot,
            number: 0,
            request,
            plan,
            contentHash,
          },
        ],
      }),
    );
    expect(await screen.findByText('In force without an end')).toBeVisible();
    expect(screen.getByText('Granted by the platform')).toBeVisible();
    expect(
      screen.getByText(/taken in by the portal · the platform/),
    ).toBeVisible();
    expect(
      screen.queryByRole('link', { name: 'Open the request for approval' }),
    ).toBeNull();
  });

  it('that was denied says why and leads to asking again', async () => {
    show(
      testGrant({
        state: 'denied',
        approvedAt: undefined,
        appliedAt: undefined,
        activeSince: undefined,
        expiresAt: undefined,
        endedAt: inHours(-1),
        lastProof: undefined,
        history: [
          {
            type: 'denied',
            at: inHours(-1),
            by: ['user:default/giulia.conti'],
            comment: 'say which release needs it',
          },
        ],
      }),
    );
    expect(
      await screen.findByText('Denied; nothing was changed'),
    ).toBeVisible();
    expect(screen.getByText('“say which release needs it”')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Ask again' })).toHaveAttribute(
      'href',
      '/secrets/ask?service=component%3Adefault%2Forders&owner=component%3Adefault%2Fpayments&environment=production&secret=provider-key',
    );
    expect(screen.queryByRole('button', { name: 'Revoke' })).toBeNull();
  });

  it('of a person says how to sign in', async () => {
    show(
      testGrant({
        request: testRequest({
          subject: {
            kind: 'person',
            userEntityRef: 'user:default/farid.rahimi',
            email: 'farid.rahimi@larkfield.example',
          },
          secret: { kind: 'kv', path: 'provider' },
          delivery: 'none',
        }),
        plan: {
          ...testPlan,
          tier: 'control-group',
          role: { ...testPlan.role, mount: 'oidc' },
        },
        lastProof: undefined,
      }),
    );
    expect(
      await screen.findByLabelText('Sign in, in a terminal'),
    ).toHaveTextContent(
      `bao login -method=oidc -path=oidc role=${testPlan.role.name}`,
    );
    // Nobody signs in for a person to prove something.
    expect(screen.queryByText(/not proven yet/)).toBeNull();
  });

  it('that one may not see says so', async () => {
    show(testGrant(), {
      getGrant: jest.fn(async () => {
        throw new Error('There is no grant g-1, or you may not see it');
      }),
    });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'you may not see it',
    );
  });
});

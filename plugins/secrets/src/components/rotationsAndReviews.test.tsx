import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderPage, violationsOf } from '../__testUtils__/render';
import {
  inHours,
  testReview,
  testRotation,
  testSecretsApi,
} from '../__testUtils__/secrets';

jest.setTimeout(60_000);

describe('rotations', () => {
  it('say what is due and why, lead to the exact path, and are reported done', async () => {
    const api = testSecretsApi();
    const { container } = renderPage(api, '/secrets?tab=rotations');
    expect(await screen.findByText('1 secret needs a new value')).toBeVisible();
    const row = screen.getByRole('row', { name: /payments \/ provider-key/ });
    expect(within(row).getByText('Overdue')).toBeVisible();
    expect(
      within(row).getByText(/A grant was revoked by which it could be read/),
    ).toBeVisible();
    expect(
      within(row).getByRole('link', {
        name: /^Enter the new value of payments \/ provider-key in OpenBao/,
      }),
    ).toHaveAttribute('href', testRotation().link);
    expect(await violationsOf(container)).toEqual([]);
    await userEvent.click(
      within(row).getByRole('button', {
        name: 'It is rotated: payments / provider-key',
      }),
    );
    await userEvent.click(
      within(await screen.findByRole('dialog')).getByRole('button', {
        name: 'Say that payments / provider-key is rotated',
      }),
    );
    await waitFor(() =>
      expect(api.finishRotation).toHaveBeenCalledWith(
        { id: 'r-1' },
        { idempotencyKey: expect.any(String) },
      ),
    );
  });

  it('teach when nothing is due, and show what was done', async () => {
    const api = testSecretsApi({
      listRotations: jest.fn(async filter =>
        filter?.state === 'done'
          ? {
              items: [
                testRotation({
                  state: 'done',
                  doneAt: inHours(-2),
                  doneBy: 'user:default/giulia.conti',
                }),
              ],
              totalItems: 1,
            }
          : { items: [], totalItems: 0 },
      ),
    });
    renderPage(api, '/secrets?tab=rotations');
    expect(await screen.findByText('Nothing to rotate')).toBeVisible();
    await userEvent.click(screen.getByLabelText('Show'));
    await userEvent.click(await screen.findByRole('option', { name: 'Done' }));
    expect(
      await screen.findByText(/by giulia.conti 2 hours ago/),
    ).toBeVisible();
    expect(screen.getByTestId('where')).toHaveTextContent('show=done');
  });
});

describe('reviews of access', () => {
  it('are listed with how far they are, and started by who may', async () => {
    const api = testSecretsApi();
    renderPage(api, '/secrets?tab=reviews');
    expect(await screen.findAllByText(/0 of 2 decided/)).not.toHaveLength(0);
    expect(screen.getByRole('link', { name: 'Open "Autumn"' })).toHaveAttribute(
      'href',
      '/secrets/reviews/c-1',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Start a review' }),
    );
    const dialog = await screen.findByRole('dialog');
    fireEvent.change(within(dialog).getByLabelText(/Title/), {
      target: { value: 'Winter' },
    });
    const act = within(dialog).getByRole('button', { name: 'Start "Winter"' });
    expect(act).toBeDisabled();
    fireEvent.change(within(dialog).getByLabelText(/Until/), {
      target: { value: '2999-12-31' },
    });
    await userEvent.click(act);
    await waitFor(() =>
      expect(api.openReview).toHaveBeenCalledWith(
        { title: 'Winter', dueAt: new Date(2999, 11, 32).toISOString() },
        { idempotencyKey: expect.any(String) },
      ),
    );
  });

  it('say to others who starts them', async () => {
    renderPage(
      testSecretsApi({
        listReviews: jest.fn(async () => ({ items: [], mayManage: false })),
      }),
      '/secrets?tab=reviews',
    );
    expect(await screen.findByText('No access reviews yet')).toBeVisible();
    const start = screen.getByRole('button', { name: 'Start a review' });
    expect(start).toBeDisabled();
    expect(start).toHaveAccessibleDescription(
      'Security and the platform team start reviews.',
    );
  });

  it('are decided by keys: K keeps, R takes away with a reason', async () => {
    const kept = testReview({
      counts: { total: 2, keep: 1, revoke: 0, undecided: 1 },
      items: [
        {
          ...testReview().items![0],
          verdict: 'keep',
          decidedBy: 'user:default/farid.rahimi',
          decidedAt: inHours(0),
        },
        testReview().items![1],
      ],
    });
    const api = testSecretsApi({
      getReview: jest
        .fn()
        .mockResolvedValueOnce(testReview())
        .mockResolvedValue(kept),
      decideReview: jest.fn(async () => kept),
    });
    const { container } = renderPage(api, '/secrets/reviews/c-1');
    expect(
      await screen.findByText('2 grants wait for your decision'),
    ).toBeVisible();
    expect(await violationsOf(container)).toEqual([]);
    screen
      .getByRole('button', { name: 'Keep: payments / provider-key, orders' })
      .focus();
    await userEvent.keyboard('k');
    await waitFor(() =>
      expect(api.decideReview).toHaveBeenLastCalledWith(
        { id: 'c-1', grantId: 'g-1', verdict: 'keep' },
        { idempotencyKey: expect.any(String) },
      ),
    );
    expect(await screen.findByText('Kept')).toBeVisible();
    // The focus goes on to what is not decided yet.
    expect(
      screen.getByRole('button', { name: 'Keep: payments / webhook, orders' }),
    ).toHaveFocus();
    await userEvent.keyboard('r');
    const dialog = await screen.findByRole('dialog');
    const act = within(dialog).getByRole('button', {
      name: 'Take it away in Production now',
    });
    expect(act).toBeDisabled();
    fireEvent.change(within(dialog).getByLabelText(/Why it is not needed/), {
      target: { value: 'nobody calls it' },
    });
    await userEvent.click(act);
    await waitFor(() =>
      expect(api.decideReview).toHaveBeenLastCalledWith(
        {
          id: 'c-1',
          grantId: 'g-2',
          verdict: 'revoke',
          comment: 'nobody calls it',
        },
        { idempotencyKey: expect.any(String) },
      ),
    );
  });

  it('that closed undecided are not shown as good', async () => {
    renderPage(
      testSecretsApi({
        getReview: jest.fn(async () => testReview({ closedAt: inHours(-1) })),
      }),
      '/secrets/reviews/c-1',
    );
    const answer = await screen.findByText('Closed with 2 not decided');
    expect(
      answer.closest('[role="status"]')!.querySelector('[data-state]'),
    ).toHaveAttribute('data-state', 'at-risk');
    expect(screen.queryByRole('button', { name: /^Keep/ })).toBeNull();
    expect(screen.getAllByText('Not decided')).toHaveLength(2);
  });
});

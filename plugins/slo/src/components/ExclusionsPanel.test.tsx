import { renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { SloExclusionsApi } from '@shopfloor/plugin-slo-common';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { sloExclusionsApiRef } from '../api';
import {
  testExclusion,
  testExclusionFigures,
  testExclusionsApi,
} from '../testing/exclusions';
import { testSlo } from '../testing/slos';
import { ExclusionsPanel } from './ExclusionsPanel';

jest.setTimeout(60_000);

async function render(api: SloExclusionsApi, path = '/') {
  await renderInTestApp(<ExclusionsPanel slo={testSlo()} />, {
    apis: [[sloExclusionsApiRef, api]],
    initialRouteEntries: [path],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
}

const cells = (within_: HTMLElement, name: RegExp) =>
  within(within(within_).getByRole('rowheader', { name }).closest('tr')!)
    .getAllByRole('cell')
    .map(cell => cell.textContent);

describe('past maintenance on the page of an SLO', () => {
  it('shows both figures before somebody asks, and asks only with a reason', async () => {
    const api = testExclusionsApi();
    await render(api);
    const user = userEvent.setup();
    await user.click(
      await screen.findByRole('button', {
        name: 'Ask to leave out a past stretch',
      }),
    );
    const dialog = await screen.findByRole('dialog');
    const act = within(dialog).getByRole('button', { name: /^Ask to leave/ });
    expect(act).toBeDisabled();
    expect(within(dialog).getByText('Say from when to when.')).toBeVisible();
    const fill = (label: RegExp, value: string) =>
      fireEvent.change(within(dialog).getByLabelText(label), {
        target: { value },
      });
    fill(/^From/, '2026-11-24T23:00');
    fill(/^To/, '2026-11-24T22:00');
    expect(
      within(dialog).getByText('The end must be after the beginning.'),
    ).toBeVisible();
    expect(api.preview).not.toHaveBeenCalled();
    fill(/^From/, '2026-11-24T21:00');
    await within(dialog).findByText('What it would mean now');
    expect(cells(dialog, /Error budget left/)).toEqual(['63%', '93%']);
    expect(cells(dialog, /Bad of all/)).toEqual([
      '370 of 1M requests',
      '70 of 999K requests',
    ]);
    expect(act).toBeDisabled();
    await user.type(
      within(dialog).getByLabelText(/^Reason/),
      'The move of the database',
    );
    await user.click(act);
    const wish = {
      id: testSlo().id,
      from: new Date('2026-11-24T21:00').toISOString(),
      to: new Date('2026-11-24T22:00').toISOString(),
    };
    expect(api.preview).toHaveBeenCalledWith(wish, expect.anything());
    expect(api.ask).toHaveBeenCalledWith({
      ...wish,
      reason: 'The move of the database',
    });
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(api.list).toHaveBeenCalledTimes(2);
  });

  it('keeps what was typed when it is refused, and says why', async () => {
    const api = testExclusionsApi(
      {},
      {
        preview: async () => {
          throw new Error('from: must not be before the window');
        },
      },
    );
    await render(api, '/?exclude=ask');
    const dialog = await screen.findByRole('dialog');
    for (const [label, value] of [
      [/^From/, '2026-01-01T10:00'],
      [/^To/, '2026-01-01T11:00'],
    ] as const) {
      fireEvent.change(within(dialog).getByLabelText(label), {
        target: { value },
      });
    }
    expect(
      await within(dialog).findByText(/must not be before the window/),
    ).toBeVisible();
    expect(
      within(dialog).getByRole('button', { name: /^Ask to leave/ }),
    ).toBeDisabled();
    expect(within(dialog).getByLabelText(/^From/)).toHaveValue(
      '2026-01-01T10:00',
    );
  });

  it('shows what is left out with both figures as they are now, and lets it count again', async () => {
    const exclusion = testExclusion({
      state: 'excluded',
      decidedBy: 'user:default/emil',
      decidedAt: '2026-11-25T09:00:00.000Z',
      may: ['remove'],
    });
    const api = testExclusionsApi({
      items: [exclusion],
      now: {
        observedAt: '2026-11-26T13:00:00.000Z',
        objectives: [testExclusionFigures],
      },
    });
    await render(api);
    const table = await screen.findByRole('table');
    expect(cells(table, /Error budget left/)).toEqual(['63%', '93%']);
    const item = screen.getByText('Left out').closest('li')!;
    expect(item).toHaveTextContent(
      'Budget left then: 63% with it, 93% without.',
    );
    expect(
      within(item).getByRole('link', { name: /request for approval/ }),
    ).toHaveAttribute('href', '/approvals/a1');
    const user = userEvent.setup();
    await user.click(within(item).getByRole('button', { name: /count again/ }));
    await user.click(
      within(await screen.findByRole('dialog')).getByRole('button', {
        name: 'Let it count again',
      }),
    );
    expect(api.act).toHaveBeenCalledWith({
      id: testSlo().id,
      exclusionId: exclusion.id,
      act: 'remove',
      comment: undefined,
    });
  });

  it('says why somebody may not ask', async () => {
    await render(testExclusionsApi({ mayAsk: false, mayNot: 'permission' }));
    expect(
      await screen.findByRole('button', {
        name: 'Ask to leave out a past stretch',
      }),
    ).toBeDisabled();
    expect(
      screen.getByText(/owners of the service and the platform team may ask/),
    ).toBeVisible();
    expect(screen.getByText('Nothing of the past is left out.')).toBeVisible();
  });

  it('says that the portal does not answer', async () => {
    await render(
      testExclusionsApi(
        {},
        {
          list: async () => {
            throw new Error('no portal');
          },
        },
      ),
    );
    expect(await screen.findByText(/no portal/)).toBeVisible();
  });
});

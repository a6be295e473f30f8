import { renderInTestApp } from '@backstage/frontend-test-utils';
import { ObjectiveResult, SloAnalysisApi } from '@shopfloor/plugin-slo-common';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import { sloAnalysisApiRef } from '../api';
import { testAnalysisApi, testTrial } from '../testing/analysis';
import { testSlo } from '../testing/slos';
import { targetOfPercent } from './TargetForm';
import { WhatIfPanel } from './WhatIfPanel';

jest.setTimeout(60_000);

function Location() {
  const { search } = useLocation();
  return <span data-testid="search">{search}</span>;
}

async function render(
  api: SloAnalysisApi,
  path = '/',
  objective: Partial<ObjectiveResult> = {},
) {
  await renderInTestApp(
    <>
      <WhatIfPanel
        slo={testSlo()}
        objectiveIndex={0}
        objective={{ ...testSlo().objectives[0], ...objective }}
      />
      <Location />
    </>,
    { apis: [[sloAnalysisApiRef, api]], initialRouteEntries: [path] },
  );
}

describe('WhatIfPanel', () => {
  it('tells of a weighted whole what alerts would have done, and no number of requests', async () => {
    await render(testAnalysisApi(), '/?target=0.99', {
      parts: [{ name: 'cart', target: 0.999, weight: 1 }],
    });
    expect(await screen.findByText('Error budget left')).toBeVisible();
    expect(screen.queryByText('Bad requests allowed')).not.toBeInTheDocument();
  });

  it('asks nothing until a target is tried, then shows both side by side and keeps it in the URL', async () => {
    const api = testAnalysisApi({
      whatIfAnswer: {
        tried: testTrial(0.99, {
          firings: [
            {
              from: '2026-11-26T10:11:00.000Z',
              to: '2026-11-26T10:24:00.000Z',
            },
          ],
        }),
      },
    });
    await render(api, '/?range=7d');
    const user = userEvent.setup();
    const field = await screen.findByRole('textbox', { name: 'Target in %' });
    expect(field).toHaveValue('99.9');
    expect(api.whatIf).not.toHaveBeenCalled();
    await user.clear(field);
    await user.type(field, '99{Enter}');
    expect(await screen.findByRole('status')).toHaveTextContent(
      'At 99% the promise would be kept, 96.3% of the error budget left; alerts in the time range: 1, now 0',
    );
    expect(screen.getByTestId('search')).toHaveTextContent(
      '?range=7d&target=0.99',
    );
    expect(api.whatIf).toHaveBeenCalledTimes(1);
    expect(api.whatIf).toHaveBeenCalledWith(
      expect.objectContaining({ objective: 0, target: 0.99, range: '7d' }),
      expect.anything(),
    );
    const cells = (name: RegExp) =>
      within(
        screen.getByRole('rowheader', { name }).closest('tr')!,
      ).getAllByRole('cell');
    const words = (name: RegExp) => cells(name).map(cell => cell.textContent);
    expect(words(/Bad requests allowed/)).toEqual(['1,000', '10K']);
    expect(words(/Error budget left/)).toEqual(['63%', '96.3%']);
    expect(words(/Alert of 1 hr/)).toEqual([
      'Would not have fired',
      expect.stringMatching(/^Once, at /),
    ]);
    expect(screen.getByText(/of which there is data for 3 days/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Stop trying' }));
    expect(screen.getByTestId('search')).toHaveTextContent('?range=7d');
    expect(screen.queryByRole('status')).not.toBeInTheDocument();
  });

  it('tries a usual target by keyboard', async () => {
    const api = testAnalysisApi();
    await render(api);
    const slider = await screen.findByRole('slider', { name: 'Usual targets' });
    expect(slider).toHaveAttribute('aria-valuetext', '99.9%');
    fireEvent.change(slider, { target: { value: 4 } });
    await waitFor(() =>
      expect(screen.getByTestId('search')).toHaveTextContent('?target=0.995'),
    );
    expect(screen.getByRole('textbox', { name: 'Target in %' })).toHaveValue(
      '99.5',
    );
  });

  it('says at the field what is no target, and keeps what was typed', async () => {
    const api = testAnalysisApi();
    await render(api);
    const user = userEvent.setup();
    const field = await screen.findByRole('textbox', { name: 'Target in %' });
    await user.clear(field);
    await user.type(field, '120{Enter}');
    expect(
      screen.getByText(
        'Write a percentage between 0 and 100, for example 99.5.',
      ),
    ).toBeVisible();
    expect(field).toHaveValue('120');
    expect(api.whatIf).not.toHaveBeenCalled();
  });

  it('says that rows can never fire, and that a promise would not be kept', async () => {
    await render(
      testAnalysisApi({
        whatIfAnswer: { tried: testTrial(0.9, { bad: 150_000 }) },
      }),
      '/?target=0.9',
    );
    expect(await screen.findByRole('status')).toHaveTextContent(
      'At 90% the promise would not be kept: 1.5 times the error budget spent',
    );
    // 1 / (1 - 0.9) = 10 is below 14.4.
    expect(screen.getByText('Could never fire')).toBeVisible();
  });

  it('offers to try again when Prometheus does not answer', async () => {
    const api = testAnalysisApi();
    api.whatIf.mockRejectedValueOnce(new Error('Prometheus is away'));
    await render(api, '/?target=0.9');
    expect(await screen.findByText('Prometheus is away')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('status')).toHaveTextContent('At 90%');
  });
});

describe('targetOfPercent', () => {
  it.each<[string, number | undefined]>([
    ['99.9', 0.999],
    ['99,95', 0.9995],
    [' 99 ', 0.99],
    ['', undefined],
    ['100', undefined],
    ['-1', undefined],
    ['nine', undefined],
  ])('reads %j as %p', (text, target) => {
    expect(targetOfPercent(text)).toBe(target);
  });
});

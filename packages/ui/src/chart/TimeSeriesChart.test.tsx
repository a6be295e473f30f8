import { renderInTestApp } from '@backstage/frontend-test-utils';
import { fireEvent, screen } from '@testing-library/react';
import { TimeSeriesChart } from '../index';

const at = (minute: number) => Date.UTC(2026, 0, 1, 12, minute);

describe('TimeSeriesChart', () => {
  it('has the same figures behind it as a table, with what happened', async () => {
    await renderInTestApp(
      <TimeSeriesChart
        title="Availability"
        unit="percent"
        series={[
          {
            id: 'products',
            label: 'products',
            points: [
              { at: at(0), value: 0.9995 },
              { at: at(1), value: undefined },
            ],
          },
        ]}
        annotations={[{ at: at(0) + 1000, label: '10 % to v2' }]}
      />,
    );
    fireEvent.click(screen.getByText('Show as a table'));
    const rows = await screen.findAllByRole('row');
    expect(rows).toHaveLength(3);
    expect(rows[1]).toHaveTextContent('–');
    expect(rows[2]).toHaveTextContent('99.95%');
    expect(rows[2]).toHaveTextContent('10 % to v2');
  });

  it('says when there is nothing to draw', async () => {
    await renderInTestApp(
      <TimeSeriesChart title="Availability" unit="percent" series={[]} />,
    );
    expect(screen.getByText('No data in this time range')).toBeInTheDocument();
  });
});

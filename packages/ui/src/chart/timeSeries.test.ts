import { alignSeries, timeLabelOptions } from './timeSeries';

describe('lines on one time axis', () => {
  it('unites the times and keeps gaps as gaps', () => {
    expect(
      alignSeries([
        {
          id: 'a',
          label: 'A',
          points: [
            { at: 2, value: 20 },
            { at: 1, value: 0 },
          ],
        },
        {
          id: 'b',
          label: 'B',
          points: [
            { at: 2, value: undefined },
            { at: 3, value: 5 },
          ],
        },
      ]),
    ).toEqual({
      times: [1, 2, 3],
      values: [
        [0, 20, null],
        [null, null, 5],
      ],
    });
  });

  it('labels seconds on short axes and days on long ones', () => {
    expect(timeLabelOptions(10 * 60_000)).toHaveProperty('second');
    expect(timeLabelOptions(3_600_000)).not.toHaveProperty('second');
    expect(timeLabelOptions(28 * 86_400_000)).not.toHaveProperty('hour');
  });
});

import {
  asCustom,
  askedTime,
  customTime,
  fromField,
  isBackwards,
  readTime,
  toField,
} from './timeRange';

const NOW = Date.parse('2026-11-27T10:20:30.400Z');
const [A, B] = ['2026-11-01T08:00:00.000Z', '2026-11-02T09:30:00.000Z'];
const url = (range: string, from?: string, to?: string) => ({
  range,
  from,
  to,
});

describe('the time of a search', () => {
  it.each([
    ['a length', url('30d'), { range: '30d' }],
    ['a length takes no beginning', url('1d', A, B), { range: '1d' }],
    ['a range that is none', url('9y'), { range: '7d' }],
    ['both ends', url('custom', A, B), { range: 'custom', from: A, to: B }],
    ['a beginning alone', url('custom', A), { range: 'custom', from: A }],
    ['an end alone', url('custom', undefined, B), { range: 'custom', to: B }],
    [
      'another zone is the same moment',
      url('custom', '2026-11-01T16:00:00+08:00'),
      { range: 'custom', from: A },
    ],
    ['neither end', url('custom'), { range: '7d' }],
    ['the end before the beginning', url('custom', B, A), { range: '7d' }],
    ['no time between', url('custom', A, A), { range: '7d' }],
    [
      'a time without a zone',
      url('custom', '2026-11-01T08:00'),
      { range: '7d' },
    ],
    ['a day that is none', url('custom', '2026-13-41'), { range: '7d' }],
  ])('is read from the URL: %s', (_, values, time) => {
    expect(readTime(values)).toEqual(time);
  });

  it('is asked for to the minute, or exactly as it was given', () => {
    expect(askedTime({ range: '1d' }, NOW)).toEqual({
      from: '2026-11-26T10:20:00.000Z',
    });
    expect(askedTime({ range: 'all' }, NOW)).toEqual({});
    expect(askedTime({ range: 'custom', from: A, to: B }, NOW)).toEqual({
      from: A,
      to: B,
    });
  });

  it('becomes one of one’s own that holds the same, up to the running minute', () => {
    expect(asCustom({ range: '1d' }, NOW)).toEqual(
      url('custom', '2026-11-26T10:20:00.000Z', '2026-11-27T10:21:00.000Z'),
    );
    expect(asCustom({ range: 'all' }, NOW).from).toBeUndefined();
    expect(customTime(undefined, undefined)).toEqual(url('all'));
    expect(customTime(A, undefined)).toEqual(url('custom', A));
  });

  it('stands in a field as the clock of the reader has it, and comes back as the same moment', () => {
    const local = new Date(2026, 2, 9, 4, 5);
    expect(toField(local.toISOString())).toBe('2026-03-09T04:05');
    expect(fromField('2026-03-09T04:05')).toBe(local.toISOString());
    expect([toField(undefined), fromField(''), fromField('2026-03')]).toEqual([
      '',
      undefined,
      undefined,
    ]);
    expect([isBackwards(A, B), isBackwards(B, A), isBackwards(A, A)]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

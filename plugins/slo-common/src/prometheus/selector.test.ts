import fc from 'fast-check';
import { formatSelector, parseSelector, withLabel } from './selector';
import { countsQuery, coverageQuery, indicatorSeries } from './expressions';

describe('series selector', () => {
  it.each([
    ['up', 'up'],
    ['shopfloor:requests:rate1m{}', 'shopfloor:requests:rate1m'],
    [
      ` a:b { destination = 'products' , code!~"5.." , } `,
      'a:b{destination="products",code!~"5.."}',
    ],
    ['a{x="say \\"hi\\" \\\\d"}', 'a{x="say \\"hi\\" \\\\d"}'],
  ])('reads %s', (text, formatted) => {
    expect(formatSelector(parseSelector(text)!)).toBe(formatted);
  });

  it.each([
    '',
    'sum(a)',
    'a[5m]',
    'a{x="1"} offset 5m',
    'a{x="1"} or b',
    'a{x="1"}[30d:5s]',
    'a{x=1}',
    'a{x="1" y="2"}',
    'a{x="1',
    '{__name__="a"}',
    'a{x="1"}{y="2"}',
  ])('refuses %s', text => {
    expect(parseSelector(text)).toBeUndefined();
  });

  it('cannot be broken out of by a label value', () => {
    fc.assert(
      fc.property(fc.string(), value => {
        const limited = withLabel({ name: 'a', matchers: [] }, 'x', value);
        expect(parseSelector(formatSelector(limited))).toEqual(limited);
      }),
    );
  });
});

describe('expressions', () => {
  const source = { type: 'Prometheus' };
  const series = indicatorSeries(
    {
      name: 'i',
      numerator: 'good',
      counted: { ...source, query: 's:r{code_class!="5xx"}' },
      total: { ...source, query: 's:r' },
    },
    'production',
  );

  it('count both parts of every window in one query', () => {
    expect(
      countsQuery({ series, windows: [300, 3600], intervalSeconds: 5 }),
    ).toBe(
      [
        ['s:r{environment="production",code_class!="5xx"}', 300, 'counted'],
        ['s:r{environment="production"}', 300, 'total'],
        ['s:r{environment="production",code_class!="5xx"}', 3600, 'counted'],
        ['s:r{environment="production"}', 3600, 'total'],
      ]
        .map(
          ([selector, seconds, part]) =>
            `label_replace(label_replace(sum(sum_over_time(${selector}[${seconds}s])) * 5, "part", "${part}", "", ""), "window", "${seconds}", "", "")`,
        )
        .join('\nor '),
    );
  });

  it('look at a month for coverage at five-minute steps', () => {
    expect(
      coverageQuery({
        series: series.total,
        windowSeconds: 2_592_000,
        intervalSeconds: 5,
      }),
    ).toContain(
      'count_over_time(count(s:r{environment="production"})[2592000s:300s]) * 300',
    );
  });
});

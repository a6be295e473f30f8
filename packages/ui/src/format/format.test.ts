import {
  formatDuration,
  formatNumber,
  formatPercent,
  formatRelative,
} from './format';

describe('numbers in words', () => {
  it('shows at most three significant digits in the locale of the reader', () => {
    expect(formatNumber(1234.5678, 'en')).toBe('1,230');
    expect(formatNumber(0.012345, 'en')).toBe('0.0123');
    expect(formatNumber(0.5, 'de')).toBe('0,5');
    expect(formatNumber(48_213, 'zh-CN')).toBe('4.82万');
    expect(formatNumber(undefined, 'en')).toBe('–');
    expect(formatNumber(NaN, 'en')).toBe('–');
  });

  it.each([
    [0.63, '63%'],
    [0.995, '99.5%'],
    [0.99954, '99.954%'],
    [0.9999999, '99.99999%'],
    [1, '100%'],
    [0, '0%'],
    [1.2, '120%'],
  ])(
    'writes the ratio %p as %p and never rounds up to 100 %%',
    (ratio, text) => {
      expect(formatPercent(ratio, 'en')).toBe(text);
    },
  );

  it.each([
    [250, 'en', '250 ms'],
    [4200, 'en', '4.2 sec'],
    [4 * 60_000, 'en', '4 min'],
    [4 * 60_000, 'zh-CN', '4分钟'],
    [92 * 60_000, 'en', '1 hr 32 min'],
    [24 * 3600_000, 'en', '24 hr'],
    [19 * 86_400_000, 'en', '19 days'],
  ])('writes %p ms in %s as %p', (ms, locale, text) => {
    expect(formatDuration(ms, locale)).toBe(text);
  });

  it('says how long ago', () => {
    const now = new Date('2026-01-01T12:00:00Z');
    expect(formatRelative('2026-01-01T11:59:56Z', now, 'en')).toBe(
      '4 seconds ago',
    );
    expect(formatRelative('2026-01-01T09:00:00Z', now, 'zh-CN')).toBe(
      '3小时前',
    );
  });
});

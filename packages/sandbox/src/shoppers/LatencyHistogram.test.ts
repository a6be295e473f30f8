import { LatencyHistogram } from './LatencyHistogram.ts';

describe('LatencyHistogram', () => {
  it('gives percentiles within 5 % of the true ones', () => {
    const histogram = new LatencyHistogram();
    for (let ms = 1; ms <= 1000; ms += 1) {
      histogram.record(ms);
    }
    expect(histogram.count).toBe(1000);
    for (const [share, truth] of [
      [0.5, 500],
      [0.95, 950],
      [1, 1000],
    ]) {
      const value = histogram.percentile(share)!;
      expect(value).toBeGreaterThanOrEqual(truth);
      expect(value).toBeLessThanOrEqual(truth * 1.05);
    }
  });

  it('has none before the first record, and takes zero', () => {
    const histogram = new LatencyHistogram();
    expect(histogram.percentile(0.5)).toBeUndefined();
    histogram.record(0);
    expect(histogram.percentile(0.5)).toBeCloseTo(0.05);
  });
});

import { measuredSharesQuery, readMeasuredShares } from './measuredShares';

const sample = (source: string, version: string, value: number) => ({
  labels: { source, version },
  timeMs: Date.parse('2026-05-01T12:00:00Z'),
  value,
});
const now = new Date('2026-05-01T12:00:01Z');

describe('measured shares', () => {
  it('are asked for by caller and version, with names quoted', () => {
    expect(measuredSharesQuery('production', 'pro"ducts')).toBe(
      'sum by (source, version) (shopfloor:requests:rate1m{environment="production",destination="pro\\"ducts"})',
    );
  });

  it('sum the callers of each version', () => {
    expect(
      readMeasuredShares(
        [
          sample('gateway', 'v1', 8),
          sample('cart', 'v1', 1),
          sample('gateway', 'v2', 1),
          sample('idle', 'v2', 0),
          sample('broken', 'v2', NaN),
        ],
        now,
      ),
    ).toEqual({
      observedAt: '2026-05-01T12:00:00.000Z',
      requestsPerSecond: 10,
      versions: [
        { version: 'v1', requestsPerSecond: 9, share: 0.9 },
        { version: 'v2', requestsPerSecond: 1, share: 0.1 },
      ],
      callers: [
        { source: 'gateway', requestsPerSecond: 9 },
        { source: 'cart', requestsPerSecond: 1 },
      ],
    });
  });

  it('are nothing, not a division by zero, without requests', () => {
    expect(readMeasuredShares([], now)).toEqual({
      observedAt: '2026-05-01T12:00:01.000Z',
      requestsPerSecond: 0,
      versions: [],
      callers: [],
    });
  });
});

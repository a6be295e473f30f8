import { campaignPoints } from './campaignPoints';

function entry(entityRef: string, at: string, outcomes: object) {
  return {
    entityRef,
    at: new Date(at),
    figures: {} as never,
    outcomes: outcomes as Record<string, string>,
  };
}

describe('campaignPoints', () => {
  it('gives a point at the begin, at each midnight and at the end', () => {
    const points = campaignPoints({
      checks: ['a', 'b'],
      startsAt: new Date('2026-11-01T18:00:00Z'),
      until: new Date('2026-11-04T06:00:00Z'),
      entries: [
        // Known before the campaign: one of two passes, the other is not asked of it.
        entry('x', '2026-10-01T00:00:00Z', { a: 'pass', b: 'not-applicable' }),
        entry('y', '2026-11-01T18:00:00Z', { a: 'fail', b: 'stale' }),
        // At midnight exactly it counts for that midnight.
        entry('y', '2026-11-03T00:00:00Z', { a: 'pass', b: 'fail' }),
        // A check that was not asked for then is unknown.
        entry('z', '2026-11-03T12:00:00Z', { a: 'pass' }),
        entry('y', '2026-11-05T00:00:00Z', { a: 'fail', b: 'fail' }),
      ],
    });
    expect(
      points.map(({ at, total, passed, unseen }) => [
        at.slice(5, 16),
        total,
        passed,
        unseen,
      ]),
    ).toEqual([
      ['11-01T18:00', 3, 1, 1],
      ['11-02T00:00', 3, 1, 1],
      ['11-03T00:00', 3, 2, 0],
      ['11-04T00:00', 5, 3, 1],
      ['11-04T06:00', 5, 3, 1],
    ]);
  });

  it('has one point when it has just begun', () => {
    const at = new Date('2026-11-01T00:00:00Z');
    expect(
      campaignPoints({ checks: ['a'], startsAt: at, until: at, entries: [] }),
    ).toEqual([
      { at: '2026-11-01T00:00:00.000Z', total: 0, passed: 0, unseen: 0 },
    ]);
  });
});

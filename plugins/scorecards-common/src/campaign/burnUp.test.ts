import { burnUp } from './burnUp';

const DAY = 86_400_000;
const startsAt = new Date('2026-11-01T00:00:00Z');
const deadline = new Date('2026-11-21T00:00:00Z');

function day(number: number) {
  return new Date(startsAt.getTime() + number * DAY);
}

function point(number: number, passed: number, total = 40, unseen = 0) {
  return { at: day(number).toISOString(), total, passed, unseen };
}

describe('burnUp', () => {
  // 20 days for 40 pairs.
  it.each([
    // Half of the time: 20 in 10 days is 2 a day, and 20 are left for 10 days.
    ['in time', 10, [point(0, 0), point(10, 20)], 'ok', 2, 2, 20],
    // 10 in 10 days is 1 a day; 30 left need 3 a day and take 30 more days.
    ['too slow', 10, [point(0, 0), point(10, 10)], 'at-risk', 1, 3, 40],
    // Only the last 14 days count: 4 on day 2, 32 on day 16 is 2 a day; 8 left, 4 days.
    [
      'by its pace of late',
      16,
      [point(0, 0), point(2, 4), point(16, 32)],
      'ok',
      2,
      2,
      20,
    ],
    [
      'going backwards',
      10,
      [point(0, 20), point(10, 10)],
      'at-risk',
      -1,
      3,
      undefined,
    ],
    [
      'past its deadline',
      22,
      [point(0, 0), point(22, 39)],
      'failing',
      expect.any(Number),
      undefined,
      undefined,
    ],
    [
      'not a day old',
      0.5,
      [point(0, 0), point(0.5, 5)],
      'unknown',
      undefined,
      expect.closeTo(35 / 19.5, 10),
      undefined,
    ],
  ])(
    'judges one %s',
    (_, at, points, state, pacePerDay, neededPerDay, projectedDay) => {
      const judged = burnUp({ startsAt, deadline, now: day(at), points });
      expect(judged).toMatchObject({ state, done: false });
      expect(judged.pacePerDay).toEqual(pacePerDay);
      expect(judged.neededPerDay).toEqual(neededPerDay);
      expect(judged.projectedAt).toBe(
        projectedDay === undefined
          ? undefined
          : day(projectedDay).toISOString(),
      );
      expect(judged.plannedShare).toBeCloseTo(Math.min(1, at / 20), 10);
    },
  );

  it('is done when all passes, also after the deadline', () => {
    expect(
      burnUp({ startsAt, deadline, now: day(30), points: [point(30, 40)] }),
    ).toMatchObject({ state: 'ok', done: true });
  });

  it('does not know without points, or where nothing applies', () => {
    const now = day(5);
    expect(burnUp({ startsAt, deadline, now, points: [] }).state).toBe(
      'unknown',
    );
    expect(
      burnUp({ startsAt, deadline, now, points: [point(5, 0, 0)] }).state,
    ).toBe('unknown');
  });
});

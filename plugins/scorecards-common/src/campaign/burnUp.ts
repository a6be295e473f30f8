const DAY_MILLISECONDS = 86_400_000;

/** The days before now over which the speed of a campaign is measured. */
export const PACE_DAYS = 14;

/** How far a campaign was at a moment. It counts pairs of an entity and a check; what does not apply is not in it. */
export interface CampaignPoint {
  /** ISO 8601. */
  at: string;
  total: number;
  passed: number;
  /** Unknown or stale: neither done nor known to be left. */
  unseen: number;
}

/** How a campaign goes. */
export interface BurnUp {
  state: 'ok' | 'at-risk' | 'failing' | 'unknown';
  done: boolean;
  /** The last point. */
  latest?: CampaignPoint;
  /** Share that should be done by now if work went on evenly, 0 to 1. */
  plannedShare: number;
  /** Pairs a day over the last {@link PACE_DAYS} days; absent with less than a day of points. */
  pacePerDay?: number;
  /** Pairs a day that reach the end in time; absent once the deadline is past or all is done. */
  neededPerDay?: number;
  /** When all is done if the pace holds, ISO 8601. */
  projectedAt?: string;
}

/**
 * Judges a campaign: done, in time at its pace (`ok`), too slow (`at-risk`), past its deadline (`failing`), or `unknown`
 * while there is nothing to judge by.
 *
 * @param options - `points` oldest first
 */
export function burnUp(options: {
  startsAt: Date;
  deadline: Date;
  now: Date;
  points: CampaignPoint[];
}): BurnUp {
  const { startsAt, deadline, now, points } = options;
  const latest = points.at(-1);
  const length = deadline.getTime() - startsAt.getTime();
  const plannedShare = Math.min(
    1,
    Math.max(0, (now.getTime() - startsAt.getTime()) / length),
  );
  if (!latest || latest.total === 0) {
    return {
      state: 'unknown',
      done: false,
      plannedShare,
      ...(latest && { latest }),
    };
  }
  const left = latest.total - latest.passed;
  if (left === 0) {
    return { state: 'ok', done: true, plannedShare, latest };
  }
  const daysLeft = (deadline.getTime() - now.getTime()) / DAY_MILLISECONDS;
  const pacePerDay = paceOf(points, now);
  const base = {
    done: false,
    plannedShare,
    latest,
    ...(pacePerDay !== undefined && { pacePerDay }),
  };
  if (daysLeft <= 0) {
    return { ...base, state: 'failing' };
  }
  const neededPerDay = left / daysLeft;
  if (pacePerDay === undefined) {
    return { ...base, state: 'unknown', neededPerDay };
  }
  if (pacePerDay <= 0) {
    return { ...base, state: 'at-risk', neededPerDay };
  }
  return {
    ...base,
    state: pacePerDay >= neededPerDay ? 'ok' : 'at-risk',
    neededPerDay,
    projectedAt: projectedAt(now, left / pacePerDay),
  };
}

function paceOf(points: CampaignPoint[], now: Date): number | undefined {
  const since = now.getTime() - PACE_DAYS * DAY_MILLISECONDS;
  const first =
    points.filter(({ at }) => Date.parse(at) <= since).at(-1) ?? points[0];
  const latest = points[points.length - 1];
  const from = Math.max(since, Date.parse(first.at));
  const days = (now.getTime() - from) / DAY_MILLISECONDS;
  return days < 1 ? undefined : (latest.passed - first.passed) / days;
}

/** Beyond what a date can hold there is no day to name. */
function projectedAt(now: Date, days: number): string | undefined {
  const at = new Date(now.getTime() + days * DAY_MILLISECONDS);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

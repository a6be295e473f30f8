import { CampaignPoint } from '@shopfloor/plugin-scorecards-common';
import { HistoryEntry } from '../store/GradeStore';

const DAY_MILLISECONDS = 86_400_000;

/** What one entity has of the checks of a campaign. */
interface Standing {
  total: number;
  passed: number;
  unseen: number;
}

/**
 * How a campaign went, from what happened to each entity: a point at its begin, one at each midnight (UTC) after it, and one
 * at its end. What does not apply is not counted.
 *
 * @param options - `entries` of all entities, oldest first, also from before the begin
 */
export function campaignPoints(options: {
  entries: HistoryEntry[];
  checks: string[];
  startsAt: Date;
  until: Date;
}): CampaignPoint[] {
  const { entries, checks, startsAt, until } = options;
  const standings = new Map<string, Standing>();
  const sum: Standing = { total: 0, passed: 0, unseen: 0 };
  const points: CampaignPoint[] = [];
  let next = 0;
  for (const at of moments(startsAt, until)) {
    while (next < entries.length && entries[next].at.getTime() <= at) {
      const { entityRef, outcomes } = entries[next];
      add(sum, standings.get(entityRef), -1);
      const standing = standingOf(outcomes, checks);
      add(sum, standing, 1);
      standings.set(entityRef, standing);
      next += 1;
    }
    points.push({ at: new Date(at).toISOString(), ...sum });
  }
  return points;
}

function moments(startsAt: Date, until: Date): number[] {
  const start = startsAt.getTime();
  const end = Math.max(start, until.getTime());
  const list = [start];
  const first = Math.floor(start / DAY_MILLISECONDS) + 1;
  for (let day = first; day * DAY_MILLISECONDS < end; day += 1) {
    list.push(day * DAY_MILLISECONDS);
  }
  return end > start ? [...list, end] : list;
}

function standingOf(
  outcomes: Record<string, string>,
  checks: string[],
): Standing {
  const standing = { total: 0, passed: 0, unseen: 0 };
  for (const check of checks) {
    const outcome = outcomes[check] ?? 'unknown';
    if (outcome !== 'not-applicable') {
      standing.total += 1;
      if (outcome === 'pass') {
        standing.passed += 1;
      } else if (outcome !== 'fail') {
        standing.unseen += 1;
      }
    }
  }
  return standing;
}

function add(
  sum: Standing,
  standing: Standing | undefined,
  sign: 1 | -1,
): void {
  if (standing) {
    sum.total += sign * standing.total;
    sum.passed += sign * standing.passed;
    sum.unseen += sign * standing.unseen;
  }
}

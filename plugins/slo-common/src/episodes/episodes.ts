import { ObjectiveResult } from '../math/evaluate';
import { minimumEventsFor } from '../math/burnRows';

/** What an owner is told about. */
export type EpisodeKind =
  /** An alert row burns. */
  | 'burn'
  /** The budget is used up. */
  | 'exhausted';

/** Every kind. */
export const EPISODE_KINDS: EpisodeKind[] = ['burn', 'exhausted'];

/** A stretch of time in which something was wrong with an SLO. */
export interface Episode {
  kind: EpisodeKind;
  /** Unix milliseconds. */
  openedAt: number;
  /** Since when it looks well again; an episode ends when that lasts. */
  quietSince?: number;
}

/** It has to look well for so long before an episode is over, so that one that comes and goes is told once. */
export const QUIET_SECONDS = 600;

/**
 * What is wrong with an SLO at a moment. A row counts only from so many events on in its long window, like the alert of
 * Prometheus: with fewer, one failure at night would be news.
 */
export function troublesOf(
  objectives: ObjectiveResult[],
  options: {
    minimumEvents?: number;
    /** Events of a window of an objective, by its index; absent where events are not counted. */
    eventsIn: (objective: number, seconds: number) => number | undefined;
  },
): Set<EpisodeKind> {
  const found = new Set<EpisodeKind>();
  objectives.forEach(({ budgetLeft, burnRows, target }, index) => {
    if (budgetLeft !== undefined && budgetLeft <= 0) {
      found.add('exhausted');
    }
    const burns = burnRows.some(({ active, factor, longSeconds }) => {
      const events = options.eventsIn(index, longSeconds) ?? Infinity;
      const enough = options.minimumEvents ?? minimumEventsFor(factor, target);
      return active && events >= enough;
    });
    if (burns) {
      found.add('burn');
    }
  });
  return found;
}

/** What happens to the episode of one kind. */
export type EpisodeStep =
  | { kind: 'none' }
  | { kind: 'open' }
  /** It goes on, looks well since a moment, or does no longer. */
  | { kind: 'keep'; quietSince?: number }
  | { kind: 'close' };

/**
 * The next step of an episode when an SLO was measured anew.
 *
 * @param options - `at` in unix milliseconds
 */
export function stepEpisode(options: {
  episode?: Episode;
  troubled: boolean;
  at: number;
}): EpisodeStep {
  const { episode, troubled, at } = options;
  if (!episode) {
    return troubled ? { kind: 'open' } : { kind: 'none' };
  }
  if (troubled) {
    return episode.quietSince === undefined
      ? { kind: 'none' }
      : { kind: 'keep' };
  }
  if (episode.quietSince === undefined) {
    return { kind: 'keep', quietSince: at };
  }
  return at - episode.quietSince >= QUIET_SECONDS * 1000
    ? { kind: 'close' }
    : { kind: 'none' };
}

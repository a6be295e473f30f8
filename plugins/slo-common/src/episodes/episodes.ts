import { ObjectiveResult } from '../math/evaluate';

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
 * What is wrong with an SLO at a moment. A row is active only from so many events on in its long window, like the alert of
 * Prometheus: with fewer, one failure at night would be news.
 */
export function troublesOf(objectives: ObjectiveResult[]): Set<EpisodeKind> {
  const found = new Set<EpisodeKind>();
  for (const { budgetLeft, burnRows } of objectives) {
    if (budgetLeft !== undefined && budgetLeft <= 0) {
      found.add('exhausted');
    }
    if (burnRows.some(({ active }) => active)) {
      found.add('burn');
    }
  }
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

import { MeasuredShares } from './api';
import { RouteDestination } from './routeModel';

/** Wanted and measured share of one subset. @public */
export interface ComparedShare {
  subset: string;
  weight: number;
  /** 0 to 1. */
  wanted: number;
  /** 0 to 1; absent when nothing was measured at all. */
  measured?: number;
  requestsPerSecond: number;
}

/** @public */
export interface SharesComparison {
  /** `follows`: what is measured is what chance makes of what is wanted. */
  verdict: 'follows' | 'differs' | 'no-requests' | 'not-measured';
  shares: ComparedShare[];
}

/** Requests per second are averages over the last minute. */
const WINDOW_SECONDS = 60;
/** Differences below this do not matter to anybody, however many requests they are made of. */
const TOLERANCE = 0.02;
/** How many standard deviations chance is given. */
const DEVIATIONS = 3;

/**
 * Compares what the route wants with what the proxies counted. Among n requests the share of a subset with probability p
 * scatters with the standard deviation sqrt(p (1 - p) / n) (binomial distribution), so few requests need a wide margin.
 *
 * @public
 */
export function compareShares(
  destinations: readonly RouteDestination[],
  measured?: Pick<MeasuredShares, 'requestsPerSecond' | 'versions'>,
): SharesComparison {
  const counted = (measured?.requestsPerSecond ?? 0) * WINDOW_SECONDS;
  const byVersion = new Map(
    (measured?.versions ?? []).map(version => [version.version, version]),
  );
  const shares = destinations.map(({ subset, weight, share, labels }) => {
    const version = byVersion.get(labels?.version ?? subset);
    return {
      subset,
      weight,
      wanted: share,
      requestsPerSecond: version?.requestsPerSecond ?? 0,
      ...(counted > 0 && { measured: version?.share ?? 0 }),
    };
  });
  if (!measured) {
    return { verdict: 'not-measured', shares };
  }
  if (counted === 0) {
    return { verdict: 'no-requests', shares };
  }
  const follows = shares.every(({ wanted, measured: seen = 0 }) => {
    const deviation = Math.sqrt((wanted * (1 - wanted)) / counted);
    return Math.abs(seen - wanted) <= TOLERANCE + DEVIATIONS * deviation;
  });
  return { verdict: follows ? 'follows' : 'differs', shares };
}

import { PrometheusSample } from '@shopfloor/plugin-environments-node';
import { MeasuredShares } from '@shopfloor/plugin-traffic-common';

/**
 * Requests per second over the last minute to a service, by caller and version, as the callers' proxies counted them.
 */
export function measuredSharesQuery(
  environment: string,
  service: string,
): string {
  const labels = `environment=${JSON.stringify(
    environment,
  )},destination=${JSON.stringify(service)}`;
  return `sum by (source, version) (shopfloor:requests:rate1m{${labels}})`;
}

/** Sums the samples of {@link measuredSharesQuery} by version and by caller, the busiest first. */
export function readMeasuredShares(
  samples: PrometheusSample[],
  now: Date,
): MeasuredShares {
  const valid = samples.filter(({ value }) => Number.isFinite(value));
  const byVersion = sumBy(valid, 'version');
  const total = [...byVersion.values()].reduce((a, b) => a + b, 0);
  const observedMs = Math.max(...valid.map(({ timeMs }) => timeMs), 0);
  return {
    observedAt: new Date(observedMs || now.getTime()).toISOString(),
    requestsPerSecond: total,
    versions: [...byVersion]
      .map(([version, requestsPerSecond]) => ({
        version,
        requestsPerSecond,
        share: total > 0 ? requestsPerSecond / total : 0,
      }))
      .sort((a, b) => (a.version < b.version ? -1 : 1)),
    callers: [...sumBy(valid, 'source')]
      .map(([source, requestsPerSecond]) => ({ source, requestsPerSecond }))
      .filter(({ requestsPerSecond }) => requestsPerSecond > 0)
      .sort((a, b) => b.requestsPerSecond - a.requestsPerSecond),
  };
}

function sumBy(
  samples: PrometheusSample[],
  label: string,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { labels, value } of samples) {
    const key = labels[label] ?? 'unknown';
    sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}

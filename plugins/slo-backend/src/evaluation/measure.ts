import { NotFoundError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import {
  PrometheusClient,
  PrometheusSample,
} from '@shopfloor/plugin-environments-node';
import {
  countEvents,
  countsQuery,
  coverageQuery,
  coverageResolutionSeconds,
  DataNote,
  formatDuration,
  formatSelector,
  indicatorSeries,
  neededWindows,
  RatioIndicator,
} from '@shopfloor/plugin-slo-common';
import { Measurement } from '../store/SloStore';

/**
 * Counts an indicator over a rolling window and over every window its burn rows need, in two queries.
 *
 * @throws NotFoundError when there are no fresh samples of all events: without them earlier figures say more than new
 * ones that would quietly leave the gap out. What the client throws passes through.
 */
export async function measure(options: {
  indicator: RatioIndicator;
  windowSeconds: number;
  environment: Environment;
  client: PrometheusClient;
  signal?: AbortSignal;
}): Promise<Measurement> {
  const { indicator, windowSeconds, environment, client, signal } = options;
  const intervalSeconds = environment.prometheus.evaluationIntervalSeconds;
  const series = indicatorSeries(indicator, environment.name);
  const windows = neededWindows(windowSeconds);
  const counts = await client.query(
    countsQuery({ series, windows, intervalSeconds }),
    { signal },
  );
  const values = byWindow(counts);
  const [shortest] = windows;
  if (values.get(`total ${shortest}`) === undefined) {
    throw new NotFoundError(
      `No samples of ${formatSelector(series.total)} in the last ${formatDuration(
        shortest,
      )}`,
    );
  }
  const coverage = byWindow(
    await client.query(
      coverageQuery({ series: series.total, windowSeconds, intervalSeconds }),
      { signal },
    ),
  );
  const measured = windows.map(seconds => ({
    seconds,
    counted: values.get(`counted ${seconds}`),
    total: values.get(`total ${seconds}`) ?? 0,
  }));
  return {
    observedAt: new Date(counts[0].timeMs),
    windows: measured.map(({ seconds, counted, total }) => ({
      seconds,
      ...countEvents({
        numerator: indicator.numerator,
        counted: counted ?? 0,
        total,
      }),
    })),
    coverage: {
      windowSeconds,
      seconds: Math.min(
        windowSeconds,
        Math.max(
          coverage.get(`sampled ${windowSeconds}`) ?? 0,
          coverage.get(`exact ${windowSeconds}`) ?? 0,
        ),
      ),
      resolutionSeconds: coverageResolutionSeconds({
        windowSeconds,
        intervalSeconds,
      }),
    },
    notes: notes(measured.find(({ seconds }) => seconds === windowSeconds)!),
  };
}

function notes(window: { counted?: number; total: number }): DataNote[] {
  const result: DataNote[] = [];
  if (window.counted === undefined) {
    result.push('counted-series-absent');
  } else if (window.counted > window.total * (1 + 1e-6)) {
    result.push('counted-above-total');
  }
  if (!(window.total > 0)) {
    result.push('no-events');
  }
  return result;
}

/** Values by `part window`. NaN, which only a broken series can give, counts as absent. */
function byWindow(samples: PrometheusSample[]): Map<string, number> {
  return new Map(
    samples
      .filter(({ value }) => Number.isFinite(value))
      .map(({ labels, value }) => [`${labels.part} ${labels.window}`, value]),
  );
}

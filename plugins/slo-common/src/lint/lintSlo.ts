import { windowLengthSeconds } from '../math/calendar';
import { combineParts } from '../math/composite';
import { SloDefinition } from '../openslo/types';
import { LabelMatcher, parseSelector } from '../prometheus/selector';
import { lintAlerts } from './lintAlerts';
import { LintCode, LintFinding, LintReport, SloObservations } from './types';

/** Bounds are numbers; longer texts are none, and a pattern of a definition is not tried on them. */
const LONGEST_BOUND = 16;

/** Less than this share of the window is not worth a word. */
const FULL_COVERAGE = 0.99;

/**
 * Looks for what makes an SLO say less than it seems to: alerts that never fire or fire for nothing, metrics that are not
 * there or do not belong together, data that covers a part of the window.
 *
 * @param options - `observations` is what Prometheus knows; without it only the definition is judged and the rest is
 * `unchecked`
 */
export function lintSlo(options: {
  definition: SloDefinition;
  observations?: SloObservations;
  now: Date;
}): LintReport {
  const { definition, observations = {}, now } = options;
  const periodSeconds = windowLengthSeconds(
    definition.timeWindow,
    Math.floor(now.getTime() / 1000),
  );
  const { total, coverageSeconds } = observations;
  const eventsPerSecond =
    total !== undefined && coverageSeconds
      ? total / coverageSeconds
      : undefined;
  const metrics = lintMetrics(definition, observations, periodSeconds);
  return {
    findings: [
      ...metrics.findings,
      ...alertObjectives(definition).flatMap(({ objective, target }) =>
        lintAlerts({
          definition,
          objective,
          target,
          periodSeconds,
          eventsPerSecond,
        }),
      ),
    ],
    unchecked: [
      ...metrics.unchecked,
      ...(eventsPerSecond === undefined &&
      !definition.composite &&
      !definition.journey
        ? (['row-muted'] as const)
        : []),
    ],
  };
}

/** What alerts are made of: each objective, or the whole of a composite or journey. */
function alertObjectives(
  definition: SloDefinition,
): Array<{ objective?: number; target: number }> {
  const { objectives, composite, journey } = definition;
  if (journey) {
    return [{ target: objectives[0].target }];
  }
  if (composite) {
    const parts = objectives.map(({ target, weight = 1 }) => ({
      target,
      weight,
    }));
    return [{ target: combineParts(parts).target }];
  }
  return objectives.map(({ target }, objective) => ({ objective, target }));
}

function lintMetrics(
  definition: SloDefinition,
  observations: SloObservations,
  windowSeconds: number,
): LintReport {
  const { indicator } = definition;
  const findings: LintFinding[] = [];
  const unchecked: LintCode[] = [];
  const look = (
    code: LintCode,
    known: boolean,
    find: () => Omit<LintFinding, 'code'> | undefined,
  ) => {
    if (!known) {
      unchecked.push(code);
      return;
    }
    const found = find();
    if (found) {
      findings.push({ code, ...found });
    }
  };
  const side = indicator?.numerator ?? 'good';
  const field = (part: string) =>
    `spec.indicator.spec.ratioMetric.${part}.metricSource.spec.query`;
  if (indicator) {
    const { countedPresent, totalPresent, countedAboveTotal } = observations;
    look(
      'metric-absent',
      totalPresent !== undefined && countedPresent !== undefined,
      () => {
        const absent = !totalPresent ? 'total' : side;
        return totalPresent && countedPresent
          ? undefined
          : {
              // Counted events that have no series are none, which may be right: no failure was ever seen.
              severity: !totalPresent || side === 'good' ? 'error' : 'info',
              field: field(absent),
              values: {
                part: absent,
                query: !totalPresent
                  ? indicator.total.query
                  : indicator.counted.query,
              },
            };
      },
    );
    look('good-above-total', countedAboveTotal !== undefined, () =>
      countedAboveTotal
        ? { severity: 'error', field: field(side), values: { part: side } }
        : undefined,
    );
    const limit = bucketMatcher(indicator.counted.query);
    if (limit) {
      look('bucket-missing', observations.bucketBounds !== undefined, () =>
        lintBucket(limit, observations.bucketBounds!, field(side)),
      );
    }
  }
  look('history-short', observations.coverageSeconds !== undefined, () => {
    const covered = observations.coverageSeconds!;
    const exact = observations.coverageResolutionSeconds ?? 0;
    const possible = observations.coverageWindowSeconds ?? windowSeconds;
    return covered + exact < FULL_COVERAGE * possible
      ? {
          severity: 'info',
          field: 'spec.timeWindow[0]',
          values: { coveredSeconds: covered, windowSeconds: possible },
        }
      : undefined;
  });
  return { findings, unchecked };
}

/** The matcher of `le` in a query of a histogram's buckets. */
function bucketMatcher(query: string): LabelMatcher | undefined {
  return parseSelector(query)?.matchers.find(({ label }) => label === 'le');
}

function lintBucket(
  limit: LabelMatcher,
  bounds: string[],
  field: string,
): Omit<LintFinding, 'code'> | undefined {
  const matching = bounds.filter(
    bound => bound.length <= LONGEST_BOUND && matches(limit, bound),
  );
  if (matching.length === 1) {
    return undefined;
  }
  return {
    severity: 'error',
    field,
    values: {
      limit: limit.value,
      matching: matching.length,
      bounds: [...bounds]
        .sort((a, b) => boundValue(a) - boundValue(b))
        .join(', '),
    },
  };
}

/** `+Inf` and the spellings of Prometheus 3 (`200.0`). */
function boundValue(bound: string): number {
  return bound === '+Inf' ? Infinity : Number(bound);
}

function matches({ operator, value }: LabelMatcher, bound: string): boolean {
  switch (operator) {
    case '=':
      return bound === value;
    case '!=':
      return bound !== value;
    default: {
      let full: boolean;
      try {
        full = new RegExp(`^(?:${value})$`).test(bound);
      } catch {
        // A pattern of Go's dialect that this one does not know: Prometheus judges it.
        return true;
      }
      return operator === '=~' ? full : !full;
    }
  }
}

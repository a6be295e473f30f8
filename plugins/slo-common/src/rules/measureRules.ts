import { allowedShare } from '../math/budget';
import { maintenanceIntervals, TimeInterval } from '../openslo/maintenance';
import {
  ComparisonOperator,
  ObjectiveDefinition,
  SloDefinition,
} from '../openslo/types';
import {
  IndicatorDefinition,
  MetricReference,
} from '../openslo/indicatorTypes';
import { formatDuration } from '../openslo/duration';
import {
  formatSelector,
  parseSelector,
  withLabel,
} from '../prometheus/selector';
import { objectiveLabels, ObjectiveLabel, recorded, SLO_SERIES } from './names';
import { PrometheusRule, RuleSubject } from './types';

const DAY = 86_400;

/** How far ahead maintenance is written into rules; they are generated anew long before. */
export const MAINTENANCE_HORIZON_SECONDS = 35 * DAY;

const BOOL_OPERATORS: Record<ComparisonOperator, string> = {
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
};

/** Bad and all events per second of an indicator, as PromQL without labels; `undefined` when it cannot be computed. */
export function measureExpressions(options: {
  indicator: IndicatorDefinition | undefined;
  objective: ObjectiveDefinition;
  environment: string;
}): { bad: string; total: string; source: string } | undefined {
  const { indicator, objective, environment } = options;
  const select = (metric: MetricReference) => {
    const selector = metric.series && parseSelector(metric.series);
    return selector
      ? formatSelector(withLabel(selector, 'environment', environment))
      : undefined;
  };
  switch (indicator?.kind) {
    case 'ratio': {
      const counted = select(indicator.counted);
      const source = select(indicator.total);
      if (!counted || !source || indicator.counter) {
        return undefined;
      }
      const total = `sum(${source})`;
      // Counted events that have no series are none, as long as there are events at all.
      const some = `(sum(${counted}) or ${total} * 0)`;
      return {
        source,
        total,
        bad:
          indicator.numerator === 'bad'
            ? some
            : `clamp_min(${total} - ${some}, 0)`,
      };
    }
    case 'threshold': {
      const source = select(indicator.metric);
      const { op, value } = objective;
      if (!source || !op || value === undefined) {
        return undefined;
      }
      return {
        source,
        total: `count(${source})`,
        bad: `count(${source}) - sum(${source} ${BOOL_OPERATORS[op]} bool ${value})`,
      };
    }
    case 'raw': {
      const source = select(indicator.raw);
      if (!source) {
        return undefined;
      }
      return {
        source,
        total: `(count(${source}) > bool 0)`,
        bad:
          indicator.rawType === 'failure'
            ? `avg(${source})`
            : `1 - avg(${source})`,
      };
    }
    default:
      return undefined;
  }
}

/** Every selector of a `shopfloor:*` series that the rules of an SLO read, as written. */
export function sloSelectors(definition: SloDefinition): string[] {
  const metrics = (indicator: IndicatorDefinition | undefined) => {
    switch (indicator?.kind) {
      case 'ratio':
        return [indicator.counted, indicator.total];
      case 'threshold':
        return [indicator.metric];
      case 'raw':
        return [indicator.raw];
      default:
        return [];
    }
  };
  const all = [
    definition.indicatorDefinition,
    ...definition.objectives.map(({ indicator }) => indicator),
  ].flatMap(metrics);
  return [...new Set(all.flatMap(({ series }) => series ?? []))];
}

/** The series that is 1 during maintenance; `undefined` without any in reach. */
export function maintenanceRule(
  subject: RuleSubject,
  now: number,
): PrometheusRule | undefined {
  const intervals = maintenanceIntervals(subject.definition.maintenance, {
    from: now - DAY,
    to: now + MAINTENANCE_HORIZON_SECONDS,
  });
  if (intervals.length === 0) {
    return undefined;
  }
  const within = ({ from, to }: TimeInterval) =>
    `(vector(time()) >= ${from} < ${to})`;
  const { objective, ...labels } = objectiveLabels(subject, '');
  return {
    record: SLO_SERIES.maintenance,
    expr: `(${intervals.map(within).join('\n  or ')}) * 0 + 1`,
    labels,
  };
}

/**
 * Takes maintenance out of an expression without labels. Rates look back a minute, so it is out until a rate no longer
 * holds any of it; the range of PromQL does not include its start, hence the interval on top.
 */
export function masked(
  subject: RuleSubject,
  expression: string,
  intervalSeconds: number,
): string {
  return subject.definition.maintenance.length === 0
    ? expression
    : `(${expression}) unless on () last_over_time(${recorded(
        SLO_SERIES.maintenance,
        { slo_id: subject.id },
      )}[${formatDuration(60 + intervalSeconds)}])`;
}

/** Records bad and all events per second of one objective. */
export function rateRules(
  subject: RuleSubject,
  objective: ObjectiveLabel,
  expressions: { bad: string; total: string },
  intervalSeconds: number,
): PrometheusRule[] {
  const labels = objectiveLabels(subject, objective);
  return [
    {
      record: SLO_SERIES.badRate,
      expr: masked(subject, expressions.bad, intervalSeconds),
      labels,
    },
    {
      record: SLO_SERIES.totalRate,
      expr: masked(subject, expressions.total, intervalSeconds),
      labels,
    },
  ];
}

/** Events within a window, of the recorded rates. */
function summed(options: {
  name: string;
  subject: RuleSubject;
  objective: ObjectiveLabel;
  seconds: number;
}): string {
  const { name, subject, objective, seconds } = options;
  const selector = recorded(name, { slo_id: subject.id, objective });
  return `sum_over_time(${selector}[${formatDuration(seconds)}])`;
}

/** Records the events of the last five minutes. */
export function sumRules(
  subject: RuleSubject,
  objective: ObjectiveLabel,
  intervalSeconds: number,
): PrometheusRule[] {
  const labels = objectiveLabels(subject, objective);
  const rule = (record: string, name: string) => ({
    record,
    expr: `${summed({ name, subject, objective, seconds: 300 })} * ${intervalSeconds}`,
    labels,
  });
  return [
    rule(SLO_SERIES.badSum, SLO_SERIES.badRate),
    rule(SLO_SERIES.totalSum, SLO_SERIES.totalRate),
  ];
}

/** Records the last slice: whether it had events, and whether (Timeslices) or how much (RatioTimeslices) it was bad. */
export function sliceRules(
  subject: RuleSubject,
  objective: ObjectiveLabel,
  definition: ObjectiveDefinition,
): PrometheusRule[] {
  const labels = objectiveLabels(subject, objective);
  const seconds = definition.timeSliceSeconds!;
  const bad = summed({ name: SLO_SERIES.badRate, subject, objective, seconds });
  const total = summed({
    name: SLO_SERIES.totalRate,
    subject,
    objective,
    seconds,
  });
  const share = `${bad} / (${total} > 0)`;
  return [
    {
      record: SLO_SERIES.badSlice,
      expr: sliceIsBad(subject.definition, definition, share),
      labels,
    },
    { record: SLO_SERIES.totalSlice, expr: `(${total} > bool 0) > 0`, labels },
  ];
}

/** How bad a slice is, of its share of bad events: 1 or 0 with Timeslices, the share itself with RatioTimeslices. */
export function sliceIsBad(
  slo: SloDefinition,
  definition: ObjectiveDefinition,
  share: string,
): string {
  if (slo.budgetingMethod === 'RatioTimeslices') {
    return share;
  }
  // Good while `level op target` holds, with level = 1 - share of bad events.
  const limit = allowedShare(definition.timeSliceTarget!);
  const bad: Record<ComparisonOperator, string> = {
    gte: '>',
    gt: '>=',
    lte: '<',
    lt: '<=',
  };
  return `${share} ${bad[definition.op ?? 'gte']} bool ${limit}`;
}

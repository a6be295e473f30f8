import { countedUnit } from '../evaluation/leaves';
import { allowedShare } from '../math/budget';
import { burnRowDefinitions, canExceed } from '../math/burnRows';
import { rowGuard } from '../math/rowGuard';
import { AlertPolicyDefinition } from '../openslo/alertTypes';
import { formatDuration } from '../openslo/duration';
import { masked } from './measureRules';
import { ObjectiveLabel, recorded, SLO_ALERTS, SLO_SERIES } from './names';
import { PrometheusRule, RuleSubject } from './types';

const DAY = 86_400;

/** No data for so long is an alert. */
const ABSENT_SECONDS = 600;

/** How long after the last masked rate a window has something in it for sure. */
const SETTLED_SECONDS = 120;

/** What alerts of one objective need. */
export interface AlertOptions {
  subject: RuleSubject;
  objective: ObjectiveLabel;
  target: number;
  /** Seconds of the window the budget belongs to. */
  periodSeconds: number;
  /** Windows that are recorded. */
  windows: number[];
}

/** Alert labels and annotations are templates; this text is meant as it is. */
function literal(text: string): string {
  return text.replace(/\{\{/g, '{{ "{{" }}');
}

function commonLabels(subject: RuleSubject, severity: string) {
  const { runbook } = subject.definition;
  return {
    severity: literal(severity),
    ...(subject.owner && { owner: literal(subject.owner) }),
    ...(runbook && { runbook: literal(runbook) }),
  };
}

/** Labels of an alert whose expression has none, because there is nothing. */
function subjectLabels(subject: RuleSubject, objective: ObjectiveLabel) {
  return {
    environment: literal(subject.environment),
    service: literal(subject.definition.service),
    slo: subject.definition.name,
    slo_id: subject.id,
    objective,
  };
}

function annotations(subject: RuleSubject, summary: string, text: string) {
  const { runbook } = subject.definition;
  return {
    summary,
    description: text,
    ...(runbook && { runbook_url: literal(runbook) }),
  };
}

function share(
  options: { subject: RuleSubject; objective: ObjectiveLabel },
  seconds: number,
  minimum: number,
): string {
  const select = (name: string) =>
    recorded(name, {
      slo_id: options.subject.id,
      objective: options.objective,
      window: formatDuration(seconds),
    });
  const enough = minimum > 0 ? `>= ${minimum}` : '> 0';
  return `${select(SLO_SERIES.badWindow)} / (${select(
    SLO_SERIES.totalWindow,
  )} ${enough})`;
}

function limit(factor: number, target: number): number {
  return Number((factor * allowedShare(target)).toPrecision(12));
}

/** Fewest counts of a row or condition, as {@link rowGuard} has it. */
function guard(
  options: AlertOptions,
  factor: number,
  longSeconds: number,
): number {
  const { definition } = options.subject;
  const { objective, target } = options;
  return rowGuard({
    unit: countedUnit(definition),
    minimumEvents: definition.minimumEvents,
    sliceSeconds: definition.objectives[Number(objective)]?.timeSliceSeconds,
    factor,
    target,
    longSeconds,
  });
}

/**
 * One alert for each row of the burn table that can fire: both windows burn faster than the factor. Rows of up to six
 * hours page, longer ones are tickets.
 */
export function burnAlerts(options: AlertOptions): PrometheusRule[] {
  const { subject, target, periodSeconds, windows } = options;
  return burnRowDefinitions(periodSeconds)
    .filter(
      ({ factor, longSeconds, shortSeconds }) =>
        canExceed(factor, target) &&
        windows.includes(longSeconds) &&
        windows.includes(shortSeconds),
    )
    .map(({ factor, longSeconds, shortSeconds }) => {
      const long = formatDuration(longSeconds);
      const short = formatDuration(shortSeconds);
      const above = limit(factor, target);
      return {
        alert: SLO_ALERTS.burn,
        expr: [
          `(${share(options, longSeconds, guard(options, factor, longSeconds))} > ${above})`,
          'and ignoring (window)',
          `(${share(options, shortSeconds, 0)} > ${above})`,
        ].join('\n'),
        labels: commonLabels(subject, longSeconds < DAY ? 'page' : 'ticket'),
        annotations: annotations(
          subject,
          '{{ $labels.slo }} in {{ $labels.environment }} spends its error budget too fast',
          `{{ $value | humanizePercentage }} of ${long} was bad, and it goes on (${short}): more than ${factor} times what the objective of ${target} over ${formatDuration(
            periodSeconds,
          )} allows.`,
        ),
      };
    });
}

/** Alerts of the AlertPolicies that the definition names. Those without a condition in the file give none. */
export function policyAlerts(options: AlertOptions): PrometheusRule[] {
  const { subject, target } = options;
  return subject.definition.alertPolicies.flatMap(policy => {
    const { condition } = policy;
    if (!condition || !options.windows.includes(condition.lookbackSeconds)) {
      return [];
    }
    const { threshold, lookbackSeconds, alertAfterSeconds } = condition;
    const lookback = formatDuration(lookbackSeconds);
    const labels = policyLabels(subject, policy, condition.severity);
    const hold = alertAfterSeconds > 0 && {
      for: formatDuration(alertAfterSeconds),
    };
    const rules: PrometheusRule[] = [];
    if (policy.alertWhenBreaching) {
      rules.push({
        alert: SLO_ALERTS.policy,
        expr: `${share(options, lookbackSeconds, guard(options, threshold, lookbackSeconds))} > ${limit(
          threshold,
          target,
        )}`,
        ...hold,
        labels,
        annotations: annotations(
          subject,
          `{{ $labels.slo }} in {{ $labels.environment }}: alert policy ${literal(policy.name)}`,
          `{{ $value | humanizePercentage }} of ${lookback} was bad: more than ${threshold} times what the objective of ${target} allows.`,
        ),
      });
    }
    if (policy.alertWhenNoData) {
      rules.push({
        alert: SLO_ALERTS.policy,
        // The window is empty until the first rates after a maintenance are summed.
        expr: masked(
          subject,
          `absent(${recorded(SLO_SERIES.totalWindow, {
            slo_id: subject.id,
            objective: options.objective,
            window: lookback,
          })})`,
          SETTLED_SECONDS,
        ),
        ...hold,
        labels: {
          ...subjectLabels(subject, options.objective),
          ...labels,
          no_data: 'true',
        },
        annotations: annotations(
          subject,
          `${whose(subject)}: alert policy ${literal(policy.name)} has no data`,
          `Nothing is known of the events of ${lookback}.`,
        ),
      });
    }
    return rules;
  });
}

function policyLabels(
  subject: RuleSubject,
  policy: AlertPolicyDefinition,
  severity: string,
) {
  const notify = policy.notificationTargets.map(({ name }) => name).join(',');
  return {
    ...commonLabels(subject, severity),
    policy: literal(policy.name),
    ...(notify && { notify: literal(notify) }),
  };
}

/** The SLO by name: a template knows only labels of the series, and what is absent has none. */
function whose({ definition, environment }: RuleSubject): string {
  return `${literal(definition.name)} in ${literal(environment)}`;
}

/** An alert when nothing is known of the events. Maintenance may silence what is measured, so not during it. */
export function absentAlert(options: {
  subject: RuleSubject;
  objective: ObjectiveLabel;
  /** Selector of the series of all events. */
  source: string;
}): PrometheusRule {
  const { subject, objective, source } = options;
  const { definition } = subject;
  const absent = `max(absent_over_time(${source}[${formatDuration(
    ABSENT_SECONDS,
  )}]))`;
  return {
    alert: SLO_ALERTS.absent,
    expr:
      definition.maintenance.length === 0
        ? absent
        : `${absent} unless on () ${recorded(SLO_SERIES.maintenance, {
            slo_id: subject.id,
          })}`,
    labels: {
      ...subjectLabels(subject, objective),
      ...commonLabels(subject, 'ticket'),
    },
    annotations: annotations(
      subject,
      `Nothing is known of ${whose(subject)}`,
      `Prometheus has had no sample of its events for ${formatDuration(
        ABSENT_SECONDS,
      )}. Budget and alerts know nothing of that time.`,
    ),
  };
}

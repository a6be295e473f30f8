import { formatSelector } from '../prometheus/selector';
import { RuleSubject } from './types';

/** Series that the generated rules record. `docs/reference/slo.md` says what each means. */
export const SLO_SERIES = {
  /** Events per second, over the last minute; maintenance left out. */
  badRate: 'shopfloor:slo_bad:rate1m',
  totalRate: 'shopfloor:slo_total:rate1m',
  /** Events of the last 5 minutes: the stones that long windows are laid with. */
  badSum: 'shopfloor:slo_bad:sum5m',
  totalSum: 'shopfloor:slo_total:sum5m',
  /** The last slice: 1 when it had events, and how bad it was. */
  badSlice: 'shopfloor:slo_bad:slice',
  totalSlice: 'shopfloor:slo_total:slice',
  /** Events (or slices) within the window of the label `window`. */
  badWindow: 'shopfloor:slo_bad:window',
  totalWindow: 'shopfloor:slo_total:window',
  /** 1 with what is known of an objective in labels. */
  info: 'shopfloor:slo_info',
  /** The target of an objective, 0 to 1. */
  target: 'shopfloor:slo_target',
  /** 1 during maintenance, absent else. */
  maintenance: 'shopfloor:slo_maintenance',
} as const;

/** 1 with the label `version`: which rules an environment's Prometheus has in force. */
export const SLO_RULES_SERIES = 'shopfloor:slo_rules';

/** Names of the alerts. */
export const SLO_ALERTS = {
  /** A row of the burn table. */
  burn: 'SloBurnsBudget',
  /** The condition of an AlertPolicy of the definition. */
  policy: 'SloAlertPolicy',
  /** Nothing is known of the events. */
  absent: 'SloDataAbsent',
} as const;

/** `0`, `1`, … of an objective, or the composite of all. */
export type ObjectiveLabel = string;

/** Label of the weighted whole of a composite SLO or a journey. */
export const COMPOSITE_OBJECTIVE: ObjectiveLabel = 'composite';

/** Labels that every recorded series of an objective carries. */
export function objectiveLabels(
  subject: RuleSubject,
  objective: ObjectiveLabel,
): Record<string, string> {
  return {
    environment: subject.environment,
    service: subject.definition.service,
    slo: subject.definition.name,
    slo_id: subject.id,
    objective,
  };
}

/** A selector of one recorded series, by what makes it unique. */
export function recorded(
  name: string,
  labels: { slo_id: string; objective?: string; window?: string },
): string {
  return formatSelector({
    name,
    matchers: Object.entries(labels).map(([label, value]) => ({
      label,
      operator: '=' as const,
      value,
    })),
  });
}

/** Key of an SLO in `GenerateRulesOptions.steps`. */
export function stepKey(step: { entityRef: string; slo: string }): string {
  return `${step.entityRef} ${step.slo}`;
}

import { countedUnit } from '../evaluation/leaves';
import { allowedShare } from '../math/budget';
import {
  burnRowCandidates,
  BurnRowDefinition,
  canExceed,
} from '../math/burnRows';
import { minimumEventsFor, rowGuard } from '../math/rowGuard';
import { SloDefinition } from '../openslo/types';
import { LintFinding } from './types';

/** What the alert rows of one objective are judged by. */
export interface LintAlertOptions {
  definition: SloDefinition;
  /** Absent for the whole of a composite. */
  objective?: number;
  target: number;
  periodSeconds: number;
  /** Events per second over the window; absent when not known. */
  eventsPerSecond?: number;
}

type Finding = Pick<LintFinding, 'code' | 'severity' | 'values'>;

/** Findings about the burn rows and alert policies of one objective. */
export function lintAlerts(options: LintAlertOptions): LintFinding[] {
  const { objective, periodSeconds } = options;
  const at = (findings: Finding[], field: string) =>
    findings.map(finding => ({
      ...finding,
      field,
      ...(objective !== undefined && { objective }),
    }));
  const target =
    objective === undefined
      ? 'spec.objectives'
      : `spec.objectives[${objective}]`;
  return [
    ...burnRowCandidates(periodSeconds)
      .filter(({ longSeconds }) => longSeconds <= periodSeconds)
      .flatMap(row => at(lintRow(row, options), target)),
    ...options.definition.alertPolicies.flatMap((_, index) =>
      at(lintPolicy(index, options), `spec.alertPolicies[${index}]`),
    ),
  ];
}

function lintRow(row: BurnRowDefinition, options: LintAlertOptions): Finding[] {
  const { target, definition, periodSeconds } = options;
  const { factor, longSeconds, shortSeconds } = row;
  const values = { factor, longSeconds, shortSeconds, target };
  if (factor < 1) {
    return [
      {
        code: 'row-inside-budget',
        severity: 'info',
        values: { ...values, periodSeconds },
      },
    ];
  }
  if (!canExceed(factor, target)) {
    return [
      {
        code: 'row-never-fires',
        severity: 'warning',
        values: { ...values, highest: highestBurnRate(target) },
      },
    ];
  }
  const coarse =
    definition.budgetingMethod === 'Occurrences'
      ? []
      : lintSlices(row, options, values);
  return coarse.some(({ code }) => code === 'slice-too-coarse')
    ? coarse
    : [...coarse, ...lintGuard(row, options, values)];
}

function lintGuard(
  { factor, longSeconds }: BurnRowDefinition,
  options: LintAlertOptions,
  values: Finding['values'],
): Finding[] {
  const { definition, target, eventsPerSecond } = options;
  if (options.objective === undefined) {
    return [];
  }
  const findings: Finding[] = [];
  const counted = {
    unit: countedUnit(definition),
    sliceSeconds: definition.objectives[options.objective].timeSliceSeconds,
    factor,
    target,
    longSeconds,
  };
  const needed = rowGuard(counted);
  const guard = rowGuard({
    ...counted,
    minimumEvents: definition.minimumEvents,
  });
  if (guard < needed) {
    findings.push({
      code: 'guard-too-low',
      severity: 'warning',
      values: { ...values, guard, needed },
    });
  }
  if (eventsPerSecond !== undefined) {
    const events = eventsPerSecond * longSeconds;
    if (events < guard) {
      findings.push({
        code: 'row-muted',
        severity: 'info',
        values: { ...values, guard, events },
      });
    }
  }
  return findings;
}

function lintSlices(
  { factor, longSeconds, shortSeconds }: BurnRowDefinition,
  options: LintAlertOptions,
  values: Finding['values'],
): Finding[] {
  const { definition, target } = options;
  const sliceSeconds = Math.max(
    ...(options.objective === undefined
      ? definition.objectives
      : [definition.objectives[options.objective]]
    ).map(({ timeSliceSeconds }) => timeSliceSeconds ?? 0),
  );
  if (shortSeconds % sliceSeconds !== 0 || longSeconds % sliceSeconds !== 0) {
    return [
      {
        code: 'slice-too-coarse',
        severity: 'warning',
        values: { ...values, sliceSeconds },
      },
    ];
  }
  const slices = longSeconds / sliceSeconds;
  return slices < minimumEventsFor(factor, target)
    ? [
        {
          code: 'slice-fires-alone',
          severity: 'warning',
          values: { ...values, sliceSeconds, slices },
        },
      ]
    : [];
}

function lintPolicy(index: number, options: LintAlertOptions): Finding[] {
  const { definition, target } = options;
  const { name, condition } = definition.alertPolicies[index];
  if (!condition) {
    return [];
  }
  const { threshold, lookbackSeconds } = condition;
  const values = { policy: name, threshold, lookbackSeconds, target };
  if (!canExceed(threshold, target)) {
    return [
      {
        code: 'condition-never-fires',
        severity: 'warning',
        values: { ...values, highest: highestBurnRate(target) },
      },
    ];
  }
  return threshold < 1
    ? [{ code: 'condition-inside-budget', severity: 'warning', values }]
    : [];
}

/** Burn rate when every event is bad. */
function highestBurnRate(target: number): number {
  return Number((1 / allowedShare(target)).toPrecision(12));
}

import { Environment } from '@shopfloor/plugin-environments-common';
import {
  countedUnit,
  declaredSpans,
  ExplainedPart,
  ExplainedWindow,
  Explanation,
  leafNumerator,
  MeasuredLeaf,
  measuredLeaves,
  NeededWindow,
  neededTimeWindows,
  recordedSpanExpression,
  spanExpression,
  spanOf,
  withoutSpans,
  windowKey,
} from '@shopfloor/plugin-slo-common';
import { countsOf } from '../evaluation/wholeOf';
import { excludedWithin } from '../store/excluded';
import { StoredSlo } from '../store/SloStore';

/** A query of more stretches than this between maintenance is not shown; the recorded series say the same. */
const MAX_STRETCHES = 12;

/** How the figures of an SLO came about; `undefined` of a journey, whose steps are explained as SLOs of their own. */
export function explain(
  slo: StoredSlo,
  environment: Environment,
  now: Date,
): Explanation | undefined {
  const { definition, measurement } = slo;
  const leaves = measuredLeaves(definition);
  if (leaves.length === 0 || !definition.evaluable) {
    return undefined;
  }
  const at = Math.floor((measurement?.observedAt ?? now).getTime() / 1000);
  const windows = neededTimeWindows(definition, at);
  const parts = leaves.map(leaf =>
    explainPart({ slo, leaf, environment, windows, at }),
  );
  const budget = spanOf(definition.timeWindow, at);
  return {
    ...parts[0],
    unit: countedUnit(definition),
    prometheusUrl: environment.prometheus.url,
    intervalSeconds: environment.prometheus.evaluationIntervalSeconds,
    coverageExpression:
      (budget &&
        spanExpression({
          leaf: leaves[0],
          environment: environment.name,
          intervalSeconds: environment.prometheus.evaluationIntervalSeconds,
          part: 'covered',
          seconds: Math.max(1, budget.to - budget.from),
        })) ??
      '',
    ...(parts.length > 1 && { parts }),
  };
}

interface PartOptions {
  slo: StoredSlo;
  leaf: MeasuredLeaf;
  environment: Environment;
  windows: NeededWindow[];
  at: number;
}

function explainPart(options: PartOptions): ExplainedPart {
  const { slo, leaf, windows } = options;
  const part = slo.measurement?.parts.find(each => each.key === leaf.key);
  const budget = windowKey(slo.definition.timeWindow);
  const seconds = ({ window }: NeededWindow) =>
    window.kind === 'rolling' ? window.durationSeconds : Infinity;
  // The window of the budget comes last, where the page shows its queries.
  const ordered = [...windows].sort((a, b) =>
    a.key === budget || b.key === budget
      ? Number(a.key === budget) - Number(b.key === budget)
      : seconds(a) - seconds(b),
  );
  return {
    objective: leaf.key,
    indicator: leaf.indicator.displayName ?? leaf.indicator.name,
    numerator: leafNumerator(leaf),
    windows: ordered.flatMap(needed => {
      const counts = countsOf(part, needed.key);
      return counts ? explainWindow(options, needed, counts) : [];
    }),
  };
}

function explainWindow(
  { slo, leaf, environment, at }: PartOptions,
  { key, window }: NeededWindow,
  counts: ExplainedWindow['counts'],
): ExplainedWindow[] {
  const span = spanOf(window, at, leaf.sliceSeconds);
  if (!span) {
    return [];
  }
  const { evaluationIntervalSeconds: intervalSeconds } = environment.prometheus;
  const excluded = declaredSpans(slo.maintenance, span);
  const stretches = withoutSpans(span, excluded, leaf.sliceSeconds);
  const shared = { leaf, environment: environment.name, intervalSeconds };
  const expression = (part: 'counted' | 'total') => {
    if (excluded.length === 0) {
      return (
        spanExpression({ ...shared, part, seconds: span.to - span.from }) ?? ''
      );
    }
    if (stretches.length > MAX_STRETCHES) {
      return withoutSpans(span, excludedWithin(slo, span), leaf.sliceSeconds)
        .map(recordedSpan =>
          recordedSpanExpression({
            ...shared,
            sloId: slo.id,
            objective: leaf.key,
            part,
            span: recordedSpan,
            sliceSeconds: leaf.sliceSeconds,
          }),
        )
        .join('\n+ ');
    }
    return stretches
      .map(
        ({ from, to }) =>
          `(${spanExpression({ ...shared, part, seconds: to - from, to })} or vector(0))`,
      )
      .join('\n+ ');
  };
  return [
    {
      key,
      seconds: span.to - span.from,
      counts,
      countedExpression: expression('counted'),
      totalExpression: expression('total'),
    },
  ];
}

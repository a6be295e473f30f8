import {
  BURN_NOW_SECONDS,
  burnRowDefinitions,
  calendarPeriod,
  countedUnit,
  Coverage,
  declaredSpans,
  evaluateObjective,
  EventCounts,
  excludedSeconds,
  leafOfObjective,
  ObjectivePart,
  ObjectiveResult,
  serviceLevel,
  SloDefinition,
  SloState,
  TimeSpan,
  TimeWindow,
  budgetLeft,
  windowKey,
  windowLengthSeconds,
  WindowResult,
  windowState,
  worstState,
} from '@shopfloor/plugin-slo-common';
import {
  countsOf,
  isWhole,
  weightsOf,
  wholeCounts,
  wholeTarget,
} from '../evaluation/wholeOf';
import { MeasuredPart, Measurement, StoredSlo } from '../store/SloStore';

const NONE: EventCounts = { bad: 0, total: 0 };

/** What a measurement says, whatever the time is. */
export interface Judged {
  objectives: ObjectiveResult[];
  state: SloState;
  worstBudgetLeft?: number;
  /** Of the window of the budget. */
  coverage?: Coverage;
}

/** Of each measurement, with the definition it is of: both are kept by the store, and lists show thousands. */
const judgements = new WeakMap<
  Measurement,
  { definition: SloDefinition; judged: Judged }
>();

/** What the last measurement of an SLO says. */
export function judge(slo: StoredSlo): Judged {
  const { measurement, definition } = slo;
  if (!measurement) {
    return { objectives: [], state: 'unknown' };
  }
  const known = judgements.get(measurement);
  if (known?.definition === definition) {
    return known.judged;
  }
  const objectives = evaluateObjectives(slo, measurement);
  const lefts = objectives.flatMap(({ budgetLeft: left }) => left ?? []);
  const judged = {
    objectives,
    state: worstState(objectives.map(({ state }) => state)),
    ...(lefts.length > 0 && { worstBudgetLeft: Math.min(...lefts) }),
    coverage: coverageOf(slo, measurement.parts, definition.timeWindow),
  };
  judgements.set(measurement, { definition, judged });
  return judged;
}

/** The objectives of an SLO, from what was last measured. Of a weighted whole there is one. */
export function presentObjectives(slo: StoredSlo): ObjectiveResult[] {
  return judge(slo).objectives;
}

function evaluateObjectives(
  slo: StoredSlo,
  measurement: Measurement,
): ObjectiveResult[] {
  const { definition } = slo;
  if (isWhole(definition)) {
    const [first] = definition.objectives;
    return [
      {
        ...presentObjective(slo, measurement.parts, {
          displayName: definition.journey ? first?.displayName : undefined,
          target: wholeTarget(definition),
          counts: key => wholeCounts(definition, measurement.parts, key),
        }),
        parts: presentParts(slo, measurement.parts),
      },
    ];
  }
  return definition.objectives.map((objective, index) => {
    const { displayName, target, timeSliceSeconds } = objective;
    const part = measurement.parts.find(
      ({ key }) => key === leafOfObjective(definition, index),
    );
    return presentObjective(slo, part ? [part] : [], {
      displayName,
      target,
      sliceSeconds: timeSliceSeconds,
      counts: key => countsOf(part, key),
    });
  });
}

interface ObjectiveOptions {
  displayName?: string;
  target: number;
  /** Length of the slices, when those are counted. */
  sliceSeconds?: number;
  /** Counts of a window by its key. */
  counts: (key: string) => EventCounts | undefined;
}

function presentObjective(
  slo: StoredSlo,
  parts: MeasuredPart[],
  { displayName, target, sliceSeconds, counts }: ObjectiveOptions,
): ObjectiveResult {
  const { definition, measurement } = slo;
  const { timeWindow } = definition;
  const at = measurement!.observedAt.getTime() / 1000;
  const periodSeconds = windowLengthSeconds(timeWindow, at);
  const windows = new Map<number, EventCounts>();
  const rows = burnRowDefinitions(periodSeconds).flatMap(row => [
    row.longSeconds,
    row.shortSeconds,
  ]);
  for (const seconds of [BURN_NOW_SECONDS, periodSeconds, ...rows]) {
    const counted = counts(String(seconds));
    if (counted) {
      windows.set(seconds, counted);
    }
  }
  const coverage = coverageOf(slo, parts, timeWindow);
  const calendar =
    timeWindow.kind === 'calendar' ? calendarPeriod(timeWindow, at) : undefined;
  const span = spanOfWindow(parts, timeWindow, at);
  const unit = countedUnit(definition);
  return {
    ...evaluateObjective({
      displayName,
      target,
      windowSeconds: periodSeconds,
      windows,
      minimumEvents: definition.minimumEvents,
      unit,
      sliceSeconds,
      coverageSeconds: Math.min(
        periodSeconds,
        (coverage?.seconds ?? 0) + (coverage?.maintenanceSeconds ?? 0),
      ),
      ...(timeWindow.kind === 'calendar' && {
        calendar: {
          counts: counts(windowKey(timeWindow)) ?? NONE,
          elapsedSeconds: calendar ? at - calendar.from : 0,
          remainingSeconds: calendar ? calendar.to - at : periodSeconds,
        },
      }),
    }),
    unit,
    ...(span && { window: isoSpan(span, calendar?.to) }),
    furtherWindows: definition.furtherWindows.flatMap(window =>
      presentWindow(slo, parts, window, { target, counts }),
    ),
  };
}

function presentWindow(
  slo: StoredSlo,
  parts: MeasuredPart[],
  timeWindow: TimeWindow,
  { target, counts }: Pick<ObjectiveOptions, 'target' | 'counts'>,
): WindowResult[] {
  const at = slo.measurement!.observedAt.getTime() / 1000;
  const span = spanOfWindow(parts, timeWindow, at);
  const coverage = coverageOf(slo, parts, timeWindow);
  if (!span || !coverage) {
    return [];
  }
  const counted = counts(windowKey(timeWindow)) ?? NONE;
  const period =
    timeWindow.kind === 'calendar' ? calendarPeriod(timeWindow, at) : undefined;
  return [
    {
      timeWindow,
      ...isoSpan(span, period?.to),
      state: windowState(counted, target),
      counts: counted,
      serviceLevel: serviceLevel(counted),
      budgetLeft: budgetLeft(counted, target),
      coverage,
    },
  ];
}

/** The parts of a weighted whole, in the order of the definition. */
function presentParts(slo: StoredSlo, parts: MeasuredPart[]): ObjectivePart[] {
  const { definition } = slo;
  const key = windowKey(definition.timeWindow);
  const weights = weightsOf(definition);
  const named = definition.journey
    ? definition.journey.map(step => ({
        name: step.slo,
        entityRef: step.entityRef,
        target: 0,
      }))
    : definition.objectives.map(({ displayName, indicator, target }) => ({
        name: displayName ?? indicator?.displayName ?? indicator?.name ?? '',
        target,
      }));
  return named.map((part, index) => {
    const measured = parts.find(each => each.key === String(index));
    const counts = countsOf(measured, key);
    return {
      ...part,
      ...(measured?.target !== undefined && { target: measured.target }),
      ...(measured?.sloId && { sloId: measured.sloId }),
      weight: weights[index],
      ...(counts && { counts, serviceLevel: serviceLevel(counts) }),
    };
  });
}

function spanOfWindow(
  parts: MeasuredPart[],
  window: TimeWindow,
  at: number,
): TimeSpan | undefined {
  const key = windowKey(window);
  const found = parts
    .flatMap(part => part.windows)
    .find(each => each.key === key);
  if (!found) {
    return undefined;
  }
  // What is shown of a rolling window is its length; its edge may be a two-thousandth behind.
  return window.kind === 'rolling'
    ? { from: at - window.durationSeconds, to: at }
    : { from: found.from, to: found.to };
}

/** How much of a window was observed, of the part of which least is. */
export function coverageOf(
  slo: StoredSlo,
  parts: MeasuredPart[],
  window: TimeWindow,
): Coverage | undefined {
  const key = windowKey(window);
  const [least] = parts
    .flatMap(part => part.coverage.find(each => each.key === key) ?? [])
    .sort((a, b) => a.seconds - b.seconds);
  if (!least) {
    return undefined;
  }
  const span =
    window.kind === 'rolling'
      ? { from: least.to - window.durationSeconds, to: least.to }
      : { from: least.from, to: least.to };
  const maintenanceSeconds = excludedSeconds(
    span,
    declaredSpans(slo.maintenance, span),
  );
  const windowSeconds = span.to - span.from - maintenanceSeconds;
  return {
    seconds: Math.min(least.seconds, windowSeconds),
    windowSeconds,
    resolutionSeconds: least.resolutionSeconds,
    ...(maintenanceSeconds > 0 && { maintenanceSeconds }),
  };
}

function isoSpan({ from, to }: TimeSpan, endsAt?: number) {
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  return {
    from: iso(from),
    to: iso(to),
    ...(endsAt !== undefined && { endsAt: iso(endsAt) }),
  };
}

import {
  declaredSpans,
  MeasuredLeaf,
  measuredLeaves,
  NeededWindow,
  spanOf,
  spanResolutionSeconds,
  stepWindow,
  TimeSpan,
  WindowStep,
  withoutSpans,
} from '@shopfloor/plugin-slo-common';
import {
  MeasuredCoverage,
  MeasuredPart,
  MeasuredWindow,
  StoredSlo,
} from '../store/SloStore';
import { countedAsNow, excludedWithin } from '../store/excluded';
import { Counted, CountRequest } from './countRequests';

/** Without samples for so long, nothing new is written. */
export const FRESH_SECONDS = 300;

/** Windows of an environment as the generated rules recorded them, by SLO, objective and seconds. */
export type RecordedWindows = ReadonlyMap<
  string,
  { bad: number; total: number }
>;

/** Key in {@link RecordedWindows}. */
export function recordedKey(
  sloId: string,
  objective: string,
  seconds: number,
): string {
  return `${sloId} ${objective} ${seconds}`;
}

/** One window of one leaf, and how its counts or its coverage come about. */
interface Track {
  leaf: MeasuredLeaf;
  needed: NeededWindow;
  span: TimeSpan;
  what: CountRequest['what'];
  known?: MeasuredWindow | MeasuredCoverage;
  step: WindowStep | { kind: 'recorded'; bad: number; total: number };
  arrived?: CountRequest;
  left?: CountRequest;
}

/** What has to be asked for one SLO. */
export interface SloPlan {
  slo: StoredSlo;
  /** Unix seconds. */
  at: number;
  tracks: Track[];
  requests: CountRequest[];
  /** Asks whether there are samples; absent for leaves that the rules record, or during maintenance. */
  fresh: CountRequest[];
}

/** What {@link planSlo} needs. */
export interface PlanOptions {
  slo: StoredSlo;
  windows: NeededWindow[];
  /** Unix seconds, a whole number of intervals. */
  at: number;
  intervalSeconds: number;
  recorded: RecordedWindows;
}

/** Plans how the counts of an SLO that is no journey are told at a moment. Nothing is asked yet. */
export function planSlo(options: PlanOptions): SloPlan {
  const { slo, at, windows } = options;
  const leaves = measuredLeaves(slo.definition);
  const tracks = leaves.flatMap(leaf =>
    windows.flatMap(needed => {
      const span = spanOf(needed.window, at, leaf.sliceSeconds);
      const whole = spanOf(needed.window, at);
      return [
        ...(span ? [planTrack(options, leaf, needed, span, 'events')] : []),
        ...(whole && needed.budget
          ? [planTrack(options, leaf, needed, whole, 'covered')]
          : []),
      ];
    }),
  );
  const recent = { from: at - FRESH_SECONDS, to: at };
  const fresh = leaves
    .map(leaf => ({ slo, leaf, span: recent, what: 'covered' as const }))
    .filter(() => {
      const left = withoutSpans(recent, declaredSpans(slo.maintenance, recent));
      return left.length === 1 && left[0].from === recent.from;
    })
    .filter(() => slo.recordedSince === undefined);
  return {
    slo,
    at,
    tracks,
    fresh,
    requests: [
      ...tracks.flatMap(({ arrived, left }) =>
        [arrived, left].flatMap(request => request ?? []),
      ),
      ...fresh,
    ],
  };
}

function planTrack(
  options: PlanOptions,
  leaf: MeasuredLeaf,
  needed: NeededWindow,
  span: TimeSpan,
  what: CountRequest['what'],
): Track {
  const { slo, at, intervalSeconds, recorded } = options;
  const { window, key } = needed;
  // What was counted with other exclusions is of no use.
  const part = countedAsNow(slo)
    ? slo.measurement?.parts.find(each => each.key === leaf.key)
    : undefined;
  const known = (what === 'events' ? part?.windows : part?.coverage)?.find(
    each => each.key === key,
  );
  const track = { leaf, needed, span, what, known };
  if (what === 'events' && window.kind === 'rolling') {
    const found = recorded.get(
      recordedKey(slo.id, leaf.key, window.durationSeconds),
    );
    const since = slo.recordedSince?.getTime();
    if (
      found &&
      since !== undefined &&
      since / 1000 <= span.from &&
      excludedWithin(slo, span).length === 0
    ) {
      return { ...track, step: { kind: 'recorded', ...found } };
    }
  }
  const step = stepWindow({
    span,
    known,
    rolling: window.kind === 'rolling',
    intervalSeconds,
    at,
    spread: spreadOf(slo.id),
  });
  const request = (asked: TimeSpan): CountRequest => ({
    slo,
    leaf,
    span: asked,
    what,
  });
  if (step.kind === 'whole') {
    return {
      ...track,
      step,
      arrived: { ...request(span), exact: what === 'covered' },
    };
  }
  return step.kind === 'move'
    ? {
        ...track,
        step,
        arrived: request(step.arrived),
        left: step.left && request(step.left),
      }
    : { ...track, step };
}

/** From 0 to 1, always the same for an id. */
function spreadOf(id: string): number {
  let hash = 0;
  for (const character of id) {
    hash = (hash * 31 + character.charCodeAt(0)) % 1009;
  }
  return hash / 1009;
}

/** The parts of an SLO from what was counted for its plan. */
export function settleSlo(
  plan: SloPlan,
  counted: ReadonlyMap<CountRequest, Counted>,
  intervalSeconds: number,
): MeasuredPart[] {
  const parts = new Map<string, MeasuredPart>();
  for (const track of plan.tracks) {
    const { leaf, what } = track;
    let part = parts.get(leaf.key);
    if (!part) {
      const before = plan.slo.measurement?.parts.find(
        each => each.key === leaf.key,
      );
      part = {
        key: leaf.key,
        windows: [],
        coverage: [],
        countedSeen: before?.countedSeen ?? false,
      };
      parts.set(leaf.key, part);
    }
    const arrived = track.arrived && counted.get(track.arrived);
    const left = track.left && counted.get(track.left);
    if (what === 'events') {
      const window = settleWindow(track, plan.at, arrived, left);
      part.windows.push(window);
      part.countedSeen ||= isSeen(track, window, arrived);
    } else {
      part.coverage.push(
        settleCoverage(track, plan.at, intervalSeconds, arrived, left),
      );
    }
  }
  return [...parts.values()];
}

/** Whether the series of what is counted shows in a window. */
function isSeen(
  { leaf, needed }: Track,
  { bad, total }: MeasuredWindow,
  arrived: Counted | undefined,
): boolean {
  if (arrived?.countedSeen || leaf.indicator.kind !== 'ratio') {
    return true;
  }
  return (
    needed.budget &&
    (leaf.indicator.numerator === 'good' ? bad < total : bad > 0)
  );
}

function edges({ step, span, known }: Track, at: number) {
  const left = step.kind === 'move' ? step.left : undefined;
  const moved = step.kind === 'move' || step.kind === 'keep';
  return {
    from: moved && !left && known ? known.from : span.from,
    to: span.to,
    ...(step.kind === 'whole' && { anchoredAt: at }),
    ...(moved &&
      known?.anchoredAt !== undefined && { anchoredAt: known.anchoredAt }),
  };
}

function settleWindow(
  track: Track,
  at: number,
  arrived: Counted | undefined,
  left: Counted | undefined,
): MeasuredWindow {
  const { step, needed } = track;
  const known = track.known as MeasuredWindow | undefined;
  const base = { key: needed.key, ...edges(track, at) };
  if (step.kind === 'recorded') {
    return { ...base, bad: step.bad, total: step.total };
  }
  const before =
    step.kind === 'move' || step.kind === 'keep' ? known : undefined;
  const sum = (part: 'bad' | 'total') =>
    settle(
      (before?.[part] ?? 0) + (arrived?.[part] ?? 0) - (left?.[part] ?? 0),
      before?.[part] ?? 0,
    );
  return { ...base, bad: sum('bad'), total: sum('total') };
}

function settleCoverage(
  track: Track,
  at: number,
  intervalSeconds: number,
  arrived: Counted | undefined,
  left: Counted | undefined,
): MeasuredCoverage {
  const { step, span, needed } = track;
  const known = track.known as MeasuredCoverage | undefined;
  const before =
    step.kind === 'move' || step.kind === 'keep' ? known : undefined;
  const came = Math.max(arrived?.seconds ?? 0, arrived?.longest ?? 0);
  const seconds = (before?.seconds ?? 0) + came - (left?.seconds ?? 0);
  return {
    key: needed.key,
    ...edges(track, at),
    seconds: Math.min(Math.max(seconds, 0), span.to - span.from),
    resolutionSeconds:
      before?.resolutionSeconds ??
      spanResolutionSeconds(span.to - span.from, intervalSeconds),
  };
}

/** Differences of floating-point sums end a hair beside zero; so few events were none. */
function settle(sum: number, before: number): number {
  return Math.abs(sum) < 1e-9 * Math.abs(before) ? 0 : sum;
}

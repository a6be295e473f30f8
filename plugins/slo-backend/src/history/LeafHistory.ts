import {
  BURN_NOW_SECONDS,
  calendarPeriod,
  countEvents,
  declaredSpans,
  EventCounts,
  excludedSeconds,
  leafNumerator,
  MeasuredLeaf,
  rollBack,
  spanExpression,
  TimeSpan,
  TimeWindow,
} from '@shopfloor/plugin-slo-common';
import { PrometheusClient } from '@shopfloor/plugin-environments-node';
import { SpanCounter } from '../evaluation/SpanCounter';
import { StoredSlo } from '../store/SloStore';

/** What {@link LeafHistory} needs. */
export interface LeafHistoryOptions {
  environment: string;
  intervalSeconds: number;
  client: PrometheusClient;
  /** Unix seconds, at equal distances; a whole number of slices. */
  times: number[];
  stepSeconds: number;
  signal?: AbortSignal;
}

/** Counts at each of the times. */
export interface CountsOverTime {
  window: EventCounts[];
  /** Of the last hour. */
  recent: EventCounts[];
  /** Whether there were samples in the step before each of the times, or maintenance. */
  seen: boolean[];
}

/** Windows are laid with steps at their trailing edge, so that rolling them back leaves a rest of at most so much. */
const REST_SHARE = 0.01;

/** Counts at each of some times, and which of them rest on samples. */
interface CountsAt {
  counts: EventCounts[];
  seen: boolean[];
}

/**
 * How the window of what is counted was at earlier moments. A rolling window is rolled back from what it holds at the end
 * by what came and what left; a calendar window is counted from its beginning. Costs the events of what is shown twice, not
 * those of the window at every point.
 */
export class LeafHistory {
  readonly #options: LeafHistoryOptions;
  readonly #counter: SpanCounter;

  static create(options: LeafHistoryOptions): LeafHistory {
    return new LeafHistory(options);
  }

  private constructor(options: LeafHistoryOptions) {
    this.#options = options;
    this.#counter = SpanCounter.create({ ...options, maxConcurrency: 4 });
  }

  async read(
    slo: StoredSlo,
    leaf: MeasuredLeaf,
    window: TimeWindow,
  ): Promise<CountsOverTime> {
    const { times } = this.#options;
    const [{ counts, seen }, recent] = await Promise.all([
      window.kind === 'rolling'
        ? this.#rolling(slo, leaf, window.durationSeconds)
        : this.#calendar(slo, leaf, window),
      this.#at(slo, leaf, times, BURN_NOW_SECONDS),
    ]);
    return {
      window: counts.map(bounded),
      recent: recent.counts.map(bounded),
      seen,
    };
  }

  async #rolling(
    slo: StoredSlo,
    leaf: MeasuredLeaf,
    seconds: number,
  ): Promise<CountsAt> {
    const { times, stepSeconds } = this.#options;
    const end = times[times.length - 1];
    const [last, arrived, left] = await Promise.all([
      this.#windowAt(slo, leaf, seconds, end),
      this.#at(slo, leaf, times, stepSeconds),
      this.#at(
        slo,
        leaf,
        times.map(at => at - seconds),
        stepSeconds,
      ),
    ]);
    // Before the first sample of the stretch a rest of what was rolled back is no event.
    const begins = arrived.seen.includes(true)
      ? arrived.seen.indexOf(true)
      : times.length;
    const rest =
      REST_SHARE *
      Math.max(last.total, knownWindow(slo, leaf, seconds)?.total ?? 0);
    const buckets = ({ counts }: CountsAt) =>
      times.map((at, index) => ({ at, counts: counts[index] }));
    return {
      counts: rollBack({
        now: last,
        arrived: buckets(arrived),
        left: buckets(left),
      }).map(({ counts }, index) =>
        index < begins && counts.total < rest ? { bad: 0, total: 0 } : counts,
      ),
      seen: arrived.seen,
    };
  }

  /** What a rolling window held at a moment: from its last measurement when that overlaps, else counted whole. */
  async #windowAt(
    slo: StoredSlo,
    leaf: MeasuredLeaf,
    seconds: number,
    end: number,
  ): Promise<EventCounts> {
    const last = knownWindow(slo, leaf, seconds);
    const known =
      last && last.to >= end && last.to - end < seconds ? last : undefined;
    if (known?.to === end) {
      return known;
    }
    if (!known) {
      const [whole] = await this.#count(slo, leaf, [
        { from: end - seconds, to: end },
      ]);
      return whole;
    }
    const [came, left] = await this.#count(slo, leaf, [
      { from: end, to: known.to },
      { from: end - seconds, to: known.to - seconds },
    ]);
    return {
      bad: known.bad - came.bad + left.bad,
      total: known.total - came.total + left.total,
    };
  }

  async #calendar(
    slo: StoredSlo,
    leaf: MeasuredLeaf,
    window: TimeWindow & { kind: 'calendar' },
  ): Promise<CountsAt> {
    const { times, stepSeconds } = this.#options;
    const sliceSeconds = leaf.sliceSeconds ?? 1;
    const starts = times.map(at => {
      const period = calendarPeriod(window, at);
      return period && Math.ceil(period.from / sliceSeconds) * sliceSeconds;
    });
    // The first point of each run is counted from its beginning, the others from the point before.
    const first = times.flatMap((at, index) => {
      const from = starts[index];
      return from !== undefined && (index === 0 || starts[index - 1] !== from)
        ? [{ index, span: { from, to: at } }]
        : [];
    });
    const [begun, arrived] = await Promise.all([
      this.#count(
        slo,
        leaf,
        first.map(({ span }) => span),
      ),
      this.#at(slo, leaf, times, stepSeconds),
    ]);
    const anew = new Map(first.map(({ index }, n) => [index, begun[n]]));
    const result: EventCounts[] = [];
    times.forEach((_, index) => {
      const before = result[index - 1] ?? { bad: 0, total: 0 };
      result.push(
        anew.get(index) ??
          (starts[index] === undefined
            ? { bad: 0, total: 0 }
            : {
                bad: before.bad + arrived.counts[index].bad,
                total: before.total + arrived.counts[index].total,
              }),
      );
    });
    return { counts: result, seen: arrived.seen };
  }

  /** Counts of the last so many seconds at each of some times. Those that touch maintenance are asked for one by one. */
  async #at(
    slo: StoredSlo,
    leaf: MeasuredLeaf,
    times: number[],
    seconds: number,
  ): Promise<CountsAt> {
    const spans = times.map(at => ({ from: at - seconds, to: at }));
    const excluded = declaredSpans(slo.maintenance, {
      from: spans[0].from,
      to: spans[spans.length - 1].to,
    });
    const touched = spans.filter(span => excludedSeconds(span, excluded) > 0);
    const [plain, apart] = await Promise.all([
      touched.length === spans.length
        ? undefined
        : this.#range(leaf, times, seconds),
      this.#count(slo, leaf, touched),
    ]);
    const none = { bad: 0, total: 0 };
    return {
      counts: spans.map(
        (span, index) => apart[touched.indexOf(span)] ?? plain?.[index] ?? none,
      ),
      seen: spans.map(
        (span, index) => touched.includes(span) || plain?.[index] !== undefined,
      ),
    };
  }

  async #range(
    leaf: MeasuredLeaf,
    times: number[],
    seconds: number,
  ): Promise<Array<EventCounts | undefined>> {
    const { client, environment, intervalSeconds, stepSeconds, signal } =
      this.#options;
    const read = async (part: 'counted' | 'total') => {
      const expression = spanExpression({
        leaf,
        environment,
        intervalSeconds,
        part,
        seconds,
      });
      const result = expression
        ? await client.queryRange(expression, {
            start: new Date(times[0] * 1000),
            end: new Date(times[times.length - 1] * 1000),
            stepSeconds,
            signal,
          })
        : [];
      return new Map(
        result.flatMap(({ points }) =>
          points
            .filter(({ value }) => Number.isFinite(value))
            .map(({ timeMs, value }) => [Math.round(timeMs / 1000), value]),
        ),
      );
    };
    const [counted, total] = await Promise.all([
      read('counted'),
      read('total'),
    ]);
    const numerator = leafNumerator(leaf);
    return times.map(at => {
      const all = total.get(at);
      if (all === undefined) {
        return undefined;
      }
      const some = counted.get(at) ?? 0;
      return { bad: numerator === 'good' ? all - some : some, total: all };
    });
  }

  async #count(
    slo: StoredSlo,
    leaf: MeasuredLeaf,
    spans: TimeSpan[],
  ): Promise<EventCounts[]> {
    const requests = spans.map(span => ({
      slo,
      leaf,
      span,
      what: 'events' as const,
    }));
    let failure: Error | undefined;
    const counted = await this.#counter.count(requests, (_, error) => {
      failure = error;
    });
    if (failure) {
      throw failure;
    }
    return requests.map(request => counted.get(request)!);
  }
}

/** A rolling window as it was last measured. */
function knownWindow(slo: StoredSlo, leaf: MeasuredLeaf, seconds: number) {
  return slo.measurement?.parts
    .find(({ key }) => key === leaf.key)
    ?.windows.find(
      ({ key, anchoredAt }) =>
        key === String(seconds) && anchoredAt !== undefined,
    );
}

function bounded({ bad, total }: EventCounts): EventCounts {
  return countEvents({
    numerator: 'bad',
    counted: bad,
    total: Math.max(0, total),
  });
}

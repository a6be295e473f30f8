import { NotFoundError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import { PrometheusClient } from '@shopfloor/plugin-environments-node';
import {
  declaredSpans,
  formatDuration,
  formatSelector,
  MeasuredLeaf,
  measuredLeaves,
  NeededWindow,
  neededTimeWindows,
  parseDurationSeconds,
  parseSelector,
  recordedWindowsExpression,
  SLO_SERIES,
  sloSelectors,
  stepKey,
  withLabel,
} from '@shopfloor/plugin-slo-common';
import { excludedStretches } from '../store/excluded';
import { Measurement, SavedMeasurement, StoredSlo } from '../store/SloStore';
import { measureJourney } from './measureJourney';
import { dataNotes, pointsOf } from './pointsOf';
import {
  FRESH_SECONDS,
  planSlo,
  RecordedWindows,
  recordedKey,
  settleSlo,
  SloPlan,
} from './planSlo';
import { SpanCounter } from './SpanCounter';

/** SLOs that are counted and written together. */
const CHUNK = 100;

/** What {@link EnvironmentRound} needs. */
export interface EnvironmentRoundOptions {
  environment: Environment;
  /** Of the environment; those that cannot be evaluated left out. */
  slos: StoredSlo[];
  client: PrometheusClient;
  now: Date;
  maxConcurrency: number;
  signal: AbortSignal;
  /** Writes what was measured. */
  save(measured: SavedMeasurement[]): Promise<void>;
  /** Told why something could not be. */
  fail(slo: StoredSlo, error: Error): void;
}

/** One evaluation of every SLO of one environment. */
export class EnvironmentRound {
  readonly #options: EnvironmentRoundOptions;
  readonly #at: number;
  readonly #interval: number;
  readonly #counter: SpanCounter;
  readonly #measured = new Map<string, Measurement>();

  static create(options: EnvironmentRoundOptions): EnvironmentRound {
    return new EnvironmentRound(options);
  }

  private constructor(options: EnvironmentRoundOptions) {
    const { environment, client, maxConcurrency, signal } = options;
    this.#options = options;
    this.#interval = environment.prometheus.evaluationIntervalSeconds;
    // One interval back, so that what is recorded at that moment is there to be read.
    this.#at =
      (Math.floor(options.now.getTime() / 1000 / this.#interval) - 1) *
      this.#interval;
    this.#counter = SpanCounter.create({
      environment: environment.name,
      intervalSeconds: this.#interval,
      client,
      maxConcurrency,
      signal,
    });
  }

  async run(): Promise<void> {
    const { slos } = this.#options;
    const simple = slos.filter(({ definition }) => !definition.journey);
    const journeys = slos.filter(({ definition }) => definition.journey);
    const recordedSlos = simple.filter(slo => slo.recordedSince);
    const [recorded, fresh] =
      recordedSlos.length > 0
        ? await this.#readRecorded(recordedSlos)
        : [new Map<string, { bad: number; total: number }>(), undefined];
    const windows = this.#neededWindows(simple, journeys);
    // Those that were never measured, or longest ago, first: a round may be cut short.
    const age = (slo: StoredSlo) => slo.measurement?.observedAt.getTime() ?? 0;
    const plans = [...simple]
      .sort((a, b) => age(a) - age(b))
      .map(slo =>
        planSlo({
          slo,
          windows: windows.get(slo.id)!,
          at: this.#at,
          intervalSeconds: this.#interval,
          recorded,
        }),
      );
    this.#counter.announce(plans.flatMap(({ requests }) => requests));
    for (let start = 0; start < plans.length; start += CHUNK) {
      this.#options.signal.throwIfAborted();
      await this.#evaluate(plans.slice(start, start + CHUNK), fresh);
    }
    await this.#evaluateJourneys(journeys);
  }

  /** Windows of each SLO, with those of the journeys it is a step of. */
  #neededWindows(
    simple: StoredSlo[],
    journeys: StoredSlo[],
  ): Map<string, NeededWindow[]> {
    const byStep = new Map(
      simple.map(slo => [
        stepKey({ entityRef: slo.entityRef, slo: slo.definition.name }),
        slo,
      ]),
    );
    const all = new Map(
      simple.map(slo => [slo.id, neededTimeWindows(slo.definition, this.#at)]),
    );
    for (const { definition } of journeys) {
      for (const step of definition.journey ?? []) {
        const slo = byStep.get(stepKey(step));
        const windows = slo && all.get(slo.id);
        for (const needed of neededTimeWindows(definition, this.#at)) {
          const known = windows?.find(({ key }) => key === needed.key);
          if (known) {
            known.budget ||= needed.budget;
          } else if (slo && fitsSlices(slo, needed)) {
            windows?.push(needed);
          }
        }
      }
    }
    return all;
  }

  /** Every window the rules recorded, and which leaves have fresh samples. Three queries, however many SLOs there are. */
  async #readRecorded(
    recordedSlos: StoredSlo[],
  ): Promise<[RecordedWindows, Set<string> | undefined]> {
    const { environment, client, signal, fail } = this.#options;
    const { name } = environment;
    const options = { time: new Date(this.#at * 1000), signal };
    try {
      const [bad, total, rates] = await Promise.all([
        client.query(recordedWindowsExpression(name, 'bad'), options),
        client.query(recordedWindowsExpression(name, 'total'), options),
        client.query(
          `count by (slo_id, objective) (${formatSelector({
            name: SLO_SERIES.totalRate,
            matchers: [{ label: 'environment', operator: '=', value: name }],
          })})`,
          options,
        ),
      ]);
      const key = ({ slo_id, objective, window }: Record<string, string>) =>
        recordedKey(slo_id, objective, parseDurationSeconds(window) ?? 0);
      const bads = new Map(
        bad.map(({ labels, value }) => [key(labels), value]),
      );
      const windows = new Map<string, { bad: number; total: number }>();
      for (const { labels, value } of total) {
        const counted = bads.get(key(labels));
        if (Number.isFinite(value) && Number.isFinite(counted)) {
          windows.set(key(labels), { bad: counted!, total: value });
        }
      }
      return [
        windows,
        new Set(
          rates.map(({ labels }) => `${labels.slo_id} ${labels.objective}`),
        ),
      ];
    } catch (error) {
      if (signal.aborted) {
        throw error;
      }
      // Nothing else would be answered either.
      recordedSlos.forEach(slo => fail(slo, error as Error));
      throw error;
    }
  }

  async #evaluate(
    plans: SloPlan[],
    fresh: Set<string> | undefined,
  ): Promise<void> {
    const { signal, save, fail } = this.#options;
    const failures = new Map<StoredSlo, Error>();
    const counted = await this.#counter.count(
      plans.flatMap(({ requests }) => requests),
      (slo, error) => {
        if (!failures.has(slo)) {
          failures.set(slo, error);
        }
      },
    );
    signal.throwIfAborted();
    const saved: SavedMeasurement[] = [];
    for (const plan of plans) {
      const { slo } = plan;
      const silent = measuredLeaves(slo.definition).find(leaf =>
        this.#isSilent(plan, leaf, fresh, request => {
          return (counted.get(request)?.seconds ?? 0) > 0;
        }),
      );
      if (silent && !failures.has(slo)) {
        failures.set(slo, this.#noSamples(silent));
      }
      if (failures.has(slo)) {
        continue;
      }
      const parts = settleSlo(plan, counted, this.#interval);
      const excluded = excludedStretches(slo);
      const measurement = {
        observedAt: new Date(this.#at * 1000),
        parts,
        notes: dataNotes(slo.definition, parts),
        ...(excluded.length > 0 && {
          exclusions: excluded.map(({ id }) => id),
        }),
      };
      this.#measured.set(slo.id, measurement);
      saved.push({
        id: slo.id,
        measurement,
        points: pointsOf(slo.definition, parts),
      });
    }
    await save(saved);
    failures.forEach((error, slo) => fail(slo, error));
  }

  /** True when there are no fresh samples although there should be. */
  #isSilent(
    plan: SloPlan,
    leaf: MeasuredLeaf,
    fresh: Set<string> | undefined,
    answered: (request: SloPlan['fresh'][number]) => boolean,
  ): boolean {
    const { slo } = plan;
    if (slo.recordedSince && fresh) {
      const recent = { from: this.#at - FRESH_SECONDS, to: this.#at };
      return (
        !fresh.has(`${slo.id} ${leaf.key}`) &&
        declaredSpans(slo.maintenance, recent).length === 0
      );
    }
    const request = plan.fresh.find(each => each.leaf.key === leaf.key);
    return request !== undefined && !answered(request);
  }

  #noSamples(leaf: MeasuredLeaf): NotFoundError {
    const selectors = sloSelectors({
      ...leaf.definition,
      indicatorDefinition: leaf.indicator,
      objectives: [],
    });
    const last = parseSelector(selectors.at(-1) ?? '');
    const named = last
      ? formatSelector(
          withLabel(last, 'environment', this.#options.environment.name),
        )
      : leaf.indicator.name;
    return new NotFoundError(
      `No samples of ${named} in the last ${formatDuration(FRESH_SECONDS)}`,
    );
  }

  async #evaluateJourneys(journeys: StoredSlo[]): Promise<void> {
    const { slos, save, fail } = this.#options;
    const steps = new Map(
      slos.map(slo => [
        stepKey({ entityRef: slo.entityRef, slo: slo.definition.name }),
        slo,
      ]),
    );
    const saved: SavedMeasurement[] = [];
    for (const slo of journeys) {
      const result = measureJourney({
        journey: slo,
        at: this.#at,
        steps,
        measured: this.#measured,
      });
      if (result instanceof Error) {
        fail(slo, result);
      } else {
        saved.push({
          id: slo.id,
          measurement: result,
          points: pointsOf(slo.definition, result.parts),
        });
      }
    }
    await save(saved);
  }
}

/** A rolling window that is no whole number of slices cannot be told. */
function fitsSlices(slo: StoredSlo, { window }: NeededWindow) {
  return measuredLeaves(slo.definition).every(
    ({ sliceSeconds = 1 }) =>
      window.kind === 'calendar' || window.durationSeconds % sliceSeconds === 0,
  );
}

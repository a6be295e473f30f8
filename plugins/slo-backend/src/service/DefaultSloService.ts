import { assertError, InputError, NotFoundError } from '@backstage/errors';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import {
  bucketBoundsQuery,
  budgetLeft,
  burnRate,
  leafOfObjective,
  ListSlosOptions,
  RangeQuery,
  serviceLevel,
  SloDetail,
  SloHistory,
  SloList,
  tallySlos,
  TimeRange,
} from '@shopfloor/plugin-slo-common';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { isWhole, wholeTarget } from '../evaluation/wholeOf';
import { readHistory, thinPoints } from '../history/readHistory';
import { lookedAt, timeRangeOf } from '../history/timeRangeOf';
import { SloStore, StoredPoint, StoredSlo } from '../store/SloStore';
import { EntityVisibility } from './EntityVisibility';
import { findSteps } from './findSteps';
import {
  hiddenSteps,
  hideSteps,
  stepEntities,
  withoutNames,
} from './hideSteps';
import {
  presentDetail,
  presentSource,
  presentState,
  presentSummary,
} from './present';
import { judge } from './presentObjectives';
import { SloRequest, SloService } from './SloService';

const DEFAULT_LIMIT = 200;

/** A page does not wait longer than this for a look at a histogram. */
const BUCKETS_MILLISECONDS = 2_000;

/** What {@link DefaultSloService} needs. */
export interface DefaultSloServiceOptions {
  store: SloStore;
  visibility: EntityVisibility;
  environments: EnvironmentsService;
  clients: PrometheusClients;
  staleAfterSeconds: number;
  /** The time now; for tests. */
  now?: () => Date;
}

/** {@link SloService} over the store, the catalog and Prometheus. It shows what the catalog shows the same person. */
export class DefaultSloService implements SloService {
  readonly #options: DefaultSloServiceOptions;
  readonly #now: () => Date;

  constructor(options: DefaultSloServiceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  async list(options: ListSlosOptions, request: SloRequest): Promise<SloList> {
    const { store, staleAfterSeconds } = this.#options;
    const [slos, sources] = await Promise.all([
      store.listSlos(),
      store.listSources(),
    ]);
    const visible = await this.#options.visibility.visible(
      [
        ...[...slos, ...sources].map(({ entityRef }) => entityRef),
        ...stepEntities(slos),
      ],
      request,
    );
    const when = { now: this.#now(), staleAfterSeconds };
    const all = slos.filter(({ entityRef }) => visible.has(entityRef));
    const matching = all
      .filter(slo => matches(slo, options, when))
      .sort(worstBudgetFirst);
    const offset = options.offset ?? 0;
    return {
      items: matching
        .slice(offset, offset + (options.limit ?? DEFAULT_LIMIT))
        .map(slo => hideSteps(presentSummary(slo, when), slo, visible)),
      totalItems: matching.length,
      states: tallySlos(
        matching.map(slo => ({ id: slo.id, ...presentState(slo, when) })),
      ).states,
      sources: sources
        .filter(
          source =>
            visible.has(source.entityRef) &&
            (!options.entity || source.entityRef === options.entity) &&
            (source.failure || source.problems.length > 0),
        )
        .map(presentSource),
      facets: {
        owners: unique(all.flatMap(({ owner }) => owner ?? [])),
        environments: unique(all.map(({ environment }) => environment)),
        systems: unique(all.flatMap(({ system }) => system ?? [])),
        tags: unique(all.flatMap(({ tags }) => tags ?? [])),
      },
    };
  }

  async get(id: string, request: SloRequest): Promise<SloDetail> {
    const { slo, visible } = await this.#find(id, request);
    const detail = presentDetail(slo, {
      now: this.#now(),
      staleAfterSeconds: this.#options.staleAfterSeconds,
      environment: this.#environment(slo),
      bucketBounds: await this.#bucketBounds(slo),
    });
    return hideSteps(detail, slo, visible);
  }

  async history(
    options: RangeQuery & { objective: number },
    request: SloRequest,
  ): Promise<SloHistory> {
    const { id, objective, ...choice } = options;
    const { slo, visible } = await this.#find(id, request);
    const whole = isWhole(slo.definition);
    const count = whole ? 1 : slo.definition.objectives.length;
    if (objective >= count) {
      throw new InputError(
        `objective: ${id} has ${count} objectives, counted from 0`,
      );
    }
    const target = whole
      ? wholeTarget(slo.definition)
      : slo.definition.objectives[objective].target;
    const now = this.#now();
    const range = timeRangeOf(choice, now, '1d');
    const read = await this.#points(slo, { range, objective, now });
    return {
      ...lookedAt(choice, range, '1d'),
      objective,
      coverageSeconds: read.coverageSeconds,
      source: read.source,
      failure:
        read.failure && withoutNames(read.failure, hiddenSteps([slo], visible)),
      observedAt: read.points.at(-1)?.at.toISOString(),
      points: read.points.map(({ at, window, recent }) => ({
        at: at.toISOString(),
        counts: window,
        serviceLevel: serviceLevel(window),
        budgetLeft: budgetLeft(window, target),
        burnRate: burnRate(recent, target),
      })),
    };
  }

  async #points(
    slo: StoredSlo,
    options: { range: TimeRange; objective: number; now: Date },
  ): Promise<{
    source: SloHistory['source'];
    failure?: string;
    coverageSeconds?: number;
    points: StoredPoint[];
  }> {
    const { clients, store } = this.#options;
    const { range, objective } = options;
    const environment = this.#environment(slo);
    const { definition } = slo;
    let failure = 'The SLO is not evaluated';
    if (environment && definition.evaluable) {
      try {
        const read = await readHistory({
          ...options,
          slo,
          steps: await findSteps(slo, store),
          environment,
          client: clients.of(environment),
        });
        return { source: 'prometheus', ...read };
      } catch (error) {
        assertError(error);
        failure = error.message;
      }
    }
    const since = new Date(range.from * 1000);
    const points = await store.listPoints(
      slo.id,
      since,
      isWhole(definition) ? '0' : leafOfObjective(definition, objective),
    );
    return { source: 'stored', failure, points: thinPoints(points, range) };
  }

  /** `undefined` when no bucket is counted, or Prometheus does not tell: the lint then says that it did not look. */
  async #bucketBounds(slo: StoredSlo): Promise<string[] | undefined> {
    const environment = this.#environment(slo);
    const { indicator } = slo.definition;
    const query =
      environment &&
      indicator &&
      bucketBoundsQuery(indicator, environment.name);
    if (!query) {
      return undefined;
    }
    try {
      const samples = await this.#options.clients
        .of(environment)
        .query(query, { signal: AbortSignal.timeout(BUCKETS_MILLISECONDS) });
      return samples.flatMap(({ labels }) => labels.le ?? []);
    } catch {
      return undefined;
    }
  }

  #environment(slo: StoredSlo) {
    return this.#options.environments
      .list()
      .find(({ name }) => name === slo.environment);
  }

  /** An SLO, and which of its own entity and those of its steps may be seen. */
  async #find(
    id: string,
    request: SloRequest,
  ): Promise<{ slo: StoredSlo; visible: Set<string> }> {
    const slo = await this.#options.store.getSlo(id);
    // Without an SLO it is asked all the same, so that the time tells nothing either.
    const visible = await this.#options.visibility.visible(
      [
        slo?.entityRef ?? 'component:default/none',
        ...stepEntities(slo ? [slo] : []),
      ],
      request,
    );
    if (slo && visible.has(slo.entityRef)) {
      return { slo, visible };
    }
    throw new NotFoundError(
      `There is no SLO "${id}", or you may not see its entity`,
    );
  }
}

function matches(
  slo: StoredSlo,
  options: ListSlosOptions,
  when: { now: Date; staleAfterSeconds: number },
): boolean {
  const { entity, owner, environment, state, system, tag } = options;
  return (
    (!entity || slo.entityRef === entity) &&
    (!owner || slo.owner === owner) &&
    (!environment || slo.environment === environment) &&
    (!system || slo.system === system) &&
    (!tag || slo.tags?.includes(tag) === true) &&
    (!state || presentState(slo, when).state === state)
  );
}

/** What was never measured comes last. */
function worstBudgetFirst(a: StoredSlo, b: StoredSlo): number {
  const left = (slo: StoredSlo) => judge(slo).worstBudgetLeft ?? Infinity;
  const [one, other] = [left(a), left(b)];
  if (one !== other) {
    return one - other;
  }
  return a.id < b.id ? -1 : 1;
}

function unique(values: string[]): string[] {
  return [...new Set(values)].sort();
}

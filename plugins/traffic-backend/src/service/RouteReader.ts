import { LoggerService } from '@backstage/backend-plugin-api';
import {
  NotAllowedError,
  NotFoundError,
  stringifyError,
} from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import {
  Impersonation,
  PrometheusClient,
} from '@shopfloor/plugin-environments-node';
import {
  MeasuredShares,
  RouteView,
  VirtualService,
  WantedRoute,
  canonicalJson,
  managersOfRoute,
  readRoute,
} from '@shopfloor/plugin-traffic-common';
import {
  KnownRoute,
  LastKnownKey,
  TrafficStore,
} from '../database/TrafficStore';
import { RouteObjects, kubernetesMessage } from '../kubernetes/RouteObjects';
import {
  measuredSharesQuery,
  readMeasuredShares,
} from '../metrics/measuredShares';
import { ShortCache } from './cache';

export interface RouteReaderOptions {
  objects: RouteObjects;
  store: TrafficStore;
  prometheusOf: (environment: Environment) => PrometheusClient;
  logger: LoggerService;
}

export interface ReadOptions {
  environment: Environment;
  name: string;
  impersonate: Impersonation;
}

export interface ObservedRoute {
  wanted: WantedRoute;
  /** Absent when only the last known state is to be had. */
  virtualService?: VirtualService;
}

const ROUTE_LIFETIME_MS = 500;
const MEASURED_LIFETIME_MS = 1_500;
/** An unchanged state is written again only this often. */
const LAST_KNOWN_EVERY_MS = 15_000;

/** The route and the measured shares as they are now, or as they were last known. */
export class RouteReader {
  readonly #options: RouteReaderOptions;
  readonly #routes = new ShortCache<ObservedRoute>({
    lifetimeMs: ROUTE_LIFETIME_MS,
  });
  readonly #measured = new ShortCache<MeasuredShares>({
    lifetimeMs: MEASURED_LIFETIME_MS,
  });
  readonly #saved = new Map<string, { json: string; atMs: number }>();

  constructor(options: RouteReaderOptions) {
    this.#options = options;
  }

  /** Never throws: a system that does not answer is a state to show. */
  async readWanted(options: ReadOptions): Promise<
    Pick<RouteView, 'wanted' | 'wantedUnavailable'> & {
      virtualService?: VirtualService;
    }
  > {
    try {
      return await this.#routes.get(routeKey(options), () =>
        this.#readLive(options),
      );
    } catch (error) {
      if (error instanceof NotFoundError) {
        return {
          wantedUnavailable: {
            code: 'absent',
            reason: `Environment '${options.environment.name}' has no VirtualService '${options.name}'`,
          },
        };
      }
      const reason = kubernetesMessage(error);
      if (error instanceof NotAllowedError) {
        return { wantedUnavailable: { code: 'denied', reason } };
      }
      const known = await this.#options.store.getLastKnown(
        lastKnownKey(options),
        'route',
      );
      return known
        ? {
            wanted: {
              ...asWanted(options, known.value, known.observedAt),
              stale: { since: known.observedAt.toISOString(), reason },
            },
          }
        : { wantedUnavailable: { code: 'unreachable', reason } };
    }
  }

  /** Never throws; the last known shares are as good for everybody, since they are no one's own. */
  async readMeasured(
    options: Omit<ReadOptions, 'impersonate'>,
  ): Promise<Pick<RouteView, 'measured' | 'measuredUnavailable'>> {
    const { environment, name } = options;
    try {
      const measured = await this.#measured.get(
        `${environment.name}/${name}`,
        () => this.#measure(environment, name),
      );
      return { measured };
    } catch (error) {
      const known = await this.#options.store.getLastKnown(
        lastKnownKey(options),
        'measured',
      );
      const reason = (error as Error).message;
      return known
        ? {
            measured: {
              ...known.value,
              stale: { since: known.value.observedAt, reason },
            },
          }
        : { measuredUnavailable: { reason } };
    }
  }

  /** After a write: whoever asks next sees it. */
  forget(environment: Environment, name: string): void {
    this.#routes.forget(`${environment.name}/${name}/`);
  }

  async #readLive(options: ReadOptions): Promise<ObservedRoute> {
    const { environment, name, impersonate } = options;
    const { virtualService, destinationRule } =
      await this.#options.objects.read({ environment, name, impersonate });
    const known: KnownRoute = {
      model: readRoute(virtualService, destinationRule),
      resourceVersion: virtualService.metadata.resourceVersion ?? '',
      managers: managersOfRoute(virtualService),
      namespace: environment.namespace,
    };
    const now = new Date();
    this.#save(options, 'route', known, now);
    return { wanted: asWanted(options, known, now), virtualService };
  }

  async #measure(environment: Environment, name: string) {
    const samples = await this.#options
      .prometheusOf(environment)
      .query(measuredSharesQuery(environment.name, name));
    const now = new Date();
    const measured = readMeasuredShares(samples, now);
    this.#save({ environment, name }, 'measured', measured, now);
    return measured;
  }

  /** In the background: nobody waits for a copy. */
  #save<K extends 'route' | 'measured'>(
    options: Pick<ReadOptions, 'environment' | 'name'>,
    kind: K,
    value: K extends 'route' ? KnownRoute : MeasuredShares,
    now: Date,
  ): void {
    const key = lastKnownKey(options);
    const id = `${kind}/${key.environment}/${key.virtualService}`;
    // Measured figures always differ a little; only time decides about them.
    const json = kind === 'route' ? canonicalJson(value) : '';
    const last = this.#saved.get(id);
    if (
      last?.json === json &&
      now.getTime() - last.atMs < LAST_KNOWN_EVERY_MS
    ) {
      return;
    }
    this.#saved.set(id, { json, atMs: now.getTime() });
    this.#options.store
      .putLastKnown(key, kind, value as never, now)
      .catch(error => {
        this.#saved.delete(id);
        this.#options.logger.warn(
          `The last known ${kind} of ${id} was not saved: ${stringifyError(
            error,
          )}`,
        );
      });
  }
}

function asWanted(
  { name }: Pick<ReadOptions, 'name'>,
  known: KnownRoute,
  observedAt: Date,
): WantedRoute {
  return {
    ...known.model,
    namespace: known.namespace,
    virtualService: name,
    resourceVersion: known.resourceVersion,
    managers: known.managers,
    observedAt: observedAt.toISOString(),
  };
}

/** By person: what one may read in Kubernetes, another may not. */
function routeKey({ environment, name, impersonate }: ReadOptions): string {
  return `${environment.name}/${name}/${impersonate.user}/${(
    impersonate.groups ?? []
  ).join(',')}`;
}

function lastKnownKey({
  environment,
  name,
}: Pick<ReadOptions, 'environment' | 'name'>): LastKnownKey {
  return { environment: environment.name, virtualService: name };
}

import { Entity } from '@backstage/catalog-model';
import {
  CollectedEvidence,
  CollectOptions,
  Collector,
  EvidenceType,
  SourceUnavailableError,
} from '@shopfloor/plugin-checks-node';
import { Environment } from '@shopfloor/plugin-environments-common';
import {
  DefaultPrometheusClient,
  describeNetworkError,
  EnvironmentsService,
  PrometheusClient,
} from '@shopfloor/plugin-environments-node';
import { request } from 'undici';
import { runningServiceOf } from '../environmentsOf';
import { alertsOf, RuleGroup } from './readAlerts';

/** What Prometheus measures of a service, in every environment that it says it runs in. */
export class PrometheusCollector implements Collector {
  readonly name = 'prometheus';
  readonly version = '1';
  readonly title = { en: 'Prometheus', zh: 'Prometheus' };
  readonly intervalSeconds = 120;
  readonly freshnessSeconds = 1800;
  readonly evidence: Record<string, EvidenceType> = {
    /** Programs of the service that are scraped, and how many of them answer. */
    targets: {
      list: { object: { environment: 'string', found: 'int', up: 'int' } },
    },
    /** Series of the metric contract: of the mesh by destination, of the service by route. */
    contract: {
      list: {
        object: { environment: 'string', requests: 'int', routes: 'int' },
      },
    },
    /** Alerting rules about the service. */
    alerts: {
      list: {
        object: {
          environment: 'string',
          name: 'string',
          group: 'string',
          severity: 'string',
          runbook: 'string',
          healthy: 'bool',
        },
      },
    },
  };
  readonly #environments: EnvironmentsService;
  readonly #clients = new Map<string, PrometheusClient>();

  constructor(options: { environments: EnvironmentsService }) {
    this.#environments = options.environments;
  }

  sources(entity: Entity): string[] {
    return (
      runningServiceOf(entity, this.#environments)?.environments.map(
        sourceOf,
      ) ?? []
    );
  }

  async collect({
    entity,
    signal,
  }: CollectOptions): Promise<CollectedEvidence[]> {
    const { name, environments } = runningServiceOf(
      entity,
      this.#environments,
    )!;
    const seen = await Promise.all(
      environments.map(environment => this.#look(environment, name, signal)),
    );
    const source = environments.map(sourceOf).join(', ');
    const references = (expressions: string[]) =>
      environments.flatMap(({ prometheus }) =>
        expressions.map(expression => ({
          kind: 'query' as const,
          target: expression,
          href: `${prometheus.url}/graph?g0.expr=${encodeURIComponent(
            expression,
          )}`,
        })),
      );
    return [
      {
        key: 'targets',
        source,
        references: references(seen.map(look => look.expressions.targets)),
        value: seen.map(({ environment, found, up }) => ({
          environment,
          found,
          up,
        })),
      },
      {
        key: 'contract',
        source,
        references: references(
          seen.flatMap(({ expressions }) => [
            expressions.requests,
            expressions.routes,
          ]),
        ),
        value: seen.map(({ environment, requests, routes }) => ({
          environment,
          requests,
          routes,
        })),
      },
      {
        key: 'alerts',
        source,
        references: environments.map(({ prometheus }) => ({
          kind: 'url' as const,
          target: rulesUrl(prometheus.url),
          href: `${prometheus.url}/alerts`,
        })),
        value: seen.flatMap(({ alerts }) => alerts),
      },
    ];
  }

  async #look(environment: Environment, service: string, signal: AbortSignal) {
    const client = this.#client(environment);
    const at = `environment="${environment.name}"`;
    const expressions = {
      targets: `up{job="service",${at},service="${service}"}`,
      requests: `count(shopfloor:requests:rate1m{${at},destination="${service}"})`,
      routes: `count(shopfloor:route_requests:rate1m{${at},service="${service}"})`,
    };
    try {
      const [targets, requests, routes, groups] = await Promise.all([
        client.query(expressions.targets, { signal }),
        client.query(expressions.requests, { signal }),
        client.query(expressions.routes, { signal }),
        readRules(environment, signal),
      ]);
      return {
        environment: environment.name,
        expressions,
        found: targets.length,
        up: targets.filter(({ value }) => value === 1).length,
        requests: requests[0]?.value ?? 0,
        routes: routes[0]?.value ?? 0,
        alerts: alertsOf(groups, { service, environment: environment.name }),
      };
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'ServiceUnavailableError') {
        throw new SourceUnavailableError(sourceOf(environment), message, {
          cause: error,
        });
      }
      throw error;
    }
  }

  #client({ prometheus }: Environment): PrometheusClient {
    let client = this.#clients.get(prometheus.url);
    if (!client) {
      client = DefaultPrometheusClient.create({ url: prometheus.url });
      this.#clients.set(prometheus.url, client);
    }
    return client;
  }
}

function sourceOf({ name }: Environment): string {
  return `prometheus:${name}`;
}

function rulesUrl(url: string): string {
  return `${url}/api/v1/rules?type=alert`;
}

async function readRules(
  environment: Environment,
  signal: AbortSignal,
): Promise<RuleGroup[]> {
  const url = rulesUrl(environment.prometheus.url);
  let body: any;
  try {
    const answer = await request(url, { signal, headersTimeout: 10_000 });
    body = await answer.body.json();
  } catch (error) {
    throw new SourceUnavailableError(
      sourceOf(environment),
      `Prometheus at ${environment.prometheus.url} is not reachable: ${describeNetworkError(
        error,
      )}`,
      { cause: error },
    );
  }
  if (body?.status !== 'success' || !Array.isArray(body.data?.groups)) {
    throw new SourceUnavailableError(
      sourceOf(environment),
      `Prometheus at ${environment.prometheus.url} answered something else than rules`,
    );
  }
  return body.data.groups;
}

import { Config } from '@backstage/config';
import { Entity } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import {
  CollectedEvidence,
  CollectOptions,
  Collector,
  EvidenceType,
  SourceUnavailableError,
} from '@shopfloor/plugin-checks-node';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { Connection, notConnected, readConnections } from '../connections';
import { runningServiceOf } from '../environmentsOf';
import { readAnswer } from '../readAnswer';

/** How far back a trace counts, in seconds. */
const LOOKBACK_SECONDS = 3600;

/** A query API of traces. */
export type TracesConnection = Connection & { kind: 'tempo' | 'jaeger' };

/** Reads `checks.traces`. */
export function readTracesConfig(config: Config) {
  return readConnections(config, 'checks.traces', connection => {
    const kind = connection.getString('kind');
    if (kind !== 'tempo' && kind !== 'jaeger') {
      throw new InputError(
        `checks.traces: kind is "${kind}", not tempo or jaeger`,
      );
    }
    return { kind: kind as TracesConnection['kind'] };
  });
}

/** Whether traces of a service arrive where its environment keeps them: Grafana Tempo or Jaeger, by their query APIs. */
export class TracesCollector implements Collector {
  readonly name = 'traces';
  readonly version = '1';
  readonly title = { en: 'Traces', zh: '链路追踪' };
  readonly intervalSeconds = 300;
  readonly freshnessSeconds = 3600;
  readonly evidence: Record<string, EvidenceType> = {
    /** Whether there was a trace within the last hour. */
    seen: { list: { object: { environment: 'string', found: 'bool' } } },
  };
  readonly #environments: EnvironmentsService;
  readonly #connections: Map<string, TracesConnection>;
  readonly #now: () => number;

  constructor(options: {
    environments: EnvironmentsService;
    connections: Map<string, TracesConnection>;
    /** Milliseconds since the epoch; for tests. */
    now?: () => number;
  }) {
    this.#environments = options.environments;
    this.#connections = options.connections;
    this.#now = options.now ?? Date.now;
  }

  sources(entity: Entity): string[] {
    const service = runningServiceOf(entity, this.#environments);
    return (service?.environments ?? []).map(({ name }) => sourceOf(name));
  }

  async collect({
    entity,
    signal,
  }: CollectOptions): Promise<CollectedEvidence[]> {
    const service = runningServiceOf(entity, this.#environments)!;
    const names = service.environments.map(({ name }) => name);
    const source = names.map(sourceOf).join(', ');
    const unknown = notConnected({
      environments: names,
      connections: this.#connections,
      what: {
        en: missing => `where ${missing} keeps traces`,
        zh: missing => `不知道 ${missing} 的链路追踪保存在哪里`,
      },
      key: 'checks.traces',
      needs: {
        en: 'environment, kind tempo or jaeger, url',
        zh: 'environment，kind 为 tempo 或 jaeger，url',
      },
    });
    if (unknown) {
      return [
        {
          key: 'seen',
          source,
          references: [],
          unknown,
        },
      ];
    }
    const seen = await Promise.all(
      names.map(name =>
        this.#look(this.#connections.get(name)!, service.name, signal),
      ),
    );
    return [
      {
        key: 'seen',
        source,
        references: seen.map(({ query }) => ({ kind: 'query', target: query })),
        value: seen.map(({ environment, found }) => ({ environment, found })),
      },
    ];
  }

  async #look(
    connection: TracesConnection,
    service: string,
    signal: AbortSignal,
  ) {
    const { environment, kind, url, token } = connection;
    const end = this.#now();
    const start = end - LOOKBACK_SECONDS * 1000;
    const ask = (path: string, system: string, accept: number[]) =>
      readAnswer({
        source: sourceOf(environment),
        system,
        url: `${url}${path}`,
        headers: token ? { authorization: `Bearer ${token}` } : {},
        accept,
        signal,
      });
    const wrong = (system: string) =>
      new SourceUnavailableError(
        sourceOf(environment),
        `${system} at ${url} answered something else than traces`,
      );
    if (kind === 'tempo') {
      const query = `{resource.service.name="${service}" && resource.deployment.environment.name="${environment}"}`;
      const parameters = new URLSearchParams({
        q: query,
        start: String(Math.floor(start / 1000)),
        end: String(Math.ceil(end / 1000)),
        limit: '1',
      });
      const { body } = await ask(`/api/search?${parameters}`, 'Tempo', []);
      // Tempo leaves the list out of an answer without traces.
      const traces = body.traces ?? [];
      if (!Array.isArray(traces) || typeof body.metrics !== 'object') {
        throw wrong('Tempo');
      }
      return { environment, query, found: traces.length > 0 };
    }
    const parameters = new URLSearchParams({
      'query.service_name': service,
      'query.start_time_min': new Date(start).toISOString(),
      'query.start_time_max': new Date(end).toISOString(),
      'query.num_traces': '1',
      'query.attributes': JSON.stringify({
        'deployment.environment.name': environment,
      }),
    });
    const { status, body } = await ask(
      `/api/v3/traces?${parameters}`,
      'Jaeger',
      [404],
    );
    // Jaeger answers 404 where no trace matches, with an error of its own shape.
    const none = status === 404 && body?.error?.httpCode === 404;
    const spans = body?.result?.resourceSpans;
    if (!none && !(status === 200 && Array.isArray(spans))) {
      throw wrong('Jaeger');
    }
    return {
      environment,
      query: `service_name=${service}`,
      found: !none && spans.length > 0,
    };
  }
}

function sourceOf(environment: string): string {
  return `traces:${environment}`;
}

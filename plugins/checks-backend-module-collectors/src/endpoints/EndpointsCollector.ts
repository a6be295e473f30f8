import { AuthService } from '@backstage/backend-plugin-api';
import { Entity, RELATION_PROVIDES_API } from '@backstage/catalog-model';
import { JsonValue } from '@backstage/types';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  CollectedEvidence,
  CollectOptions,
  Collector,
  EvidenceType,
  SourceUnavailableError,
} from '@shopfloor/plugin-checks-node';
import { Environment } from '@shopfloor/plugin-environments-common';
import {
  describeNetworkError,
  EnvironmentsService,
} from '@shopfloor/plugin-environments-node';
import { request } from 'undici';
import { parse } from 'yaml';
import { runningServiceOf } from '../environmentsOf';
import { compareOpenApi } from './compareOpenApi';

/** Paths that are for the platform alone. */
const INTERNAL_PATHS = ['/metrics', '/health/live', '/health/ready'];
const MAX_BYTES = 4_000_000;
/** What a gateway says when nobody is behind it. */
const NOBODY_THERE = [502, 503, 504];

/** What a service answers at the gateway, under the host that the gateway gives it for developers. */
export class EndpointsCollector implements Collector {
  readonly name = 'endpoints';
  readonly version = '1';
  readonly title = { en: 'Live endpoints', zh: '运行中的接口' };
  readonly intervalSeconds = 300;
  readonly freshnessSeconds = 3600;
  readonly evidence: Record<string, EvidenceType> = {
    /** Each OpenAPI document of the catalog against what is served; `difference` is the first place, or empty. */
    openapi: {
      list: {
        object: {
          environment: 'string',
          api: 'string',
          status: 'int',
          equal: 'bool',
          difference: 'string',
        },
      },
    },
    /** What a stranger gets at paths that are for the platform alone. */
    internal: {
      list: {
        object: { environment: 'string', path: 'string', status: 'int' },
      },
    },
  };
  readonly #auth: AuthService;
  readonly #catalog: CatalogService;
  readonly #environments: EnvironmentsService;

  constructor(options: {
    auth: AuthService;
    catalog: CatalogService;
    environments: EnvironmentsService;
  }) {
    this.#auth = options.auth;
    this.#catalog = options.catalog;
    this.#environments = options.environments;
  }

  sources(entity: Entity): string[] {
    return this.#gateways(entity).map(gatewaySource);
  }

  async collect({
    entity,
    signal,
  }: CollectOptions): Promise<CollectedEvidence[]> {
    const { name } = runningServiceOf(entity, this.#environments)!;
    const gateways = this.#gateways(entity);
    const source = gateways.map(gatewaySource).join(', ');
    const apis = await this.#apis(entity);
    const openapi = [];
    const internal = [];
    const open = async (environment: Environment, path: string) => {
      const answer = await ask(environment, name, path, signal);
      if (NOBODY_THERE.includes(answer.status)) {
        // It says nothing of the service: what was seen last stays until it is stale.
        throw new Error(
          `${addressOf(environment, name, path)} answers ${answer.status}: no instance of ${name} takes requests right now`,
        );
      }
      return answer;
    };
    for (const environment of gateways) {
      if (apis.length > 0) {
        const answer = await open(environment, '/openapi.json');
        for (const { ref, document } of apis) {
          const served = answer.status === 200 ? json(answer.text) : undefined;
          const difference =
            served === undefined
              ? `answered ${answer.status}`
              : compareOpenApi(document, served);
          openapi.push({
            environment: environment.name,
            api: ref,
            status: answer.status,
            equal: difference === undefined,
            difference: difference ?? '',
          });
        }
      }
      for (const path of INTERNAL_PATHS) {
        const { status } = await open(environment, path);
        internal.push({ environment: environment.name, path, status });
      }
    }
    const references = (paths: string[]) =>
      gateways.flatMap(environment =>
        paths.map(path => ({
          kind: 'url' as const,
          target: addressOf(environment, name, path),
        })),
      );
    return [
      {
        key: 'openapi',
        source,
        references: references(['/openapi.json']),
        value: openapi,
      },
      {
        key: 'internal',
        source,
        references: references(INTERNAL_PATHS),
        value: internal,
      },
    ];
  }

  #gateways(entity: Entity): Environment[] {
    return (
      runningServiceOf(entity, this.#environments)?.environments.filter(
        ({ gateway }) => gateway,
      ) ?? []
    );
  }

  /** OpenAPI documents that the entity promises. */
  async #apis(
    entity: Entity,
  ): Promise<Array<{ ref: string; document: JsonValue }>> {
    const entityRefs = (entity.relations ?? [])
      .filter(({ type }) => type === RELATION_PROVIDES_API)
      .map(({ targetRef }) => targetRef);
    if (entityRefs.length === 0) {
      return [];
    }
    const { items } = await this.#catalog.getEntitiesByRefs(
      { entityRefs },
      { credentials: await this.#auth.getOwnServiceCredentials() },
    );
    return entityRefs.flatMap((ref, index) => {
      const spec = items[index]?.spec;
      return spec?.type === 'openapi'
        ? [{ ref, document: parse(String(spec.definition)) as JsonValue }]
        : [];
    });
  }
}

function gatewaySource({ name }: Environment): string {
  return `gateway:${name}`;
}

function addressOf({ gateway }: Environment, service: string, path: string) {
  const url = new URL(gateway!.url);
  url.hostname = `${service}.${url.hostname}`;
  url.pathname = path;
  return url.toString();
}

/** Names below `localhost` are this machine, whatever the resolver says of them. */
async function ask(
  environment: Environment,
  service: string,
  path: string,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  const url = new URL(addressOf(environment, service, path));
  const { host } = url;
  if (url.hostname.endsWith('.localhost')) {
    url.hostname = '127.0.0.1';
  }
  try {
    const { statusCode, body } = await request(url, {
      headers: { host, accept: 'application/json' },
      signal,
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
    });
    let text = '';
    for await (const chunk of body.setEncoding('utf8')) {
      text += chunk;
      if (text.length > MAX_BYTES) {
        body.destroy();
        break;
      }
    }
    return { status: statusCode, text };
  } catch (error) {
    throw new SourceUnavailableError(
      gatewaySource(environment),
      `The gateway of ${environment.title} is not reachable: ${describeNetworkError(
        error,
      )}`,
      { cause: error },
    );
  }
}

function json(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { AuthService, DiscoveryService } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  CollectedEvidence,
  CollectOptions,
  Collector,
  EvidenceType,
  SourceUnavailableError,
} from '@shopfloor/plugin-checks-node';
import { describeNetworkError } from '@shopfloor/plugin-environments-node';
import { sloHref } from '@shopfloor/plugin-slo-common';
import { request } from 'undici';
import { z } from 'zod';

const SOURCE = 'slo';

const states = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      environment: z.string(),
      state: z.enum(['ok', 'at-risk', 'failing', 'unknown', 'stale']),
    }),
  ),
});

/** The state of the SLOs of an entity, as the SLO plugin has it. Budgets are left out: they move with every request. */
export class SloCollector implements Collector {
  readonly name = 'slo';
  readonly version = '1';
  readonly title = { en: 'SLOs', zh: 'SLO' };
  readonly intervalSeconds = 120;
  readonly freshnessSeconds = 1800;
  readonly evidence: Record<string, EvidenceType> = {
    states: {
      list: {
        object: { environment: 'string', name: 'string', state: 'string' },
      },
    },
  };
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  constructor(options: { auth: AuthService; discovery: DiscoveryService }) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
  }

  sources(_entity: Entity): string[] {
    return [SOURCE];
  }

  async collect({
    entity,
    signal,
  }: CollectOptions): Promise<CollectedEvidence[]> {
    const ref = stringifyEntityRef(entity);
    const items = await this.#read(ref, signal);
    const common = {
      key: 'states',
      source: SOURCE,
      references: items.map(({ id, environment, name }) => ({
        kind: 'url' as const,
        target: id,
        href: sloHref({ entityRef: ref, environment, name }),
      })),
    };
    const value = items.map(({ environment, name, state }) => ({
      environment,
      name,
      state,
    }));
    const blind = value.filter(({ state }) => /^(unknown|stale)$/.test(state));
    // One that fails is known, whatever is not known of the others.
    if (blind.length > 0 && value.every(({ state }) => state !== 'failing')) {
      const named = (separator: string) =>
        blind
          .map(({ environment, name }) => `${environment}/${name}`)
          .join(separator);
      return [
        {
          ...common,
          unknown: {
            en: `The state is not known of ${named(', ')}`,
            zh: `${named('、')} 的状态未知`,
          },
        },
      ];
    }
    return [{ ...common, value }];
  }

  async #read(entityRef: string, signal: AbortSignal) {
    const unavailable = (why: string, cause?: unknown) =>
      new SourceUnavailableError(SOURCE, `The SLO plugin ${why}`, { cause });
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#auth.getOwnServiceCredentials(),
      targetPluginId: 'slo',
    });
    const baseUrl = await this.#discovery.getBaseUrl('slo');
    let status: number;
    let body: unknown;
    try {
      const answer = await request(
        `${baseUrl}/states?entity=${encodeURIComponent(entityRef)}`,
        {
          headers: { authorization: `Bearer ${token}` },
          headersTimeout: 10_000,
          signal,
        },
      );
      status = answer.statusCode;
      body = await answer.body.json();
    } catch (error) {
      throw unavailable(
        `gives no answer: ${describeNetworkError(error)}`,
        error,
      );
    }
    const parsed = states.safeParse(body);
    if (status !== 200 || !parsed.success) {
      throw unavailable(`answered ${status} and no states`);
    }
    return parsed.data.items;
  }
}

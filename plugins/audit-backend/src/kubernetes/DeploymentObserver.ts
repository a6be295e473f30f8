import { LoggerService } from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { stringifyError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import {
  EnvironmentsService,
  kubernetesRequest,
} from '@shopfloor/plugin-environments-node';
import { ChangeStore } from '../store/ChangeStore';
import { EntityStore } from '../store/EntityStore';
import { Deployment, readRollout, Rollout, SERVICE_LABEL } from './readRollout';

const PAGE = 500;
const SOURCE = 'kubernetes';

/** What {@link DeploymentObserver} needs. */
export interface DeploymentObserverOptions {
  environments: EnvironmentsService;
  /** Tokens of the accounts that read, by the name of the cluster. */
  tokens: Map<string, string>;
  changes: ChangeStore;
  entities: EntityStore;
  logger: LoggerService;
  now: () => Date;
}

/** Reads `audit.clusters`: the accounts with which Deployments are read, by the name of the cluster. */
export function readClusterTokens(config: Config): Map<string, string> {
  return new Map(
    (config.getOptionalConfigArray('audit.clusters') ?? []).map(cluster => [
      cluster.getString('name'),
      cluster.getString('token'),
    ]),
  );
}

/** Sees deployments happen in the clusters, whoever makes them. */
export class DeploymentObserver {
  readonly #options: DeploymentObserverOptions;

  constructor(options: DeploymentObserverOptions) {
    this.#options = options;
  }

  /** One look at every environment whose cluster there is an account for; one that does not answer is looked at the next time. */
  async run(signal?: AbortSignal): Promise<void> {
    const { environments, tokens, logger } = this.#options;
    for (const environment of environments.list()) {
      const token = tokens.get(environment.cluster.name);
      if (token !== undefined) {
        try {
          await this.#look(environment, token, signal);
        } catch (error) {
          signal?.throwIfAborted();
          logger.warn(
            `Deployments in ${environment.name} could not be seen: ${stringifyError(error)}`,
          );
        }
      }
    }
  }

  async #look(
    environment: Environment,
    token: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const { changes, entities, now } = this.#options;
    const { name, cluster } = environment;
    const found = await this.#list(environment, token, signal);
    const observedAt = now();
    const rollouts = found.flatMap(
      deployment =>
        readRollout({
          deployment,
          cluster: cluster.name,
          environment: name,
        }) ?? [],
    );
    const services = await entities.findServices([
      ...new Set(rollouts.map(({ service }) => service)),
    ]);
    await changes.record({
      source: SOURCE,
      // What the catalog does not know yet is told when it does.
      reports: rollouts.flatMap(({ service, change }: Rollout) => {
        const entityRef = services.get(service);
        return entityRef ? [{ ...change, entityRef }] : [];
      }),
      observedAt,
    });
    // A Deployment that is between two revisions has no rollout to show, so its last one is not yet over.
    if (rollouts.length === found.length) {
      await changes.endUnseen({
        source: SOURCE,
        environment: name,
        seen: rollouts.map(({ change }) => change.sourceId),
        at: observedAt,
      });
    }
  }

  async #list(
    environment: Environment,
    token: string,
    signal?: AbortSignal,
  ): Promise<Deployment[]> {
    const found: Deployment[] = [];
    let next: string | undefined;
    do {
      const page = await kubernetesRequest<{
        items: Deployment[];
        metadata?: { continue?: string };
      }>({
        cluster: environment.cluster,
        token,
        path: `/apis/apps/v1/namespaces/${environment.namespace}/deployments`,
        query: { labelSelector: SERVICE_LABEL, limit: PAGE, continue: next },
        ...(signal && { signal }),
      });
      found.push(...page.items);
      next = page.metadata?.continue || undefined;
    } while (next);
    return found;
  }
}

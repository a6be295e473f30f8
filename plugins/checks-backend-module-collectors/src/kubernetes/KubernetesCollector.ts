import { Entity } from '@backstage/catalog-model';
import { JsonValue } from '@backstage/types';
import {
  EvidenceReference,
  LocalizedText,
} from '@shopfloor/plugin-checks-common';
import {
  CollectedEvidence,
  CollectOptions,
  Collector,
  EvidenceType,
} from '@shopfloor/plugin-checks-node';
import { Environment } from '@shopfloor/plugin-environments-common';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { runningServiceOf } from '../environmentsOf';
import {
  ClusterReader,
  KubernetesObject,
  objectReference,
} from './ClusterReader';
import { readWorkload, workloadType } from './readWorkload';

/** What a service asks of Kubernetes, in every environment that it says it runs in. */
export class KubernetesCollector implements Collector {
  readonly name = 'kubernetes';
  readonly version = '2';
  readonly title = { en: 'Kubernetes', zh: 'Kubernetes' };
  readonly intervalSeconds = 120;
  readonly freshnessSeconds = 3600;
  readonly evidence: Record<string, EvidenceType> = {
    /** The Deployments. */
    workloads: { list: workloadType },
    /** PodDisruptionBudgets that cover the service's pods. */
    budgets: {
      list: {
        object: { environment: 'string', name: 'string', allows: 'string' },
      },
    },
    autoscalers: {
      list: {
        object: {
          environment: 'string',
          target: 'string',
          min: 'int',
          max: 'int',
        },
      },
    },
  };
  readonly #environments: EnvironmentsService;
  readonly #clusters: ClusterReader;

  constructor(options: {
    environments: EnvironmentsService;
    clusters: ClusterReader;
  }) {
    this.#environments = options.environments;
    this.#clusters = options.clusters;
  }

  sources(entity: Entity): string[] {
    const service = runningServiceOf(entity, this.#environments);
    return this.#clusters.sourcesOf(service?.environments ?? []);
  }

  async collect({
    entity,
    signal,
  }: CollectOptions): Promise<CollectedEvidence[]> {
    const service = runningServiceOf(entity, this.#environments)!;
    const environments = this.#clusters.reachable(service.environments);
    const seen = await Promise.all(
      environments.map(environment =>
        this.#look(environment, service.name, signal),
      ),
    );
    const source = this.#clusters.sourcesOf(environments).join(', ');
    const evidence = (
      key: string,
      references: EvidenceReference[],
      known: { value: JsonValue } | { unknown: LocalizedText },
    ): CollectedEvidence => ({ key, source, references, ...known });

    const workloads = seen.flatMap(({ environment, deployments }) =>
      deployments.map(deployment => readWorkload(deployment, environment)),
    );
    const where = environments.map(({ title }) => title).join(', ');
    return [
      evidence(
        'workloads',
        seen.flatMap(({ deployments }) =>
          deployments.map(item => objectReference('deployments', item)),
        ),
        workloads.length > 0
          ? { value: workloads }
          : {
              unknown: {
                en: `There is no Deployment labelled backstage.io/kubernetes-id=${service.name} in ${where}`,
                zh: `${where} 中没有标签为 backstage.io/kubernetes-id=${service.name} 的 Deployment`,
              },
            },
      ),
      evidence(
        'budgets',
        seen.flatMap(({ budgets }) =>
          budgets.map(item => objectReference('poddisruptionbudgets', item)),
        ),
        {
          value: seen.flatMap(({ environment, budgets }) =>
            budgets.map(({ metadata, spec }) => ({
              environment: environment.name,
              name: metadata.name,
              allows:
                spec?.maxUnavailable !== undefined
                  ? `maxUnavailable ${spec.maxUnavailable}`
                  : `minAvailable ${spec?.minAvailable}`,
            })),
          ),
        },
      ),
      evidence(
        'autoscalers',
        seen.flatMap(({ autoscalers }) =>
          autoscalers.map(item =>
            objectReference('horizontalpodautoscalers', item),
          ),
        ),
        {
          value: seen.flatMap(({ environment, autoscalers }) =>
            autoscalers.map(({ spec }) => ({
              environment: environment.name,
              target: String(spec?.scaleTargetRef?.name),
              min: spec?.minReplicas ?? 1,
              max: spec?.maxReplicas ?? 1,
            })),
          ),
        },
      ),
    ];
  }

  async #look(environment: Environment, service: string, signal: AbortSignal) {
    const list = async (
      group: string,
      resource: string,
      labelSelector?: string,
    ): Promise<KubernetesObject[]> =>
      (await this.#clusters.list({
        environment,
        path: `/apis/${group}/namespaces/${environment.namespace}/${resource}`,
        labelSelector,
        signal,
      })) ?? [];
    const [deployments, budgets, autoscalers] = await Promise.all([
      list('apps/v1', 'deployments', `backstage.io/kubernetes-id=${service}`),
      list('policy/v1', 'poddisruptionbudgets'),
      list('autoscaling/v2', 'horizontalpodautoscalers'),
    ]);
    const names = deployments.map(({ metadata }) => metadata.name);
    return {
      environment,
      deployments,
      budgets: budgets.filter(budget =>
        deployments.some(deployment => covers(budget, deployment)),
      ),
      autoscalers: autoscalers.filter(({ spec }) =>
        names.includes(spec?.scaleTargetRef?.name),
      ),
    };
  }
}

/** Whether a budget's selector picks a Deployment's pods. Selectors with expressions are not judged. */
function covers(budget: KubernetesObject, deployment: KubernetesObject) {
  const wanted = Object.entries(budget.spec?.selector?.matchLabels ?? {});
  const labels = deployment.spec?.template?.metadata?.labels ?? {};
  return (
    wanted.length > 0 &&
    !budget.spec?.selector?.matchExpressions?.length &&
    wanted.every(([label, value]) => labels[label] === value)
  );
}

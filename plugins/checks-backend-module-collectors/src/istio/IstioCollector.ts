import { Entity } from '@backstage/catalog-model';
import { EvidenceReference } from '@shopfloor/plugin-checks-common';
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
} from '../kubernetes/ClusterReader';
import {
  allowsAnyone,
  durationSeconds,
  mtlsMode,
  policiesOf,
  principalsOf,
  ROOT_NAMESPACE,
} from './readMesh';

type Kind =
  | 'peerauthentications'
  | 'authorizationpolicies'
  | 'virtualservices'
  | 'destinationrules';

const GROUPS: Record<Kind, string> = {
  peerauthentications: 'security.istio.io/v1',
  authorizationpolicies: 'security.istio.io/v1',
  virtualservices: 'networking.istio.io/v1',
  destinationrules: 'networking.istio.io/v1',
};

/** How the mesh treats a service, in every environment that it says it runs in. */
export class IstioCollector implements Collector {
  readonly name = 'istio';
  readonly version = '1';
  readonly title = { en: 'Istio', zh: 'Istio' };
  readonly intervalSeconds = 120;
  readonly freshnessSeconds = 3600;
  readonly evidence: Record<string, EvidenceType> = {
    /** What callers must do to be heard: STRICT, PERMISSIVE or DISABLE. */
    mtls: { list: { object: { environment: 'string', mode: 'string' } } },
    /** AuthorizationPolicies that decide about the service's pods. */
    policies: {
      list: {
        object: {
          environment: 'string',
          name: 'string',
          action: 'string',
          principals: { list: 'string' },
          anyone: 'bool',
        },
      },
    },
    /** HTTP routes to the service; a timeout of 0 is none. */
    routes: {
      list: {
        object: {
          environment: 'string',
          name: 'string',
          timeoutSeconds: 'double',
          retries: 'int',
          perTryTimeoutSeconds: 'double',
        },
      },
    },
    /** DestinationRules of the service. */
    destinations: {
      list: {
        object: {
          environment: 'string',
          name: 'string',
          tls: 'string',
          outlierDetection: 'bool',
          connectionLimit: 'bool',
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
    const source = this.#clusters.sourcesOf(environments).join(', ');
    const looks = await Promise.all(
      environments.map(environment =>
        this.#look(environment, service.name, signal),
      ),
    );
    const seen = looks.filter(look => look !== undefined);
    if (seen.length < looks.length) {
      return Object.keys(this.evidence).map(key => ({
        key,
        source,
        references: [],
        unknown: {
          en: 'The cluster does not know the objects of Istio',
          zh: '集群中没有 Istio 的资源类型',
        },
      }));
    }
    const references = (kind: Kind): EvidenceReference[] =>
      seen.flatMap(look =>
        look[kind].map(object => objectReference(kind, object)),
      );
    return [
      {
        key: 'mtls',
        source,
        references: references('peerauthentications'),
        value: seen.map(({ environment, mode }) => ({
          environment: environment.name,
          mode,
        })),
      },
      {
        key: 'policies',
        source,
        references: references('authorizationpolicies'),
        value: seen.flatMap(({ environment, authorizationpolicies }) =>
          authorizationpolicies.map(policy => ({
            environment: environment.name,
            name: policy.metadata.name,
            action: policy.spec?.action ?? 'ALLOW',
            principals: principalsOf(policy),
            anyone: allowsAnyone(policy),
          })),
        ),
      },
      {
        key: 'routes',
        source,
        references: references('virtualservices'),
        value: seen.flatMap(({ environment, virtualservices }) =>
          virtualservices.flatMap(({ metadata, spec }) =>
            (spec?.http ?? []).map((route: any, index: number) => ({
              environment: environment.name,
              name: `${metadata.name}/${route.name ?? index}`,
              timeoutSeconds: durationSeconds(route.timeout),
              retries: route.retries?.attempts ?? 0,
              perTryTimeoutSeconds: durationSeconds(
                route.retries?.perTryTimeout,
              ),
            })),
          ),
        ),
      },
      {
        key: 'destinations',
        source,
        references: references('destinationrules'),
        value: seen.flatMap(({ environment, destinationrules }) =>
          destinationrules.map(({ metadata, spec }) => ({
            environment: environment.name,
            name: metadata.name,
            tls: spec?.trafficPolicy?.tls?.mode ?? '',
            outlierDetection: Boolean(spec?.trafficPolicy?.outlierDetection),
            connectionLimit: Boolean(
              spec?.trafficPolicy?.connectionPool?.tcp?.maxConnections ||
              spec?.trafficPolicy?.connectionPool?.http
                ?.http1MaxPendingRequests,
            ),
          })),
        ),
      },
    ];
  }

  async #look(environment: Environment, service: string, signal: AbortSignal) {
    const list = (kind: Kind, namespace: string) =>
      this.#clusters.list({
        environment,
        path: `/apis/${GROUPS[kind]}/namespaces/${namespace}/${kind}`,
        signal,
      });
    const [peer, rootPeer, authorization, routes, destinations] =
      await Promise.all([
        list('peerauthentications', environment.namespace),
        list('peerauthentications', ROOT_NAMESPACE),
        list('authorizationpolicies', environment.namespace),
        list('virtualservices', environment.namespace),
        list('destinationrules', environment.namespace),
      ]);
    if (!peer || !rootPeer || !authorization || !routes || !destinations) {
      return undefined;
    }
    const host = `${service}.${environment.namespace}.svc.cluster.local`;
    const names = [host, service, `${service}.${environment.namespace}`];
    const pod = { app: service };
    return {
      environment,
      mode: mtlsMode({ pod, namespace: peer, root: rootPeer }),
      peerauthentications: [...peer, ...rootPeer],
      authorizationpolicies: policiesOf(pod, authorization),
      virtualservices: routes.filter(({ spec }: KubernetesObject) =>
        spec?.hosts?.some((name: string) => names.includes(name)),
      ),
      destinationrules: destinations.filter(({ spec }: KubernetesObject) =>
        names.includes(spec?.host),
      ),
    };
  }
}

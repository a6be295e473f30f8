import { NotFoundError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import {
  Impersonation,
  KubernetesStatusError,
  kubernetesRequest,
} from '@shopfloor/plugin-environments-node';
import {
  DestinationRule,
  HttpRoute,
  TRAFFIC_FIELD_MANAGER,
  VirtualService,
} from '@shopfloor/plugin-traffic-common';
import { TrafficClusterConfig } from '../config';

export interface RouteObjectsTarget {
  environment: Environment;
  /** Name of the VirtualService and, by contract, of the DestinationRule. */
  name: string;
  impersonate: Impersonation;
}

export interface ApplyRouteOptions extends RouteObjectsTarget {
  /** The complete list: Kubernetes replaces it as a whole. */
  http: HttpRoute[];
  /** The write is refused when the object has another one. */
  resourceVersion: string;
  /** Take fields over from other managers. */
  force: boolean;
  dryRun?: boolean;
}

/** The mesh objects of a service, read and written as a person. */
export interface RouteObjects {
  /** @throws NotFoundError, NotAllowedError, ServiceUnavailableError */
  read(target: RouteObjectsTarget): Promise<{
    virtualService: VirtualService;
    destinationRule?: DestinationRule;
  }>;
  /** @throws ConflictError (see {@link isFieldManagerConflict}), NotAllowedError, InputError, ServiceUnavailableError */
  apply(options: ApplyRouteOptions): Promise<VirtualService>;
}

/** Deadline of one request; the reconciler waits for longer than this before it judges. */
export const KUBERNETES_DEADLINE_MS = 5_000;

const API_VERSION = 'networking.istio.io/v1';

export class KubernetesRouteObjects implements RouteObjects {
  readonly #clusters: Map<string, TrafficClusterConfig>;

  constructor(options: { clusters: Map<string, TrafficClusterConfig> }) {
    this.#clusters = options.clusters;
  }

  async read(target: RouteObjectsTarget) {
    const [virtualService, destinationRule] = await Promise.all([
      this.#request<VirtualService>(target, 'virtualservices'),
      this.#request<DestinationRule>(target, 'destinationrules').catch(
        error => {
          if (error instanceof NotFoundError) return undefined;
          throw error;
        },
      ),
    ]);
    return { virtualService, ...(destinationRule && { destinationRule }) };
  }

  async apply(options: ApplyRouteOptions): Promise<VirtualService> {
    const { environment, name, http, resourceVersion, force, dryRun } = options;
    return this.#request<VirtualService>(options, 'virtualservices', {
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      query: {
        fieldManager: TRAFFIC_FIELD_MANAGER,
        force,
        ...(dryRun && { dryRun: 'All' }),
      },
      body: {
        apiVersion: API_VERSION,
        kind: 'VirtualService',
        metadata: { name, namespace: environment.namespace, resourceVersion },
        spec: { http },
      },
    });
  }

  #request<T>(
    { environment, name, impersonate }: RouteObjectsTarget,
    resource: string,
    write?: {
      method: 'PATCH';
      contentType: string;
      query: Record<string, string | boolean>;
      body: unknown;
    },
  ): Promise<T> {
    return kubernetesRequest<T>({
      cluster: environment.cluster,
      token: this.#clusters.get(environment.cluster.name)!.token,
      impersonate,
      path: `/apis/${API_VERSION}/namespaces/${encodeURIComponent(
        environment.namespace,
      )}/${resource}/${encodeURIComponent(name)}`,
      deadlineMs: KUBERNETES_DEADLINE_MS,
      ...write,
    });
  }
}

/** Whether a conflict is about who manages the fields, not about the version of the object. */
export function isFieldManagerConflict(error: unknown): boolean {
  const cause = (error as { cause?: unknown }).cause;
  if (!(cause instanceof KubernetesStatusError)) {
    return false;
  }
  const { causes } = (cause.details ?? {}) as {
    causes?: Array<{ reason?: string }>;
  };
  return Boolean(
    causes?.some(({ reason }) => reason === 'FieldManagerConflict'),
  );
}

/** What Kubernetes said, without our words around it. */
export function kubernetesMessage(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof KubernetesStatusError ? cause.message : message;
}

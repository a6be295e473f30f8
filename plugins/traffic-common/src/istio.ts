/**
 * The parts of a Kubernetes object that this plugin reads. What is not listed is carried along untouched.
 *
 * @public
 */
export interface KubernetesObject<TSpec = unknown> {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    managedFields?: ManagedFieldsEntry[];
  };
  spec: TSpec;
}

/** One entry of `metadata.managedFields`. @public */
export interface ManagedFieldsEntry {
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: string;
  fieldsV1?: Record<string, unknown>;
}

/** Istio `networking.istio.io/v1` VirtualService. @public */
export type VirtualService = KubernetesObject<VirtualServiceSpec>;

/** @public */
export interface VirtualServiceSpec {
  hosts?: string[];
  gateways?: string[];
  http?: HttpRoute[];
  tcp?: unknown[];
  tls?: unknown[];
  [field: string]: unknown;
}

/** @public */
export interface HttpRoute {
  name?: string;
  match?: unknown[];
  route?: HttpRouteDestination[];
  [field: string]: unknown;
}

/** @public */
export interface HttpRouteDestination {
  destination?: { host?: string; subset?: string; port?: unknown };
  weight?: number;
  [field: string]: unknown;
}

/** Istio `networking.istio.io/v1` DestinationRule. @public */
export type DestinationRule = KubernetesObject<{
  host?: string;
  subsets?: Array<{ name: string; labels?: Record<string, string> }>;
  [field: string]: unknown;
}>;

/**
 * Environments for backend plugins: configuration, Prometheus and Kubernetes clients.
 *
 * @packageDocumentation
 */
export * from './environmentsService';
export * from './PrometheusClient';
export * from './kubernetesRequest';
export * from './limitConcurrency';
export * from './requirePermissions';
export { describeNetworkError } from './httpErrors';

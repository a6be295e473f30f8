/**
 * Collectors of checks: catalog, repository, Kubernetes, Istio, live endpoints, Prometheus.
 *
 * @packageDocumentation
 */
export { checksCollectorsModule as default } from './module';

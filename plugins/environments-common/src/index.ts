/**
 * Environments: the named sets of cluster, namespace and systems that everything which acts must name.
 *
 * @packageDocumentation
 */
export * from './types';
export * from './readEnvironments';

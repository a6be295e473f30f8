/**
 * Service level objectives for backend plugins.
 *
 * @packageDocumentation
 */
export * from './releaseGateService';

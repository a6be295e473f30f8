/**
 * Checks of services for backend plugins: the extension point of collectors and the service that reads results.
 *
 * @packageDocumentation
 */
export * from './checksService';
export * from './Collector';
export * from './collectorsExtensionPoint';
export * from './evidenceType';
export * from './SourceUnavailableError';

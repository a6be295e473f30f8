/**
 * Calls to backend plugins.
 *
 * @packageDocumentation
 */
export * from './callBackend';

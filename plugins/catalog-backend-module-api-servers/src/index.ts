/**
 * Tells API documents in the catalog where each environment serves them.
 *
 * @packageDocumentation
 */
export { catalogModuleApiServers as default } from './module';

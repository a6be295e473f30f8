/**
 * Changes and incidents: store and API.
 *
 * @packageDocumentation
 */
export { auditPlugin as default } from './plugin';

/**
 * Status of the platform and the systems it depends on: API.
 *
 * @packageDocumentation
 */
export { statusPlugin as default } from './plugin';

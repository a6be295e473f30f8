/**
 * Checks of services: collects evidence, grades it, keeps both.
 *
 * @packageDocumentation
 */
export { checksPlugin as default } from './plugin';

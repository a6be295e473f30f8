/**
 * Backend of service level objectives.
 *
 * @packageDocumentation
 */
export { sloPlugin as default } from './plugin';

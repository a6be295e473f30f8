/**
 * Backend of secret requests.
 *
 * @packageDocumentation
 */
export { secretsPlugin as default } from './plugin';

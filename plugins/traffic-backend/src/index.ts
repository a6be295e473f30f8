/**
 * Istio traffic control: API.
 *
 * @packageDocumentation
 */
export { trafficPlugin as default } from './plugin';

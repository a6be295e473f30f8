/**
 * The pages that show and move the traffic of services.
 *
 * @packageDocumentation
 */
export { trafficPlugin as default } from './plugin';
export { trafficApiRef } from './api';
export { trafficTranslationRef } from './translation/translation';

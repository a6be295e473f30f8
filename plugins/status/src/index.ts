/**
 * The page that says how the systems are that the portal depends on.
 *
 * @packageDocumentation
 */
export { statusPlugin as default } from './plugin';
export { statusApiRef } from './api';
export { statusTranslationRef } from './translation/translation';

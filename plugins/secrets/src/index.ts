/**
 * The pages of secrets.
 *
 * @packageDocumentation
 */
export { secretsPlugin as default } from './plugin';
export { secretsApiRef } from './api';
export { secretsTranslationRef } from './translation/translation';

/**
 * The pages of scorecards.
 *
 * @packageDocumentation
 */
export { scorecardsPlugin as default } from './plugin';
export { scorecardsApiRef } from './api';
export { scorecardsTranslationRef } from './translation/translation';

/**
 * The pages of changes and incidents.
 *
 * @packageDocumentation
 */
export { auditPlugin as default } from './plugin';
export { changesApiRef } from './api';
export { auditTranslationRef } from './translation/translation';

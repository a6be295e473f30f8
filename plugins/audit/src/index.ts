/**
 * The pages of changes, incidents and the audit trail.
 *
 * @packageDocumentation
 */
export { auditPlugin as default } from './plugin';
export { changesApiRef, trailApiRef } from './api';
export { auditTranslationRef } from './translation/translation';

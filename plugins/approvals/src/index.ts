/**
 * The pages of approvals.
 *
 * @packageDocumentation
 */
export { approvalsPlugin as default } from './plugin';
export { approvalsApiRef } from './api';
export { approvalsTranslationRef } from './translation/translation';

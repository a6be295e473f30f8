/**
 * Backend of approvals.
 *
 * @packageDocumentation
 */
export { approvalsPlugin as default } from './plugin';

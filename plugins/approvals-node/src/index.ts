/**
 * Approvals for backend plugins.
 *
 * @packageDocumentation
 */
export * from './ApprovalsService';
export * from './approvalsServiceRef';
export * from './contentHash';
export * from './OutcomeRound';
export * from './SubjectFollower';

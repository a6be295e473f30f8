/**
 * Approvals: types, permissions, policies, the state machine and the client.
 *
 * @packageDocumentation
 */
export * from './api/ApprovalsApi';
export * from './api/ApprovalsClient';
export * from './api/callApprovals';
export * from './api/types';
export * from './calendar/workingTime';
export * from './delegation/delegations';
export * from './permissions';
export * from './policy/parsePolicies';
export * from './policy/policySchema';
export * from './policy/selectPolicy';
export * from './policy/types';
export * from './policy/validatePolicy';
export * from './request/apply';
export * from './request/capacities';
export * from './request/commands';
export * from './request/decide';
export * from './request/events';
export * from './request/outcome';
export * from './request/refusals';
export { overdueAt } from './request/timing';
export * from './request/types';
export * from './subject';

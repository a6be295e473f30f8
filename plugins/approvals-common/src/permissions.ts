import { createPermission } from '@backstage/plugin-permission-common';

/** Resource type of a request for approval. */
export const RESOURCE_TYPE_APPROVAL_REQUEST = 'approvals-request';

/** Reading a request with its diff and discussion. A denied request leaves no trace, in counts neither. */
export const approvalReadPermission = createPermission({
  name: 'approvals.request.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_APPROVAL_REQUEST,
});

/**
 * Deciding and reviewing at all; about which requests, the policy of each says. Who is denied sees the request without a way
 * to decide.
 */
export const approvalDecidePermission = createPermission({
  name: 'approvals.request.decide',
  attributes: { action: 'update' },
});

/**
 * Taking part: writing in the discussion of a request that one may read, and withdrawing the own ones. Who is denied does not see
 * the pages, since only a permission without a resource can be asked about before there is one.
 */
export const approvalDiscussPermission = createPermission({
  name: 'approvals.request.discuss',
  attributes: { action: 'create' },
});

/** Making and ending the own delegations. Who is denied sees the page without the form. */
export const approvalDelegatePermission = createPermission({
  name: 'approvals.delegation.manage',
  attributes: { action: 'create' },
});

/** Reading policies and what is wrong with their files. */
export const approvalPolicyReadPermission = createPermission({
  name: 'approvals.policy.read',
  attributes: { action: 'read' },
});

/** Every permission of the plugin. */
export const approvalsPermissions = [
  approvalReadPermission,
  approvalDecidePermission,
  approvalDiscussPermission,
  approvalDelegatePermission,
  approvalPolicyReadPermission,
];

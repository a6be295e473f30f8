import { createPermission } from '@backstage/plugin-permission-common';

/** Resource type of a grant, and of one that is asked for. */
export const RESOURCE_TYPE_SECRET_GRANT = 'secrets-grant';

/** Reading a grant with its plan and history. A denied grant leaves no trace, in counts neither. */
export const secretGrantReadPermission = createPermission({
  name: 'secrets.grant.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_SECRET_GRANT,
});

/**
 * Asking for access at all, withdrawing what one asked for, and seeing the pages. For which subject and environment one may ask,
 * `secrets.grant.renew` says. Who is denied does not see the pages, since only a permission without a resource can be asked about
 * before there is one.
 */
export const secretGrantCreatePermission = createPermission({
  name: 'secrets.grant.create',
  attributes: { action: 'create' },
});

/** Asking for access of a subject, for the first time or again. Who is denied sees the reason and whom to ask instead of a form. */
export const secretGrantRenewPermission = createPermission({
  name: 'secrets.grant.renew',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_SECRET_GRANT,
});

/** Ending a grant at once. It waits for no approval. Who is denied sees the grant without a way to end it. */
export const secretGrantRevokePermission = createPermission({
  name: 'secrets.grant.revoke',
  attributes: { action: 'delete' },
  resourceType: RESOURCE_TYPE_SECRET_GRANT,
});

/**
 * Putting back or accepting what was changed by hand, proving and applying again, and saying that a secret was rotated. Who is
 * denied sees the drift without a way to settle it.
 */
export const secretGrantRepairPermission = createPermission({
  name: 'secrets.grant.repair',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_SECRET_GRANT,
});

/** Opening and closing campaigns that review access. Who is denied still answers for what is his. */
export const secretReviewManagePermission = createPermission({
  name: 'secrets.review.manage',
  attributes: { action: 'create' },
});

/** Every permission of the plugin. */
export const secretsPermissions = [
  secretGrantReadPermission,
  secretGrantCreatePermission,
  secretGrantRenewPermission,
  secretGrantRevokePermission,
  secretGrantRepairPermission,
  secretReviewManagePermission,
];

import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Seeing changes and incidents. Who is denied sees none. Whatever this permission gives, a person sees only those of entities
 * that the catalog shows the same person, in counts neither.
 */
export const auditChangeReadPermission = createPermission({
  name: 'audit.change.read',
  attributes: { action: 'read' },
});

/**
 * Opening and closing an incident by hand, on each entity that it is about. Who is denied sees the control disabled, with whom
 * to ask.
 */
export const auditIncidentManagePermission = createPermission({
  name: 'audit.incident.manage',
  attributes: { action: 'update' },
  resourceType: 'catalog-entity',
});

/**
 * Reading and exporting the audit trail of entities. Who is given it on what they own sees the acts about that, who is given it
 * on everything sees also the acts that are about no entity. Who is denied sees none.
 */
export const auditTrailReadPermission = createPermission({
  name: 'audit.trail.read',
  attributes: { action: 'read' },
  resourceType: 'catalog-entity',
});

/** Having the whole trail checked against its chain and its anchors. */
export const auditTrailVerifyPermission = createPermission({
  name: 'audit.trail.verify',
  attributes: { action: 'read' },
});

/** Every permission of the plugin. */
export const auditPermissions = [
  auditChangeReadPermission,
  auditTrailReadPermission,
  auditTrailVerifyPermission,
  auditIncidentManagePermission,
];

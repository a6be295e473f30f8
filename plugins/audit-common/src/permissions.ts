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

/** Every permission of the plugin. */
export const auditPermissions = [
  auditChangeReadPermission,
  auditIncidentManagePermission,
];

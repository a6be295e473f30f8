import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Reading SLOs. Who is denied sees no SLO at all: lists and details answer that it is not allowed. Who is allowed sees
 * those of the entities that the catalog lets the same person see.
 */
export const sloObjectiveReadPermission = createPermission({
  name: 'slo.objective.read',
  attributes: { action: 'read' },
});

/**
 * Asking the release gate whether a service may be released now. Who is denied is told so, and learns nothing of the
 * service. Pipelines have it by the restrictions of their token.
 */
export const sloReleaseReadPermission = createPermission({
  name: 'slo.release.read',
  attributes: { action: 'read' },
});

/** Every permission of the plugin. */
export const sloPermissions = [
  sloObjectiveReadPermission,
  sloReleaseReadPermission,
];

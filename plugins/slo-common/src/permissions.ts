import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
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

/**
 * Asking that a past stretch does not count against the SLOs of an entity, and having one count again. Who is denied sees
 * which stretches there are, and is told whom to ask. Whether it is left out, approvals decide.
 */
export const sloExclusionManagePermission = createPermission({
  name: 'slo.exclusion.manage',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** Every permission of the plugin. */
export const sloPermissions = [
  sloObjectiveReadPermission,
  sloReleaseReadPermission,
  sloExclusionManagePermission,
];

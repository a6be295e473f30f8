import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Reading the SLOs of an entity, with everything that is told from them: lists, figures, reports, roll-ups, the release gate,
 * actions of AI clients. Who is denied is told so everywhere; under conditions (owner, system) a person sees those of the
 * entities that meet them, and of the others no trace, in counts neither. Whatever this permission gives, a person sees only
 * SLOs of entities that the catalog shows the same person.
 */
export const sloObjectiveReadPermission = createPermission({
  name: 'slo.objective.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * Opening the pages of SLOs at all. Who is denied has no such pages; what stands on them, {@link sloObjectiveReadPermission}
 * says, which may hold for some entities alone and thus cannot decide about a page.
 */
export const sloPageReadPermission = createPermission({
  name: 'slo.page.read',
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
  sloPageReadPermission,
  sloReleaseReadPermission,
  sloExclusionManagePermission,
];

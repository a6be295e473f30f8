import { createPermission } from '@backstage/plugin-permission-common';

/** Resource type of a result: one check of one entity. */
export const RESOURCE_TYPE_CHECK_RESULT = 'check-result';

/**
 * Reading results, their evidence and their history. Who is denied a result sees no trace of it, in counts neither. Whatever
 * this permission gives, a person sees only results of entities that the catalog shows the same person.
 */
export const checksResultReadPermission = createPermission({
  name: 'checks.result.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CHECK_RESULT,
});

/** Reading definitions of checks. Who is denied cannot see what is checked. */
export const checksDefinitionReadPermission = createPermission({
  name: 'checks.definition.read',
  attributes: { action: 'read' },
});

/**
 * Trying a definition that is not shipped on an entity, without saving. It reads any evidence of that entity, so it is not
 * for everybody.
 */
export const checksDefinitionTestPermission = createPermission({
  name: 'checks.definition.test',
  attributes: {},
});

/** Collecting and grading an entity now. Who is denied waits for the schedule. */
export const checksRunCreatePermission = createPermission({
  name: 'checks.run.create',
  attributes: { action: 'create' },
  resourceType: 'catalog-entity',
});

/** Uploading what a pipeline reports of an entity. Who is denied cannot say how its tests went. */
export const checksReportUploadPermission = createPermission({
  name: 'checks.report.upload',
  attributes: { action: 'create' },
  resourceType: 'catalog-entity',
});

/** Every permission of the plugin. */
export const checksPermissions = [
  checksResultReadPermission,
  checksDefinitionReadPermission,
  checksDefinitionTestPermission,
  checksRunCreatePermission,
  checksReportUploadPermission,
];

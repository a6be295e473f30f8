import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Reading SLOs. Who is denied sees no SLO at all: lists and details answer that it is not allowed. Who is allowed sees
 * those of the entities that the catalog lets the same person see.
 */
export const sloObjectiveReadPermission = createPermission({
  name: 'slo.objective.read',
  attributes: { action: 'read' },
});

/** Every permission of the plugin. */
export const sloPermissions = [sloObjectiveReadPermission];

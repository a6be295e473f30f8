import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Lets a person see the systems that the portal depends on and how they are. Without it the status page and its
 * navigation item are not there.
 *
 * @public
 */
export const statusSystemReadPermission = createPermission({
  name: 'status.system.read',
  attributes: { action: 'read' },
});

/**
 * All permissions of the status plugin.
 *
 * @public
 */
export const statusPermissions = [statusSystemReadPermission];

import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
import { createPermission } from '@backstage/plugin-permission-common';

/**
 * To see the route of a service, its measured shares and its history. When denied, the service appears to have no route.
 *
 * @public
 */
export const trafficRouteReadPermission = createPermission({
  name: 'traffic.route.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * To change the weights of a service's route, and to undo such a change. When denied, the controls are shown disabled
 * with the reason and whom to ask.
 *
 * @public
 */
export const trafficRouteUpdatePermission = createPermission({
  name: 'traffic.route.update',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** All permissions of the plugin. @public */
export const trafficPermissions = [
  trafficRouteReadPermission,
  trafficRouteUpdatePermission,
];

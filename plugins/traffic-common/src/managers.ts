import { KubernetesObject } from './istio';

/** Field manager of every write of this plugin. @public */
export const TRAFFIC_FIELD_MANAGER = 'shopfloor-traffic';

/** Somebody who manages the weights, beside us. @public */
export interface RouteManager {
  name: string;
  /** `Apply` or `Update`. */
  operation: string;
  /** When it last wrote, ISO 8601. */
  time?: string;
}

/**
 * Who manages `spec.http` according to the object's managed fields. Writing the list while another one is among them
 * means taking it over.
 *
 * @public
 */
export function managersOfRoute(object: KubernetesObject): RouteManager[] {
  return (object.metadata.managedFields ?? [])
    .filter(({ fieldsV1, subresource }) => {
      const spec = fieldsV1?.['f:spec'] as Record<string, unknown> | undefined;
      return !subresource && spec?.['f:http'] !== undefined;
    })
    .map(({ manager, operation, time }) => ({
      name: manager ?? 'unknown',
      operation: operation ?? 'Update',
      ...(time !== undefined && { time }),
    }));
}

/**
 * The foreign managers of a route, if all of them are known to leave it alone once somebody else manages it; else none.
 * From these a route passes on without a further question.
 *
 * @public
 */
export function yieldingManagers(
  managers: RouteManager[],
  yielding: ReadonlySet<string>,
): RouteManager[] {
  const foreign = foreignManagers(managers);
  return foreign.every(({ name }) => yielding.has(name)) ? foreign : [];
}

/** The managers of `spec.http` that are not this plugin. @public */
export function foreignManagers(managers: RouteManager[]): RouteManager[] {
  return managers.filter(
    ({ name, operation }) =>
      name !== TRAFFIC_FIELD_MANAGER || operation !== 'Apply',
  );
}

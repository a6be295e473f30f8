import { Entity } from '@backstage/catalog-model';

/** Names the VirtualService of an entity where it differs from its Kubernetes id. @public */
export const VIRTUAL_SERVICE_ANNOTATION = 'shopfloor.dev/virtual-service';

/** The Kubernetes plugin's annotation; by contract also the name of the service's mesh objects. @public */
export const KUBERNETES_ID_ANNOTATION = 'backstage.io/kubernetes-id';

/** The name of the entity's VirtualService in each environment, or undefined when it has none. @public */
export function virtualServiceNameOf(entity: Entity): string | undefined {
  const annotations = entity.metadata.annotations ?? {};
  return (
    annotations[VIRTUAL_SERVICE_ANNOTATION] ??
    annotations[KUBERNETES_ID_ANNOTATION]
  );
}

/** Whether the entity is a component with a route to show. @public */
export function isTrafficAvailable(entity: Entity): boolean {
  return (
    entity.kind.toLocaleLowerCase('en-US') === 'component' &&
    virtualServiceNameOf(entity) !== undefined
  );
}

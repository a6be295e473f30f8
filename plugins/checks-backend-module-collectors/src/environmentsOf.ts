import { Entity } from '@backstage/catalog-model';
import { Environment } from '@shopfloor/plugin-environments-common';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';

/** Annotation that lists the environments in which a service runs, separated by commas. */
export const ENVIRONMENTS_ANNOTATION = 'shopfloor.dev/environments';

/** Annotation with the name under which a service runs in a cluster, as the Kubernetes plugin knows it. */
export const SERVICE_ANNOTATION = 'backstage.io/kubernetes-id';

/** A service where it runs. */
export interface RunningService {
  name: string;
  environments: Environment[];
}

/**
 * Where the service of an entity runs, of the environments that are configured; undefined when the entity does not say.
 */
export function runningServiceOf(
  entity: Entity,
  environments: EnvironmentsService,
): RunningService | undefined {
  const name = entity.metadata.annotations?.[SERVICE_ANNOTATION];
  const declared = entity.metadata.annotations?.[
    ENVIRONMENTS_ANNOTATION
  ]?.split(',').map(part => part.trim());
  if (!name || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    return undefined;
  }
  const found = environments
    .list()
    .filter(environment => declared?.includes(environment.name));
  return found.length > 0 ? { name, environments: found } : undefined;
}

import { CompoundEntityRef } from '@backstage/catalog-model';

/**
 * Id of an SLO in an environment, for addresses and rows. `~` occurs in none of its parts.
 *
 * @example `component~default~products~products-latency~production`
 */
export function sloId(options: {
  entity: CompoundEntityRef;
  name: string;
  environment: string;
}): string {
  const { entity, name, environment } = options;
  return [entity.kind, entity.namespace, entity.name]
    .map(part => part.toLocaleLowerCase('en-US'))
    .concat(name, environment)
    .join('~');
}

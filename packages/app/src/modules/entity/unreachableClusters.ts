import { ObjectsByEntityResponse } from '@backstage/plugin-kubernetes-common';

/** Titles of the clusters that gave nothing but errors. */
export function unreachableClusters(
  objects: ObjectsByEntityResponse | undefined,
): string[] {
  return (objects?.items ?? [])
    .filter(
      ({ errors, resources }) =>
        errors.length > 0 &&
        resources.every(({ resources: found }) => found.length === 0),
    )
    .map(({ cluster }) => cluster.title ?? cluster.name);
}

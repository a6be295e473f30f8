import { NotFoundError } from '@backstage/errors';
import { SloStore, StoredSlo } from '../store/SloStore';

/**
 * The SLOs that a journey consists of, in its order; of another SLO none.
 *
 * @throws NotFoundError that names a step which is not there: it may belong to an entity that the person may not see
 */
export async function findSteps(
  { definition, environment }: StoredSlo,
  store: SloStore,
): Promise<StoredSlo[]> {
  if (!definition.journey) {
    return [];
  }
  const slos = await store.listSlos();
  return definition.journey.map(step => {
    const found = slos.find(
      slo =>
        slo.environment === environment &&
        slo.entityRef === step.entityRef &&
        slo.definition.name === step.slo,
    );
    if (!found || found.definition.journey) {
      throw new NotFoundError(
        `There is no SLO ${step.entityRef}/${step.slo} in ${environment} that this journey could have as a step`,
      );
    }
    return found;
  });
}

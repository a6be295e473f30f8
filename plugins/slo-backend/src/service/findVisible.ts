import { NotFoundError } from '@backstage/errors';
import { SloSummary } from '@shopfloor/plugin-slo-common';
import { SloStore, StoredSlo } from '../store/SloStore';
import { SloRequest, SloService } from './SloService';

/**
 * An SLO that the person may see.
 *
 * @param options - `slos` is the guarded service: it says what a person may see
 * @throws NotFoundError when there is none, or none the person may see
 */
export async function findVisible(
  options: { id: string; slos: SloService; store: SloStore },
  request: SloRequest,
): Promise<{ slo: StoredSlo; summary: SloSummary }> {
  const { id, slos, store } = options;
  const slo = await store.getSlo(id);
  const { items } = await slos.list(
    {
      // Without an SLO it is asked all the same: who may not read SLOs learns nothing of which there are.
      entity: slo?.entityRef ?? 'component:default/none',
      limit: Number.MAX_SAFE_INTEGER,
    },
    request,
  );
  const summary = items.find(item => item.id === id);
  if (slo && summary) {
    return { slo, summary };
  }
  throw new NotFoundError(
    `There is no SLO "${id}", or you may not see its entity`,
  );
}

import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { Router } from '@backstage/plugin-kubernetes';
import { useKubernetesObjects } from '@backstage/plugin-kubernetes-react';
import { ErrorPanel, LoadingPanel } from '@shopfloor/ui';
import { appTranslationRef } from '../../translation/translation';
import { unreachableClusters } from './unreachableClusters';

const EVERY_MS = 10_000;

/**
 * Pods of the entity, as the core plugin shows them; but where a cluster does not answer, the core plugin counts no pods and no
 * errors in green, and what is unknown is never green.
 */
export function KubernetesTab() {
  const { t } = useTranslationRef(appTranslationRef);
  const { entity } = useEntity();
  const { kubernetesObjects, loading } = useKubernetesObjects(entity, EVERY_MS);
  const unreachable = unreachableClusters(kubernetesObjects);
  if (loading && !kubernetesObjects) {
    return <LoadingPanel rows={5} />;
  }
  return unreachable.length > 0 ? (
    <ErrorPanel
      error={
        new Error(
          t('kubernetes.unreachable', { names: unreachable.join(', ') }),
        )
      }
    />
  ) : (
    <Router />
  );
}

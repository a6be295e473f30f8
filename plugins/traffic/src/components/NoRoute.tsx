import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EnvironmentView, Unavailable } from '@shopfloor/plugin-traffic-common';
import { EmptyState } from '@shopfloor/ui';
import { trafficTranslationRef } from '../translation/translation';

/** Why no route can be shown: there is none, or the cluster does not say. */
export function NoRoute(props: {
  environment: EnvironmentView;
  unavailable: Unavailable;
  /** Without a frame, inside a card. */
  compact?: boolean;
}) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const { compact, environment, unavailable } = props;
  const { reason } = unavailable;
  return unavailable.code === 'unreachable' ? (
    <EmptyState
      compact={compact}
      title={t('unreachable.title', { environment: environment.title })}
      description={t('unreachable.help', { reason })}
      action={<Link to="/status">{t('unreachable.status')}</Link>}
    />
  ) : (
    <EmptyState
      compact={compact}
      title={t('noRoute.title', { environment: environment.title })}
      description={t('noRoute.help', { reason })}
    />
  );
}

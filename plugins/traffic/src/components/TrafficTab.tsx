import { stringifyEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import Box from '@mui/material/Box';
import {
  EmptyState,
  EnvironmentPicker,
  ErrorPanel,
  LoadingPanel,
} from '@shopfloor/ui';
import { useEnvironments } from '../hooks/useEnvironments';
import { useRouteView } from '../hooks/useRouteView';
import { trafficTranslationRef } from '../translation/translation';
import { RoutePanel } from './RoutePanel';

/** The tab "Traffic" of a service. */
export function TrafficTab() {
  const { t } = useTranslationRef(trafficTranslationRef);
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { environments, selected, select, ...asked } = useEnvironments();
  const route = useRouteView({ environment: selected?.name, entityRef });

  if (!environments) {
    return asked.error ? (
      <ErrorPanel error={asked.error} onRetry={asked.refresh} />
    ) : (
      <LoadingPanel rows={6} />
    );
  }
  return (
    <Box
      sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)' }}
    >
      <Box>
        <EnvironmentPicker
          environments={environments}
          value={selected?.name}
          onChange={select}
        />
      </Box>
      {!selected && (
        <EmptyState
          title={t('noEnvironment.title')}
          description={t('noEnvironment.help')}
        />
      )}
      {selected && route.loading && <LoadingPanel rows={6} />}
      {route.error && (
        <ErrorPanel error={route.error} onRetry={route.refresh} />
      )}
      {selected && route.value && (
        <RoutePanel
          key={selected.name}
          view={route.value}
          service={entity.metadata.title ?? entity.metadata.name}
          onChanged={route.refresh}
        />
      )}
    </Box>
  );
}

import { stringifyEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/core-components';
import { useRouteRef, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  entityRouteParams,
  entityRouteRef,
  useEntity,
} from '@backstage/plugin-catalog-react';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import {
  EnvironmentBadge,
  ErrorPanel,
  LoadingPanel,
  StateBadge,
} from '@shopfloor/ui';
import { useEnvironments } from '../hooks/useEnvironments';
import { useRouteView } from '../hooks/useRouteView';
import { trafficTranslationRef } from '../translation/translation';
import { NoRoute } from './NoRoute';
import { RouteAnswer } from './RouteAnswer';

/** An overview does not need to be as fresh as the tab. */
const EVERY_MS = 5000;

/** The card "Traffic" on the overview of a service. */
export function TrafficCard() {
  const { t } = useTranslationRef(trafficTranslationRef);
  const { entity } = useEntity();
  const entityPath = useRouteRef(entityRouteRef);
  const { selected, ...environments } = useEnvironments();
  const route = useRouteView({
    environment: selected?.name,
    entityRef: stringifyEntityRef(entity),
    everyMs: EVERY_MS,
  });
  const error = environments.error ?? route.error;
  const view = route.value;
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-label={t('title')}
      sx={{ p: 2, minWidth: 0 }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 1.5 }}>
        <Typography component="h2" sx={{ fontSize: '1rem', fontWeight: 600 }}>
          {t('title')}
        </Typography>
        {selected && <EnvironmentBadge environment={selected} />}
      </Box>
      {!view && !error && <LoadingPanel rows={2} />}
      {!view && error && (
        <ErrorPanel error={error} onRetry={route.refresh} compact />
      )}
      {view && <RouteAnswer view={view} />}
      {Boolean(view?.waiting?.length) && (
        <Box sx={{ mb: 1 }}>
          <StateBadge
            state="waiting"
            label={t('card.waiting', {
              changes: String(view?.waiting?.length ?? 0),
            })}
          />
        </Box>
      )}
      {view?.wantedUnavailable && (
        <NoRoute
          compact
          environment={view.environment}
          unavailable={view.wantedUnavailable}
        />
      )}
      {entityPath && (
        <Link to={`${entityPath(entityRouteParams(entity))}/traffic`}>
          {t('card.open')}
        </Link>
      )}
    </Paper>
  );
}

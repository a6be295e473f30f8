import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { sloHref } from '@shopfloor/plugin-slo-common';
import {
  EnvironmentBadge,
  ErrorPanel,
  LoadingPanel,
  ObservedAt,
  Panel,
  StateBadge,
  useEnvironments,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { answer } from '../answer';
import { sloApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';
import { MaintenanceNote } from './MaintenanceNote';
import { ReleaseGateLine } from './ReleaseGatePanel';

/** The SLOs of an entity in one line each. */
export function EntitySloCard() {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const api = useApi(sloApiRef);
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { value, error, retry } = usePolled(entityRef, signal =>
    api.list({ entity: entityRef }, { signal }),
  );
  const environments = useEnvironments().among(
    value?.items.map(slo => slo.environment) ?? [],
  );
  let body: ReactNode = <LoadingPanel rows={2} />;
  if (value) {
    body =
      value.items.length === 0 ? (
        <Typography variant="body2" color="text.secondary">
          {t('card.none')}
        </Typography>
      ) : (
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {value.items.map(slo => (
            <Box component="li" key={slo.id} sx={{ py: 1 }}>
              <Box
                sx={{
                  display: 'flex',
                  flexWrap: 'wrap',
                  alignItems: 'center',
                  gap: 1,
                }}
              >
                <StateBadge state={slo.state} />
                <Link to={sloHref(slo)}>{slo.displayName ?? slo.name}</Link>
                <EnvironmentBadge
                  environment={
                    environments.find(
                      ({ name }) => name === slo.environment,
                    ) ?? { name: slo.environment }
                  }
                />
                <ObservedAt
                  observedAt={slo.observedAt}
                  source="Prometheus"
                  stale={slo.state === 'stale'}
                />
              </Box>
              <Typography variant="body2" sx={{ mt: 0.5 }}>
                {answer({ slo, t, format })}
              </Typography>
              <MaintenanceNote seconds={slo.coverage?.maintenanceSeconds} />
            </Box>
          ))}
          {environments.map(({ name, title }) => (
            <ReleaseGateLine
              key={name}
              entityRef={entityRef}
              environment={name}
              title={title ?? name}
            />
          ))}
        </Box>
      );
  } else if (error) {
    body = <ErrorPanel compact error={error} onRetry={retry} />;
  }
  return (
    <Panel spaced title={t('card.title')}>
      {value && error && (
        <Alert severity="warning" sx={{ mb: 1 }}>
          {t('failure.portal')}
        </Alert>
      )}
      {body}
    </Panel>
  );
}

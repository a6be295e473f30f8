import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/core-components';
import {
  useApi,
  useRouteRef,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import {
  entityRouteParams,
  entityRouteRef,
  useEntity,
} from '@backstage/plugin-catalog-react';
import {
  EnvironmentBadge,
  ErrorPanel,
  LoadingPanel,
  Panel,
  StateBadge,
  useEnvironments,
  useFormat,
  useNow,
  usePolled,
} from '@shopfloor/ui';
import { changesApiRef } from '../api';
import { auditTranslationRef } from '../translation/translation';
import { changeStates } from './changeState';

const SHOWN = 3;

/** The card "What changed last" on the overview of a service. */
export function EntityChangesCard() {
  const { t } = useTranslationRef(auditTranslationRef);
  const format = useFormat();
  const now = useNow(5000);
  const api = useApi(changesApiRef);
  const { entity } = useEntity();
  const entityPath = useRouteRef(entityRouteRef);
  const { environmentOf } = useEnvironments();
  const ref = stringifyEntityRef(entity);
  const { value, error, retry } = usePolled(ref, async signal => {
    const [changes, incidents] = await Promise.all([
      api.listChanges({ entity: [ref], limit: SHOWN }, { signal }),
      api.listIncidents({ entity: [ref], state: 'open', limit: 1 }, { signal }),
    ]);
    return { changes: changes.items, open: incidents.restore.open };
  });
  const path = entityPath && `${entityPath(entityRouteParams(entity))}/changes`;
  return (
    <Panel title={t('card.title')}>
      {!value && !error && <LoadingPanel rows={2} />}
      {!value && error && <ErrorPanel error={error} onRetry={retry} compact />}
      {value && value.open > 0 && (
        <Box sx={{ mb: 1 }}>
          <StateBadge
            state="failing"
            label={t('card.openIncidents', { open: String(value.open) })}
          />
        </Box>
      )}
      {value?.changes.length === 0 && (
        <Typography variant="body2" color="text.secondary">
          {t('card.none')}
        </Typography>
      )}
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {value?.changes.map(change => (
          <Box
            component="li"
            key={change.id}
            sx={{
              display: 'flex',
              flexWrap: 'wrap',
              alignItems: 'center',
              gap: 1,
              py: 0.75,
            }}
          >
            <StateBadge
              state={changeStates[change.outcome]}
              label={t(`outcome.${change.outcome}`)}
            />
            <span>{change.title}</span>
            <EnvironmentBadge environment={environmentOf(change.environment)} />
            <Tooltip title={format.moment(change.startedAt)}>
              <Typography
                component="time"
                dateTime={change.startedAt}
                variant="body2"
                color="text.secondary"
              >
                {format.relative(change.startedAt, now)}
              </Typography>
            </Tooltip>
          </Box>
        ))}
      </Box>
      {path && <Link to={path}>{t('card.open')}</Link>}
    </Panel>
  );
}

import { ReactNode } from 'react';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import {
  EnvironmentBadge,
  ErrorPanel,
  LoadingPanel,
  Panel,
  StateBadge,
  useEnvironments,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { timeLeft } from '../../core/timeLeft';
import { secretsTranslationRef } from '../../translation/translation';
import { entityHref, grantHref, ownedName, stateOf } from '../../words';
import { useAsked } from '../../hooks/useAsked';

/** States that the card shows: what is in force, asked for, or wrong. */
const SHOWN = [
  'drifted',
  'failed',
  'expiring',
  'waiting-authorisation',
  'requested',
  'approved',
  'applying',
  'revoking',
  'active',
] as const;

const MAX_SHOWN = 5;

/** What a service may use: grants in force or on their way, those that need somebody first. */
export function EntitySecretsCard() {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const api = useApi(secretsApiRef);
  const { environmentOf } = useEnvironments();
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { value, error, retry } = useAsked(entityRef, signal =>
    api.listGrants(
      { service: entityRef, state: [...SHOWN], limit: 50 },
      { signal },
    ),
  );
  let body: ReactNode = <LoadingPanel rows={2} />;
  if (value) {
    const rank = (state: string) => SHOWN.findIndex(each => each === state);
    const items = [...value.items]
      .sort((a, b) => rank(a.state) - rank(b.state))
      .slice(0, MAX_SHOWN);
    body =
      items.length === 0 ? (
        <Typography variant="body2" color="text.secondary">
          {t('card.none')}
        </Typography>
      ) : (
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {items.map(grant => {
            const left = timeLeft(grant, now);
            return (
              <Box
                component="li"
                key={grant.id}
                sx={{
                  display: 'flex',
                  flexWrap: 'wrap',
                  alignItems: 'center',
                  gap: 1,
                  py: 0.5,
                }}
              >
                <StateBadge
                  state={stateOf(grant.state)}
                  label={t(`state.${grant.state}`)}
                />
                <Link to={grantHref(grant.id)}>{ownedName(grant)}</Link>
                <EnvironmentBadge
                  environment={environmentOf(grant.environment)}
                />
                {left !== undefined && (
                  <Typography variant="body2" color="text.secondary">
                    {t('card.left', { left: format.duration(left) })}
                  </Typography>
                )}
              </Box>
            );
          })}
        </Box>
      );
  } else if (error) {
    body = <ErrorPanel compact error={error} onRetry={retry} />;
  }
  return (
    <Panel
      spaced
      title={t('card.title')}
      aside={<Link to={entityHref(entityRef, 'secrets')}>{t('card.all')}</Link>}
    >
      {body}
    </Panel>
  );
}

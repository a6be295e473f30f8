import { ReactNode } from 'react';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import {
  ErrorPanel,
  LoadingPanel,
  Panel,
  StateBadge,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { approvalsApiRef } from '../api';
import { approvalsTranslationRef } from '../translation/translation';
import { localized, requestHref, stateOf } from '../words';

/** What waits for a decision or a review about an entity. */
export function EntityApprovalsCard() {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const { locale } = useFormat();
  const api = useApi(approvalsApiRef);
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { value, error, retry } = usePolled(entityRef, signal =>
    api.listRequests(
      { entity: entityRef, state: ['waiting', 'break-glass'], limit: 5 },
      { signal },
    ),
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
          {value.items.map(request => (
            <Box
              component="li"
              key={request.id}
              sx={{
                display: 'flex',
                flexWrap: 'wrap',
                alignItems: 'center',
                gap: 1,
                py: 0.5,
              }}
            >
              <StateBadge
                state={stateOf(request.state)}
                label={t(`state.${request.state}`)}
              />
              <Link to={requestHref(request.id)}>
                {localized(request.title, locale)}
              </Link>
            </Box>
          ))}
        </Box>
      );
  } else if (error) {
    body = <ErrorPanel compact error={error} onRetry={retry} />;
  }
  const query = new URLSearchParams({ view: 'all', entity: entityRef });
  return (
    <Panel
      spaced
      title={t('card.title')}
      aside={<Link to={`/approvals?${query}`}>{t('card.all')}</Link>}
    >
      {body}
    </Panel>
  );
}

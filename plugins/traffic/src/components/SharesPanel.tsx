import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import {
  Observed,
  RouteView,
  compareShares,
} from '@shopfloor/plugin-traffic-common';
import { ObservedAt, Panel } from '@shopfloor/ui';
import { useState } from 'react';
import { trafficTranslationRef } from '../translation/translation';
import { SharesFlow } from './SharesFlow';
import { SharesTable } from './SharesTable';

/** Wanted and measured shares: the picture, the table behind it, and when each was observed. */
export function SharesPanel(props: { view: RouteView }) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const [asTable, setAsTable] = useState(false);
  const { wanted, measured, measuredUnavailable } = props.view;
  const { shares } = compareShares(wanted?.destinations ?? [], measured);
  return (
    <Panel
      title={t('flow.heading')}
      aside={
        <Button size="small" onClick={() => setAsTable(!asTable)}>
          {asTable ? t('flow.picture') : t('flow.table')}
        </Button>
      }
    >
      {asTable ? (
        <SharesTable shares={shares} />
      ) : (
        <SharesFlow
          shares={shares}
          stale={Boolean(measured?.stale)}
          {...(measured && { requestsPerSecond: measured.requestsPerSecond })}
        />
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mt: 1 }}>
        <Source name={t('source.cluster')} observed={wanted} />
        <Source name={t('source.prometheus')} observed={measured} />
      </Box>
      {measured?.stale && (
        <Alert severity="warning" sx={{ mt: 1 }}>
          {t('stale.prometheus', { reason: measured.stale.reason })}
        </Alert>
      )}
      {measuredUnavailable && (
        <Alert severity="warning" sx={{ mt: 1 }}>
          {t('stale.notMeasured', { reason: measuredUnavailable.reason })}
        </Alert>
      )}
    </Panel>
  );
}

function Source(props: { name: string; observed: Observed | undefined }) {
  const { name, observed } = props;
  return observed ? (
    <Typography component="span" variant="body2" color="text.secondary">
      {name}:{' '}
      <ObservedAt
        observedAt={observed.observedAt}
        source={name}
        stale={Boolean(observed.stale)}
      />
    </Typography>
  ) : null;
}

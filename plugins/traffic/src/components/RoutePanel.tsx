import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { RouteChange, RouteView } from '@shopfloor/plugin-traffic-common';
import { useState } from 'react';
import { trafficTranslationRef } from '../translation/translation';
import { ChangeHistory } from './ChangeHistory';
import { NoRoute } from './NoRoute';
import { OutcomeNotice } from './OutcomeNotice';
import { RouteAnswer } from './RouteAnswer';
import { ShiftPanel } from './ShiftPanel';
import { SharesPanel } from './SharesPanel';
import { UndoDialog } from './UndoDialog';

/** All about the route of one service in one environment. */
export function RoutePanel(props: {
  view: RouteView;
  service: string;
  onChanged: () => void;
}) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const [made, setMade] = useState<RouteChange>();
  const [undoing, setUndoing] = useState<RouteChange>();
  const { view, service, onChanged } = props;
  const { wanted, wantedUnavailable, environment, access, latestChange } = view;
  const mayChange = access.allowed || access.code === 'route-not-editable';

  const done = (change: RouteChange) => {
    setUndoing(undefined);
    setMade(change);
    onChanged();
  };
  // What is polled knows more than what was answered: the proxies' acknowledgement, or what was decided.
  const shown = made?.id === latestChange?.id ? latestChange : made;

  return (
    <Box
      sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)' }}
    >
      <RouteAnswer view={view} />
      {wanted?.stale && (
        <Alert severity="warning">
          {t('stale.cluster', { reason: wanted.stale.reason })}
        </Alert>
      )}
      {view.waiting?.map(change => (
        <OutcomeNotice key={change.id} change={change} />
      ))}
      {shown && shown.outcome !== 'waiting' && (
        <OutcomeNotice
          change={shown}
          {...(mayChange && { onUndo: () => setUndoing(shown) })}
        />
      )}
      {wantedUnavailable && (
        <NoRoute environment={environment} unavailable={wantedUnavailable} />
      )}
      {wanted && (
        <Box
          sx={{
            display: 'grid',
            gap: 2,
            gridTemplateColumns: {
              xs: 'minmax(0, 1fr)',
              md: 'repeat(2, minmax(0, 1fr))',
            },
          }}
        >
          <SharesPanel view={view} />
          <ShiftPanel view={view} service={service} onDone={done} />
        </Box>
      )}
      <ChangeHistory
        entityRef={view.entityRef}
        environment={environment.name}
        version={[made, latestChange, ...(view.waiting ?? [])]
          .map(c => `${c?.id} ${c?.outcome}`)
          .join()}
        {...(mayChange && !wanted?.stale && { onUndo: setUndoing })}
      />
      {undoing && (
        <UndoDialog
          change={undoing}
          environment={environment}
          onClose={() => setUndoing(undefined)}
          onDone={done}
        />
      )}
    </Box>
  );
}

import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import {
  RouteChange,
  RouteView,
  toPercentages,
} from '@shopfloor/plugin-traffic-common';
import { Panel } from '@shopfloor/ui';
import { useId, useState } from 'react';
import { trafficTranslationRef } from '../translation/translation';
import { AccessNotice } from './AccessNotice';
import { ShiftDialog } from './ShiftDialog';
import { WeightEditor } from './WeightEditor';

interface Draft {
  percentages: number[];
  /** The version of the route that the person started from. */
  resourceVersion: string;
}

/** Plans a change of weights; what is planned survives that the route is read again. */
export function ShiftPanel(props: {
  view: RouteView;
  service: string;
  onDone: (change: RouteChange) => void;
}) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const noticeId = useId();
  const [draft, setDraft] = useState<Draft>();
  const [previewing, setPreviewing] = useState(false);
  const { view, service, onDone } = props;
  const { environment, entityRef, access } = view;
  const wanted = view.wanted!;
  const subsets = wanted.destinations.map(({ subset }) => subset);
  const present = toPercentages(wanted.destinations.map(d => d.weight));
  const planned =
    draft?.percentages.length === subsets.length ? draft.percentages : present;
  const changed = planned.some((value, i) => value !== present[i]);
  const disabled = !access.allowed || Boolean(wanted.stale);
  const meanwhile =
    changed && draft?.resourceVersion !== wanted.resourceVersion;

  return (
    <Panel title={t('editor.heading')}>
      <Box sx={{ display: 'grid', gap: 2 }}>
        <AccessNotice id={noticeId} view={view} />
        <WeightEditor
          subsets={subsets}
          percentages={planned}
          disabled={disabled}
          describedBy={access.allowed ? undefined : noticeId}
          onChange={percentages =>
            setDraft({
              percentages,
              resourceVersion: draft?.resourceVersion ?? wanted.resourceVersion,
            })
          }
        />
        {meanwhile && <Alert severity="info">{t('editor.meanwhile')}</Alert>}
        {!changed && !disabled && (
          <Typography variant="body2" color="text.secondary">
            {t('editor.unchanged')}
          </Typography>
        )}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
          <Button
            variant="contained"
            disabled={disabled || !changed}
            aria-describedby={access.allowed ? undefined : noticeId}
            onClick={() => setPreviewing(true)}
          >
            {t('editor.preview')}
          </Button>
          <Button
            disabled={disabled || !changed}
            onClick={() => setDraft(undefined)}
          >
            {t('editor.reset')}
          </Button>
        </Box>
        {wanted.keeps.length > 0 && (
          <Typography variant="body2" color="text.secondary">
            {t('editor.keeps', { fields: wanted.keeps.join(', ') })}
          </Typography>
        )}
        {wanted.unroutedSubsets.length > 0 && (
          <Typography variant="body2" color="text.secondary">
            {t('editor.unrouted', {
              subsets: wanted.unroutedSubsets.join(', '),
            })}
          </Typography>
        )}
        {previewing && (
          <ShiftDialog
            environment={environment}
            entityRef={entityRef}
            service={service}
            weights={subsets.map((subset, i) => ({
              subset,
              weight: planned[i],
            }))}
            onClose={() => setPreviewing(false)}
            onDone={change => {
              setPreviewing(false);
              setDraft(undefined);
              onDone(change);
            }}
          />
        )}
      </Box>
    </Panel>
  );
}

import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { ChangePreview } from '@shopfloor/plugin-traffic-common';
import { EnvironmentBadge, useFormat } from '@shopfloor/ui';
import { ReactNode } from 'react';
import { trafficTranslationRef } from '../translation/translation';
import { DiffView } from './DiffView';

/** A change before it is made: in words, who is affected, what the cluster says, how to undo, and as a diff. */
export function PreviewBody(props: {
  preview: ChangePreview;
  undoHelp: string;
  /** What the person has to say about it; stands before the diff, which is long. */
  children?: ReactNode;
}) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const format = useFormat();
  const { shares, diff, affected, environment } = props.preview;
  const measured = affected.measured;
  const rate = measured && affected.movedShare * measured.requestsPerSecond;
  const share = format.percent(affected.movedShare);
  return (
    <Box
      sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)' }}
    >
      <Part title={t('preview.what')}>
        <Box sx={{ mb: 0.5 }}>
          <EnvironmentBadge environment={environment} />
        </Box>
        {shares.length === 0 && t('preview.nothing')}
        <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
          {shares.map(({ subset, from, to }) => (
            <li key={subset}>
              {t('preview.gets', {
                subset,
                from: format.percent(from),
                to: format.percent(to),
              })}
            </li>
          ))}
        </Box>
      </Part>
      <Part title={t('preview.affected')}>
        {rate !== undefined && !measured?.stale
          ? t('preview.affectedShare', { share, rate: format.number(rate) })
          : t('preview.affectedNoRate', { share })}
        {Boolean(measured?.callers.length) && (
          <div>
            {t('preview.callers', {
              callers: measured!.callers.map(({ source }) => source).join(', '),
            })}
          </div>
        )}
        <Box sx={{ overflowWrap: 'anywhere' }}>
          {t('preview.hosts', { hosts: affected.hosts.join(', ') })}
        </Box>
      </Part>
      <Part title={t('preview.dryRun')}>
        <DryRun preview={props.preview} />
      </Part>
      <Part title={t('preview.undo')}>{props.undoHelp}</Part>
      {props.children}
      {diff && (
        <Part title={t('preview.diff')}>
          <DiffView diff={diff} label={t('preview.diff')} />
        </Part>
      )}
    </Box>
  );
}

function DryRun(props: { preview: ChangePreview }) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const { dryRun } = props.preview;
  switch (dryRun.state) {
    case 'accepted':
      return (
        <Alert severity="success">
          {t('preview.accepted')}
          {dryRun.handedOverBy && (
            <div>
              {t('preview.handedOver', {
                managers: dryRun.handedOverBy.join(', '),
              })}
            </div>
          )}
        </Alert>
      );
    case 'needs-take-over':
      return (
        <Alert severity="warning">
          {t('preview.takeOver', { managers: managersOf(props.preview) })}
        </Alert>
      );
    case 'refused':
      return (
        <Alert severity="error">
          {t('preview.refused', { reason: dryRun.reason })}
        </Alert>
      );
    default:
      return (
        <Alert severity="error">
          {t('preview.unavailable', { reason: dryRun.reason })}
        </Alert>
      );
  }
}

/** The managers from which the route would be taken over. */
export function managersOf(preview: ChangePreview | undefined): string {
  return preview?.dryRun.state === 'needs-take-over'
    ? preview.dryRun.managers.map(({ name }) => name).join(', ')
    : '';
}

function Part(props: { title: string; children: ReactNode }) {
  return (
    <section>
      <Typography
        component="h3"
        sx={{ fontSize: '0.875rem', fontWeight: 600, mb: 0.5 }}
      >
        {props.title}
      </Typography>
      <Typography component="div" variant="body2">
        {props.children}
      </Typography>
    </section>
  );
}

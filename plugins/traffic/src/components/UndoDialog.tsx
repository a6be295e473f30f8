import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { EnvironmentView, RouteChange } from '@shopfloor/plugin-traffic-common';
import {
  ConfirmDialog,
  ErrorPanel,
  LoadingPanel,
  useFormat,
  useIdempotencyKey,
} from '@shopfloor/ui';
import { trafficApiRef } from '../api';
import { usePreview } from '../hooks/usePreview';
import { trafficTranslationRef } from '../translation/translation';
import { DiffView } from './DiffView';
import { gainer } from './format';
import { PreviewBody } from './PreviewBody';
import { refusedAsError } from './refusedAsError';

export interface UndoDialogProps {
  change: RouteChange;
  environment: EnvironmentView;
  onClose: () => void;
  onDone: (change: RouteChange) => void;
}

/** Previews what undo brings back, and does it. */
export function UndoDialog(props: UndoDialogProps) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const api = useApi(trafficApiRef);
  const format = useFormat();
  const { run } = useIdempotencyKey();
  const { change, environment } = props;
  const { preview, error, reload } = usePreview(() =>
    api.previewUndo(change.id),
  );
  const back = change.shares.map(({ subset, from, to }) => ({
    subset,
    from: to,
    to: from,
  }));
  const gains = gainer(back);

  const disabledReason = (): string | undefined => {
    if (!preview) {
      return error ? t('preview.actRefused') : t('preview.loading');
    }
    return preview.conflict || preview.dryRun.state !== 'accepted'
      ? t('preview.actRefused')
      : undefined;
  };

  const confirm = async () => {
    try {
      const undone = await run(key => api.undo(change.id, {}, key));
      props.onDone(refusedAsError(undone));
    } catch (failure) {
      reload();
      throw failure;
    }
  };

  return (
    <ConfirmDialog
      open
      title={t('undo.title', { environment: environment.title })}
      act={t('undo.act', {
        share: format.percent(gains?.to ?? 0),
        subset: gains?.subset ?? '',
        environment: environment.title,
      })}
      disabledReason={disabledReason()}
      onConfirm={confirm}
      onClose={props.onClose}
    >
      {error && <ErrorPanel error={error} onRetry={reload} compact />}
      {!preview && !error && (
        <LoadingPanel rows={5} label={t('preview.loading')} />
      )}
      {preview?.conflict && (
        <Box sx={{ display: 'grid', gap: 1, mb: 2 }}>
          <Alert severity="error">{t('undo.conflict')}</Alert>
          <DiffView
            diff={preview.conflict.diffSince}
            label={t('preview.diff')}
          />
        </Box>
      )}
      {preview && !preview.conflict && (
        <PreviewBody preview={preview} undoHelp={t('undo.redo')} />
      )}
    </ConfirmDialog>
  );
}

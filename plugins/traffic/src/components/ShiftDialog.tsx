import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert from '@mui/material/Alert';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import TextField from '@mui/material/TextField';
import {
  EnvironmentView,
  RouteChange,
  SubsetWeight,
} from '@shopfloor/plugin-traffic-common';
import {
  ConfirmDialog,
  ErrorPanel,
  LoadingPanel,
  useFormat,
  useIdempotencyKey,
} from '@shopfloor/ui';
import { useState } from 'react';
import { trafficApiRef } from '../api';
import { usePreview } from '../hooks/usePreview';
import { trafficTranslationRef } from '../translation/translation';
import { gainer } from './format';
import { GateNotice } from './GateNotice';
import { PreviewBody, managersOf } from './PreviewBody';
import { refusedAsError } from './refusedAsError';

export interface ShiftDialogProps {
  environment: EnvironmentView;
  entityRef: string;
  service: string;
  weights: SubsetWeight[];
  onClose: () => void;
  onDone: (change: RouteChange) => void;
}

/** Previews a change of weights and makes it. */
export function ShiftDialog(props: ShiftDialogProps) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const api = useApi(trafficApiRef);
  const format = useFormat();
  const { run } = useIdempotencyKey();
  const { environment, entityRef, weights } = props;
  const target = { environment: environment.name, entityRef };
  const { preview, error, reload } = usePreview(() =>
    api.preview(target, { weights }),
  );
  const [reason, setReason] = useState('');
  const [takeOver, setTakeOver] = useState(false);

  const needsTakeOver = preview?.dryRun.state === 'needs-take-over';
  const managers = managersOf(preview);
  const gains = gainer(preview?.shares ?? []);
  const asks = preview?.approval;

  const disabledReason = (): string | undefined => {
    if (!preview) {
      return error ? t('preview.actRefused') : t('preview.loading');
    }
    if (preview.shares.length === 0) {
      return t('preview.nothing');
    }
    if (['refused', 'unavailable'].includes(preview.dryRun.state)) {
      return t('preview.actRefused');
    }
    if (preview.gate?.effect === 'refuse') {
      return t('gate.refuse');
    }
    if (needsTakeOver && !takeOver) {
      return t('preview.takeOverNeeded');
    }
    return asks && !reason.trim() ? t('preview.reasonNeeded') : undefined;
  };

  const confirm = async () => {
    try {
      const change = await run(key =>
        api.change(
          target,
          {
            weights,
            resourceVersion: preview!.resourceVersion,
            ...(reason.trim() && { reason: reason.trim() }),
            ...(needsTakeOver && { takeOver }),
          },
          key,
        ),
      );
      props.onDone(refusedAsError(change));
    } catch (failure) {
      // The preview may be what is out of date.
      reload();
      throw failure;
    }
  };

  return (
    <ConfirmDialog
      open
      title={t('preview.title', {
        service: props.service,
        environment: environment.title,
      })}
      act={t(asks ? 'preview.ask' : 'preview.act', {
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
      {preview && (
        <PreviewBody preview={preview} undoHelp={t('preview.undoHelp')}>
          {preview.gate && <GateNotice preview={preview} />}
          {needsTakeOver && (
            <FormControlLabel
              control={
                <Checkbox
                  checked={takeOver}
                  onChange={event => setTakeOver(event.target.checked)}
                />
              }
              label={t('preview.takeOverConfirm', { managers })}
            />
          )}
          {asks?.abovePercent !== undefined && (
            <Alert severity="info">
              {t('preview.asks', {
                step: format.percent(asks.step),
                above: format.percent(asks.abovePercent / 100),
              })}
            </Alert>
          )}
          <TextField
            fullWidth
            size="small"
            required={Boolean(asks)}
            label={t(asks ? 'preview.reasonRequired' : 'preview.reason')}
            value={reason}
            onChange={event => setReason(event.target.value)}
            inputProps={{ maxLength: 500 }}
          />
        </PreviewBody>
      )}
    </ConfirmDialog>
  );
}

import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert, { AlertColor } from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { ChangeOutcome, RouteChange } from '@shopfloor/plugin-traffic-common';
import { useFormat } from '@shopfloor/ui';
import { trafficTranslationRef } from '../translation/translation';
import { ApprovalLink } from './ApprovalLink';
import { TrafficWords, changeInWords } from './format';

const severities: Record<ChangeOutcome, AlertColor> = {
  applied: 'success',
  pending: 'info',
  refused: 'error',
  'not-applied': 'warning',
  unknown: 'warning',
  waiting: 'info',
  'not-approved': 'warning',
};

/** What became of the change just made, with undo where there is one. */
export function OutcomeNotice(props: {
  change: RouteChange;
  onUndo?: () => void;
}) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const format = useFormat();
  const { change, onUndo } = props;
  const words = changeInWords(change.shares, t, format);
  const undoable = change.outcome === 'applied' && !change.undoneBy && onUndo;
  return (
    <Alert
      severity={
        change.effect?.state === 'rejected'
          ? 'error'
          : severities[change.outcome]
      }
      role="status"
      action={
        undoable && (
          <Button color="inherit" size="small" onClick={onUndo}>
            {t('undo.button')}
          </Button>
        )
      }
    >
      <strong>
        {t(`outcome.${change.outcome}`, {
          change: words,
          error: change.error ?? '',
        })}
      </strong>
      {change.effect && <div>{effectInWords(change.effect, t)}</div>}
      <ApprovalLink change={change} />
    </Alert>
  );
}

function effectInWords(
  effect: NonNullable<RouteChange['effect']>,
  t: TrafficWords,
): string {
  const message = effect.message ?? '';
  switch (effect.state) {
    case 'waiting':
      return t('outcome.effectWaiting');
    case 'effective':
      return t('outcome.effective', { proxies: String(effect.proxies ?? 0) });
    case 'rejected':
      return t('outcome.rejected', { message });
    default:
      return t('outcome.effectUnknown', { message });
  }
}

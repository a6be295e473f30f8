import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useFormat } from '../format/useFormat';
import { useNow } from '../format/useNow';
import { StateIcon } from '../state/StateBadge';
import { uiTranslationRef } from '../translation/translation';

/** Properties of {@link ObservedAt}. */
export interface ObservedAtProps {
  /** When the figure was observed; nothing when it never was. */
  observedAt?: string | Date;
  /** Where it comes from, for example "Prometheus". */
  source?: string;
  /** The figure is older than it should be: it is dimmed and says since when. */
  stale?: boolean;
}

/** Says when a figure was observed and, on hover or focus, its source and the exact moment. */
export function ObservedAt(props: ObservedAtProps) {
  const { t } = useTranslationRef(uiTranslationRef);
  const format = useFormat();
  const now = useNow();
  const { observedAt, source, stale } = props;
  // A server's clock may run ahead of this one; nothing is observed in the future.
  const when =
    observedAt &&
    format.relative(Math.min(new Date(observedAt).getTime(), now), now);
  let text: string = t('observed.never');
  if (when) {
    text = stale
      ? t('observed.staleSince', { when })
      : t('observed.when', { when });
  }
  const details = [
    observedAt && format.moment(observedAt),
    source && t('observed.from', { source }),
  ].filter(Boolean);
  return (
    <Tooltip title={details.join(' · ')}>
      <Box
        component="span"
        tabIndex={details.length ? 0 : undefined}
        data-stale={stale || undefined}
        sx={{
          display: 'inline-flex',
          alignItems: 'center',
          gap: 0.5,
          fontSize: '0.75rem',
          color: 'text.secondary',
        }}
      >
        {stale && <StateIcon state="stale" size={14} />}
        {text}
      </Box>
    </Tooltip>
  );
}

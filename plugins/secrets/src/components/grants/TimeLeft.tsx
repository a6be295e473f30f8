import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { GrantSummary } from '@shopfloor/plugin-secrets-common';
import { useFormat } from '@shopfloor/ui';
import { timeLeft } from '../../core/timeLeft';
import { secretsTranslationRef } from '../../translation/translation';
import { stateOf } from '../../words';

/** How long a grant is still in force: in words, and as a bar from zero that can be compared with the others of the page. */
export function TimeLeft(props: {
  grant: Pick<GrantSummary, 'state' | 'expiresAt' | 'endedAt'>;
  now: number;
  /** What a full bar stands for, in milliseconds. */
  full: number;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const { grant, now, full } = props;
  const left = timeLeft(grant, now);
  if (left === undefined) {
    return grant.endedAt ? (
      <>{t('list.ended', { when: format.relative(grant.endedAt, now) })}</>
    ) : (
      <>{grant.state === 'active' ? t('list.unlimited') : '–'}</>
    );
  }
  const share = full > 0 ? Math.min(1, left / full) : 0;
  return (
    <Tooltip
      describeChild
      title={t('list.endsAt', { when: format.moment(grant.expiresAt!) })}
    >
      <Box tabIndex={0} sx={{ minWidth: 120 }}>
        {format.duration(left)}
        <Box
          aria-hidden
          sx={{
            mt: 0.5,
            height: 6,
            borderRadius: '3px',
            backgroundColor: 'var(--sf-surface-sunken)',
          }}
        >
          <Box
            sx={{
              height: 6,
              minWidth: 2,
              width: `${share * 100}%`,
              borderRadius: '3px',
              backgroundColor: `var(--sf-state-${stateOf(grant.state)}-foreground)`,
            }}
          />
        </Box>
      </Box>
    </Tooltip>
  );
}

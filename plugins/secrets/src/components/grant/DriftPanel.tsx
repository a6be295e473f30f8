import { useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Grant } from '@shopfloor/plugin-secrets-common';
import {
  ConfirmDialog,
  LineDiff,
  Panel,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { widenedWords } from '../../words';
import { useAct } from './useAct';

/** What was changed by hand, beside what was approved, and what can be done about it. */
export function DriftPanel(props: {
  grant: Grant;
  product: string;
  onDone: (grant: Grant) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const [open, setOpen] = useState<'repair' | 'accept'>();
  const { act } = useAct(grant => {
    setOpen(undefined);
    props.onDone(grant);
  });
  const { grant, product } = props;
  const { drift, may } = grant;
  if (!drift) {
    return null;
  }
  const widened = widenedWords(drift, t);
  return (
    <Panel
      spaced
      title={t('drift.title', { product })}
      help={t('drift.seen', { when: format.relative(drift.seenAt, now) })}
    >
      <Typography variant="body2" sx={{ mb: 1 }}>
        {t(`drift.${drift.what}`)}
        {drift.found === undefined && ` ${t('drift.gone')}`}
      </Typography>
      {widened.length > 0 && (
        <>
          <Typography variant="body2" id="drift-widened">
            {t('drift.widened')}
          </Typography>
          <Box
            component="ul"
            aria-labelledby="drift-widened"
            sx={{ mt: 0.5, mb: 1, pl: 3, overflowWrap: 'anywhere' }}
          >
            {widened.map(each => (
              <Typography component="li" key={each} variant="body2">
                {each}
              </Typography>
            ))}
          </Box>
        </>
      )}
      <LineDiff
        label={t('drift.diff')}
        before={drift.expected}
        after={drift.found ?? ''}
        maxHeight={420}
      />
      {(may.repair || may.accept) && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mt: 2 }}>
          {may.repair && (
            <Button variant="contained" onClick={() => setOpen('repair')}>
              {t('drift.repair')}
            </Button>
          )}
          {may.accept && (
            <Button variant="outlined" onClick={() => setOpen('accept')}>
              {t('drift.accept')}
            </Button>
          )}
        </Box>
      )}
      {open && (
        <ConfirmDialog
          open
          title={t('drift.title', { product })}
          act={t(`drift.${open}`)}
          destructive={open === 'accept'}
          onClose={() => setOpen(undefined)}
          onConfirm={() =>
            act((api, options) => api[open]({ id: grant.id }, options))
          }
        >
          <Typography variant="body2">{t(`drift.${open}Help`)}</Typography>
        </ConfirmDialog>
      )}
    </Panel>
  );
}

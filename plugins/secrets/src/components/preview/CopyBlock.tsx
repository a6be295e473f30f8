import { useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { secretsTranslationRef } from '../../translation/translation';

/** A text to take away, whole, with its name and a button that copies it. */
export function CopyBlock(props: { name: string; text: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const [outcome, setOutcome] = useState<'done' | 'failed'>();
  const { name, text } = props;
  const copy = async () => {
    try {
      // Browsers give the clipboard to secure contexts alone.
      await navigator.clipboard.writeText(text);
      setOutcome('done');
    } catch {
      setOutcome('failed');
    }
  };
  return (
    <Box sx={{ mb: 2, minWidth: 0 }}>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          justifyContent: 'space-between',
          columnGap: 1,
        }}
      >
        <Typography
          variant="body2"
          sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}
        >
          {name}
        </Typography>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
          <Typography role="status" variant="body2" color="text.secondary">
            {outcome && t(`copy.${outcome}`)}
          </Typography>
          <Button
            size="small"
            aria-label={t('copy.named', { name })}
            onClick={copy}
          >
            {t('copy.act')}
          </Button>
        </Box>
      </Box>
      <Box
        component="pre"
        tabIndex={0}
        aria-label={name}
        sx={{
          m: 0,
          p: 1.5,
          maxHeight: 420,
          overflow: 'auto',
          fontSize: '0.75rem',
          lineHeight: 1.5,
          borderRadius: '6px',
          backgroundColor: 'var(--sf-surface-sunken)',
        }}
      >
        {text}
      </Box>
    </Box>
  );
}

import { useId } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { appTranslationRef } from '../../translation/translation';

/** The keys that work everywhere, and the way to the documentation. */
export function HelpDialog(props: { open: boolean; onClose: () => void }) {
  const { t } = useTranslationRef(appTranslationRef);
  const titleId = useId();
  const keys = [
    ['/', t('help.search')],
    ['?', t('help.help')],
    [t('help.escape'), t('help.close')],
    [t('help.arrows'), t('help.chart')],
  ];
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      aria-labelledby={titleId}
      fullWidth
      maxWidth="xs"
    >
      <DialogTitle id={titleId}>{t('help.title')}</DialogTitle>
      <DialogContent>
        <Box
          component="dl"
          sx={{
            m: 0,
            pt: 0.5,
            display: 'grid',
            gridTemplateColumns: 'auto 1fr',
            columnGap: 2,
            rowGap: 1.25,
            alignItems: 'center',
          }}
        >
          {keys.map(([key, meaning]) => (
            <Box key={key} sx={{ display: 'contents' }}>
              <dt>
                <Box
                  component="kbd"
                  sx={{
                    px: 1,
                    py: 0.25,
                    border: '1px solid var(--sf-border-strong)',
                    borderRadius: '4px',
                    fontFamily: 'inherit',
                    fontWeight: 600,
                  }}
                >
                  {key}
                </Box>
              </dt>
              <Box component="dd" sx={{ m: 0 }}>
                {meaning}
              </Box>
            </Box>
          ))}
        </Box>
        <Box sx={{ mt: 3 }}>
          <Link to="/docs" onClick={props.onClose}>
            {t('help.docs')}
          </Link>
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={props.onClose}>{t('help.done')}</Button>
      </DialogActions>
    </Dialog>
  );
}

import Button from '@mui/material/Button';
import Box from '@mui/material/Box';
import { Link } from 'react-router-dom';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EmptyState } from '@shopfloor/ui';
import { appTranslationRef } from '../../translation/translation';

/** Nothing lives at this address. */
export function NotFoundPage() {
  const { t } = useTranslationRef(appTranslationRef);
  return (
    <Box component="main" sx={{ p: 3 }}>
      <EmptyState
        title={t('notFound.title')}
        description={t('notFound.description')}
        action={
          <Button component={Link} to="/" variant="outlined" size="small">
            {t('notFound.action')}
          </Button>
        }
      />
    </Box>
  );
}

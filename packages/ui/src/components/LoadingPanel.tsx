import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { uiTranslationRef } from '../translation/translation';

/** Grey lines where content is about to be. `rows` is about as many as are expected. */
export function LoadingPanel(props: { rows?: number; label?: string }) {
  const { t } = useTranslationRef(uiTranslationRef);
  return (
    <Box
      role="progressbar"
      aria-busy
      aria-label={props.label ?? t('loading.label')}
    >
      {Array.from({ length: props.rows ?? 3 }, (_, index) => (
        <Skeleton
          key={index}
          variant="rounded"
          height={index === 0 ? 28 : 20}
          width={index === 0 ? '60%' : `${95 - (index % 3) * 10}%`}
          sx={{ mb: 1.5 }}
        />
      ))}
    </Box>
  );
}

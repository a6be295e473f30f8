import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { auditTranslationRef } from '../translation/translation';

/** The way to further pages; absent when there is one page. */
export function Pager(props: {
  filters: {
    url: { cursor?: string };
    turn: (cursor: string | undefined) => void;
  };
  shown: number;
  total: number;
  nextCursor?: string;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { filters, shown, total, nextCursor } = props;
  if (!nextCursor && !filters.url.cursor) {
    return null;
  }
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, mt: 2 }}>
      <Button
        disabled={!filters.url.cursor}
        onClick={() => filters.turn(undefined)}
      >
        {t('list.first')}
      </Button>
      {t('list.page', { shown: String(shown), total: String(total) })}
      <Button disabled={!nextCursor} onClick={() => filters.turn(nextCursor)}>
        {t('list.more')}
      </Button>
    </Box>
  );
}

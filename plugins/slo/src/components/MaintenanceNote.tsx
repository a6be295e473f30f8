import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useFormat } from '@shopfloor/ui';
import { sloTranslationRef } from '../translation/translation';

/** Says beside figures how much maintenance they are without. Nothing when there was none. */
export function MaintenanceNote(props: { seconds?: number }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  return props.seconds ? (
    <Typography variant="caption" color="text.secondary" component="div">
      {t('coverage.maintenance', {
        duration: format.duration(props.seconds * 1000),
      })}
    </Typography>
  ) : null;
}
